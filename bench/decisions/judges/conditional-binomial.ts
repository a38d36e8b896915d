/**
 * The canary's share of all errors against its share of all requests, as an e-process (Lindon and Malek 2022): a beta
 * mixture over larger shares. Incidents in both arms cancel out; noise that differs between pods does not.
 */
import { type BenchJudge, FALSE_ROLLBACK_RATE, rollbackAt } from '../judge.ts';
import { logBetaKernel, logBetaTails } from '../math/beta.ts';
import { blocksOf } from './blocks.ts';

const BOUND = Math.log(1 / FALSE_ROLLBACK_RATE);
/** How many errors the mixture's prior is worth. */
const CONCENTRATION = 10;

/** Tolerates no difference. */
export const conditionalBinomial: BenchJudge = judgeWith('conditional-binomial', 1);
/** Tolerates a ratio of 1.25. */
export const conditionalBinomialMargin: BenchJudge = judgeWith('conditional-binomial-1.25', 1.25);

function judgeWith(name: string, toleratedRatio: number): BenchJudge {
  return {
    name,
    run(scenario) {
      let [canaryRequests, canaryErrors, stableRequests, stableErrors] = [0, 0, 0, 0];
      for (const block of blocksOf(scenario, scenario.intervalSeconds)) {
        if (!block.complete) continue;
        canaryRequests += block.canaryRequests;
        canaryErrors += block.canaryErrors;
        stableRequests += block.stableRequests;
        stableErrors += block.stableErrors;
        if (canaryErrors === 0) continue;
        const share = (canaryRequests * toleratedRatio) / (canaryRequests * toleratedRatio + stableRequests);
        if (share < 1 && logShareEvidence(canaryErrors, stableErrors, share, CONCENTRATION) > BOUND) {
          return rollbackAt(block.lastInterval);
        }
      }
      return rollbackAt(null);
    },
  };
}

/**
 * Log e-value of "the canary's share of the errors is above `share`" against "it is `share`": the beta prior around the
 * share, cut off below it. In this form neither the likelihoods nor the tails are ever subtracted from 1.
 */
export function logShareEvidence(
  canaryErrors: number,
  stableErrors: number,
  share: number,
  concentration: number,
): number {
  const a = concentration * share;
  const b = concentration * (1 - share);
  return (
    logBetaKernel(share, a, b) -
    logBetaKernel(share, a + canaryErrors, b + stableErrors) +
    logBetaTails(share, a + canaryErrors, b + stableErrors).upper -
    logBetaTails(share, a, b).upper
  );
}
