/**
 * Sequential probability ratio tests that know what no judge can know: the true rates at every moment, short of the noise,
 * and whether the canary is faulty at all. They are a yardstick: no valid judge that must learn the rates is faster on average.
 */
import { type BenchJudge, type Cell, FALSE_ROLLBACK_RATE, rollbackAt } from '../judge.ts';
import type { Scenario } from '../scenario.ts';

const BOUND = Math.log(1 / FALSE_ROLLBACK_RATE);
/** Ratio that is tolerated, as by this package's judge. */
const TOLERATED_RATIO = 1.25;
/** Rates are kept this far from 0 and 1. */
const SMALLEST_RATE = 1e-12;
/** Stands for the rate of a stable that never fails, where a ratio needs one. */
const ALMOST_ZERO = 1e-6;

/** Knows the canary's healthy and its faulty error rate, and compares the two on the canary's counts. */
export const oracle: BenchJudge = {
  name: 'oracle',
  run(scenario, cell) {
    const { canary, truth } = scenario;
    return firstCrossing(scenario, cell, (i) => {
      const healthy = Math.max(truth.healthyRate[i]!, SMALLEST_RATE);
      const faulty = Math.max(truth.faultyRate[i]!, SMALLEST_RATE);
      const errors = canary.totalErrors[i]!;
      const good = canary.totalRequests[i]! - errors;
      return errors * Math.log(faulty / healthy) + good * (Math.log1p(-faulty) - Math.log1p(-healthy));
    });
  },
};

/**
 * Knows the ratio of canary to stable, and compares it with the tolerated one on the canary's share of all errors: what
 * this package's judge could reach if it needed to learn nothing. Counts only while the ratio is above the tolerated one.
 */
export const oracleMargin: BenchJudge = {
  name: 'oracle-margin',
  run(scenario, cell) {
    const { canary, stable, historyIntervals, truth } = scenario;
    return firstCrossing(scenario, cell, (i) => {
      const ratio = truth.faultyRate[i]! / Math.max(truth.healthyRate[i]!, ALMOST_ZERO);
      const canaryRequests = canary.totalRequests[i]!;
      const stableRequests = stable.totalRequests[historyIntervals + i]!;
      if (ratio <= TOLERATED_RATIO || canaryRequests === 0 || stableRequests === 0) return 0;
      const tolerated = canaryRequests * TOLERATED_RATIO + stableRequests;
      const actual = canaryRequests * ratio + stableRequests;
      return (
        canary.totalErrors[i]! * Math.log((ratio / actual) * (tolerated / TOLERATED_RATIO)) +
        stable.totalErrors[historyIntervals + i]! * Math.log(tolerated / actual)
      );
    });
  },
};

function firstCrossing(
  { intervals }: Scenario,
  { kind }: Cell,
  evidence: (interval: number) => number,
): ReturnType<BenchJudge['run']> {
  let sum = 0;
  for (let i = 0; kind === 'effect' && i < intervals; i++) {
    sum += evidence(i);
    if (sum > BOUND) return rollbackAt(i);
  }
  return rollbackAt(null);
}
