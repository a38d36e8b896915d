/**
 * The recorded data that a decision is a pure function of. Every shape is plain JSON: finite numbers, `null` for
 * "not known", never NaN or Infinity.
 */
import type { LatencyHistogram } from '../statistics/histogram.ts';

export type { ExplicitHistogram, ExponentialHistogram, LatencyHistogram } from '../statistics/histogram.ts';

/** Which group of instances served a request. `before` is the old version before the deployment; it is derived from time, never emitted. */
export type Cohort = 'canary' | 'stable' | 'baseline' | 'before';

/** One attempt to bring one version of one service to production. */
export interface DeploymentRef {
  service: string;
  deploymentId: string;
}

/** A business or saturation figure of one interval. */
export type Measure =
  | { type: 'ratio'; bad: number; total: number }
  | { type: 'mean'; sum: number; count: number; sumOfSquares?: number }
  | { type: 'gauge'; value: number; podAgeSeconds?: number };

/** One slice of telemetry of one cohort, optionally of one pod. All counts are deltas of this interval. */
export interface TelemetryInterval {
  /** Start, Unix time in milliseconds. */
  startMs: number;
  /** End, Unix time in milliseconds; later than `startMs`. */
  endMs: number;
  cohort: Cohort;
  /** The instance, if known. Several pods of one cohort may report the same times. */
  pod?: string;
  /** A part of the service, such as a route; absent means the whole service. */
  segment?: string;
  /** Answered by the server + unanswered as seen by the caller or proxy. */
  requests: number;
  /** Failed requests, the unanswered ones included; at most `requests`. */
  errors: number;
  /** Requests that never got an answer, as counted by the caller or proxy. */
  unanswered?: number;
  /** Restarts of the pod's containers in this interval. */
  restarts?: number;
  /** Latency of the answered requests. */
  latency?: LatencyHistogram;
  measures?: Record<string, Measure>;
}

/** Something that went wrong while data was collected. It never becomes evidence against the canary. */
export interface SourceProblem {
  source: string;
  code: string;
  message: string;
  atMs: number;
}

/** The share of traffic that the router sent to the canary from `atMs` on, 0 to 1. */
export interface WeightChange {
  atMs: number;
  canaryShare: number;
}

/** What a metrics client with per-interval counts knows of a deployment. */
export interface DeploymentTelemetry extends DeploymentRef {
  schemaVersion: 1;
  kind: 'intervals';
  /** Nominal length of an interval in milliseconds. */
  intervalMs: number;
  /** When the canary got its first traffic, Unix time in milliseconds. */
  deployedAtMs: number;
  /** Watermark: data up to here is complete, nothing later is judged. */
  completeUntilMs: number;
  weights: WeightChange[];
  intervals: TelemetryInterval[];
  /**
   * Calls of the service to its dependencies, by the dependency's name: `requests` are calls, `errors` failed ones, and the
   * cohort and pod are those of the caller. They help to name a cause and never become evidence against the canary.
   */
  dependencies?: Record<string, TelemetryInterval[]>;
  problems?: SourceProblem[];
}

/** Rates over a window, for clients that know no more than that. */
export interface DeploymentMetrics {
  /** Failed share of the requests, 0 to 1. */
  errorRate: number;
  p99LatencyMs: number | null;
  requestsPerSecond: number;
  timestampMs: number;
}

/** What a thresholds-only client knows of a deployment. */
export interface AggregateTelemetry extends DeploymentRef {
  schemaVersion: 1;
  kind: 'aggregates';
  windowSeconds: number;
  atMs: number;
  canary: DeploymentMetrics | null;
  stable: DeploymentMetrics | null;
}
