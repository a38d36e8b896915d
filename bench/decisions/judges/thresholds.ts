/** The plain rules of `thresholdPolicy()` on errors and latency, asked after every interval over the trailing five minutes. */
import { type ThresholdPolicy, thresholdPolicy } from '../../../src/engine/thresholds.ts';
import { partsOf } from '../cell.ts';
import { type BenchJudge, rollbackAt } from '../judge.ts';
import type { Scenario } from '../scenario.ts';
import { P99 } from './latency-quantile.ts';

const POLICY = thresholdPolicy();

/**
 * Fixed thresholds, as many teams use them. The same rules as `decide` with a `thresholdPolicy()`, on running sums: a
 * whole `Decision` for every interval would take a hundred times as long.
 */
export const thresholds: BenchJudge = {
  name: 'thresholds',
  knows: (cell) => partsOf(cell).business.length === 0,
  run(scenario) {
    const slow = latencyRule(POLICY, scenario);
    for (let i = 0; i < scenario.intervals; i++) if (exceeds(POLICY, scenario, i, slow)) return rollbackAt(i);
    return rollbackAt(null);
  },
};

type LatencyRule = (interval: number) => boolean;

/** Whether the canary's p99 over the window that ends with an interval is above both limits. */
function latencyRule(policy: ThresholdPolicy, scenario: Scenario): LatencyRule {
  const { latency, historyIntervals, intervals, intervalSeconds } = scenario;
  if (latency === null) return () => false;
  const canary = new P99(latency, 'canary', intervals);
  const stable = new P99(latency, 'stable', historyIntervals + intervals);
  const length = Math.round(policy.windowSeconds / intervalSeconds);
  return (interval) => {
    const canaryMs = canary.over(interval - length + 1, interval + 1);
    if (canaryMs === null || canaryMs <= policy.maxP99LatencyMs) return false;
    const stableMs = stable.over(historyIntervals + interval - length + 1, historyIntervals + interval + 1);
    return stableMs !== null && canaryMs > stableMs * (1 + policy.maxRelativeLatencyIncrease);
  };
}

function exceeds(policy: ThresholdPolicy, scenario: Scenario, interval: number, isSlow: LatencyRule): boolean {
  const { canary, stable, historyIntervals, intervalSeconds } = scenario;
  const length = Math.round(policy.windowSeconds / intervalSeconds);
  const canaryRequests = trailing(canary.totalRequests, interval, length);
  if (canaryRequests === 0 || canaryRequests < policy.minimumSampleSize) return false;
  const canaryRate = trailing(canary.totalErrors, interval, length) / canaryRequests;
  if (canaryRate > policy.maxErrorRate || isSlow(interval)) return true;
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
