/** Runs judges on simulated deployments. Pure: a run depends on seed, cell and its number only. */
import { type BenchJudge, type Cell, knows } from './judge.ts';
import { runKey, simulateCell } from './scenario.ts';

/** What one judge made of some runs of one cell; one entry a run. */
export interface RunResults {
  /** First interval after which it would roll back; -1 = never. */
  rollbackIntervals: Int32Array;
  promoted: Uint8Array;
  /** Intervals held for an external cause. */
  externalIntervals: Int32Array;
  /** Bad answers that the canary gave until the rollback. */
  badAnswers: Float64Array;
}

/**
 * Runs `from` (inclusive) to `to` (exclusive) of one cell, every judge on the same deployments. In the judges' order;
 * `null` = the judge does not know all metrics of the cell.
 */
export function runJudges(
  judges: readonly BenchJudge[],
  cell: Cell,
  seed: string,
  from: number,
  to: number,
): (RunResults | null)[] {
  const results = judges.map((judge) => (knows(judge, cell) ? emptyResults(to - from) : null));
  for (let run = from; run < to; run++) {
    const scenario = simulateCell(cell, runKey(seed, cell.name, run));
    judges.forEach((judge, j) => {
      const result = results[j]!;
      if (result === null) return;
      const { rollbackInterval, promoted, externalIntervals } = judge.run(scenario, cell);
      const at = run - from;
      result.rollbackIntervals[at] = rollbackInterval ?? -1;
      result.promoted[at] = promoted ? 1 : 0;
      result.externalIntervals[at] = externalIntervals;
      const last = rollbackInterval ?? scenario.intervals - 1;
      for (let i = 0; i <= last; i++) result.badAnswers[at]! += scenario.badServed[i]!;
    });
  }
  return results;
}

/** Space for the results of `runs` runs. */
export function emptyResults(runs: number): RunResults {
  return {
    rollbackIntervals: new Int32Array(runs).fill(-1),
    promoted: new Uint8Array(runs),
    externalIntervals: new Int32Array(runs),
    badAnswers: new Float64Array(runs),
  };
}

/** Puts the results of some runs at their place among all runs. */
export function placeResults(all: RunResults, part: RunResults, from: number): void {
  all.rollbackIntervals.set(part.rollbackIntervals, from);
  all.promoted.set(part.promoted, from);
  all.externalIntervals.set(part.externalIntervals, from);
  all.badAnswers.set(part.badAnswers, from);
}
