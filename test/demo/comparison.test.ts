import { describe, expect, test } from 'vitest';
import { compareWithThresholds, type Look } from '../../examples/demo/comparison.ts';
import type { DeploymentTelemetry, TelemetryInterval } from '../../src/index.ts';

const DEPLOYED_AT_MS = 1_800_000_000_000;
const INTERVAL_MS = 2_000;

/** Per interval of 2 s: so many requests and errors of the canary, with stable at 1,000 requests and 1 error. */
function telemetryOf(canary: readonly { requests: number; errors: number }[]): DeploymentTelemetry {
  const intervals = canary.flatMap(({ requests, errors }, i): TelemetryInterval[] => {
    const startMs = DEPLOYED_AT_MS + i * INTERVAL_MS;
    const times = { startMs, endMs: startMs + INTERVAL_MS };
    return [
      { ...times, cohort: 'canary', requests, errors },
      { ...times, cohort: 'canary', segment: '/checkout', requests, errors },
      { ...times, cohort: 'stable', requests: 1_000, errors: 1 },
    ];
  });
  return {
    schemaVersion: 1,
    kind: 'intervals',
    service: 'shop',
    deploymentId: 'deploy-42',
    intervalMs: INTERVAL_MS,
    deployedAtMs: DEPLOYED_AT_MS,
    completeUntilMs: DEPLOYED_AT_MS + canary.length * INTERVAL_MS,
    weights: [],
    intervals,
  };
}

/** The engine was asked every 2 s, and the telemetry was complete up to 3 s before. */
function looksFor(count: number): Look[] {
  return Array.from({ length: count }, (_, i) => {
    const completeUntilMs = DEPLOYED_AT_MS + (i + 1) * INTERVAL_MS;
    return { atMs: completeUntilMs + 3_000, completeUntilMs };
  });
}

const of = (count: number, requests: number, errors: number): { requests: number; errors: number }[] =>
  Array.from({ length: count }, () => ({ requests, errors }));

describe('compareWithThresholds', () => {
  test('a canary with too few requests cannot be caught, though every request fails', () => {
    const comparison = compareWithThresholds(telemetryOf(of(20, 10, 10)), looksFor(20));
    expect(comparison).toMatchObject({ requestsNeeded: 1_000, mostRequests: 200 });
    expect(comparison.asWritten.map(({ firedAfterSeconds }) => firedAfterSeconds)).toEqual([null, null, null]);
    expect(comparison.withoutMinimum.map(({ firedAfterSeconds }) => firedAfterSeconds)).toEqual([5, 5, null]);
  });

  test('fires when the window has its requests, as late as the data was there', () => {
    // 250 requests an interval: the fourth interval, complete at 8 s and known at 11 s, makes 1,000.
    const { asWritten } = compareWithThresholds(telemetryOf(of(10, 250, 5)), looksFor(10));
    expect(asWritten.map(({ firedAfterSeconds }) => firedAfterSeconds)).toEqual([11, 11, null]);
  });

  test('tells its two error rules apart', () => {
    // 0.5 % against 0.1 %: above stable, below 1 %.
    const { asWritten } = compareWithThresholds(telemetryOf(of(10, 1_000, 5)), looksFor(10));
    expect(asWritten.map(({ firedAfterSeconds }) => firedAfterSeconds)).toEqual([null, 5, null]);
  });

  test('knows only what was known: later errors do not reach back', () => {
    const telemetry = telemetryOf([...of(9, 1_000, 0), { requests: 1_000, errors: 1_000 }]);
    const { asWritten } = compareWithThresholds(telemetry, looksFor(10));
    expect(asWritten[0]?.firedAfterSeconds).toBe(23);
    expect(compareWithThresholds(telemetry, looksFor(9)).asWritten[0]?.firedAfterSeconds).toBeNull();
  });

  test('nothing asked, nothing fired', () => {
    expect(compareWithThresholds(telemetryOf([]), [])).toMatchObject({ mostRequests: 0 });
  });
});
