/** Latency as counts: the share of requests slower than a few bucket edges, and a tolerance that is a shift in time. */
import { RandomStream } from '../../bench/decisions/random.ts';
import { latency } from '../../src/engine/criteria/latency.ts';
import { Panel, type Point, ticksAt } from '../../src/report/panel.ts';
import { svgFile, text } from '../../src/report/svg-file.ts';
import { chooseEdges, countAbove, type LatencyEdge } from '../../src/statistics/exceedance.ts';
import { histogramTotal, type LatencyHistogram } from '../../src/statistics/histogram.ts';

/** The default buckets of Prometheus clients, in milliseconds. */
const BOUNDS = [5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];
const SLOWDOWN = 1.4;
/** Of the table below the plot. */
const COLUMNS = [
  { x: 190, look: 'quiet' },
  { x: 310, look: 'stable' },
  { x: 430, look: 'quiet' },
  { x: 550, look: 'canary' },
];

export function drawLatency(): string {
  const { quantile, maxRelativeIncrease, promoteWithin } = latency();
  const stable = histogramOf('stable', 1);
  const canary = histogramOf('canary', SLOWDOWN);
  const edges = chooseEdges(stable, quantile, maxRelativeIncrease, promoteWithin - 1);
  const panel = new Panel(
    'shares',
    { x: 84, y: 46, width: 510, height: 250 },
    {
      low: 20,
      high: 2000,
      scale: 'log',
      ticks: ticksAt([20, 50, 100, 200, 500, 1000, 2000], (ms) => (ms === 2000 ? '2000 ms' : `${ms}`)),
      title: 'time',
    },
    {
      low: 1e-4,
      high: 1,
      scale: 'log',
      ticks: ticksAt([1e-4, 1e-3, 1e-2, 1e-1, 1], (share) => `${Number((share * 100).toPrecision(3))} %`),
      title: 'requests slower than that',
    },
  );
  const last = shareAbove(stable, 500);
  return svgFile({
    height: 372 + 19 * edges.length,
    title: 'Latency as counts at a few edges',
    description: `Share of requests slower than a time, of stable and of a canary that takes ${SLOWDOWN} times as long. ${edges.map((edge) => `At ${edge.edgeMs} ms: stable ${percent(edge.share)}, tolerated ${percent(tolerated(edge))}, canary ${percent(shareAbove(canary, edge.edgeMs))}.`).join(' ')}`,
    body: [
      panel.frame(`How many requests take longer than ...? The canary is ${SLOWDOWN} times as slow`),
      edges.map((edge) => panel.upright(edge.edgeMs, 'grey thin')),
      panel.line(throughEdges(stable, 1 + maxRelativeIncrease), 'grey dashed'),
      panel.line(throughEdges(stable, 1), 'stable'),
      panel.line(throughEdges(canary, 1), 'canary'),
      edges.map((edge) => [
        panel.mark([edge.edgeMs, edge.share], 'stable'),
        panel.mark([edge.edgeMs, shareAbove(canary, edge.edgeMs)], 'canary'),
      ]),
      panel.words([500, last], 'stable', { dx: -8, dy: 12, anchor: 'end', look: 'stable' }),
      panel.words([1000, shareAbove(canary, 1000)], 'canary', { dx: 8, dy: -8, look: 'canary' }),
      panel.words([1000 * (1 + maxRelativeIncrease), last / 10], 'stable, 10 % slower', { dx: 8, look: 'quiet' }),
      table(COLUMNS, 352, [
        ['slower than', 'stable', 'tolerated', 'canary'],
        ...edges.map((edge) => [
          `${edge.edgeMs} ms`,
          percent(edge.share),
          percent(tolerated(edge)),
          percent(shareAbove(canary, edge.edgeMs)),
        ]),
      ]),
    ],
  });
}

/** Log-normal times with a tail of slow ones, as most services have them. */
function histogramOf(name: string, slowdown: number): LatencyHistogram {
  const random = new RandomStream(`docs/latency/${name}`);
  const counts = Array.from({ length: BOUNDS.length + 1 }, () => 0);
  for (let i = 0; i < 60_000; i++) {
    const slow = random.uniform() < 0.02;
    const ms = slowdown * Math.exp(Math.log(slow ? 260 : 62) + (slow ? 0.55 : 0.42) * random.normal());
    const at = BOUNDS.findIndex((bound) => ms <= bound);
    counts[at < 0 ? BOUNDS.length : at]! += 1;
  }
  return { type: 'explicit', unit: 'ms', upperBounds: BOUNDS, counts };
}

function shareAbove(histogram: LatencyHistogram, edgeMs: number): number {
  return countAbove(histogram, edgeMs)! / histogramTotal(histogram);
}

function tolerated({ share, toleratedRatio }: LatencyEdge): number {
  return share * toleratedRatio;
}

function throughEdges(histogram: LatencyHistogram, slower: number): Point[] {
  return BOUNDS.map((ms) => [ms * slower, shareAbove(histogram, ms)] as const).filter(([, share]) => share > 0);
}

/** Rows below the plot: edges lie too close to each other for figures below each. */
function table(
  columns: readonly { x: number; look: string }[],
  y: number,
  rows: readonly (readonly string[])[],
): ReturnType<typeof text>[] {
  return rows.flatMap((row, i) =>
    row.map((cell, column) => text({ ...columns[column]!, y: y + 19 * i, anchor: 'end' }, cell)),
  );
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
