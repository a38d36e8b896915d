/** How near the planner comes to what really happens: predicted against simulated times, cell by cell. */

import { runAll } from '../decisions/pool.ts';
import { UNIT_SECONDS } from '../decisions/scenario-options.ts';
import { quantile } from '../figures.ts';
import type { PlannerCell } from './cells.ts';
import { predict, predictInClosedForm } from './prediction.ts';

/** Chances that times are compared at. */
const POWERS = [0.5, 0.9] as const;
/** Runs end here; what takes longer is not known. */
const HORIZON_SECONDS = 1800;
/** How far a prediction may be off. */
const TOLERANCE = 0.25;

/** A cell with its times in seconds, one a power; Infinity = never. */
export interface CellAccuracy {
  readonly cell: PlannerCell;
  readonly simulated: readonly number[];
  readonly predicted: readonly number[];
  /** What the closed formula of the study says; `null` for latency. */
  readonly closedForm: readonly number[] | null;
}

/** Simulates and predicts all cells. */
export async function accuracyOf(
  cells: readonly PlannerCell[],
  runs: number,
  threads: number,
): Promise<CellAccuracy[]> {
  const times = new Map<PlannerCell, number[]>();
  for (const pods of [true, false]) {
    const some = cells.filter((cell) => cell.pods === pods);
    const judges = [pods ? 'rolloutguard' : 'rolloutguard-arms'];
    const results = await runAll({ cells: some, judges, seed: '1', runsOf: () => runs, threads });
    some.forEach((cell, i) => {
      const seconds = [...results[i]![0]!.rollbackIntervals].map((interval) =>
        interval < 0 ? Number.POSITIVE_INFINITY : (interval + 1) * UNIT_SECONDS,
      );
      times.set(
        cell,
        POWERS.map((power) => quantile(seconds, power)),
      );
    });
  }
  return cells.map((cell) => ({
    cell,
    simulated: times.get(cell)!,
    predicted: predict(cell, POWERS),
    closedForm: predictInClosedForm(cell, POWERS),
  }));
}

/** How one figure came out. Beyond the runs' end a prediction need only be late enough. */
function judged(simulated: number, predicted: number): 'within' | 'an interval off' | 'off' {
  if (simulated === Number.POSITIVE_INFINITY) return predicted > HORIZON_SECONDS / (1 + TOLERANCE) ? 'within' : 'off';
  if (Math.abs(predicted / simulated - 1) <= TOLERANCE) return 'within';
  return Math.abs(predicted - simulated) <= UNIT_SECONDS ? 'an interval off' : 'off';
}

/** Cells and figures that came out well, and what the closed formula would have made of those with errors. */
export function summary(list: readonly CellAccuracy[]): string {
  const closed = list.flatMap(({ cell, simulated, closedForm }) =>
    closedForm === null ? [] : [{ cell, simulated, predicted: closedForm, closedForm }],
  );
  return `${counted(list)}. The closed formula of the study on those with errors: ${counted(closed)}`;
}

function counted(list: readonly CellAccuracy[]): string {
  const outcomes = list.map(({ simulated, predicted }) => simulated.map((time, i) => judged(time, predicted[i]!)));
  const figures = outcomes.flat();
  const within = outcomes.filter((of) => of.every((one) => one === 'within')).length;
  const nearly = outcomes.filter((of) => of.every((one) => one !== 'off')).length;
  return (
    `${within} of ${list.length} cells have median and p90 within 25 %, ${nearly} if one interval of 10 s is allowed; of the ` +
    `${figures.length} figures ${figures.filter((one) => one === 'within').length} and ${figures.filter((one) => one !== 'off').length}`
  );
}

/** One row a cell: with pods told apart, and without. */
export function table(list: readonly CellAccuracy[]): string {
  const names = [...new Set(list.map(({ cell }) => cell.name))];
  const rows = names.map((name) => {
    const columns = [true, false].flatMap((pods) => {
      const found = list.find(({ cell }) => cell.name === name && cell.pods === pods);
      return found ? POWERS.map((_, i) => figure(found.simulated[i]!, found.predicted[i]!)) : ['', ''];
    });
    return `| ${[name, ...columns].join(' | ')} |`;
  });
  const head = '| fault | pods: median | p90 | no pods: median | p90 |\n|---|---|---|---|---|';
  return [head, ...rows].join('\n');
}

function figure(simulated: number, predicted: number): string {
  const text = `${time(simulated)} / ${time(predicted)}`;
  return judged(simulated, predicted) === 'off' ? `**${text}**` : text;
}

function time(seconds: number): string {
  return seconds === Number.POSITIVE_INFINITY || seconds > HORIZON_SECONDS ? '> 30 min' : `${seconds} s`;
}
