/** The shape of a policy document. `policy-schema.ts` says the same to programs; a test keeps the two alike. */
import type { AuthorityRules } from './authority-rules.ts';
import type { BusinessMetricCriterion } from './criteria/business-metric.ts';
import type { ErrorRateCriterion } from './criteria/error-rate.ts';
import type { LatencyCriterion } from './criteria/latency.ts';
import type { SaturationCriterion } from './criteria/saturation.ts';
import type { HardStop } from './hard-stops.ts';
import type { ThresholdPolicy } from './thresholds.ts';

/** One thing that is judged. Make it with {@link errorRate}, {@link latency}, {@link businessMetric} or {@link saturation}. */
export type Criterion = ErrorRateCriterion | LatencyCriterion | BusinessMetricCriterion | SaturationCriterion;

/** What to do while there is nothing to judge by. Missing data never rolls back. */
export interface OnMissing {
  /** The source answers, and says nothing (recent) of the canary or of stable. */
  noData: 'hold' | 'continue';
  /** Traffic is routed to the canary, and none arrives. */
  noTraffic: 'hold' | 'continue';
  /** Fewer canary requests than `minimumSampleSize`. */
  tooFewSamples: 'hold' | 'continue';
  /** A client threw, hung or returned nonsense. */
  sourceFailed: 'hold' | 'continue';
}

/** Judges by evidence: valid however often it is asked. Plain JSON. */
export interface EvidencePolicy {
  schemaVersion: 1;
  kind: 'evidence';
  /** Chance that a healthy deployment is ever rolled back, over all criteria and hard stops and however often the engine is asked. */
  falseRollbackRate: number;
  /** Length of an interval of telemetry in seconds. */
  intervalSeconds: number;
  /**
   * Seconds after the canary's first request whose evidence is set aside until it has shown not to fade (catastrophes count
   * at once); rounded up to whole blocks of 10 s.
   */
  warmUpSeconds: number;
  /** Seconds that a canary must have run before it may be promoted. */
  soakSeconds: number;
  /** Seconds before the deployment that stable is compared with, to tell external incidents. */
  historySeconds: number;
  /** Seconds after the canary's first request at which the time to decide ends; `null` = open. */
  deadlineSeconds: number | null;
  /**
   * What to do when the time to decide ends without proof. `promote-if-bounded`: promote if, for every criterion,
   * the interval lies within its margin for promotion, or a fault at that margin would have been found by now with a chance
   * of 80 % and nothing leans to worse; else hold.
   */
  onInconclusive: 'hold' | 'promote-if-bounded';
  /** Lasting differences between pods that are assumed where pods are not told apart: the standard deviation of their log ratios. */
  assumedPodSpread: number;
  /** Canary requests before a fixed limit (`max`, `maxMs`, a hard stop) may act. Evidence needs none. */
  minimumSampleSize: number;
  /** What to do when a rollback is due. */
  automation: 'rollback' | 'escalate';
  /** What the record of the service must show before automation may act; `null`: it may at once. */
  authority: AuthorityRules | null;
  onMissing: OnMissing;
  /** The weights of all criteria and hard stops sum to 1. */
  criteria: Criterion[];
  hardStops: HardStop[];
}

/** What the engine decides by. */
export type Policy = EvidencePolicy | ThresholdPolicy;
