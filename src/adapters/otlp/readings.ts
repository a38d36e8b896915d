/** What a point has counted, and how two counts of the same thing are added and subtracted. */
import type { LatencyHistogram } from '../../ports/telemetry.ts';
import { mergeHistograms } from '../../statistics/histogram.ts';
import type { ExponentialPoint, HistogramPoint, Metric, NumberPoint } from './otlp-metrics.ts';

/** Requests, and how long the answered ones took; or the values of a measure. */
export interface Reading {
  /** Of a measure's sum that is added up: the sum itself. */
  count: number;
  /** Sum of the values of a measure. */
  sum?: number;
  /** `null` when the sender keeps no buckets, or when they have nothing in common with those before. */
  latency: LatencyHistogram | null;
}

/** More buckets than any sender of latencies needs: SDKs keep 160 at most. */
const MAX_BUCKETS = 1024;
/** Range of the scale. OTLP knows -10 too, whose buckets are all of 0 to 1 and all above. */
const MIN_SCALE = -9;
const MAX_SCALE = 20;
/** Buckets lie between 2^-512 and 2^512: no latency is longer, and on every coarser scale the bounds still are finite. */
const MAX_EXPONENT = 512;

/** Reads a sum's point; `null` unless it is a number of requests. */
export function readSum(point: NumberPoint): Reading | null {
  return Number.isSafeInteger(point.value) && point.value >= 0 ? { count: point.value, latency: null } : null;
}

/** Reads a histogram's point; `null` when it contradicts itself. */
export function readExplicit(point: HistogramPoint, unit: LatencyHistogram['unit'] | null): Reading | null {
  const { count, upperBounds, bucketCounts } = point;
  if (bucketCounts.length === 0 && upperBounds.length === 0) return { count, latency: null };
  const fits =
    bucketCounts.length === upperBounds.length + 1 &&
    bucketCounts.length <= MAX_BUCKETS &&
    sum(bucketCounts) === count &&
    isAscending(upperBounds);
  if (!fits) return null;
  if (unit === null || upperBounds.length === 0) return { count, latency: null };
  return { count, latency: { type: 'explicit', unit, upperBounds, counts: bucketCounts } };
}

/** Reads an exponential histogram's point; `null` when it contradicts itself. */
export function readExponential(point: ExponentialPoint, unit: LatencyHistogram['unit'] | null): Reading | null {
  const { count, scale, zeroThreshold, offset, bucketCounts } = point;
  // No duration is below zero; should a sender's clock have jumped, such a value is not slow.
  const zeroCount = point.zeroCount + point.negativeCount;
  const reach = Math.max(Math.abs(offset), Math.abs(offset + bucketCounts.length));
  const fits =
    bucketCounts.length <= MAX_BUCKETS &&
    scale >= MIN_SCALE &&
    scale <= MAX_SCALE &&
    reach <= MAX_EXPONENT * 2 ** scale &&
    zeroThreshold >= 0 &&
    Number.isFinite(zeroThreshold) &&
    zeroCount + sum(bucketCounts) === count;
  if (!fits) return null;
  if (unit === null) return { count, latency: null };
  return {
    count,
    latency: { type: 'exponential', unit, scale, zeroThreshold, zeroCount, offset, counts: bucketCounts },
  };
}

/** The unit of a duration metric, or `null` when it is none that we know. */
export function durationUnit(metric: Metric): LatencyHistogram['unit'] | null {
  return metric.unit === 's' || metric.unit === 'ms' ? metric.unit : null;
}

/**
 * What was counted between two readings of one cumulative stream; `null` when the newer one is less in any part, so the
 * sender must have begun anew. Buckets that changed meanwhile are compared on the bounds that both have.
 */
export function difference(newer: Reading, older: Reading): Reading | null {
  if (newer.count < older.count) return null;
  const count = newer.count - older.count;
  if (newer.sum !== undefined) return { count, latency: null, sum: newer.sum - (older.sum ?? 0) };
  if (newer.latency === null || older.latency === null) return { count, latency: null };
  const latency = mergeHistograms(newer.latency, negated(older.latency));
  if (latency === null) return { count, latency };
  const isLess = latency.counts.some(isNegative) || (latency.type === 'exponential' && isNegative(latency.zeroCount));
  return isLess ? null : { count, latency };
}

function negated(histogram: LatencyHistogram): LatencyHistogram {
  const counts = histogram.counts.map((count) => -count);
  return histogram.type === 'explicit'
    ? { ...histogram, counts }
    : { ...histogram, counts, zeroCount: -histogram.zeroCount };
}

function isNegative(count: number): boolean {
  return count < 0;
}

function sum(counts: readonly number[]): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}

function isAscending(bounds: readonly number[]): boolean {
  let before = Number.NEGATIVE_INFINITY;
  for (const bound of bounds) {
    if (!(bound > before && bound < Number.POSITIVE_INFINITY)) return false;
    before = bound;
  }
  return true;
}
