/**
 * An asymptotic confidence sequence (Waudby-Smith et al. 2024) of the paired difference "canary's rate minus 1.25 times
 * stable's" per interval. It learns the noise from the differences themselves, but needs a while before it may be believed.
 */
import { type BenchJudge, FALSE_ROLLBACK_RATE, rollbackAt } from '../judge.ts';
import { blocksOf, rateOf } from './blocks.ts';

const TOLERATED_RATIO = 1.25;
/** Number of intervals for which it is tightest. */
const TIGHTEST_AT = 30;
/** Intervals before the variance means anything. */
const FEWEST = 12;

/** Rolls back when the whole one-sided confidence sequence is above 0. */
export const asymptoticCs: BenchJudge = {
  name: 'asymptotic-cs',
  run(scenario) {
    let [count, sum, squares] = [0, 0, 0];
    for (const block of blocksOf(scenario, scenario.intervalSeconds)) {
      if (!block.complete) continue;
      const difference =
        rateOf(block.canaryErrors, block.canaryRequests) -
        TOLERATED_RATIO * rateOf(block.stableErrors, block.stableRequests);
      count += 1;
      sum += difference;
      squares += difference * difference;
      if (count <= FEWEST) continue;
      const mean = sum / count;
      const variance = (Math.max(squares / count - mean * mean, 1e-18) * count) / (count - 1);
      if (mean > Math.sqrt(variance) * oneSidedRadius(count, FALSE_ROLLBACK_RATE, TIGHTEST_AT)) {
        return rollbackAt(block.lastInterval);
      }
    }
    return rollbackAt(null);
  },
};

/** Radius of the one-sided sequence after `n` values of unit variance, tightest at `n = tightestAt`. */
export function oneSidedRadius(n: number, alpha: number, tightestAt: number): number {
  const doubled = -2 * Math.log(2 * alpha);
  const rho2 = (doubled + Math.log(doubled + 1)) / tightestAt;
  const scale = n * rho2 + 1;
  return Math.sqrt(((2 * scale) / (n * n * rho2)) * Math.log1p(Math.sqrt(scale) / (2 * alpha)));
}
