/** Deployments that plans are held against: services, faults, and how much the judge is told of the pods. */
import type { Cell } from '../decisions/cell.ts';

/** A cell, and whether pods are told apart. */
export interface PlannerCell extends Cell {
  readonly pods: boolean;
}

type Errors = readonly [rps: number, w: number, base: number, ratio: number];
type Latency = readonly [rps: number, w: number, shift: number];

/** Cells that the method was made with. */
export function tunedCells(): PlannerCell[] {
  return [
    ...errors('calm', {}, [
      [10, 0.5, 0.01, 5],
      [10, 0.2, 0.05, 5],
      [10, 0.5, 0.001, 50],
      [10, 0.05, 0.01, 50],
      [50, 0.05, 0.001, 50],
      [50, 0.05, 0.01, 5],
      [50, 0.05, 0.01, 50],
      [50, 0.05, 0.05, 2],
      [50, 0.05, 0.05, 5],
      [50, 0.2, 0.01, 2],
      [50, 0.2, 0.01, 5],
      [50, 0.5, 0.01, 2],
      [50, 0.5, 0.01, 5],
      [50, 0.01, 0.01, 50],
      [50, 0.2, 0.001, 10],
      [500, 0.05, 0.01, 2],
      [500, 0.05, 0.01, 5],
      [500, 0.05, 0.001, 5],
      [500, 0.2, 0.01, 1.5],
      [500, 0.2, 0.01, 2],
      [500, 0.01, 0.001, 20],
      [500, 0.05, 0.01, 20],
      [500, 0.05, 0.05, 1.5],
      [5000, 0.01, 0.0001, 50],
      [5000, 0.01, 0.001, 2],
      [5000, 0.01, 0.001, 5],
      [5000, 0.05, 0.001, 2],
      [5000, 0.05, 0.001, 5],
      [5000, 0.05, 0.01, 1.5],
      [5000, 0.05, 0.01, 2],
      [5000, 0.05, 0.01, 5],
      [5000, 0.2, 0.01, 1.5],
      [5000, 0.2, 0.001, 3],
      [5000, 0.5, 0.0001, 10],
    ]),
    ...errors('mixed noise', { od: 'all' }, [
      [500, 0.05, 0.01, 2],
      [500, 0.05, 0.01, 5],
      [500, 0.05, 0.01, 20],
      [5000, 0.2, 0.01, 2],
      [5000, 0.2, 0.01, 5],
      [50, 0.05, 0.05, 5],
      [50, 0.2, 0.01, 5],
      [5000, 0.05, 0.001, 5],
    ]),
    ...errors('pods that differ', { od: 'pods' }, [
      [500, 0.05, 0.01, 2],
      [500, 0.2, 0.01, 2],
      [5000, 0.05, 0.01, 2],
      [5000, 0.2, 0.001, 2],
      [50, 0.05, 0.05, 5],
      [5000, 0.05, 0.001, 3],
    ]),
    ...latencies('calm', {}, [
      [50, 0.05, 1.25],
      [50, 0.05, 1.5],
      [50, 0.05, 2],
      [50, 0.2, 1.25],
      [500, 0.05, 1.25],
      [500, 0.05, 1.5],
      [500, 0.05, 2],
      [500, 0.01, 1.5],
      [500, 0.2, 1.25],
      [5000, 0.05, 1.25],
      [5000, 0.05, 1.5],
      [5000, 0.01, 1.25],
    ]),
    ...latencies('noise', { noise: true }, [
      [50, 0.05, 2],
      [500, 0.05, 1.25],
      [500, 0.05, 1.5],
      [5000, 0.05, 1.25],
      [500, 0.2, 1.25],
    ]),
  ].flatMap(bothWays);
}

/** Cells that were chosen afterwards, and that nothing was changed for. */
export function heldOutCells(): PlannerCell[] {
  return [
    ...errors('calm', {}, [
      [20, 0.1, 0.02, 4],
      [20, 0.3, 0.005, 8],
      [20, 0.5, 0.03, 2.5],
      [100, 0.1, 0.003, 6],
      [100, 0.02, 0.02, 10],
      [100, 0.3, 0.02, 1.75],
      [200, 0.1, 0.005, 3],
      [200, 0.02, 0.001, 30],
      [200, 0.4, 0.0005, 15],
      [1000, 0.1, 0.002, 2.5],
      [1000, 0.03, 0.0005, 12],
      [1000, 0.25, 0.03, 1.6],
      [2000, 0.02, 0.005, 2.2],
      [2000, 0.1, 0.0003, 8],
      [2000, 0.3, 0.002, 1.8],
      [10_000, 0.01, 0.002, 3],
    ]),
    ...errors('noise of 40 %', { od: { gcv: 0.4 } }, [
      [200, 0.1, 0.02, 3],
      [1000, 0.05, 0.005, 4],
      [2000, 0.2, 0.01, 2],
    ]),
    ...errors('drifts', { od: 'ar' }, [
      [300, 0.1, 0.01, 4],
      [2000, 0.1, 0.005, 3],
    ]),
    ...errors('pods that differ by 10 %', { od: { pod: 0.1, gcv: 0.2 } }, [
      [300, 0.05, 0.02, 3],
      [1000, 0.2, 0.005, 2],
    ]),
    ...latencies('calm', {}, [
      [20, 0.1, 1.75],
      [100, 0.1, 1.35],
      [200, 0.05, 1.3],
      [200, 0.3, 1.2],
      [1000, 0.02, 1.4],
      [1000, 0.1, 1.3],
      [2000, 0.05, 1.75],
    ]),
    ...latencies('half of the noise', { noise: 0.5 }, [
      [200, 0.1, 1.5],
      [1000, 0.05, 1.4],
      [2000, 0.2, 1.3],
    ]),
  ].flatMap(bothWays);
}

function errors(service: string, more: Cell['kw'], cells: readonly Errors[]): Cell[] {
  return cells.map(([rps, w, base, ratio]) => ({
    name: `errors ${ratio}x, ${rps}/s x ${w * 100} %, ${percent(base)}, ${service}`,
    kind: 'effect',
    kw: { rps, w, base, ratio, ...more },
  }));
}

function latencies(service: string, more: Cell['kw'], cells: readonly Latency[]): Cell[] {
  return cells.map(([rps, w, shift]) => ({
    name: `latency x${shift}, ${rps}/s x ${w * 100} %, ${service}`,
    kind: 'effect',
    metric: 'latency',
    kw: { rps, w, shift, ...more },
  }));
}

function bothWays(cell: Cell): PlannerCell[] {
  return [
    { ...cell, pods: true },
    { ...cell, pods: false },
  ];
}

function percent(rate: number): string {
  return `${Number((rate * 100).toPrecision(3))} %`;
}
