import { createNoopMeter } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type OtlpReceiver, startOtlpReceiver } from '../../src/adapters/otlp/index.ts';
import { businessMetric, type Decision, decide, definePolicy } from '../../src/index.ts';
import type { BusinessMetrics } from '../../src/telemetry/index.ts';
import { BusinessRegistry } from '../../src/telemetry/judge/business-registry.ts';
import { MeterHub } from '../../src/telemetry/judge/meter.ts';

// The whole way of a business metric: what defineBusinessMetric records -> the real SDK and exporter -> OTLP over HTTP ->
// receiver -> the criterion of the same name. Only the clock is moved by the test.
const T0 = Date.UTC(2026, 0, 1);
const STEP_MS = 10_000;
const HISTORY_STEPS = 20;
const STEPS = 40;
const CUSTOMERS = 60;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  // The pods first: the last export of a pod needs the receiver.
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  vi.useRealTimers();
});

/** A pod: one process in reality, so each has its own meter and its own registry. */
interface Pod {
  readonly cohort: 'canary' | 'stable';
  readonly checkout: BusinessMetrics['ratio'];
  readonly value: BusinessMetrics['mean'];
  serve(customers: number): void;
  flush(): Promise<void>;
}

function startPod(receiver: OtlpReceiver, name: string, cohort: Pod['cohort'], deploymentId: string): Pod {
  const resource = resourceFromAttributes({
    'service.name': 'shop',
    'service.instance.id': name,
    'deployment.id': deploymentId,
    'rolloutguard.cohort': cohort,
  });
  const exporter = new OTLPMetricExporter({ url: `${receiver.url}/v1/metrics`, temporalityPreference: 0 });
  const provider = new MeterProvider({
    resource,
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  });
  cleanups.push(() => provider.shutdown());
  const hub = new MeterHub(() => null);
  const registry = new BusinessRegistry(hub);
  const checkout = registry.define('checkout_completion', { type: 'ratio' });
  const value = registry.define('order_value', { type: 'mean' });
  const requests = provider.getMeter('http').createHistogram('http.server.request.duration', { unit: 's' });
  hub.offer({ metrics: provider, createNoopMeter });
  return {
    cohort,
    checkout,
    value,
    serve(customers) {
      for (let i = 0; i < customers; i++) requests.record(0.02, { 'http.response.status_code': 200 });
    },
    flush: () => provider.forceFlush(),
  };
}

/** Every k-th customer of a canary gives up besides the one of ten who does so anyway. */
async function run(canaryGivesUpEvery: number, worth: number): Promise<Decision> {
  vi.useFakeTimers({ toFake: ['Date'], now: T0 });
  const receiver = await startOtlpReceiver({ port: 0 });
  cleanups.push(() => receiver.close());
  const stable = ['s1', 's2', 's3'].map((name) => startPod(receiver, name, 'stable', 'deploy-41'));
  let pods = stable;
  for (let step = 1; step <= HISTORY_STEPS + STEPS; step++) {
    if (step === HISTORY_STEPS) {
      pods = [...stable, ...['c1', 'c2'].map((name) => startPod(receiver, name, 'canary', 'deploy-42'))];
    }
    for (const { cohort, checkout, value, serve } of pods) {
      serve(CUSTOMERS);
      for (let customer = 0; customer < CUSTOMERS; customer++) {
        const isBroken = cohort === 'canary' && customer % canaryGivesUpEvery === 0;
        const isDone = customer % 10 !== 9 && !isBroken;
        checkout.record(isDone);
        if (isDone) value.record((5 + (customer % 7)) * (cohort === 'canary' ? worth : 1));
      }
    }
    vi.setSystemTime(T0 + step * STEP_MS - 500);
    await Promise.all(pods.map((pod) => pod.flush()));
  }
  const nowMs = T0 + (HISTORY_STEPS + STEPS + 2) * STEP_MS;
  vi.setSystemTime(nowMs);
  const policy = definePolicy({
    criteria: [
      businessMetric('checkout_completion', { better: 'higher', maxRelativeDrop: 0.05 }),
      businessMetric('order_value', { better: 'higher', maxRelativeDrop: 0.1 }),
    ],
  });
  const query = { service: 'shop', deploymentId: 'deploy-42', fromMs: T0, toMs: nowMs, intervalMs: STEP_MS };
  const telemetry = await receiver.getTelemetry(query, { signal: AbortSignal.timeout(5000) });
  const asked = STEPS * CUSTOMERS * 2;
  const decision = decide(policy, telemetry, { nowMs });
  expect(decision.problems).toEqual([]);
  // Each outcome arrived once: nothing was lost or doubled on the way.
  expect(decision.evidence[0]?.canary.requests).toBeLessThanOrEqual(asked + 2 * CUSTOMERS);
  expect(decision.evidence[0]?.canary.requests).toBeGreaterThanOrEqual(asked - 2 * CUSTOMERS);
  return decision;
}

describe('a canary', () => {
  test('whose customers give up is rolled back by the criterion of that name', async () => {
    const decision = await run(4, 1);
    expect(decision).toMatchObject({ verdict: 'rollback', cause: 'deployment', guilty: 'checkout_completion' });
  });

  test('whose customers buy for less is rolled back by the mean', async () => {
    const decision = await run(Number.POSITIVE_INFINITY, 0.5);
    expect(decision).toMatchObject({ verdict: 'rollback', cause: 'deployment', guilty: 'order_value' });
  });

  test('that differs in nothing is not rolled back', async () => {
    const { verdict, shouldRollback } = await run(Number.POSITIVE_INFINITY, 1);
    expect(shouldRollback).toBe(false);
    expect(['continue', 'promote']).toContain(verdict);
  });
});
