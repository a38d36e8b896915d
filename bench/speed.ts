/**
 * How fast the engine is: intervals a second through a session, and one decision over a whole history.
 * Run: `npm run bench -- speed [rounds]`.
 */
import { performance } from 'node:perf_hooks';
import { DecisionSession, decide, definePolicy, errorRate, type TelemetryInterval } from '../src/index.ts';
import { simulatedTelemetry, simulateTraffic } from '../src/testing/index.ts';
import { median } from './figures.ts';

const POLICY = definePolicy({ criteria: [errorRate()], hardStops: [] });
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
