/**
 * Short bursts must not decide: a pod that hiccups for 30 s is not a bad release. The evidence of one block is capped,
 * so that an excess has to last. A catastrophe is not capped, and one bad pod among several is cut back to its siblings.
 */
import type { ArmCounts } from './share-likelihood.ts';

/** When a block counts as a catastrophe. */
export interface Catastrophe {
  /** Absolute excess of the canary's rate of bad requests from which it may. */
  excess: number;
  /** Bad canary requests that it needs, and how many are enough when more than half of all requests are bad. */
  bad: number;
  badIfMost: number;
}

/**
 * For errors: a canary that fails far more is hard down. Two points are twenty times a rate of 0.1 %; at 5 points, as in the
 * study, services that fail less than that had to wait three times as long without being any safer.
 */
export const HARD_DOWN: Catastrophe = { excess: 0.02, bad: 8, badIfMost: 3 };

/**
 * For slow requests: most of them. A pause of a second, a cold cache, a busy node make every tenth request slow for a
 * moment, and a cold start does so on all pods at once; none of that may decide alone.
 */
export const MOSTLY_SLOW: Catastrophe = { excess: 0.5, bad: 8, badIfMost: 8 };

/** For means: there is always time to see whether it lasts. */
export const NEVER: Catastrophe = { excess: 1, bad: Infinity, badIfMost: Infinity };

/** Excess as a multiple of stable's rate so far, for services that fail often. */
const CATASTROPHIC_MULTIPLE = 20;
/** From this excess on most requests are bad, whatever stable's rate is. */
const MOST = 0.5;
/** Fewest canary pods that can be compared with each other. */
const PODS_TO_COMPARE = 3;

/**
 * True when a block is so bad that waiting would be wrong: the canary fails far more than stable, in absolute terms.
 *
 * @param stableRateSoFar - stable's bad share up to and including this block.
 */
export function isCatastrophic(block: ArmCounts, stableRateSoFar: number, limits: Catastrophe = HARD_DOWN): boolean {
  const excess =
    block.canaryBad / Math.max(block.canaryRequests, 1) - block.stableBad / Math.max(block.stableRequests, 1);
  const needed = Math.min(MOST, Math.max(limits.excess, CATASTROPHIC_MULTIPLE * stableRateSoFar));
  return (excess > needed && block.canaryBad >= limits.bad) || (excess > MOST && block.canaryBad >= limits.badIfMost);
}

/**
 * Bad requests of the canary's pods with each pod cut back to what its siblings make plausible: their mean, plus three
 * standard deviations, plus two. One bad node is not a bad release. Needs three pods; fewer are summed as they are.
 *
 * @param squaredCv - squared CV of rate noise that is ordinary for one pod.
 */
export function winsorisePods(badByPod: readonly number[], squaredCv = 0): number {
  const pods = badByPod.length;
  const total = badByPod.reduce((sum, bad) => sum + bad, 0);
  if (pods < PODS_TO_COMPARE) return total;
  return badByPod.reduce((sum, bad) => {
    const siblings = (total - bad) / (pods - 1);
    return sum + Math.min(bad, siblings + 3 * Math.sqrt(siblings + 1 + squaredCv * siblings * siblings) + 2);
  }, 0);
}
