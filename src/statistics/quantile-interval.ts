/**
 * A quantile of latency with an interval that holds at all times. For display: it decides nothing, since a quantile says
 * little of how many requests are slow, and its interval is wide where few are.
 */
import { histogramQuantile, histogramTotal, type LatencyHistogram, toExplicit } from './histogram.ts';

/** A quantile in the histogram's unit, with its 95 % interval. */
export interface QuantileEstimate {
  estimate: number;
  low: number;
  /** `null`: beyond the largest bucket bound. */
  high: number | null;
}

const LEVEL = 0.05;
/** Variance of the rank at which the interval is tightest, in requests: 20 slow ones at the p99. */
const TUNED_FOR = 20;

/**
 * The values between the ranks that chance explains. The count of requests below a quantile is a sum with variance
 * `V = n q (1 - q)`, and with noise of the rate of slow requests, `V + (n (1 - q) cv)^2`; it stays within
 *
 *     sqrt((V + r) log((V + r) / (r alpha^2)))
 *
 * of `n q` at all times with probability `1 - alpha` (the normal mixture of Robbins; Howard et al., Annals of Statistics
 * 2021, with the variance of the binomial). Inside a bucket values are interpolated as Prometheus does.
 *
 * @param quantile - between 0 and 1.
 * @param squaredCv - squared CV of the share of slow requests over the whole time.
 * @returns `null` when the histogram is empty or has no bounds.
 */
export function quantileInterval(
  histogram: LatencyHistogram,
  quantile: number,
  squaredCv: number,
): QuantileEstimate | null {
  const total = histogramTotal(histogram);
  const estimate = histogramQuantile(histogram, quantile);
  if (estimate === null) return null;
  const slow = total * (1 - quantile);
  const variance = slow * quantile + slow * slow * squaredCv + TUNED_FOR;
  const radius = Math.sqrt(variance * Math.log(variance / (TUNED_FOR * LEVEL * LEVEL))) / total;
  const { counts } = toExplicit(histogram);
  const bounded = total - counts.at(-1)!;
  const high = (quantile + radius) * total > bounded ? null : histogramQuantile(histogram, quantile + radius);
  return { estimate, low: histogramQuantile(histogram, Math.max(quantile - radius, 0)) ?? 0, high };
}
