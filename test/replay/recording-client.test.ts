/** What a metrics client says is kept without changing it, and put together to what the engine judged. */
import { describe, expect, it, test } from 'vitest';
import { fromAggregates } from '../../src/ports/from-aggregates.ts';
import { inMemoryMetrics } from '../../src/ports/in-memory.ts';
import type { MetricsClient, TelemetryQuery } from '../../src/ports/metrics-client.ts';
import type { DeploymentTelemetry, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { recordingClient } from '../../src/replay/recording-client.ts';
import { metricsClientContract } from '../../src/testing/contracts.ts';
import { cutAt } from '../helpers/cut.ts';
import { DEPLOYED_AT_MS, interval, repeat, telemetryOf } from '../helpers/telemetry.ts';

const WHOLE = telemetryOf(
  repeat(30, [
    [100, 1],
    [1900, 19],
  ] as const),
  repeat(6, [1900, 19] as const),
);
const at = (slot: number): number => DEPLOYED_AT_MS + slot * 10_000;
const queryAt = (slot: number, more: Partial<TelemetryQuery> = {}): TelemetryQuery => ({
  ...{ service: 'checkout', deploymentId: 'deploy-42', fromMs: at(-6), toMs: at(slot), intervalMs: 10_000 },
  ...more,
});
const live = { signal: new AbortController().signal };

/** Answers from a list, one after the other. */
function answering(...answers: (Partial<DeploymentTelemetry> | Error)[]): MetricsClient {
  let next = 0;
  return {
    name: 'listed',
    async getTelemetry() {
      const answer = answers[Math.min(next++, answers.length - 1)]!;
      if (answer instanceof Error) throw answer;
      return { ...WHOLE, ...answer };
    },
  };
}

metricsClientContract({
  test: (name, run) => test(`recording, ${name}`, run),
  create: () => ({
    client: recordingClient(
      inMemoryMetrics((query) => ({
        ...WHOLE,
        ...query,
        intervals: query.service === 'checkout' ? WHOLE.intervals : [],
      })),
    ),
    query: queryAt(30),
  }),
});

describe('a recording client', () => {
  it('puts successive answers together to the whole', async () => {
    const client = recordingClient(
      // A source that keeps one minute: each answer has the last six intervals.
      inMemoryMetrics(({ toMs }) => {
        const known = cutAt(WHOLE, toMs);
        return { ...known, intervals: known.intervals.filter(({ endMs }) => endMs > toMs - 60_000) };
      }),
    );
    for (const slot of [0, 3, 9, 12, 18, 24, 30]) await client.getTelemetry(queryAt(slot), live);
    expect(client.recording(WHOLE)).toEqual(WHOLE);
    expect(client.recordings()).toEqual([WHOLE]);
    expect(client.problems).toEqual([]);
  });

  it('passes answers and errors through as they are', async () => {
    const answer = { ...WHOLE };
    const broken = new Error('connection refused');
    const passing: MetricsClient = {
      name: 'passing',
      getTelemetry: async ({ toMs }) => (toMs === 0 ? Promise.reject(broken) : answer),
    };
    const client = recordingClient(passing);
    expect(client.name).toBe('passing');
    expect(await client.getTelemetry(queryAt(30), live)).toBe(answer);
    await expect(client.getTelemetry(queryAt(30, { toMs: 0 }), live)).rejects.toBe(broken);
    expect(answer).toEqual(WHOLE);
  });

  it('lets the later answer count about the same time', async () => {
    const late = (errors: number): TelemetryInterval[] => [interval(0, 'canary', [100, errors], { pod: 'a' })];
    const client = recordingClient(answering({ intervals: late(1) }, { intervals: late(7), completeUntilMs: at(1) }));
    await client.getTelemetry(queryAt(1), live);
    await client.getTelemetry(queryAt(1), live);
    expect(client.recording(WHOLE)).toMatchObject({ intervals: late(7), completeUntilMs: WHOLE.completeUntilMs });
  });

  it('knows stable again when it is called so only later', async () => {
    // Before the canary's first request nobody knows when that will be, and all of stable is "before".
    const before = { intervals: [interval(0, 'before', [1900, 19])], deployedAtMs: at(1), completeUntilMs: at(1) };
    const after = { intervals: [interval(0, 'stable', [1900, 19])], completeUntilMs: at(1) };
    const client = recordingClient(answering(before, after));
    for (const slot of [1, 2]) await client.getTelemetry(queryAt(slot), live);
    expect(client.recording(WHOLE)?.intervals).toEqual(after.intervals);
  });

  it('counts nothing twice when it is asked in another rhythm', async () => {
    const fine = [0, 1, 2, 3, 4, 5].map((slot) => interval(slot, 'canary', [100, 1]));
    const coarse = [{ ...interval(0, 'canary', [600, 6]), endMs: at(6) }, interval(6, 'canary', [100, 1])];
    const client = recordingClient(answering({ intervals: fine }, { intervals: coarse }, { intervals: fine.slice(4) }));
    await client.getTelemetry(queryAt(6), live);
    await client.getTelemetry(queryAt(6), live);
    expect(client.recording(WHOLE)?.intervals).toEqual(coarse);
    await client.getTelemetry(queryAt(6), live);
    const { intervals } = client.recording(WHOLE)!;
    for (const [i, { startMs }] of intervals.slice(1).entries())
      expect(startMs).toBeGreaterThanOrEqual(intervals[i]!.endMs);
  });

  it('takes from the rollout system what the client does not know', async () => {
    const client = recordingClient(answering({ weights: [], deployedAtMs: 0 }));
    for (const [slot, canaryShare] of [
      [3, 0.05],
      [6, 0.2],
    ] as const) {
      await client.getTelemetry(
        queryAt(slot, { deployedAtMs: DEPLOYED_AT_MS, routed: { atMs: at(slot), canaryShare } }),
        live,
      );
    }
    expect(client.recording(WHOLE)).toMatchObject({
      deployedAtMs: DEPLOYED_AT_MS,
      weights: [
        { atMs: at(3), canaryShare: 0.05 },
        { atMs: at(6), canaryShare: 0.2 },
      ],
    });
  });

  it('keeps dependencies and problems of all answers, each once', async () => {
    const problem = { source: 'receiver', code: 'GAP', message: 'lost', atMs: 1 };
    const first = { dependencies: { db: [interval(0, 'stable', [10, 1])] }, problems: [problem] };
    const second = {
      dependencies: { db: [interval(1, 'stable', [10, 2])] },
      problems: [problem, { ...problem, atMs: 2 }],
    };
    const client = recordingClient(answering(first, second));
    for (const slot of [1, 2]) await client.getTelemetry(queryAt(slot), live);
    expect(client.recording(WHOLE)).toMatchObject({
      dependencies: { db: [...first.dependencies.db, ...second.dependencies.db] },
      problems: second.problems,
    });
  });

  it('says what it could not record, once for each deployment and reason', async () => {
    const rates = recordingClient(fromAggregates({ getMetrics: async () => null }));
    for (const toMs of [1, 2]) await rates.getTelemetry(queryAt(0, { toMs }), live);
    expect(rates.recordings()).toEqual([]);
    expect(rates.problems).toEqual([
      {
        source: 'aggregates',
        code: 'NOT_A_RECORDING',
        atMs: 1,
        message: expect.stringContaining('rates over a window'),
      },
    ]);
    const odd = recordingClient(
      answering({ intervals: [interval(0, 'canary', [1, 2])] }, { service: 'search' }, { intervals: null as never }),
    );
    for (let i = 0; i < 3; i++) await odd.getTelemetry(queryAt(1), live);
    expect(odd.recording(WHOLE)).toBeNull();
    expect(odd.problems.map(({ code }) => code)).toEqual(['INVALID_TELEMETRY', 'OTHER_DEPLOYMENT']);
  });

  it('keeps a bounded number of deployments: those that were asked about last', async () => {
    const client = recordingClient(
      inMemoryMetrics(({ deploymentId }) => ({ ...WHOLE, deploymentId })),
      { mostDeployments: 2 },
    );
    for (const deploymentId of ['a', 'b', 'a', 'c']) await client.getTelemetry(queryAt(30, { deploymentId }), live);
    expect(client.recordings().map(({ deploymentId }) => deploymentId)).toEqual(['a', 'c']);
    client.forget({ service: 'checkout', deploymentId: 'a' });
    expect(client.recordings().map(({ deploymentId }) => deploymentId)).toEqual(['c']);
  });

  it('gives recordings that share nothing with what it keeps', async () => {
    const client = recordingClient(answering({}));
    await client.getTelemetry(queryAt(30), live);
    client.recording(WHOLE)!.intervals[0]!.errors = 1e9;
    expect(client.recording(WHOLE)).toEqual(WHOLE);
  });

  it.each([
    ['no client', undefined, {}, 'client'],
    ['room for nothing', answering({}), { mostDeployments: 0 }, 'mostDeployments'],
    ['an unknown option', answering({}), { most: 1 }, 'options.most'],
  ])('refuses %s', (_what, client, options, path) => {
    expect(() => recordingClient(client as never, options as never)).toThrow(
      `recordingClient: invalid value at ${path}`,
    );
  });
});
