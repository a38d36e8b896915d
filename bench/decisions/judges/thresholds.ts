/** The plain rules of `thresholdPolicy()` on errors, asked after every interval over the trailing five minutes. */
import { type ThresholdPolicy, thresholdPolicy } from '../../../src/engine/thresholds.ts';
import { type BenchJudge, rollbackAt } from '../judge.ts';
import type { Scenario } from '../scenario.ts';

const POLICY = thresholdPolicy();

/**
 * Fixed thresholds, as many teams use them. The same rules as `decide` with a `thresholdPolicy()`, on running sums: a
 * whole `Decision` for every interval would take a hundred times as long.
 */
export const thresholds: BenchJudge = {
  name: 'thresholds',
  run(scenario) {
    for (let i = 0; i < scenario.intervals; i++) if (exceeds(POLICY, scenario, i)) return rollbackAt(i);
    return rollbackAt(null);
  },
};

function exceeds(policy: ThresholdPolicy, scenario: Scenario, interval: number): boolean {
  const { canary, stable, historyIntervals, intervalSeconds } = scenario;
  const length = Math.round(policy.windowSeconds / intervalSeconds);
  const canaryRequests = trailing(canary.totalRequests, interval, length);
  if (canaryRequests === 0 || canaryRequests < policy.minimumSampleSize) return false;
  const canaryRate = trailing(canary.totalErrors, interval, length) / canaryRequests;
  if (canaryRate > policy.maxErrorRate) return true;
  const stableRequests = trailing(stable.totalRequests, historyIntervals + interval, length);
  if (stableRequests === 0) return false;
  const stableRate = trailing(stable.totalErrors, historyIntervals + interval, length) / stableRequests;
  return (
    canaryRate > stableRate * (1 + policy.maxRelativeErrorIncrease) &&
    canaryRate - stableRate > policy.minAbsoluteErrorIncrease
  );
}

function trailing(values: Float64Array, last: number, length: number): number {
  let sum = 0;
  for (let i = Math.max(0, last - length + 1); i <= last; i++) sum += values[i]!;
  return sum;
}
