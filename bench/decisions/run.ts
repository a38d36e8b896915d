/** Runs judges on simulated deployments. Pure: a run depends on seed, cell and its number only. */
import { holdFit } from './incident.ts';
import { type BenchJudge, type Cell, knows } from './judge.ts';
import { runKey, simulateCell } from './scenario.ts';

/** What one judge made of some runs of one cell; one entry a run. Shares are NaN where a run has nothing to say. */
export interface RunResults {
  /** First interval after which it would roll back; -1 = never. */
  rollbackIntervals: Int32Array;
  /** First interval after which it would have promoted; -1 = never. */
  promoteIntervals: Int32Array;
  /** Intervals held for a cause that is not the canary. */
  externalIntervals: Int32Array;
  /** Bad answers that the canary gave until the rollback. */
  badAnswers: Float64Array;
  /** Share of an incident's intervals from the fourth on that were held. */
  heldFromFourth: Float64Array;
  /** 1 = a hold ended in time after an incident, 0 = it did not. */
  released: Float64Array;
  /** Share of the intervals without an incident that were held. */
  heldOutside: Float64Array;
  /** 1 = the rollback's cause was the deployment, 0 = another. */
  causeDeployment: Float64Array;
  /** 1 = interference was suspected. */
  suspectedInterference: Uint8Array;
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
      const outcome = judge.run(scenario, cell);
      const { rollbackInterval, held } = outcome;
      const at = run - from;
      const last = rollbackInterval ?? scenario.intervals - 1;
      result.rollbackIntervals[at] = rollbackInterval ?? -1;
      result.promoteIntervals[at] = outcome.promoteInterval ?? -1;
      result.externalIntervals[at] = held?.reduce((sum, one) => sum + one, 0) ?? 0;
      for (let i = 0; i <= last; i++) result.badAnswers[at]! += scenario.badServed[i]!;
      if (held !== null) {
        const fit = holdFit(cell, held, rollbackInterval === null ? last : last - 1);
        result.heldFromFourth[at] = fit.heldShareFromFourth ?? Number.NaN;
        result.released[at] = fit.released === null ? Number.NaN : Number(fit.released);
        result.heldOutside[at] = fit.outsideShare ?? Number.NaN;
      }
      if (outcome.cause !== null) result.causeDeployment[at] = outcome.cause === 'deployment' ? 1 : 0;
      result.suspectedInterference[at] = outcome.suspectedInterference ? 1 : 0;
    });
  }
  return results;
}

/** Space for the results of `runs` runs. */
export function emptyResults(runs: number): RunResults {
  const unknown = (): Float64Array => new Float64Array(runs).fill(Number.NaN);
  return {
    rollbackIntervals: new Int32Array(runs).fill(-1),
    promoteIntervals: new Int32Array(runs).fill(-1),
    externalIntervals: new Int32Array(runs),
    badAnswers: new Float64Array(runs),
    heldFromFourth: unknown(),
    released: unknown(),
    heldOutside: unknown(),
    causeDeployment: unknown(),
    suspectedInterference: new Uint8Array(runs),
  };
}

/** Puts the results of some runs at their place among all runs. */
export function placeResults(all: RunResults, part: RunResults, from: number): void {
  for (const key of Object.keys(all) as (keyof RunResults)[]) all[key].set(part[key], from);
}
