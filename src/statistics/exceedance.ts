/**
 * Latency as counts: how many requests were slower than a bucket edge. That count goes through the judge of counts; the
 * tolerance is on the time axis, because "10 % slower" is what people mean.
 */
import {
  coarsen,
  type ExplicitHistogram,
  type ExponentialHistogram,
  histogramTotal,
  inUnit,
  type LatencyHistogram,
  toExplicit,
} from './histogram.ts';

/** An edge at which latency is judged. */
export interface LatencyEdge {
  /** The bucket bound in milliseconds. */
  edgeMs: number;
  /** Stable's share of requests slower than the edge when the edge was chosen. */
  share: number;
  /** Ratio of such shares that is still tolerated. */
  toleratedRatio: number;
  /** Ratio of such shares within which the canary counts as non-inferior. */
  promoteWithin: number;
}

/**
 * Shares of slower requests that edges are wanted near. Beyond the usual median, p90, p99 and p99.9: without an edge at p97,
 * a tail a third slower takes 300 s to be found instead of 90; without one where stable has next to nothing, 1 % of timeouts
 * take 120 s instead of 50 where they begin late (500 requests/s, 5 %). Each edge more costs the others 0.2 nats.
 */
const WANTED_SHARES = [0.5, 0.1, 0.03, 0.01, 0.001, 0.0002];
/** A steeper tolerance than this would let a broken tail pass; a flatter one would be no tolerance at all. */
const TOLERATED_RANGE = [1.05, 1.5] as const;
/** Finest exponential scale that edges are taken from: 4 buckets an octave, so that later, coarser histograms still have them. */
const EDGE_SCALE = 2;

/**
 * Number of values above a bucket edge, or `null` when the histogram has no such edge: counts are never interpolated
 * into evidence.
 */
export function countAbove(histogram: LatencyHistogram, edgeMs: number): number | null {
  if (histogram.type === 'exponential') return countAboveExponential(histogram, edgeMs);
  const { unit, upperBounds, counts } = histogram;
  const edge = unit === 'ms' ? edgeMs : edgeMs / 1000;
  // A loop, since this is asked for every pod, edge and slot.
  for (let i = 0; i < upperBounds.length; i++)
    if (Math.abs(upperBounds[i]! - edge) <= 1e-9 * edge) return sumFrom(counts, i + 1);
  return null;
}

function countAboveExponential(
  { unit, scale, offset, counts, zeroCount, zeroThreshold }: ExponentialHistogram,
  edgeMs: number,
): number | null {
  const edge = unit === 'ms' ? edgeMs : edgeMs / 1000;
  const index = Math.log2(edge) * 2 ** scale;
  if (Math.abs(index - Math.round(index)) > 1e-6) return null;
  if (zeroCount > 0 && edge < zeroThreshold) return null;
  // Bucket i holds values above 2^(i / 2^scale), so everything from the edge's own index on is slower.
  return sumFrom(counts, Math.max(0, Math.round(index) - offset));
}

/**
 * Number of values above the first bucket edge at or beyond a time: never more than were really slower, since what lies
 * between the time and that edge is not counted.
 */
export function countFrom(histogram: LatencyHistogram, atLeastMs: number): number {
  const { upperBounds, counts } = inUnit(toExplicit(histogram), 'ms');
  const at = upperBounds.findIndex((bound) => bound >= atLeastMs * (1 - 1e-9));
  return at < 0 ? 0 : sumFrom(counts, at + 1);
}

/**
 * The first bucket edge at or beyond a time that two histograms have in common, in milliseconds; `null` where there is none.
 * Shares of slower requests can be compared at one and the same edge alone.
 */
export function commonEdgeFrom(a: LatencyHistogram, b: LatencyHistogram, atLeastMs: number): number | null {
  const edges = a.type === 'explicit' ? edgesOf(a) : b.type === 'explicit' ? edgesOf(b) : coarserEdge(a, b, atLeastMs);
  const isCommon = (edgeMs: number): boolean => countAbove(a, edgeMs) !== null && countAbove(b, edgeMs) !== null;
  return edges.find((edgeMs) => edgeMs >= atLeastMs * (1 - 1e-9) && isCommon(edgeMs)) ?? null;
}

function edgesOf(histogram: ExplicitHistogram): readonly number[] {
  return inUnit(histogram, 'ms').upperBounds;
}

/** Exponential buckets go on beyond the ones that were filled. */
function coarserEdge(a: ExponentialHistogram, b: ExponentialHistogram, atLeastMs: number): number[] {
  const perOctave = 2 ** Math.min(a.scale, b.scale);
  const unitMs = a.unit === 'ms' ? 1 : 1000;
  return [2 ** (Math.ceil(Math.log2(atLeastMs / unitMs) * perOctave - 1e-9) / perOctave) * unitMs];
}

/**
 * Chooses up to seven edges: those nearest to the wanted shares of slower requests, and to that of `quantile`.
 *
 * @param reference - latency of stable, from before the deployment where possible.
 * @param tolerance - tolerated slowdown: 0.1 = 10 % slower.
 * @param promotion - slowdown within which the canary counts as non-inferior.
 */
export function chooseEdges(
  reference: LatencyHistogram,
  quantile: number,
  tolerance: number,
  promotion: number,
): LatencyEdge[] {
  const total = histogramTotal(reference);
  const { upperBounds, counts } = referenceBuckets(reference);
  if (total === 0 || upperBounds.length === 0) return [];
  const shares = upperBounds.map((_, i) => Math.min(Math.max(sumFrom(counts, i + 1) / total, 1e-9), 1));
  const chosen = new Set<number>();
  for (const wanted of [...WANTED_SHARES, 1 - quantile]) {
    let best = 0;
    for (let i = 1; i < shares.length; i++)
      if (distance(shares[i]!, wanted) < distance(shares[best]!, wanted)) best = i;
    chosen.add(best);
  }
  return [...chosen]
    .sort((a, b) => a - b)
    .map((i) => {
      const tolerated = clamp(shareAtFaster(upperBounds, shares, total, i, tolerance) / shares[i]!, ...TOLERATED_RANGE);
      const promoted = shareAtFaster(upperBounds, shares, total, i, promotion) / shares[i]!;
      return {
        edgeMs: upperBounds[i]!,
        share: shares[i]!,
        toleratedRatio: tolerated,
        promoteWithin: promoted,
      };
    });
}

/**
 * Share of requests slower than `edge / (1 + slowdown)`, log-log between bucket edges and never beyond the neighbour:
 * what stable's own share at the edge would be if everything took that much longer.
 */
function shareAtFaster(
  edges: readonly number[],
  shares: readonly number[],
  total: number,
  at: number,
  slowdown: number,
): number {
  const logShare = (i: number): number => (i < 0 ? 0 : Math.log(Math.max(shares[i]!, 0.5 / total)));
  const gap = at === 0 ? Math.LN2 : Math.log(edges[at]! / edges[at - 1]!);
  return Math.exp(logShare(at) + (logShare(at - 1) - logShare(at)) * Math.min(Math.log1p(slowdown) / gap, 1));
}

/** Explicit buckets in milliseconds; exponential ones only at bounds of the edge scale. */
function referenceBuckets(reference: LatencyHistogram): ExplicitHistogram {
  const explicit = toExplicit(reference);
  if (reference.type === 'explicit' || reference.scale <= EDGE_SCALE) return inUnit(explicit, 'ms');
  const step = 2 ** (reference.scale - EDGE_SCALE);
  const upperBounds = explicit.upperBounds.filter((_, i) => (reference.offset + i) % step === 0);
  return inUnit({ ...explicit, upperBounds, counts: coarsen(explicit, upperBounds) }, 'ms');
}

function sumFrom(counts: readonly number[], from: number): number {
  let sum = 0;
  for (let i = from; i < counts.length; i++) sum += counts[i]!;
  return sum;
}

function distance(share: number, wanted: number): number {
  return Math.abs(Math.log(share / wanted));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
