/** What a service's own history says of it: plain JSON. */
import type { ServiceTraffic } from '../planning/service-traffic.ts';
import type { SkippedRecording } from './recording.ts';

/** Noise of a service, learned from its stable pods as the judge learns it. */
export interface LearnedNoise {
  /** What was counted: `failed requests`, or `requests slower than 250 ms`. */
  counted: string;
  /** Squared CV, per 10 s, of the noise on the comparison of a usual canary with stable, as in `evidence[].dispersion`. */
  squaredCv: number;
  /** The same of a single pod. Both have the judge's safety factor of 1.25 in them. */
  podSquaredCv: number;
  /** Standard deviation of the lasting log levels of single pods. */
  spread: number;
  /** Longest run of excess that a stable pod has shown, in seconds. */
  longestBurstSeconds: number;
  /** Evidence that 10 s may add at most, by that, in nats. */
  clipNats: number;
  /** Pods seen, counted anew in each recording. */
  pods: number;
}

/** How many times stable's rate the canary's was without being worse for it, net of chance and of short-lived noise. */
export interface NaturalRatios {
  /** `good`: canaries of deployments that were labelled good. `placebo`: stable pods that played the canary. */
  from: 'good' | 'placebo';
  deployments: number;
  /** Half of all healthy canaries lie below the first, 95 and 99 of 100 below the others. */
  median: number;
  p95: number;
  p99: number;
  /**
   * The second again, of what lasting differences between pods do not explain: the judge knows of those, and tolerates them
   * without a margin.
   */
  p95BeyondPods: number;
}

/** Margins for one criterion. */
export interface SuggestedMargin {
  /** Name of the criterion. */
  criterion: string;
  kind: 'error-rate' | 'latency';
  /** `null` where fewer than ten deployments tell. */
  natural: NaturalRatios | null;
  maxRelativeIncrease: number;
  /** Of an error rate; `null` for latency. */
  minAbsoluteIncrease: number | null;
  /** Where it comes from, in a sentence. */
  words: string;
}

/** What is to be changed in a policy. */
export interface Suggestions {
  /** `null` where pods are not told apart. */
  assumedPodSpread: number | null;
  /** In the order of the policy; criteria on segments, business figures and resources are left out. */
  margins: SuggestedMargin[];
}

/** What history says of false rollbacks, and what may be promised by it. */
export interface FalseRollbackHistory {
  /** Deployments that count: each once, however many canaries were made of it, if one of them could be judged. */
  deployments: number;
  /** How many of them were labelled good and judged as they were; of the others only stable pods were used. */
  good: number;
  /** How many had a placebo: a stable pod or two that played the canary. */
  placebos: number;
  /** Deployments that would have been rolled back though nothing was wrong: ids, at most 100. */
  rolledBack: string[];
  rolledBackCount: number;
  /** Share of them; `null` without any deployment. */
  estimate: number | null;
  /** Upper bound on the rate at the given confidence, one-sided (Clopper and Pearson). */
  upper: number;
  /** The smallest rate that may be promised by this history: `upper`. */
  supported: number;
  /** The rate that was asked for; `null` where none was. */
  asked: number | null;
  /** Whether history supports what was asked. */
  promised: boolean;
  words: string;
}

/** One service. */
export interface ServiceCalibration {
  service: string;
  /** Recordings of it, by their labels. */
  deployments: number;
  good: number;
  bad: number;
  unlabelled: number;
  /** Recordings that something was learned from: all but the bad ones in which stable served requests. */
  usable: number;
  /** For plans; `null` where no recording is usable. */
  traffic: ServiceTraffic | null;
  /** `null` where pods are not told apart, or nothing failed. */
  errors: LearnedNoise | null;
  /** At the edge nearest to the quantile of the first criterion on latency; `null` without one, or without histograms. */
  latency: LearnedNoise | null;
  suggested: Suggestions;
  falseRollbacks: FalseRollbackHistory;
}

/** The outcome of a calibration. */
export interface Calibration {
  schemaVersion: 1;
  engineVersion: string;
  /** Digest of the policy whose false rollbacks were counted. */
  policyDigest: string;
  /** One-sided confidence of all bounds. */
  confidence: number;
  /** Sorted by name. */
  services: ServiceCalibration[];
  /** What was left out: the first 1,000. */
  skipped: SkippedRecording[];
  skippedCount: number;
  /** Labels that name no deployment of the recordings. */
  unusedLabels: string[];
}
