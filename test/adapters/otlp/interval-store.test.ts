/** Points that cannot be used, queries, options. */
import { describe, expect, test } from 'vitest';
import { createIntervalStore, type IntervalStoreOptions } from '../../../src/adapters/otlp/index.ts';
import { answered, at, exportOf, T0, TestStore, unanswered } from './support/exports.ts';

const CANARY = { pod: 'c1', cohort: 'canary', deploymentId: 'd1' };
const STABLE = { pod: 's1', cohort: 'stable', deploymentId: 'd0' };

describe('points that cannot be used', () => {
  const point = { from: 0, to: 8, count: 5 };
  test.each([
    ['buckets that do not add up', answered([{ ...point, buckets: [3, 3] }]), 'malformed'],
    ['too few buckets', answered([{ ...point, buckets: [5] }]), 'malformed'],
    ['bounds that fall', answered([{ ...point, bounds: [2, 1], buckets: [5, 0, 0] }]), 'malformed'],
    ['a bound that is no number', answered([{ ...point, bounds: [Number.NaN], buckets: [5, 0] }]), 'malformed'],
    ['a start after its end', answered([{ ...point, from: 9 }]), 'malformed'],
    ['no time', { ...answered([point]), points: [{ ...answered([point]).points[0]!, timeMs: 0 }] }, 'malformed'],
    ['a negative sum', unanswered(CANARY, [{ from: 0, to: 8, count: -1 }]), 'malformed'],
    ['half a request', unanswered(CANARY, [{ from: 0, to: 8, count: 0.5 }]), 'malformed'],
    ['no service to be about', unanswered({ service: '' }, [{ from: 0, to: 8, count: 1 }]), 'unsupported'],
    ['a sum that may fall', { ...unanswered(CANARY, [{ from: 0, to: 8, count: 1 }]), monotonic: false }, 'unsupported'],
    ['a temporality that nobody named', { ...answered([point]), temporality: 'unspecified' }, 'unsupported'],
    [
      'a gauge of durations',
      { name: 'http.server.request.duration', unit: 's', type: 'other', points: [{ timeMs: at(8) }] },
      'unsupported',
    ],
  ] as [string, ReturnType<typeof answered>, 'malformed' | 'unsupported'][])('%s', (_name, metric, reason) => {
    const store = new TestStore();
    const good = answered([{ from: 0, to: 8, count: 1, route: '/good' }]);
    const result = store.take(8, exportOf(CANARY, metric, good));
    expect(result).toMatchObject({ accepted: 1, rejected: 1, dropped: { [reason]: 1 } });
    expect(store.intervals(60)).toEqual(['canary c1 0-10 1/0']);
    const code = reason === 'malformed' ? 'MALFORMED_POINT' : 'UNSUPPORTED_METRIC';
    expect(store.ask(60).problems).toMatchObject([{ source: 'otlp', code, atMs: at(8) }]);
  });

  test('a sender without a service name is unsupported, and every query hears of it', () => {
    const store = new TestStore();
    store.take(8, exportOf({ service: '' }, answered([point])));
    expect(store.ask(60).problems).toMatchObject([{ code: 'UNSUPPORTED_METRIC' }]);
  });

  test('problems of one service are not told to another', () => {
    const store = new TestStore();
    store.take(8, exportOf(CANARY, answered([{ ...point, buckets: [9, 9] }])));
    expect(store.problems(60, { service: 'other' })).toEqual([]);
    expect(store.problems(60)).toHaveLength(1);
  });

  test('problems from before the query are history', () => {
    const store = new TestStore();
    store.take(8, exportOf(CANARY, answered([{ ...point, buckets: [9, 9] }])));
    expect(store.problems(60, { fromMs: at(9) })).toEqual([]);
  });
});

describe('a query', () => {
  function deployment(): TestStore {
    const store = new TestStore();
    for (const to of [8, 18, 28, 38, 48]) {
      store.take(to, exportOf(STABLE, answered([{ from: to - 10, to, count: 10 }])));
      if (to >= 28) store.take(to, exportOf(CANARY, answered([{ from: to - 10, to, count: 1 }])));
    }
    return store;
  }

  test('finds the deployment by its first request, and calls stable what was before it', () => {
    const telemetry = deployment().ask(90);
    expect(telemetry).toMatchObject({ schemaVersion: 1, kind: 'intervals', deployedAtMs: at(20), weights: [] });
    expect(deployment().intervals(90)).toEqual([
      'before s1 0-10 10/0',
      'before s1 10-20 10/0',
      'canary c1 20-30 1/0',
      'stable s1 20-30 10/0',
      'canary c1 30-40 1/0',
      'stable s1 30-40 10/0',
      'canary c1 40-50 1/0',
      'stable s1 40-50 10/0',
    ]);
  });

  test('before the canary has traffic all is before', () => {
    const store = new TestStore();
    store.take(8, exportOf(STABLE, answered([{ from: 0, to: 8, count: 10 }])));
    expect(store.ask(60, { toMs: at(50) })).toMatchObject({ deployedAtMs: at(50), intervals: [{ cohort: 'before' }] });
  });

  test('gives the intervals that lie wholly in its time, on whole intervals', () => {
    const store = deployment();
    expect(store.intervals(90, { fromMs: at(15), toMs: at(45) })).toEqual([
      'canary c1 20-30 1/0',
      'stable s1 20-30 10/0',
      'canary c1 30-40 1/0',
      'stable s1 30-40 10/0',
    ]);
    expect(store.ask(90, { toMs: at(45) }).completeUntilMs).toBe(at(40));
  });

  test('may ask for longer intervals, which hold the same requests', () => {
    const store = deployment();
    const query = { intervalMs: 20_000 };
    expect(store.intervals(90, query)).toEqual([
      'before s1 0-20 20/0',
      'canary c1 20-40 2/0',
      'stable s1 20-40 20/0',
      'canary c1 40-60 1/0',
      'stable s1 40-60 10/0',
    ]);
    // From second 62 on, 40-60 holds all there is, but 60-80 is still open.
    expect(store.ask(90, query)).toMatchObject({ intervalMs: 20_000, deployedAtMs: at(20), completeUntilMs: at(60) });
  });

  test('on longer intervals the deployment begins with the interval of its first request', () => {
    const store = new TestStore();
    store.take(38, exportOf(CANARY, answered([{ from: 28, to: 38, count: 1 }])));
    expect(store.ask(90).deployedAtMs).toBe(at(30));
    expect(store.ask(90, { intervalMs: 20_000 }).deployedAtMs).toBe(at(20));
  });

  test('the deployment begins with its earliest interval, in whatever order pods report', () => {
    const late = exportOf({ ...CANARY, pod: 'a' }, answered([{ from: 18, to: 28, count: 1 }]));
    const early = exportOf({ ...CANARY, pod: 'b' }, answered([{ from: 12, to: 19, count: 1 }]));
    const long = exportOf({ ...CANARY, pod: 'c' }, answered([{ from: 0, to: 19, count: 1 }]));
    for (const [payloads, start] of [
      [[late, early], 10],
      [[late, early, long], 0],
      [[long, early, late], 0],
    ] as const) {
      const store = new TestStore();
      store.take(29, { resources: payloads.flatMap(({ resources }) => resources) });
      expect(store.ask(90).deployedAtMs).toBe(at(start));
    }
  });

  test.each([0, -10_000, 5_000, 15_000, Number.NaN])('refuses an interval of %d ms', (intervalMs) => {
    expect(() => new TestStore().ask(0, { intervalMs })).toThrow(
      /query.intervalMs.*multiple of the receiver's own 10000 ms/,
    );
  });

  test('refuses a time that runs backwards or is none', () => {
    expect(() => new TestStore().ask(0, { fromMs: 5, toMs: 4 })).toThrow('query.toMs');
    expect(() => new TestStore().ask(0, { fromMs: Number.NaN })).toThrow('query.fromMs');
  });

  test('the canary of another deployment is none of its business', () => {
    const store = deployment();
    expect(store.intervals(90, { deploymentId: 'd2', fromMs: at(30) })).toEqual([
      'before s1 30-40 10/0',
      'before s1 40-50 10/0',
    ]);
  });

  test('a pod that names no cohort is on trial if it belongs to the deployment, and stable if not', () => {
    const store = new TestStore();
    store.take(
      8,
      exportOf({ pod: 'new', cohort: undefined, deploymentId: 'd1' }, answered([{ from: 0, to: 8, count: 1 }])),
    );
    store.take(
      8,
      exportOf({ pod: 'old', cohort: undefined, deploymentId: 'd0' }, answered([{ from: 0, to: 8, count: 2 }])),
    );
    store.take(8, exportOf({ pod: 'none', cohort: undefined }, answered([{ from: 0, to: 8, count: 3 }])));
    expect(store.intervals(60)).toEqual(['canary new 0-10 1/0', 'stable none 0-10 3/0', 'stable old 0-10 2/0']);
  });

  test('a canary that does not say of which deployment is taken for this one', () => {
    const store = new TestStore();
    store.take(8, exportOf({ pod: 'c', cohort: 'preview' }, answered([{ from: 0, to: 8, count: 1 }])));
    expect(store.intervals(60)).toEqual(['canary c 0-10 1/0']);
  });

  test('an unknown cohort counts as none, and is reported', () => {
    const store = new TestStore();
    store.take(8, exportOf({ pod: 'c', cohort: 'blue', deploymentId: 'd1' }, answered([{ from: 0, to: 8, count: 1 }])));
    expect(store.intervals(60)).toEqual(['canary c 0-10 1/0']);
    expect(store.problems(60)).toEqual([
      'UNKNOWN_COHORT: 1 data point named a cohort that does not exist and was counted as without one',
    ]);
  });

  test('the answer is the caller’s own: changing it does not change the store', () => {
    const store = deployment();
    const answer = store.ask(90);
    const untouched = structuredClone(answer);
    for (const interval of answer.intervals) {
      interval.requests = 0;
      interval.latency?.counts.fill(0);
      if (interval.latency?.type === 'explicit') interval.latency.upperBounds.fill(0);
    }
    expect(store.ask(90)).toEqual(untouched);
  });
});

test.each([
  [{ intervalMs: 0 }, 'options.intervalMs'],
  [{ intervalMs: 1.5 }, 'options.intervalMs'],
  [{ exportPeriodMs: 0 }, 'options.exportPeriodMs'],
  [{ retentionMs: 99_999 }, 'options.retentionMs'],
  [{ maxSeries: Number.NaN }, 'options.maxSeries'],
  [{ interval: 10 }, 'options.interval'],
])('refuses the options %j', (options, path) => {
  expect(() => createIntervalStore(options as IntervalStoreOptions)).toThrow(path);
});

test('without being told since when it watches, a store begins with its first export', () => {
  const store = createIntervalStore();
  store.ingest(exportOf(CANARY, answered([{ from: -1, to: 8, count: 3 }], 'cumulative')), at(8));
  store.ingest(exportOf({ ...CANARY, pod: 'c2' }, answered([{ from: -50, to: 8, count: 3 }], 'cumulative')), at(8));
  const query = { service: 'api', deploymentId: 'd1', fromMs: T0, toMs: at(60), intervalMs: 10_000 };
  expect(store.telemetry(query, at(60)).intervals.map(({ pod, requests }) => [pod, requests])).toEqual([['c1', 3]]);
});
