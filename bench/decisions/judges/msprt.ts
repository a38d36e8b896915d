/** The mixture sequential probability ratio test of A/B testing (Johari et al. 2017), on the difference of two error rates. */
import { type BenchJudge, FALSE_ROLLBACK_RATE, rollbackAt } from '../judge.ts';
import { blocksOf, rateOf } from './blocks.ts';

const BOUND = Math.log(1 / FALSE_ROLLBACK_RATE);

/** One-sided by its sign; expects differences of half the baseline's rate. */
export const msprt: BenchJudge = {
  name: 'msprt',
  run(scenario, { kw }) {
    const expected = 0.5 * Math.max(kw.base ?? 0.001, 1e-4);
    let [canaryRequests, canaryErrors, stableRequests, stableErrors] = [0, 0, 0, 0];
    for (const block of blocksOf(scenario, scenario.intervalSeconds)) {
      if (!block.complete) continue;
      canaryRequests += block.canaryRequests;
      canaryErrors += block.canaryErrors;
      stableRequests += block.stableRequests;
      stableErrors += block.stableErrors;
      const pooled = (canaryErrors + stableErrors + 0.5) / (canaryRequests + stableRequests + 1);
      const variance = pooled * (1 - pooled) * (1 / Math.max(canaryRequests, 1) + 1 / Math.max(stableRequests, 1));
      const difference = rateOf(canaryErrors, canaryRequests) - rateOf(stableErrors, stableRequests);
      if (difference > 0 && logNormalMixture(difference, variance, expected ** 2) > BOUND) {
        return rollbackAt(block.lastInterval);
      }
    }
    return rollbackAt(null);
  },
};

/** Log of the mixture over normal effects of variance `tau2`, against no effect, for an estimate of the given variance. */
export function logNormalMixture(difference: number, variance: number, tau2: number): number {
  const widened = variance + tau2;
  return 0.5 * Math.log(variance / widened) + (difference * difference * tau2) / (2 * variance * widened);
}
