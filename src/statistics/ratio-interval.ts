/** Confidence interval of the rate ratio, valid at every moment and not only at a planned end. */
import { logMixture } from './log-space.ts';
import { intervalPrior, LOG_RATIOS } from './ratio-grid.ts';
import type { ArmCounts } from './share-likelihood.ts';

/** Estimate of canary rate over stable rate. `null` where the data do not bound it on that side. */
export interface RatioInterval {
  estimate: number;
  low: number | null;
  high: number | null;
}

const LEVEL = 0.05;
const PRIOR = intervalPrior();

/**
 * All ratios that the two-sided mixture has not rejected at 5 % (an anytime interval for the tempered model). Ends are
 * interpolated linearly between grid points. The estimate is what was observed, held inside the interval. All of this is
 * for display and decides nothing.
 */
export function ratioInterval(curve: Float64Array, observed: number): RatioInterval {
  const cut = logMixture(curve, PRIOR.logWeights, PRIOR.positions) - Math.log(1 / LEVEL);
  const last = LOG_RATIOS.length - 1;
  let first = -1;
  let final = -1;
  for (let k = 0; k <= last; k++) {
    if (curve[k]! > cut) {
      if (first < 0) first = k;
      final = k;
    }
  }
  const crossing = (inside: number, outside: number): number => {
    const share = (curve[inside]! - cut) / (curve[inside]! - curve[outside]!);
    return Math.exp(LOG_RATIOS[inside]! + share * (LOG_RATIOS[outside]! - LOG_RATIOS[inside]!));
  };
  const low = first <= 0 ? null : crossing(first, first - 1);
  const high = final < 0 || final === last ? null : crossing(final, final + 1);
  return { estimate: Math.min(Math.max(observed, low ?? 0), high ?? Infinity), low, high };
}

/** Ratio of the observed rates, half a bad request added to each so that it exists without any. */
export function observedRatio({ canaryRequests, canaryBad, stableRequests, stableBad }: ArmCounts): number {
  return (canaryBad + 0.5) / (canaryRequests + 1) / ((stableBad + 0.5) / (stableRequests + 1));
}
