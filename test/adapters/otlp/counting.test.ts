/** Whose requests count, how many, and in which interval. */
import { describe, expect, test } from 'vitest';
import { answered, at, exportOf, TestStore, unanswered } from './support/exports.ts';

const CANARY = { pod: 'c1', cohort: 'canary', deploymentId: 'd1' };
const STABLE = { pod: 's1', cohort: 'stable', deploymentId: 'd0' };

describe('counting', () => {
  test('adds the series of a pod up: all requests, failed ones as errors', () => {
    const store = new TestStore();
    const points = [
      { from: 0, to: 8, count: 90, route: '/a' },
      { from: 0, to: 8, count: 7, route: '/b', status: 404 },
      { from: 0, to: 8, count: 3, route: '/b', status: 500 },
    ];
    expect(store.take(8, exportOf(CANARY, answered(points)))).toMatchObject({ accepted: 3, rejected: 0 });
    expect(store.intervals(60)).toEqual(['canary c1 0-10 100/3']);
  });

  test('keeps pods and intervals apart', () => {
    const store = new TestStore();
    for (const [pod, count] of [
      ['a', 1],
      ['b', 2],
    ] as const) {
      store.take(8, exportOf({ ...CANARY, pod }, answered([{ from: 0, to: 8, count }])));
      store.take(18, exportOf({ ...CANARY, pod }, answered([{ from: 8, to: 18, count: 10 * count }])));
    }
    expect(store.intervals(60)).toEqual([
      'canary a 0-10 1/0',
      'canary b 0-10 2/0',
      'canary a 10-20 10/0',
      'canary b 10-20 20/0',
    ]);
  });

  test('a delta that ends on an edge belongs to the interval that ends there', () => {
    const store = new TestStore();
    store.take(10, exportOf(CANARY, answered([{ from: 0, to: 10, count: 5 }])));
    store.take(20.001, exportOf(CANARY, answered([{ from: 10, to: 20.001, count: 7 }])));
    expect(store.intervals(60)).toEqual(['canary c1 0-10 5/0', 'canary c1 20-30 7/0']);
  });

  test('a longer delta makes a longer interval and is not split', () => {
    const store = new TestStore();
    store.take(41, exportOf(CANARY, answered([{ from: 1, to: 41, count: 40 }])));
    expect(store.intervals(90)).toEqual(['canary c1 10-50 40/0']);
  });

  test('a long and a short delta that end together make one interval, as long as the longer', () => {
    const store = new TestStore();
    const points = [
      { from: 35, to: 38, count: 1, route: '/new' },
      { from: 0, to: 38, count: 40, route: '/old' },
    ];
    store.take(38, exportOf(CANARY, answered(points)));
    expect(store.intervals(90)).toEqual(['canary c1 0-40 41/0']);
  });

  test('a delta cannot be longer than what is kept', () => {
    const store = new TestStore({ retentionMs: 100_000 });
    store.take(300, exportOf(CANARY, answered([{ from: -1e6, to: 300, count: 1 }])));
    expect(store.intervals(360)).toEqual(['canary c1 200-300 1/0']);
  });

  test('the same metric of two libraries is two series', () => {
    const store = new TestStore();
    const [resource] = exportOf(CANARY, answered([{ from: 0, to: 8, count: 1 }])).resources;
    const [scope] = resource!.scopes;
    const scopes = [
      scope!,
      { ...scope!, name: 'other' },
      { ...scope!, version: '2' },
      { ...scope!, attributes: new Map([['a', 'b']]) },
    ];
    expect(store.take(8, { resources: [{ ...resource!, scopes }] })).toMatchObject({ accepted: 4 });
    expect(store.intervals(60)).toEqual(['canary c1 0-10 4/0']);
  });

  test('an export without requests is no interval', () => {
    const store = new TestStore();
    expect(store.take(8, exportOf(CANARY, answered([{ from: 0, to: 8, count: 0 }])))).toMatchObject({ accepted: 1 });
    expect(store.intervals(60)).toEqual([]);
  });

  test('other metrics, and points without a value, are passed over without complaint', () => {
    const store = new TestStore();
    const metric = answered([{ from: 0, to: 8, count: 4 }]);
    const other = { ...metric, name: 'http.client.request.duration' };
    const gauge = {
      name: 'nodejs.eventloop.utilization',
      unit: '1',
      type: 'other' as const,
      points: [{ timeMs: at(8) }],
    };
    const empty = answered([{ from: 0, to: 8, count: 4 }]);
    for (const point of empty.points) Object.assign(point, { empty: true });
    expect(store.take(8, exportOf(CANARY, other, gauge, empty))).toMatchObject({ accepted: 0, rejected: 0 });
    expect(store.store.stats()).toMatchObject({ points: 0, ignored: 3, series: 0 });
    expect(store.problems(60)).toEqual([]);
  });

  test('names that are special to JavaScript are names like others', () => {
    const store = new TestStore();
    const sender = { service: '__proto__', pod: 'constructor', cohort: 'canary', deploymentId: 'toString' };
    store.take(8, exportOf(sender, answered([{ from: 0, to: 8, count: 4, route: '__proto__' }])));
    expect(store.intervals(60, { service: '__proto__', deploymentId: 'toString' })).toEqual([
      'canary constructor 0-10 4/0',
    ]);
    expect(store.intervals(60, { service: 'hasOwnProperty' })).toEqual([]);
  });
});

describe('cumulative totals', () => {
  test('after a cohort flip only the difference is new, and it belongs to the new cohort', () => {
    const store = new TestStore();
    const total = (to: number, count: number): ReturnType<typeof answered> =>
      answered([{ from: 0, to, count }], 'cumulative');
    store.take(8, exportOf({ ...CANARY, pod: 'p' }, total(8, 100)));
    store.take(18, exportOf({ ...CANARY, pod: 'p' }, total(18, 130)));
    store.take(28, exportOf({ pod: 'p', cohort: 'stable', deploymentId: 'd1' }, total(28, 175)));
    store.take(38, exportOf({ pod: 'p', cohort: 'stable', deploymentId: 'd1' }, total(38, 200)));
    expect(store.intervals(90)).toEqual([
      'canary p 0-10 100/0',
      'canary p 10-20 30/0',
      'stable p 20-30 45/0',
      'stable p 30-40 25/0',
    ]);
  });

  test('a restarted sender counts from zero and loses nothing', () => {
    const store = new TestStore();
    store.take(8, exportOf(CANARY, answered([{ from: 0, to: 8, count: 100 }], 'cumulative')));
    store.take(18, exportOf(CANARY, answered([{ from: 11, to: 18, count: 4 }], 'cumulative')));
    expect(store.intervals(60)).toEqual(['canary c1 0-10 100/0', 'canary c1 10-20 4/0']);
    expect(store.problems(60)).toEqual([]);
  });

  test('history from before the receiver was there is not judged, and the report says so', () => {
    const store = new TestStore({}, 1000);
    store.take(1008, exportOf(CANARY, answered([{ from: 0, to: 1008, count: 5000, status: 500 }], 'cumulative')));
    store.take(1018, exportOf(CANARY, answered([{ from: 0, to: 1018, count: 5002, status: 500 }], 'cumulative')));
    expect(store.intervals(1060)).toEqual(['canary c1 1010-1020 2/2']);
    expect(store.problems(1060)).toEqual([
      'HISTORY_UNKNOWN: 1 series had begun before the receiver was watching: what had been counted until then is not judged',
    ]);
  });

  test('a series that stood at zero has no history to leave out', () => {
    const store = new TestStore({}, 1000);
    store.take(1008, exportOf(CANARY, answered([{ from: 0, to: 1008, count: 0, status: 500 }], 'cumulative')));
    store.take(1018, exportOf(CANARY, answered([{ from: 0, to: 1018, count: 2, status: 500 }], 'cumulative')));
    expect(store.intervals(1060)).toEqual(['canary c1 1010-1020 2/2']);
    expect(store.problems(1060)).toEqual([]);
  });

  test('a total that falls without a new start time is reported', () => {
    const store = new TestStore();
    store.take(8, exportOf(CANARY, answered([{ from: 0, to: 8, count: 100 }], 'cumulative')));
    store.take(18, exportOf(CANARY, answered([{ from: 0, to: 18, count: 4 }], 'cumulative')));
    expect(store.intervals(60)).toEqual(['canary c1 0-10 100/0', 'canary c1 10-20 4/0']);
    expect(store.problems(60)).toEqual([
      'COUNTER_RESET: 1 total fell without a new start time and was taken as begun anew',
    ]);
  });

  test('a missed export makes a longer interval', () => {
    const store = new TestStore();
    store.take(8, exportOf(CANARY, answered([{ from: 0, to: 8, count: 10 }], 'cumulative')));
    store.take(38, exportOf(CANARY, answered([{ from: 0, to: 38, count: 40 }], 'cumulative')));
    expect(store.intervals(90)).toEqual(['canary c1 0-10 10/0', 'canary c1 10-40 30/0']);
  });
});

describe('requests without an answer', () => {
  test('count for the pod that did not answer, as requests and as errors', () => {
    const store = new TestStore();
    const proxy = { service: 'proxy', pod: 'proxy-1', cohort: undefined };
    store.take(
      8,
      exportOf(
        CANARY,
        answered([
          { from: 0, to: 8, count: 50, status: 500 },
          { from: 0, to: 8, count: 50 },
        ]),
      ),
    );
    store.take(8.5, exportOf(proxy, unanswered(CANARY, [{ from: 0, to: 8.5, count: 7 }])));
    expect(store.intervals(60)).toEqual(['canary c1 0-10 107/57 (7 unanswered)']);
    expect(store.intervals(60, { service: 'proxy' })).toEqual([]);
  });

  test('are all that is known of a canary that is down', () => {
    const store = new TestStore();
    const proxy = { service: 'proxy', pod: 'proxy-1' };
    store.take(8, exportOf(proxy, unanswered({ ...CANARY, pod: undefined }, [{ from: 0, to: 8, count: 20 }])));
    const telemetry = store.ask(60);
    expect(telemetry.deployedAtMs).toBe(at(0));
    expect(telemetry.intervals).toEqual([
      { startMs: at(0), endMs: at(10), cohort: 'canary', requests: 20, errors: 20, unanswered: 20 },
    ]);
  });

  test('of several proxies add up, and a retry of one does not', () => {
    const store = new TestStore();
    for (const pod of ['proxy-1', 'proxy-2', 'proxy-2']) {
      store.take(9, exportOf({ service: 'proxy', pod }, unanswered(CANARY, [{ from: 0, to: 8, count: 5 }])));
    }
    expect(store.intervals(60)).toEqual(['canary c1 0-10 10/10 (10 unanswered)']);
    expect(store.store.stats().dropped.duplicate).toBe(1);
  });

  test('as totals are subtracted for each target', () => {
    const store = new TestStore();
    const proxy = { service: 'proxy', pod: 'proxy-1' };
    store.take(8, exportOf(proxy, unanswered(CANARY, [{ from: 0, to: 8, count: 5 }], 'cumulative')));
    store.take(
      18,
      exportOf(
        proxy,
        unanswered(CANARY, [{ from: 0, to: 18, count: 9 }], 'cumulative'),
        unanswered(STABLE, [{ from: 0, to: 18, count: 2 }], 'cumulative'),
      ),
    );
    expect(store.intervals(60)).toEqual([
      'canary c1 0-10 5/5 (5 unanswered)',
      'canary c1 10-20 4/4 (4 unanswered)',
      'stable s1 10-20 2/2 (2 unanswered)',
    ]);
  });

  test("of a service without a version are nobody's: stable must not pay for the canary", () => {
    const store = new TestStore();
    const target = { service: 'api', pod: undefined, cohort: undefined };
    store.take(8, exportOf({ service: 'proxy', pod: 'x' }, unanswered(target, [{ from: 0, to: 8, count: 5 }])));
    const byDeployment = { ...target, deploymentId: 'd1' };
    store.take(9, exportOf({ service: 'proxy', pod: 'x' }, unanswered(byDeployment, [{ from: 0, to: 9, count: 3 }])));
    expect(store.intervals(60)).toEqual(['canary ? 0-10 3/3 (3 unanswered)']);
    expect(store.problems(60)).toEqual([
      'UNKNOWN_TARGET: 1 data point of requests without an answer named neither cohort nor deployment and was not judged',
    ]);
  });

  test('that a client saw fail at an address are passed over without complaint', () => {
    const store = new TestStore();
    const seen = unanswered({}, [{ from: 0, to: 8, count: 5 }]);
    for (const point of seen.points)
      Object.assign(point, {
        attributes: new Map([
          ['server.address', 'pay.svc'],
          ['error.type', 'dns'],
        ]),
      });
    expect(store.take(8, exportOf(CANARY, seen))).toMatchObject({ accepted: 0, rejected: 0 });
    expect(store.store.stats().ignored).toBe(1);
    expect(store.problems(60)).toEqual([]);
  });

  test('a proxy that exports more often than the server: no time is told twice', () => {
    const store = new TestStore();
    const proxy = { service: 'proxy', pod: 'proxy-1' };
    for (const to of [9, 19, 29]) {
      store.take(to, exportOf(proxy, unanswered(CANARY, [{ from: to - 9, to, count: 1 }])));
    }
    store.take(39, exportOf(CANARY, answered([{ from: 0, to: 39, count: 100 }])));
    expect(store.intervals(90)).toEqual([
      'canary c1 0-10 1/1 (1 unanswered)',
      'canary c1 10-20 1/1 (1 unanswered)',
      'canary c1 20-30 1/1 (1 unanswered)',
      'canary c1 30-40 100/0',
    ]);
  });
});
