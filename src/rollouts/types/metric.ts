/** One metric of an analysis: what is measured, how often, and what makes it fail. */
import type { MetricProvider } from './providers.ts';
import type { MetricDuration, MetricNumber } from './values.ts';

/** One metric of an analysis. */
export interface Metric {
  /** Unique among all metrics of a run, those of other templates included. */
  name: string;
  /** Exactly one. */
  provider: MetricProvider;
  /** Time between two measurements. Absent: one measurement. */
  interval?: MetricDuration;
  /** Time before the first one, from the start of the run. @defaultValue none */
  initialDelay?: MetricDuration;
  /** How many measurements, those that are errors left out. @defaultValue 1 without `interval`, else without end */
  count?: MetricNumber;
  /**
   * Expression over `result`. With only this one: false is Failed. With both: neither is Inconclusive. With none the metric
   * always succeeds.
   */
  successCondition?: string;
  /** Expression over `result`. With only this one: false is Successful, also where the value is NaN. */
  failureCondition?: string;
  /** How many may fail; one more fails the metric. -1 never does, and needs `consecutiveSuccessLimit`. @defaultValue 0 */
  failureLimit?: MetricNumber;
  /** How many may be inconclusive; one more makes the metric so. @defaultValue 0 */
  inconclusiveLimit?: MetricNumber;
  /** How many in a row may be errors, 10 seconds apart; one more ends the run as Error, which aborts. @defaultValue 4 */
  consecutiveErrorLimit?: MetricNumber;
  /** How many in a row make it succeed at once. From Argo 1.8 on. @defaultValue 0 (off) */
  consecutiveSuccessLimit?: MetricNumber;
}
