/**
 * An Argo Rollouts AnalysisTemplate as many teams write it: the canary's error rate of the last 30 s against a fixed
 * limit, `failureLimit: 3`. The controller counts failed measurements over the whole analysis, not in a row, and fails
 * when they exceed the limit: at the fourth.
 */
import { type BenchJudge, rollbackAt } from '../judge.ts';
import { blocksOf, rateOf } from './blocks.ts';

const MEASURE_EVERY_SECONDS = 30;
const FAILURE_LIMIT = 3;

/** Error rate above 1 %. */
export const argo1: BenchJudge = argoFailureLimit('argo-failure-limit-1%', 0.01);
/** Error rate above 5 %. */
export const argo5: BenchJudge = argoFailureLimit('argo-failure-limit-5%', 0.05);

function argoFailureLimit(name: string, highestRate: number): BenchJudge {
  return {
    name,
    run(scenario) {
      let failures = 0;
      for (const block of blocksOf(scenario, MEASURE_EVERY_SECONDS)) {
        if (rateOf(block.canaryErrors, block.canaryRequests) > highestRate) failures += 1;
        if (failures > FAILURE_LIMIT) return rollbackAt(block.lastInterval);
      }
      return rollbackAt(null);
    },
  };
}
