/** Cells of whole deployments: several metrics judged by one policy, with bursts that hit all metrics of a pod at once. */
import type { Cell, CellMetric, CellOptions } from './cell.ts';
import type { Noise } from './scenario-options.ts';

/** Traffic as the names spell it: requests per second, canary's share and error rate. */
type Traffic = readonly [rps: number, w: number, base: number];

const USUAL: Traffic = [500, 0.05, 0.01];
const TWO: readonly CellMetric[] = ['errors', 'latency'];
const THREE: readonly CellMetric[] = ['errors', 'latency', 'business'];
/** Errors, latency and eight of the figures that a shop watches. */
const TEN: readonly CellMetric[] = [
  'errors',
  'latency',
  { metric: 'business', name: 'order value' },
  { metric: 'business', name: 'refunds', better: 'lower', cv: 3 },
  { metric: 'business', name: 'completion', type: 'ratio', base: 0.6 },
  { metric: 'business', name: 'declined', type: 'ratio', base: 0.05, better: 'lower' },
  { metric: 'business', name: 'basket', cv: 0.5 },
  { metric: 'business', name: 'revenue', cv: 6 },
  { metric: 'business', name: 'search hits', missing: 0.2 },
  { metric: 'business', name: 'queue', type: 'gauge', better: 'lower' },
];
const MIXED: CellOptions = { od: 'all', noise: true, gc: true };
const BURSTS: CellOptions = { od: 'burst', noise: true };
const LONG_BURSTS: Noise = { bp: 0.001, bm: 10, bl: 4 };

function cellOf(
  kind: Cell['kind'],
  what: string,
  metrics: readonly CellMetric[],
  [rps, w, base]: Traffic,
  kw: CellOptions,
): Cell {
  return { name: `deployment ${what} rps${rps} w${w} b${base}`, kind, metrics, kw: { rps, w, base, ...kw } };
}

/** Healthy and faulty deployments. */
export function deploymentCells(): Cell[] {
  const traffics: Traffic[] = [[50, 0.05, 0.01], USUAL, [5000, 0.05, 0.01]];
  const withOwn = (metric: 'errors' | 'latency' | 'business', own: CellOptions): CellMetric[] =>
    THREE.map((name) => (name === metric ? { metric, ...own } : name));
  return [
    ...[USUAL, [5000, 0.05, 0.01] as const].flatMap((traffic) => [
      cellOf('null', 'AA-two-mixed', TWO, traffic, MIXED),
      cellOf('null', 'AA-two-bursts', TWO, traffic, BURSTS),
    ]),
    cellOf('effect', 'two errors 5x mixed', [{ metric: 'errors', ratio: 5 }, 'latency'], USUAL, MIXED),
    ...traffics.flatMap((traffic) => [
      cellOf('null', 'AA-iid', THREE, traffic, {}),
      cellOf('null', 'AA-mixed', THREE, traffic, MIXED),
      cellOf('null', 'AA-bursts', THREE, traffic, BURSTS),
    ]),
    cellOf('null', 'AA-bursts40s', THREE, USUAL, { od: LONG_BURSTS, noise: true }),
    cellOf('null', 'AA-mixed', THREE, [500, 0.5, 0.01], MIXED),
    cellOf('null', 'AA-ten-iid', TEN, USUAL, {}),
    cellOf('null', 'AA-ten-mixed', TEN, USUAL, MIXED),
    cellOf('null', 'AA-ten-bursts', TEN, USUAL, BURSTS),
    cellOf('effect', 'errors 5x mixed', withOwn('errors', { ratio: 5 }), USUAL, MIXED),
    cellOf('effect', 'median x1.5 mixed', withOwn('latency', { shift: 1.5 }), USUAL, MIXED),
    cellOf('effect', 'drop20%', withOwn('business', { drop: 0.2 }), USUAL, {}),
  ];
}
