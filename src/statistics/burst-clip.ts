/**
 * Short bursts must not decide: a pod that hiccups for 30 s is not a bad release. The evidence of one block is capped,
 * so that an excess has to last. A catastrophe is not capped, and one bad pod among several is cut back to its siblings.
 */
import type { ArmCounts } from './share-likelihood.ts';

/** Absolute excess of the error rate from which a block may count as a catastrophe. */
const CATASTROPHIC_EXCESS = 0.05;
/** The same as a multiple of stable's rate so far, for services that fail often. */
const CATASTROPHIC_MULTIPLE = 20;
/** Bad canary requests that a catastrophe needs. */
const CATASTROPHIC_BAD = 8;
/** With more than half of all requests failing, this many are enough. */
const HARD_DOWN_EXCESS = 0.5;
const HARD_DOWN_BAD = 3;
/** Fewest canary pods that can be compared with each other. */
const PODS_TO_COMPARE = 3;

/**
 * True when a block is so bad that waiting would be wrong: the canary fails far more than stable, in absolute terms.
 *
 * @param stableRateSoFar - stable's bad share up to and including this block.
 */
export function isCatastrophic(block: ArmCounts, stableRateSoFar: number): boolean {
  const excess =
    block.canaryBad / Math.max(block.canaryRequests, 1) - block.stableBad / Math.max(block.stableRequests, 1);
  const needed = Math.min(HARD_DOWN_EXCESS, Math.max(CATASTROPHIC_EXCESS, CATASTROPHIC_MULTIPLE * stableRateSoFar));
  return (
    (excess > needed && block.canaryBad >= CATASTROPHIC_BAD) ||
    (excess > HARD_DOWN_EXCESS && block.canaryBad >= HARD_DOWN_BAD)
  );
}

/**
 * Bad requests of the canary's pods with each pod cut back to what its siblings make plausible: their mean, plus three
 * standard deviations, plus two. One bad node is not a bad release. Needs three pods; fewer are summed as they are.
 */
export function winsorisePods(badByPod: readonly number[]): number {
  const pods = badByPod.length;
  const total = badByPod.reduce((sum, bad) => sum + bad, 0);
  if (pods < PODS_TO_COMPARE) return total;
  return badByPod.reduce((sum, bad) => {
    const siblings = (total - bad) / (pods - 1);
    return sum + Math.min(bad, siblings + 3 * Math.sqrt(siblings + 1) + 2);
  }, 0);
}
