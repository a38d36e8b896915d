/**
 * The part of an OTLP metrics export that rolloutguard reads. Protobuf and JSON bodies are both decoded to this shape, so
 * nothing behind it knows how a body was written.
 *
 * Times are Unix milliseconds with a fraction. A double holds them to a quarter of a microsecond, and whole milliseconds
 * exactly, so a point that ends on an interval's edge stays on it.
 */

/** An attribute's value. Lists of bytes and of key-value pairs are wrapped, so that they cannot be mistaken for something else. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | AttributeValue[]
  | { bytes: string }
  | { pairs: [string, AttributeValue][] };

/** Attributes by name. A map, because names come from outside and may be anything, `__proto__` included. */
export type Attributes = ReadonlyMap<string, AttributeValue>;

/** Whether a point counts since the last export or since its start time. */
export type Temporality = 'delta' | 'cumulative' | 'unspecified';

/** A decoded body of `POST /v1/metrics`. */
export interface MetricsPayload {
  resources: ResourceMetrics[];
}

/** All metrics of one sender. */
export interface ResourceMetrics {
  attributes: Attributes;
  scopes: ScopeMetrics[];
}

/** All metrics of one instrumentation library. */
export interface ScopeMetrics {
  name: string;
  version: string;
  attributes: Attributes;
  metrics: Metric[];
}

/** One metric with its points. Summaries are `other`: of them only the time is kept. */
export type Metric = { name: string; unit: string } & MetricData;

/** What a metric holds. */
export type MetricData =
  | { type: 'sum'; temporality: Temporality; monotonic: boolean; points: NumberPoint[] }
  | { type: 'histogram'; temporality: Temporality; points: HistogramPoint[] }
  | { type: 'exponential'; temporality: Temporality; points: ExponentialPoint[] }
  | { type: 'gauge'; points: NumberPoint[] }
  | { type: 'other'; points: { timeMs: number }[] };

/** What all points that count something have in common. */
export interface CountingPoint {
  attributes: Attributes;
  /** Start of the counting, or 0 when the sender does not say. */
  startMs: number;
  timeMs: number;
  /** True for a marker that says "nothing was recorded": it carries no value. */
  empty: boolean;
}

/** A point of a sum or a gauge. */
export interface NumberPoint extends CountingPoint {
  value: number;
}

/** A point of a histogram with explicit bounds. Both lists are empty when the sender keeps no buckets. */
export interface HistogramPoint extends CountingPoint {
  count: number;
  /** Sum of the values, if the sender tells it. */
  sum?: number;
  upperBounds: number[];
  bucketCounts: number[];
}

/** A point of an exponential histogram. */
export interface ExponentialPoint extends CountingPoint {
  count: number;
  /** Sum of the values, if the sender tells it. */
  sum?: number;
  scale: number;
  zeroCount: number;
  zeroThreshold: number;
  /** Index of the first positive bucket. */
  offset: number;
  /** Positive buckets. */
  bucketCounts: number[];
  /** Number of values below zero, whatever their bucket. */
  negativeCount: number;
}
