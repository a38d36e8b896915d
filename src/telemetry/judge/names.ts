/**
 * The names on the wire that the judge reads. The receiver (`rolloutguard/otlp`) has its own list of them, because the two
 * rooms may not know each other; a test keeps the lists equal.
 */

/** Name of the meter of everything that is recorded here. */
export const METER_NAME = 'rolloutguard';

/** Names of metrics. */
export const METRIC = {
  /** Followed by the name of the business metric. */
  businessPrefix: 'rolloutguard.business.',
  /** Sum of the requests that got no answer, by their caller or a proxy. */
  unanswered: 'rolloutguard.unanswered',
} as const;

/** Names of attributes of points. */
export const POINT = {
  /** Of a `ratio`: `good` or `bad`. */
  outcome: 'rolloutguard.outcome',
  /** Of a `mean`: `sum`, `count` or `sum_of_squares` of the values. */
  statistic: 'rolloutguard.statistic',
  /** The part of the service that a value belongs to. The judge adds all segments up. */
  segment: 'rolloutguard.segment',
  targetService: 'rolloutguard.target.service',
  targetPod: 'rolloutguard.target.pod',
  targetDeploymentId: 'rolloutguard.target.deployment.id',
  targetCohort: 'rolloutguard.target.cohort',
} as const;

/** What stands for a value outside of a bounded set, as in OpenTelemetry's own conventions. */
export const OTHER = '_OTHER';
