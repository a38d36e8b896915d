import { expect, test } from 'vitest';
import { systemClock } from '../../src/ports/clock.ts';
import { fromAggregates } from '../../src/ports/from-aggregates.ts';
import {
  inMemoryEventSink,
  inMemoryMetrics,
  inMemoryRecord,
  inMemoryRollouts,
  manualClock,
} from '../../src/ports/in-memory.ts';
import {
  clockContract,
  deploymentRecordContract,
  eventSinkContract,
  metricsClientContract,
  rolloutClientContract,
} from '../../src/testing/contracts.ts';
import { simulatedTelemetry, simulateTraffic } from '../../src/testing/traffic.ts';

const traffic = simulateTraffic({
  seed: 1,
  seconds: 60,
  historySeconds: 30,
  requestsPerSecond: 50,
  canaryShare: 0.2,
  errorRate: 0.01,
});
const recorded = simulatedTelemetry(traffic, 10, 1_000_000);
const query = {
  service: recorded.service,
  deploymentId: recorded.deploymentId,
  fromMs: 0,
  toMs: recorded.completeUntilMs,
  intervalMs: 10_000,
};

metricsClientContract({
  test,
  create: () => ({
    client: inMemoryMetrics(({ service }) => ({
      ...recorded,
      service,
      intervals: service === recorded.service ? recorded.intervals : [],
    })),
    query,
  }),
});

metricsClientContract({
  test: (name, run) => test(`fromAggregates, ${name}`, run),
  create: () => ({
    client: fromAggregates({
      async getMetrics({ service, timeRange }, { signal }) {
        signal.throwIfAborted();
        return service === 'checkout'
          ? { errorRate: 0.01, p99LatencyMs: 80, requestsPerSecond: 5, timestampMs: timeRange.toMs }
          : null;
      },
    }),
    query: { ...query, service: 'checkout' },
  }),
});

deploymentRecordContract({
  test,
  create: () => ({
    record: inMemoryRecord({
      checkout: [{ deploymentId: 'deploy-1', endedAtMs: 1, verdict: 'continue', outcome: 'good' }],
    }),
    service: 'checkout',
  }),
});

rolloutClientContract({
  test,
  create: () => ({
    client: inMemoryRollouts({ checkout: { activeDeploymentId: 'deploy-2', phase: 'progressing', canaryShare: 0.05 } }),
    active: { service: 'checkout', deploymentId: 'deploy-2' },
  }),
});

eventSinkContract({
  test,
  create: () => {
    const sink = inMemoryEventSink();
    return { sink, received: () => sink.events.map(({ id }) => id) };
  },
});

clockContract({
  test: (name, run) => test(`manual, ${name}`, run),
  create: () => {
    const clock = manualClock();
    return { clock, pass: (ms) => clock.advance(ms) };
  },
});
clockContract({
  test: (name, run) => test(`system, ${name}`, run),
  create: () => ({ clock: systemClock, pass: async () => {} }),
});

test('a contract suite refuses to skip a test that it does not have', () => {
  const create = () => ({ sink: inMemoryEventSink(), received: () => [] });
  expect(() => eventSinkContract({ test: () => {}, create, skip: { 'keeps two events per id': 'typo' } })).toThrow(
    /no test is called/,
  );
});

test('a contract suite finds a sink that keeps repeats', async () => {
  const ids: string[] = [];
  const failed: string[] = [];
  const runs: Promise<unknown>[] = [];
  eventSinkContract({
    test: (name, run) => runs.push(run().catch(() => failed.push(name))),
    create: () => {
      ids.length = 0;
      const own: string[] = [];
      return { sink: { name: 'leaky', emit: async (event) => void own.push(event.id) }, received: () => own };
    },
  });
  await Promise.all(runs);
  expect(failed.sort()).toEqual([
    'EventSink contract: keeps one event per id',
    'EventSink contract: rejects when its signal is aborted, and takes nothing',
  ]);
});
