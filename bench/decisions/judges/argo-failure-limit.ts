/**
 * An Argo Rollouts AnalysisTemplate as many teams write it: the canary's error rate or p99 of the last 30 s against a
 * fixed limit, `failureLimit: 3`. The controller counts failed measurements over the whole analysis, not in a row, and fails
 * when they exceed the limit: at the fourth.
 */
import { metricsOf } from '../cell.ts';
import { type BenchJudge, rollbackAt } from '../judge.ts';
import { blocksOf, rateOf } from './blocks.ts';
import { P99 } from './latency-quantile.ts';

const MEASURE_EVERY_SECONDS = 30;
const FAILURE_LIMIT = 3;
const HIGHEST_P99_MS = 500;

/** Error rate above 1 %. */
export const argo1: BenchJudge = argoFailureLimit('argo-failure-limit-1%', 0.01);
/** Error rate above 5 %. */
export const argo5: BenchJudge = argoFailureLimit('argo-failure-limit-5%', 0.05);
/** p99 above 500 ms. */
export const argoP99: BenchJudge = {
  name: 'argo-failure-limit-p99-500ms',
  knows: (cell) => metricsOf(cell).every(({ metric }) => metric === 'latency'),
  run({ latency, intervals, intervalSeconds }) {
    const length = Math.max(1, Math.round(MEASURE_EVERY_SECONDS / intervalSeconds));
    const p99 = latency && new P99(latency, 'canary', intervals);
    let failures = 0;
    for (let to = length; p99 && to <= intervals; to += length) {
      if ((p99.over(to - length, to) ?? 0) > HIGHEST_P99_MS) failures += 1;
      if (failures > FAILURE_LIMIT) return rollbackAt(to - 1);
    }
    return rollbackAt(null);
  },
};

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
