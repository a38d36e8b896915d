/**
 * Latency histograms as they arrive: explicit buckets and OpenTelemetry's exponential ones. They can be added,
 * brought to common buckets, and asked for a quantile.
 */

/** Latency of the answered requests of one interval: counts per bucket, not cumulative. */
export type LatencyHistogram = ExplicitHistogram | ExponentialHistogram;

/** Buckets with given upper bounds (inclusive, ascending); the last count is the overflow bucket, so `counts.length = upperBounds.length + 1`. */
export interface ExplicitHistogram {
  type: 'explicit';
  unit: 's' | 'ms';
  upperBounds: number[];
  counts: number[];
}

/** OpenTelemetry's base-2 exponential buckets: `counts[i]` holds values in `(2^((offset+i)/2^scale), 2^((offset+i+1)/2^scale)]`. */
export interface ExponentialHistogram {
  type: 'exponential';
  unit: 's' | 'ms';
  scale: number;
  zeroThreshold: number;
  zeroCount: number;
  offset: number;
  counts: number[];
}

/** Widest exponential histogram that a merge makes; beyond it both are downscaled, so that no sender can ask for gigabytes. */
const MAX_EXPONENTIAL_BUCKETS = 1024;

/** Number of values in the histogram. */
export function histogramTotal(histogram: LatencyHistogram): number {
  let sum = histogram.type === 'exponential' ? histogram.zeroCount : 0;
  for (let i = 0; i < histogram.counts.length; i++) sum += histogram.counts[i]!;
  return sum;
}

/**
 * The same data with explicit bounds. The zero bucket and everything below the first exponential bucket share the first
 * explicit bucket; the overflow bucket is empty.
 */
export function toExplicit(histogram: LatencyHistogram): ExplicitHistogram {
  if (histogram.type === 'explicit') return histogram;
  const { unit, scale, offset, zeroCount, counts } = histogram;
  const bound = (index: number): number => 2 ** (index / 2 ** scale);
  const upperBounds = [bound(offset), ...counts.map((_, i) => bound(offset + i + 1))];
  return { type: 'explicit', unit, upperBounds, counts: [zeroCount, ...counts, 0] };
}

/**
 * Estimates a quantile as Prometheus' `histogram_quantile` does: linear inside the bucket; the largest finite bound when
 * it falls into the overflow bucket.
 *
 * @param quantile - 0 to 1.
 * @returns the value in the histogram's unit, or `null` when the histogram is empty.
 */
export function histogramQuantile(histogram: LatencyHistogram, quantile: number): number | null {
  const { upperBounds, counts } = toExplicit(histogram);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0 || upperBounds.length === 0) return null;
  const rank = quantile * total;
  let below = 0;
  for (let i = 0; i < upperBounds.length; i++) {
    const count = counts[i]!;
    if (below + count >= rank && count > 0) {
      const lower = i === 0 ? Math.min(0, upperBounds[0]!) : upperBounds[i - 1]!;
      return lower + (upperBounds[i]! - lower) * Math.min(Math.max((rank - below) / count, 0), 1);
    }
    below += count;
  }
  return upperBounds[upperBounds.length - 1]!;
}

/**
 * Adds two histograms, on the finest buckets that both can be brought to: the bounds they share, or the coarser scale.
 *
 * @returns `null` when they have no bucket bound in common.
 */
export function mergeHistograms(a: LatencyHistogram, b: LatencyHistogram): LatencyHistogram | null {
  if (a.type === 'exponential' && b.type === 'exponential' && a.unit === b.unit) return mergeExponential(a, b);
  const first = toExplicit(a);
  const second = inUnit(toExplicit(b), first.unit);
  if (sameBounds(first.upperBounds, second.upperBounds))
    return { ...first, counts: addLists(first.counts, second.counts) };
  const upperBounds = commonBounds(first.upperBounds, second.upperBounds);
  if (upperBounds.length === 0) return null;
  const counts = addLists(coarsen(first, upperBounds), coarsen(second, upperBounds));
  return { type: 'explicit', unit: first.unit, upperBounds, counts };
}

/** Bounds that occur in both ascending lists (equal to 1e-9 relative, since 0.07 s is not exactly 70 ms). */
function commonBounds(a: readonly number[], b: readonly number[]): number[] {
  return a.filter((bound) => b.some((other) => isSameBound(bound, other)));
}

/** Counts of `histogram` on fewer bounds, each of which it must have. */
export function coarsen(histogram: ExplicitHistogram, upperBounds: readonly number[]): number[] {
  const counts = new Array<number>(upperBounds.length + 1).fill(0);
  let target = 0;
  histogram.counts.forEach((count, i) => {
    const upper = histogram.upperBounds[i] ?? Infinity;
    while (target < upperBounds.length && upper > upperBounds[target]! && !isSameBound(upper, upperBounds[target]!))
      target++;
    counts[target]! += count;
  });
  return counts;
}

/** The histogram with its bounds in another unit. */
export function inUnit(histogram: ExplicitHistogram, unit: 's' | 'ms'): ExplicitHistogram {
  if (histogram.unit === unit) return histogram;
  const factor = unit === 'ms' ? 1000 : 0.001;
  return { ...histogram, unit, upperBounds: histogram.upperBounds.map((bound) => bound * factor) };
}

function mergeExponential(a: ExponentialHistogram, b: ExponentialHistogram): ExponentialHistogram {
  let scale = Math.min(a.scale, b.scale);
  let [first, second] = [downscale(a, scale), downscale(b, scale)];
  const span = (): number =>
    Math.max(first.offset + first.counts.length, second.offset + second.counts.length) -
    Math.min(first.offset, second.offset);
  while (first.counts.length > 0 && second.counts.length > 0 && span() > MAX_EXPONENTIAL_BUCKETS) {
    scale -= 1;
    [first, second] = [downscale(first, scale), downscale(second, scale)];
  }
  if (first.counts.length === 0) [first, second] = [second, first];
  const offset = second.counts.length === 0 ? first.offset : Math.min(first.offset, second.offset);
  const counts = new Array<number>(second.counts.length === 0 ? first.counts.length : span()).fill(0);
  for (const part of [first, second]) {
    part.counts.forEach((count, i) => {
      counts[part.offset - offset + i]! += count;
    });
  }
  const zeroThreshold = Math.max(a.zeroThreshold, b.zeroThreshold);
  return {
    type: 'exponential',
    unit: a.unit,
    scale,
    zeroThreshold,
    zeroCount: a.zeroCount + b.zeroCount,
    offset,
    counts,
  };
}

/** Halving the scale joins neighbouring buckets exactly: index `i` becomes `floor(i / 2)`. */
function downscale(histogram: ExponentialHistogram, scale: number): ExponentialHistogram {
  const factor = 2 ** (histogram.scale - scale);
  if (factor === 1 || histogram.counts.length === 0) return { ...histogram, scale };
  const offset = Math.floor(histogram.offset / factor);
  const last = Math.floor((histogram.offset + histogram.counts.length - 1) / factor);
  const counts = new Array<number>(last - offset + 1).fill(0);
  histogram.counts.forEach((count, i) => {
    counts[Math.floor((histogram.offset + i) / factor) - offset]! += count;
  });
  return { ...histogram, scale, offset, counts };
}

function isSameBound(a: number, b: number): boolean {
  // Relative to the smaller one, so that the open end at infinity equals nothing finite.
  return Math.abs(a - b) <= 1e-9 * Math.min(Math.abs(a), Math.abs(b));
}

function sameBounds(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!isSameBound(a[i]!, b[i]!)) return false;
  return true;
}

function addLists(a: readonly number[], b: readonly number[]): number[] {
  const sum: number[] = [];
  for (let i = 0; i < a.length; i++) sum.push(a[i]! + b[i]!);
  return sum;
}
