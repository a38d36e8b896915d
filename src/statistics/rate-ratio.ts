/** How many times one rate is another one, with an interval: a figure to show, which decides nothing. */

/** Ratio of two rates with a 95 % interval. All finite and above zero. */
export interface RateRatio {
  ratio: number;
  low: number;
  high: number;
}

/** Quantile of the normal that leaves 2.5 % on either side. */
const Z = 1.959963984540054;
/** Half a bad request is added to each count, so that the ratio exists without any. */
const HALF = 0.5;

/**
 * Ratio of the rate of `now` to that of `then`, `null` where one of them has no requests. On the log scale, with the
 * variance `1 / (bad now + 1/2) + 1 / (bad then + 1/2) + logVariance` (Gart 1966 for the counts).
 *
 * @param logVariance - variance of the log ratio that is there whatever the counts: noise of the rates, pods that differ.
 */
export function rateRatio(
  now: { requests: number; bad: number },
  then: { requests: number; bad: number },
  logVariance: number,
): RateRatio | null {
  if (!(now.requests > 0 && then.requests > 0)) return null;
  const logRatio =
    Math.log(now.bad + HALF) - Math.log(now.requests + 1) - Math.log(then.bad + HALF) + Math.log(then.requests + 1);
  const reach = Z * Math.sqrt(1 / (now.bad + HALF) + 1 / (then.bad + HALF) + logVariance);
  return { ratio: Math.exp(logRatio), low: Math.exp(logRatio - reach), high: Math.exp(logRatio + reach) };
}

/**
 * A ratio with an interval, divided by one that is 1 but for a natural spread: the difference in differences of the logs
 * where the second difference is only known as `0 +- spread`. A side that is not bounded stays so.
 *
 * @param logSpread - standard deviation of the log of the second ratio.
 */
export function widened<Bound extends number | null>(
  { ratio, low, high }: { ratio: number; low: Bound; high: Bound },
  logSpread: number,
): { ratio: number; low: Bound; high: Bound } {
  const reach = (bound: number): number => Math.hypot(Math.log(bound / ratio), Z * logSpread);
  return {
    ratio,
    low: (low === null ? null : ratio * Math.exp(-reach(low))) as Bound,
    high: (high === null ? null : ratio * Math.exp(reach(high))) as Bound,
  };
}
