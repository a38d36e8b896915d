/** Cells of causes: incidents outside the canary, a canary that hurts stable, and failing dependencies. */
import type { Cell } from './cell.ts';
import type { ScenarioOptions, WeightSteps } from './scenario-options.ts';

/** Traffic as the names spell it: requests per second, canary's share and error rate. */
type Traffic = readonly [rps: number, w: number | WeightSteps, base: number];

const USUAL: Traffic = [500, 0.05, 0.01];
const STEPS: WeightSteps = [
  [0, 0.01],
  [30, 0.05],
  [60, 0.2],
  [120, 0.5],
];

function cellOf(kind: Cell['kind'], what: string, [rps, w, base]: Traffic, kw: ScenarioOptions): Cell {
  const share = typeof w === 'number' ? `w${w}` : 'steps';
  return { name: `${what} rps${rps} ${share} b${base}`, kind, group: 'attribution', kw: { rps, w, base, ...kw } };
}

/** Everything about whose fault it is; the study's own incidents are elsewhere. */
export function attributionCells(): Cell[] {
  const cells: Cell[] = [];
  for (const od of ['iid', 'all']) {
    cells.push(
      cellOf('null', `incident20x-${od}`, [50, 0.05, 0.001], { od, incident: [48, 84, 20] }),
      cellOf('null', `incident20x-${od}`, [500, 0.05, 0.001], { od, incident: [48, 84, 20] }),
      cellOf('null', `incident20x-${od}`, USUAL, { od, incident: [48, 84, 20] }),
      cellOf('null', `incident20x-${od}`, [5000, 0.05, 0.01], { od, incident: [48, 84, 20] }),
      cellOf('null', `incident20x-${od} at 2min`, USUAL, { od, incident: [12, 60, 20] }),
      cellOf('null', `incident20x-${od} at 20min`, USUAL, { od, incident: [120, 141, 20] }),
      cellOf('null', `incident20x-${od} before`, USUAL, { od, incident: [-12, 24, 20] }),
      cellOf('null', `incident3x-${od}`, USUAL, { od, incident: [48, 84, 3] }),
      cellOf('effect', `fault 5x inside incident20x-${od}`, [500, 0.05, 0.001], {
        ...{ od, ratio: 5, onset: 54, incident: [48, 120, 20] },
      }),
      cellOf('null', `interference x2 at 5%-${od}`, [500, STEPS, 0.01], { od, interference: 20 }),
      cellOf('null', `interference x3 at 50%-${od}`, [500, STEPS, 0.01], { od, interference: 4 }),
      cellOf('null', `incident20x-steps-${od}`, [500, STEPS, 0.01], { od, incident: [48, 84, 20] }),
      cellOf('null', `dependency +10% at 10min-${od}`, [500, 0.05, 0.001], {
        od,
        dependency: { from: 60, to: 96, add: 0.1 },
      }),
      cellOf('effect', `dependency +10% of the canary-${od}`, [500, 0.05, 0.001], {
        ...{ od, dependency: { from: 60, add: 0.1, arm: 'canary' } },
      }),
    );
  }
  return cells;
}
