/** Plans against the real judge on simulated traffic: a few cells of the planner's bench. */
import { expect, test } from 'vitest';
import { rolloutguard } from '../../bench/decisions/judges/rolloutguard.ts';
import { runJudges } from '../../bench/decisions/run.ts';
import { quantile } from '../../bench/figures.ts';
import type { PlannerCell } from '../../bench/planner/cells.ts';
import { predict } from '../../bench/planner/prediction.ts';

const RUNS = 60;
/** Sixty runs know a p90 to about a sixth; the bench with hundreds holds the plans to 25 %. */
const TOLERANCE = 0.4;
const INTERVAL_SECONDS = 10;

test.each<[string, PlannerCell['kw'], 'latency' | undefined]>([
  ['many blocks', { rps: 50, w: 0.2, base: 0.02, ratio: 3 }, undefined],
  ['within the warm-up', { rps: 2000, w: 0.05, base: 0.01, ratio: 4 }, undefined],
  ['a catastrophe', { rps: 50, w: 0.05, base: 0.01, ratio: 60 }, undefined],
  ['few errors', { rps: 50, w: 0.05, base: 0.001, ratio: 50 }, undefined],
  ['latency', { rps: 200, w: 0.1, shift: 1.4 }, 'latency'],
])('median and p90 are about what the judge takes: %s', (name, kw, metric) => {
  const cell: PlannerCell = {
    name: `simulated ${name}`,
    kind: 'effect',
    kw,
    pods: true,
    ...(metric ? { metric } : {}),
  };
  const [results] = runJudges([rolloutguard], cell, 'plans', 0, RUNS);
  const seconds = [...results!.rollbackIntervals].map((interval) =>
    interval < 0 ? Infinity : (interval + 1) * INTERVAL_SECONDS,
  );
  const predicted = predict(cell, [0.5, 0.9]);
  [0.5, 0.9].forEach((power, i) => {
    const simulated = quantile(seconds, power);
    expect(
      Math.abs(predicted[i]! - simulated),
      `p${power * 100}: ${predicted[i]} against ${simulated}`,
    ).toBeLessThanOrEqual(TOLERANCE * simulated + INTERVAL_SECONDS);
  });
});
