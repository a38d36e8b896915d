/**
 * Who made these errors, given how many there were?
 *
 * Conditional on the total of bad requests of both arms, the canary's share of them depends only on the ratio of the two
 * rates: an incident or a daily rhythm that moves both rates drops out (Lindon and Malek, NeurIPS 2022).
 */
import { LOG_RATIOS } from './ratio-grid.ts';

/** Requests of both arms in one slice of time, and how many of them were bad. Deltas, never running totals. */
export interface ArmCounts {
  canaryRequests: number;
  canaryBad: number;
  stableRequests: number;
  stableBad: number;
}

/** Counts of nothing. */
export function noCounts(): ArmCounts {
  return { canaryRequests: 0, canaryBad: 0, stableRequests: 0, stableBad: 0 };
}

/** Adds `more` to `sum` in place. */
export function addCounts(sum: ArmCounts, more: ArmCounts): void {
  sum.canaryRequests += more.canaryRequests;
  sum.canaryBad += more.canaryBad;
  sum.stableRequests += more.stableRequests;
  sum.stableBad += more.stableBad;
}

/** The same with the arms in each other's place: where fewer is worse, stable's surplus is the canary's lack. */
export function withArmsSwapped({ canaryRequests, canaryBad, stableRequests, stableBad }: ArmCounts): ArmCounts {
  return {
    canaryRequests: stableRequests,
    canaryBad: stableBad,
    stableRequests: canaryRequests,
    stableBad: canaryBad,
  };
}

/** Share of the bad requests that falls to the canary when its rate is `ratio` times that of stable. */
export function canaryShareAt(ratio: number, counts: ArmCounts): number {
  const canary = counts.canaryRequests * ratio;
  return canary / Math.max(canary + counts.stableRequests, 1e-9);
}

/**
 * Log likelihood of the canary's share over the ratio grid, relative to the grid point `nullPosition`, split into what
 * each canary error and what each stable error adds:
 *
 *     ll_k = canaryBad * (d - L_k) - stableBad * L_k,   d = x_k - x_null,   L_k = log1p(theta_null * expm1(d))
 *
 * Split, because canary errors may be cut back later (one bad pod) without looking at the slice again. `log1p` and
 * `expm1` keep it exact up to counts of 1e12. An empty arm says nothing and adds nothing.
 */
export function addShareLikelihood(
  counts: ArmCounts,
  nullPosition: number,
  perCanaryBad: Float64Array,
  perStableBad: Float64Array,
): void {
  if (counts.canaryRequests === 0 || counts.stableRequests === 0) return;
  const nullLogRatio = LOG_RATIOS[nullPosition]!;
  const canary = counts.canaryRequests * Math.exp(nullLogRatio);
  const nullShare = canary / (canary + counts.stableRequests);
  const growth = growthFrom(nullPosition);
  for (let k = 0; k < LOG_RATIOS.length; k++) {
    const logNormaliser = Math.log1p(nullShare * growth[k]!);
    perCanaryBad[k]! += counts.canaryBad * (LOG_RATIOS[k]! - nullLogRatio - logNormaliser);
    perStableBad[k]! -= counts.stableBad * logNormaliser;
  }
}

const growths = new Map<number, Float64Array>();

/** `expm1(x_k - x_null)` of the whole grid, kept because it is asked for with every interval. */
function growthFrom(nullPosition: number): Float64Array {
  let growth = growths.get(nullPosition);
  if (growth === undefined) {
    growth = Float64Array.from(LOG_RATIOS, (x) => Math.expm1(x - LOG_RATIOS[nullPosition]!));
    growths.set(nullPosition, growth);
  }
  return growth;
}
