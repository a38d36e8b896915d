/** What an app holds of a business metric. */

/**
 * What is measured: a share of outcomes (`ratio`), the mean of values (`mean`), how often something happens per request
 * (`counter`), or a level (`gauge`).
 */
export type BusinessMetricType = 'ratio' | 'mean' | 'counter' | 'gauge';

/** Options of `defineBusinessMetric`. */
export interface BusinessMetricDefinition<T extends BusinessMetricType = BusinessMetricType> {
  readonly type: T;
  /** One sentence for people who read the metric. */
  readonly description?: string;
  /**
   * Parts that are told apart in the metric, such as payment methods, at most 50; any other becomes `_OTHER`. The judge
   * adds them up. Not for a `gauge`. @defaultValue none
   */
  readonly segments?: readonly string[];
}

/** A share of outcomes, such as completed checkouts. Judged by its rarer side. */
export interface RatioMetric {
  readonly name: string;
  readonly type: 'ratio';
  good(segment?: string): void;
  bad(segment?: string): void;
  /** `good()` or `bad()`. */
  record(isGood: boolean, segment?: string): void;
}

/** The mean of values, such as the value of an order. */
export interface MeanMetric {
  readonly name: string;
  readonly type: 'mean';
  /** One value, finite and not below zero; others are left out and reported once. */
  record(value: number, segment?: string): void;
}

/** How often something happens, such as orders. Judged per request that the instance serves. */
export interface CounterMetric {
  readonly name: string;
  readonly type: 'counter';
  /** Finite and not below zero; others are left out and reported once. @defaultValue 1 */
  add(amount?: number, segment?: string): void;
}

/** A level, such as the length of a queue. Averaged over time and instances. */
export interface GaugeMetric {
  readonly name: string;
  readonly type: 'gauge';
  /** The level from now on, until another one is recorded. Finite; others are left out and reported once. */
  record(value: number): void;
  /** Reads the level at each export instead. What it throws is caught; null tells nothing. */
  observe(read: () => number | null): void;
}

/** The instrument of each type. */
export interface BusinessMetrics {
  ratio: RatioMetric;
  mean: MeanMetric;
  counter: CounterMetric;
  gauge: GaugeMetric;
}
