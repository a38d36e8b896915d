/**
 * What becomes of a canary whose time to decide ends: how often is it promoted without proof, and on what ground.
 * Run: `npm run bench -- window-end [runs]`.
 */
import type { Because } from '../src/engine/finding.ts';
import { DecisionSession } from '../src/engine/session.ts';
import type { Cell, CellOptions } from './decisions/cell.ts';
import { podIntervals, policyFor } from './decisions/judges/rolloutguard.ts';
import { runKey, simulateCell } from './decisions/scenario.ts';

/** Ends, in units of 10 s. */
const ENDS = [90, 120, 180];
const UNIT_MS = 10_000;
const DEPLOYED_AT_MS = Date.UTC(2026, 0, 1);
const SHOWN: readonly Because[] = ['worse', 'proven', 'bounded', 'looked-for', 'deadline'];

const TRAFFIC: readonly CellOptions[] = [
  { rps: 500, w: 0.2, base: 0.01, od: 'iid' },
  { rps: 500, w: 0.2, base: 0.01, od: 'all' },
  { rps: 5000, w: 0.05, base: 0.005, od: 'all' },
];
const LATENCY: readonly CellOptions[] = [
  { rps: 500, w: 0.05, noise: true },
  { rps: 500, w: 0.2, noise: true },
];
const CELLS: readonly Cell[] = [
  ...TRAFFIC.flatMap((kw) =>
    [1.25, 1.5, 1.6, 2].map((ratio) => cellOf('errors', `errors ${nameOf(kw)}, ${ratio}x`, { ...kw, ratio })),
  ),
  ...LATENCY.flatMap((kw) => [
    ...[1.1, 1.25, 1.35].map((shift) => cellOf('latency', `latency ${nameOf(kw)}, ${shift}x`, { ...kw, shift })),
    ...[1.3, 1.6].map((tail) =>
      cellOf('latency', `latency ${nameOf(kw)}, beyond p90 ${tail}x`, { ...kw, tail: [0.9, tail] }),
    ),
  ]),
];

/** Prints, of canaries that fail or slow down by so much, the share that is rolled back, promoted on each ground, and held. */
export function benchWindowEnd(runs: number, print: (line: string) => void): void {
  const minutes = ENDS.map((units) => units / 6).join(' / ');
  print(`Share of ${runs} canaries after ${minutes} min, %, pods told apart, budget 0.5 %\n`);
  print(`| canary | rolled back | proven | bounded | looked for | held |\n|---|${SHOWN.map(() => '---').join('|')}|`);
  for (const cell of CELLS) {
    const found = Array.from({ length: runs }, (_, run) => groundsOf(cell, run));
    const shares = SHOWN.map((ground) =>
      ENDS.map((_, i) => {
        const hits = found.filter((grounds) => grounds[i] === ground).length;
        return Math.round((100 * hits) / runs);
      }).join(' / '),
    );
    print(`| ${cell.name} | ${shares.join(' | ')} |`);
  }
}

/** What a run came to by each end: the decision that came before it, or else the ground at the end. */
function groundsOf(cell: Cell, run: number): Because[] {
  const scenario = simulateCell(cell, runKey('1', cell.name, run));
  const policy = policyFor(cell, scenario.intervalSeconds, undefined);
  const ref = { service: 'simulated', deploymentId: 'simulation' };
  const session = new DecisionSession(policy, { ...ref, deployedAtMs: DEPLOYED_AT_MS, intervalMs: UNIT_MS });
  const { historyIntervals } = scenario;
  let decided: Because | null = null;
  const grounds: Because[] = [];
  for (let i = -historyIntervals; i < ENDS.at(-1)!; i++) {
    const startMs = DEPLOYED_AT_MS + i * UNIT_MS;
    const nowMs = startMs + UNIT_MS;
    if (i >= 0) podIntervals('canary', scenario, i, startMs, nowMs, session);
    podIntervals('stable', scenario, historyIntervals + i, startMs, nowMs, session);
    session.completeUntil(nowMs);
    const { verdict, because } = session.finding({ nowMs });
    if (verdict === 'rollback' || verdict === 'promote') decided ??= because;
    if (ENDS.includes(i + 1)) grounds.push(decided ?? session.finding({ nowMs, plannedEndMs: nowMs }).because);
    if (decided !== null) break;
  }
  return ENDS.map((_, i) => grounds[i] ?? decided!);
}

function cellOf(metric: 'errors' | 'latency', name: string, kw: CellOptions): Cell {
  return { name, kind: 'effect', metric, kw };
}

function nameOf({ rps, w, base, od }: CellOptions): string {
  const noise = od === 'iid' ? 'calm' : 'noisy';
  return `${rps}/s x ${Number(w) * 100} %${base === undefined ? '' : `, ${base * 100} %`}, ${noise}`;
}
