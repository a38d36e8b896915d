import { describe, expect, test } from 'vitest';
import { RoutedMetrics, recentFailures } from '../../examples/demo/routed-metrics.ts';
import {
  type AggregateTelemetry,
  type DeploymentTelemetry,
  inMemoryMetrics,
  type WeightChange,
} from '../../src/index.ts';

const ref = { service: 'shop', deploymentId: 'deploy-42' };
const query = { ...ref, fromMs: 0, toMs: 10_000, intervalMs: 2_000 };
const options = { signal: new AbortController().signal };

const telemetry: DeploymentTelemetry = {
  ...ref,
  schemaVersion: 1,
  kind: 'intervals',
  intervalMs: 2_000,
  deployedAtMs: 0,
  completeUntilMs: 8_000,
  weights: [],
  intervals: [
    { startMs: 0, endMs: 2_000, cohort: 'canary', requests: 100, errors: 100 },
    { startMs: 4_000, endMs: 6_000, cohort: 'canary', pod: 'a', requests: 10, errors: 1 },
    { startMs: 6_000, endMs: 8_000, cohort: 'canary', pod: 'b', requests: 20, errors: 2 },
    { startMs: 6_000, endMs: 8_000, cohort: 'canary', segment: '/cart', requests: 20, errors: 2 },
    { startMs: 6_000, endMs: 8_000, cohort: 'stable', requests: 300, errors: 3 },
    { startMs: 8_000, endMs: 10_000, cohort: 'canary', requests: 40, errors: 40 },
  ],
};

describe('RoutedMetrics', () => {
  test('adds the weights as they are now, and keeps the last answer', async () => {
    const weights: WeightChange[] = [];
    const metrics = new RoutedMetrics(inMemoryMetrics(telemetry), () => weights);
    expect(metrics.latest).toBeNull();
    weights.push({ atMs: 1, canaryShare: 0.05 });
    const first = await metrics.getTelemetry(query, options);
    expect(first).toEqual({ ...telemetry, weights: [{ atMs: 1, canaryShare: 0.05 }] });
    weights.push({ atMs: 2, canaryShare: 0.2 });
    expect(metrics.latest).toBe(first);
    expect(metrics.latest?.weights).toHaveLength(1);
  });

  test('passes on what has no intervals', async () => {
    const aggregates: AggregateTelemetry = {
      ...ref,
      schemaVersion: 1,
      kind: 'aggregates',
      windowSeconds: 300,
      atMs: 0,
      canary: null,
      stable: null,
    };
    const metrics = new RoutedMetrics(inMemoryMetrics(aggregates), () => []);
    expect(await metrics.getTelemetry(query, options)).toEqual(aggregates);
    expect(metrics.latest).toBeNull();
  });
});

test('recentFailures sums the complete intervals of the last seconds, each request once', () => {
  expect(recentFailures(telemetry, 'canary', 4)).toEqual({ requests: 30, bad: 3 });
  expect(recentFailures(telemetry, 'stable', 4)).toEqual({ requests: 300, bad: 3 });
  expect(recentFailures(telemetry, 'canary', 60)).toEqual({ requests: 130, bad: 103 });
});
