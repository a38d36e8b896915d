/**
 * False rollbacks and time to rollback of rolloutguard against fixed thresholds, on the same simulated traffic.
 * Run: `npm run bench -- judge [runs]`. Prints a Markdown table.
 */
import {
  type DeploymentTelemetry,
  decide,
  definePolicy,
  errorRate,
  evidenceHistory,
  thresholdPolicy,
} from '../src/index.ts';
import { simulatedTelemetry, simulateTraffic, TRAFFIC_NOISE, type TrafficOptions } from '../src/testing/index.ts';
import { median, percent, wilsonInterval } from './figures.ts';

type Cell = Omit<TrafficOptions, 'seed' | 'seconds'> & { name: string };

const traffic = (requestsPerSecond: number, canaryShare: number, errorRate: number) => ({
  requestsPerSecond,
  canaryShare,
  errorRate,
});
const HEALTHY: Cell[] = [
  { name: 'calm, 50/s x 5 %, errors 1 %', ...traffic(50, 0.05, 0.01) },
  { name: 'calm, 500/s x 20 %, errors 0.1 %', ...traffic(500, 0.2, 0.001) },
  { name: 'mixed noise, 500/s x 5 %, errors 1 %', ...traffic(500, 0.05, 0.01), noise: TRAFFIC_NOISE.mixed },
  { name: 'mixed noise, 500/s x 20 %, errors 5 %', ...traffic(500, 0.2, 0.05), noise: TRAFFIC_NOISE.mixed },
  { name: 'bursts of one pod, 500/s x 5 %, errors 1 %', ...traffic(500, 0.05, 0.01), noise: TRAFFIC_NOISE.bursts },
  {
    name: 'incident 20x in both, 500/s x 5 %, errors 0.1 %',
    ...traffic(500, 0.05, 0.001),
    incident: { fromSecond: 480, toSecond: 840, ratio: 20 },
  },
];
const FAULTY: Cell[] = [
  { name: 'hard down, 50/s x 5 %', ...traffic(50, 0.05, 0.001), fault: { atSecond: 120, add: 0.95 } },
  { name: '5x, 50/s x 5 %, errors 1 %', ...traffic(50, 0.05, 0.01), fault: { atSecond: 120, ratio: 5 } },
  { name: '5x, 500/s x 5 %, errors 0.1 %', ...traffic(500, 0.05, 0.001), fault: { atSecond: 120, ratio: 5 } },
  { name: '2x, 500/s x 20 %, errors 1 %', ...traffic(500, 0.2, 0.01), fault: { atSecond: 120, ratio: 2 } },
  {
    name: '5x, mixed noise, 500/s x 5 %, errors 1 %',
    ...traffic(500, 0.05, 0.01),
    noise: TRAFFIC_NOISE.mixed,
    fault: { atSecond: 120, ratio: 5 },
  },
];

const POLICY = definePolicy({ criteria: [errorRate()] });
const THRESHOLDS = thresholdPolicy();

/** Seconds from the canary's start to the rollback, asked after every interval; `null` = never within 30 minutes. */
const JUDGES: Record<string, (telemetry: DeploymentTelemetry) => number | null> = {
  rolloutguard(telemetry) {
    const crossing = evidenceHistory(POLICY, telemetry).find(({ logE, bound }) => logE >= bound);
    return crossing ? (crossing.atMs - telemetry.deployedAtMs) / 1000 : null;
  },
  'fixed thresholds'(telemetry) {
    const arms = perInterval(telemetry);
    return firstInterval(arms.length, (i) => {
      const window = arms.slice(Math.max(0, i - 29), i + 1);
      const metrics = (arm: 'canary' | 'stable') => {
        const requests = window.reduce((sum, slot) => sum + slot[arm].requests, 0);
        const errors = window.reduce((sum, slot) => sum + slot[arm].errors, 0);
        return {
          errorRate: errors / Math.max(requests, 1),
          p99LatencyMs: null,
          requestsPerSecond: requests / 300,
          timestampMs: 0,
        };
      };
      const aggregates = {
        schemaVersion: 1,
        kind: 'aggregates',
        service: 's',
        deploymentId: 'd',
        windowSeconds: 300,
        atMs: 0,
      } as const;
      return decide(THRESHOLDS, { ...aggregates, canary: metrics('canary'), stable: metrics('stable') }, { nowMs: 0 })
        .shouldRollback;
    });
  },
  'error rate > 1 %, 4 failures of 30 s'(telemetry) {
    const arms = perInterval(telemetry);
    let failures = 0;
    return firstInterval(arms.length, (i) => {
      if (i % 3 !== 2) return false;
      const last = arms.slice(i - 2, i + 1);
      const [requests, errors] = [
        last.reduce((sum, { canary }) => sum + canary.requests, 0),
        last.reduce((sum, { canary }) => sum + canary.errors, 0),
      ];
      if (errors > 0.01 * requests) failures += 1;
      return failures > 3;
    });
  },
};

/** Runs every judge on the same `runs` deployments of every cell. */
export function benchJudges(runs: number, print: (line: string) => void): void {
  const names = Object.keys(JUDGES);
  print(`Healthy canaries rolled back within 30 min, % [95 % CI] of ${runs} runs\n`);
  print(`| traffic | ${names.join(' | ')} |\n|---|${names.map(() => '---').join('|')}|`);
  for (const cell of HEALTHY) {
    const found = runCell(cell, runs);
    const cells = names.map((name) => {
      const hits = found[name]!.filter((seconds) => seconds !== null).length;
      const { low, high } = wilsonInterval(hits, runs);
      return `${percent(hits / runs)} [${percent(low)}, ${percent(high)}]`;
    });
    print(`| ${cell.name} | ${cells.join(' | ')} |`);
  }
  print(`\nFaulty canaries (from second 120): found within 30 min, median seconds after the fault\n`);
  print(`| fault | ${names.join(' | ')} |\n|---|${names.map(() => '---').join('|')}|`);
  for (const cell of FAULTY) {
    const found = runCell(cell, Math.ceil(runs / 2));
    const cells = names.map((name) => {
      // A rollback before the fault is luck, not detection.
      const times = found[name]!.filter((seconds): seconds is number => seconds !== null && seconds > 120);
      const middle =
        times.length * 2 > found[name]!.length ? `${median(found[name]!.map((s) => s ?? Infinity)) - 120} s` : 'never';
      return `${percent(times.length / found[name]!.length)}, ${middle}`;
    });
    print(`| ${cell.name} | ${cells.join(' | ')} |`);
  }
}

function runCell({ name, ...options }: Cell, runs: number): Record<string, (number | null)[]> {
  const found: Record<string, (number | null)[]> = Object.fromEntries(Object.keys(JUDGES).map((judge) => [judge, []]));
  for (let run = 0; run < runs; run++) {
    const telemetry = simulatedTelemetry(simulateTraffic({ seed: `${name} ${run}`, seconds: 1800, ...options }), 10);
    for (const [judge, judgeOnce] of Object.entries(JUDGES)) found[judge]!.push(judgeOnce(telemetry));
  }
  return found;
}

interface Slot {
  canary: { requests: number; errors: number };
  stable: { requests: number; errors: number };
}

function perInterval(telemetry: DeploymentTelemetry): Slot[] {
  const slots: Slot[] = [];
  for (const { startMs, cohort, requests, errors } of telemetry.intervals) {
    const i = Math.round((startMs - telemetry.deployedAtMs) / telemetry.intervalMs);
    slots[i] ??= { canary: { requests: 0, errors: 0 }, stable: { requests: 0, errors: 0 } };
    const arm = slots[i]![cohort === 'canary' ? 'canary' : 'stable'];
    arm.requests += requests;
    arm.errors += errors;
  }
  return slots;
}

function firstInterval(count: number, hit: (i: number) => boolean): number | null {
  for (let i = 0; i < count; i++) if (hit(i)) return (i + 1) * 10;
  return null;
}
