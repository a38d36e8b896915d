/**
 * How fast the engine is: intervals a second through a session, and one decision over a whole history.
 * Run: `npm run bench -- speed [rounds]`.
 */
import { performance } from 'node:perf_hooks';
import {
  businessMetric,
  DecisionSession,
  type DeploymentTelemetry,
  decide,
  definePolicy,
  errorRate,
  latency,
  type TelemetryInterval,
} from '../src/index.ts';
import { simulatedTelemetry, simulateTraffic } from '../src/testing/index.ts';
import { median } from './figures.ts';

const POLICY = definePolicy({ criteria: [errorRate()], hardStops: [] });
/** What a deployment is really judged by. */
const WHOLE_POLICY = definePolicy({
  criteria: [errorRate(), latency(), businessMetric('orders', { better: 'higher' })],
});
const MINUTES = 30;

/** Prints intervals a second (arms only, 20 pods) and milliseconds a decision. An interval is one slice of time of all pods. */
export function benchSpeed(rounds: number, print: (line: string) => void): void {
  for (const [name, pods] of [
    ['two arms', null],
    ['20 pods', { canary: 1, stable: 19 }],
  ] as const) {
    const telemetry = history(pods, MINUTES * 60);
    const slices = new Map<number, TelemetryInterval[]>();
    for (const interval of telemetry.intervals) {
      slices.set(interval.endMs, [...(slices.get(interval.endMs) ?? []), interval]);
    }
    const perSecond = repeat(rounds, () => {
      const session = new DecisionSession(POLICY, {
        service: 'bench',
        deploymentId: 'speed',
        deployedAtMs: telemetry.deployedAtMs,
        intervalMs: 10_000,
      });
      const from = performance.now();
      for (const [endMs, intervals] of slices) {
        for (const interval of intervals) session.observe(interval);
        session.completeUntil(endMs);
      }
      return (slices.size / (performance.now() - from)) * 1000;
    });
    print(`observe, ${name}: ${Math.round(median(perSecond))} intervals/s`);
  }
  for (const minutes of [MINUTES, 2 * MINUTES, 4 * MINUTES]) {
    const telemetry = history({ canary: 1, stable: 19 }, minutes * 60);
    const times = repeat(rounds, () => {
      const from = performance.now();
      decide(POLICY, telemetry, { nowMs: telemetry.completeUntilMs });
      return performance.now() - from;
    });
    print(`decide, ${minutes * 6} intervals x 20 pods: ${median(times).toFixed(1)} ms`);
  }
  const whole = withEverything(history({ canary: 1, stable: 19 }, MINUTES * 60));
  const times = repeat(rounds, () => {
    const from = performance.now();
    decide(WHOLE_POLICY, whole, { nowMs: whole.completeUntilMs });
    return performance.now() - from;
  });
  print(`decide, ${MINUTES * 6} intervals x 20 pods, errors + latency + business: ${median(times).toFixed(1)} ms`);
}

const BOUNDS_MS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];
/** Of requests with a median of 60 ms. */
const SHARES = [0, 0.01, 0.12, 0.28, 0.33, 0.22, 0.03, 0.008, 0.002, 0, 0, 0];

/** The same with a latency histogram (four edges and more are judged), orders, and calls to a dependency in every interval. */
function withEverything(telemetry: DeploymentTelemetry): DeploymentTelemetry {
  const intervals = telemetry.intervals.map((interval, i) => {
    const { requests } = interval;
    // Some digits of the position stand in for noise: only the time it takes matters here.
    const counts = SHARES.map((share, k) => Math.round(share * requests * (0.9 + ((i * 7 + k * 3) % 20) / 100)));
    const orders = Math.round(0.1 * requests * (0.9 + ((i * 11) % 20) / 100));
    return {
      ...interval,
      latency: { type: 'explicit' as const, unit: 'ms' as const, upperBounds: BOUNDS_MS, counts },
      measures: { orders: { type: 'mean' as const, sum: orders, count: requests } },
    };
  });
  return { ...telemetry, intervals, dependencies: { db: telemetry.intervals } };
}

function repeat(rounds: number, once: () => number): number[] {
  for (let i = 0; i < 5; i++) once();
  return Array.from({ length: rounds }, once);
}

function history(pods: { canary: number; stable: number } | null, seconds: number) {
  const traffic = simulateTraffic({
    seed: 'speed',
    seconds,
    requestsPerSecond: 500,
    canaryShare: 0.05,
    errorRate: 0.01,
    pods: pods ?? { canary: 1, stable: 1 },
  });
  const telemetry = simulatedTelemetry(traffic, 10);
  const nameless = ({ pod: _, ...interval }: TelemetryInterval): TelemetryInterval => interval;
  return pods === null ? { ...telemetry, intervals: telemetry.intervals.map(nameless) } : telemetry;
}
