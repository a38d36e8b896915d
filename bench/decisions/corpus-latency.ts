/** Cells of latency: those of the simulation study, with its names. */
import type { Cell, CellOptions } from './cell.ts';

/** Traffic as the names spell it: requests per second and canary's share. */
type Traffic = readonly [rps: number, w: number];

const USUAL: Traffic = [500, 0.05];
const NOISE: CellOptions = { noise: true };
/** The study's pauses come on top of its noise. */
const PAUSES: CellOptions = { noise: true, gc: true };

function cellOf(kind: Cell['kind'], what: string, traffic: Traffic, kw: CellOptions): Cell {
  const [rps, w] = traffic;
  return { name: `${what} rps${rps} w${w}`, kind, metric: 'latency', kw: { rps, w, ...kw } };
}

/** Healthy and faulty latencies. */
export function latencyCells(): Cell[] {
  return [...nulls(), ...effects()];
}

function nulls(): Cell[] {
  const kinds = { iid: {}, noise: NOISE, gc: PAUSES };
  const cells = Object.entries(kinds).flatMap(([name, kw]) =>
    ([[50, 0.05], USUAL, [5000, 0.05], [500, 0.5]] as const).map((traffic) =>
      cellOf('null', `latency AA-${name}`, traffic, kw),
    ),
  );
  return [
    ...cells,
    ...Object.entries({ iid: {}, noise: NOISE }).flatMap(([name, kw]) => [
      cellOf('null', `latency AA-both-x2-${name}`, USUAL, { both: 2, ...kw }),
      cellOf('null', `latency AA-coldstart-x2-${name}`, USUAL, { cold: 2, ...kw }),
    ]),
    cellOf('null', 'latency tolerated x1.05', [5000, 0.05], { shift: 1.05 }),
  ];
}

function effects(): Cell[] {
  const effect = (what: string, traffic: Traffic, kw: CellOptions): Cell =>
    cellOf('effect', `latency ${what}`, traffic, kw);
  return [
    effect('median x1.1', USUAL, { shift: 1.1 }),
    effect('median x1.25 late 10min', USUAL, { shift: 1.25, onset: 60 }),
    ...([[50, 0.05], USUAL, [5000, 0.05]] as const).map((traffic) => effect('median x1.25', traffic, { shift: 1.25 })),
    effect('median x1.5 noise', USUAL, { shift: 1.5, ...NOISE }),
    effect('median x2', [50, 0.05], { shift: 2 }),
    effect('tail x2 noise', USUAL, { tail: [0.9, 2], ...NOISE }),
    ...([[50, 0.05], USUAL, [5000, 0.05]] as const).map((traffic) =>
      effect('tail(>p90) x1.3', traffic, { tail: [0.9, 1.3] }),
    ),
    effect('timeouts 1% gc-noise', USUAL, { timeouts: 0.01, ...PAUSES }),
    ...([[50, 0.05], [500, 0.01], USUAL, [5000, 0.05]] as const).map((traffic) =>
      effect('timeouts 1%', traffic, { timeouts: 0.01 }),
    ),
  ];
}
