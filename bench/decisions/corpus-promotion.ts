/** Cells of promotion: canaries that may be promoted soon, and faults that must not be. */
import type { Cell, CellOptions } from './cell.ts';
import type { Noise } from './scenario-options.ts';

/** Traffic as the names spell it: requests per second, canary's share and error rate. */
type Traffic = readonly [rps: number, w: number, base: number];

/** Bursts of 10x for 30 s on average, ten or so in the half hour of a stable of 19 pods. */
const BURSTS: Noise = { bp: 0.003, bm: 10, bl: 3 };

function cellOf(kind: Cell['kind'], what: string, [rps, w, base]: Traffic, kw: CellOptions): Cell {
  return { name: `${what} rps${rps} w${w} b${base}`, kind, group: 'promotion', kw: { rps, w, base, ...kw } };
}

function latencyCell(kind: Cell['kind'], what: string, [rps, w]: readonly [number, number], kw: CellOptions): Cell {
  return { name: `${what} rps${rps} w${w}`, kind, group: 'promotion', metric: 'latency', kw: { rps, w, ...kw } };
}

/** Healthy canaries to promote, and false promotions. */
export function promotionCells(): Cell[] {
  const healthy: [Traffic, string][] = [
    [[50, 0.2, 0.01], 'iid'],
    [[500, 0.05, 0.001], 'iid'],
    [[500, 0.05, 0.01], 'iid'],
    [[500, 0.05, 0.01], 'all'],
    [[50, 0.5, 0.01], 'iid'],
  ];
  const faulty: Traffic[] = [
    [500, 0.05, 0.01],
    [50, 0.2, 0.01],
    [50, 0.5, 0.01],
  ];
  return [
    ...healthy.map(([traffic, od]) => cellOf('promote', `promote-${od}`, traffic, { od })),
    latencyCell('promote', 'promote-latency-iid', [500, 0.05], {}),
    latencyCell('promote', 'promote-latency-noise', [500, 0.05], { noise: true }),
    ...[1.6, 2].flatMap((ratio) =>
      ['iid', 'all', 'burst'].flatMap((od) =>
        faulty.map((traffic) => cellOf('effect', `false-promotion ${ratio}x-${od}`, traffic, { od, ratio })),
      ),
    ),
    ...[1.6, 2].flatMap((ratio) =>
      faulty.map((traffic) =>
        cellOf('effect', `false-promotion ${ratio}x-stable-bursts`, traffic, { ratio, od: BURSTS, burstsAt: 'stable' }),
      ),
    ),
    ...(
      [
        [500, 0.05],
        [50, 0.05],
      ] as const
    ).map((traffic) => latencyCell('effect', 'false-promotion p99 +60%', traffic, { tail: [0.9, 1.6] })),
  ];
}
