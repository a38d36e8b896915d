/** Settings of the CloudWatch provider. */
import type { MetricDuration, MetricNumber } from './values.ts';

/** Asks Amazon CloudWatch (GetMetricData). */
export interface CloudWatchMetric {
  /** How far back. @defaultValue '5m' */
  interval?: MetricDuration;
  metricDataQueries: CloudWatchQuery[];
}

/** A metric, or an expression over others. */
export type CloudWatchQuery = CloudWatchStatQuery | CloudWatchExpressionQuery;

interface CloudWatchCommon {
  /** Begins with a small letter; expressions name it. */
  id?: string;
  label?: string;
  /** False: only for expressions. @defaultValue true */
  returnData?: boolean;
}

/** A metric. */
export interface CloudWatchStatQuery extends CloudWatchCommon {
  metricStat: CloudWatchStat;
  expression?: never;
  period?: MetricNumber;
}

/** An expression over other queries. */
export interface CloudWatchExpressionQuery extends CloudWatchCommon {
  expression: string;
  metricStat?: never;
  /** Seconds. */
  period?: MetricNumber;
}

/** Which metric, and what of it. */
export interface CloudWatchStat {
  metric?: {
    metricName?: string;
    namespace?: string;
    dimensions?: { name?: string; value?: string }[];
  };
  /** Seconds. */
  period?: MetricNumber;
  /** `Sum`, `Average`, `p99` ... */
  stat?: string;
  unit?: string;
}
