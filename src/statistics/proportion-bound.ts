/** What a count of failures proves of their rate: one-sided bounds after Clopper and Pearson, exact at every size. */
import { logIncompleteBeta } from './incomplete-beta.ts';

/** Trials beyond which nothing is looked for. */
const MOST_TRIALS = 2 ** 40;

/**
 * The largest rate of failures that the counts do not rule out: a rate above it would give so few failures with a chance
 * below `1 - confidence`. 1 without trials.
 *
 * @param failures - at most `trials`.
 * @param confidence - one-sided, above 0 and below 1.
 */
export function upperRateBound(failures: number, trials: number, confidence: number): number {
  const logChance = Math.log1p(-confidence);
  if (failures >= trials) return 1;
  if (failures === 0) return -Math.expm1(logChance / trials);
  // P(at most `failures`) falls with the rate.
  let low = failures / trials;
  let high = 1;
  for (;;) {
    const rate = (low + high) / 2;
    if (rate <= low || rate >= high) return high;
    // P(X <= k) = 1 - I_rate(k + 1, n - k).
    if (logIncompleteBeta(rate, failures + 1, trials - failures).upper > logChance) low = rate;
    else high = rate;
  }
}

/**
 * The fewest trials that prove a rate of failures, if they fail no more often: 299 without a failure prove 1 % at 95 %.
 * `null` where it would take more than 2^40.
 *
 * @param rate - above 0, below 1.
 */
export function trialsToProve(rate: number, failures: number, confidence: number): number | null {
  let low = failures;
  let high = Math.max(1, 2 * failures);
  while (upperRateBound(failures, high, confidence) > rate) {
    low = high;
    high *= 2;
    if (high > MOST_TRIALS) return null;
  }
  while (high - low > 1) {
    const trials = Math.floor((low + high) / 2);
    if (upperRateBound(failures, trials, confidence) > rate) low = trials;
    else high = trials;
  }
  return high;
}
