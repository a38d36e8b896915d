/** What is complete, what comes too late, and what is not kept. */
import { describe, expect, test } from 'vitest';
import { answered, at, exportOf, TestStore, unanswered } from './support/exports.ts';

const CANARY = { pod: 'c1', cohort: 'canary', deploymentId: 'd1' };
const STABLE = { pod: 's1', cohort: 'stable', deploymentId: 'd0' };

describe('the watermark', () => {
  test('follows the slowest live sender, proxies included', () => {
    const store = new TestStore();
    store.take(11, exportOf(CANARY, answered([{ from: 1, to: 11, count: 1 }])));
    expect(store.ask(11.5).completeUntilMs).toBe(at(10));
    store.take(12, exportOf({ service: 'proxy', pod: 'x' }, unanswered(CANARY, [{ from: 2, to: 12, count: 1 }])));
    store.take(21, exportOf(CANARY, answered([{ from: 11, to: 21, count: 1 }])));
    expect(store.ask(21.5).completeUntilMs).toBe(at(10));
    store.take(22, exportOf({ service: 'proxy', pod: 'x' }, unanswered(CANARY, [{ from: 12, to: 22, count: 1 }])));
    expect(store.ask(22).completeUntilMs).toBe(at(20));
  });

  test('an export of other metrics shows that its sender is alive and how far it is', () => {
    const store = new TestStore();
    store.take(11, exportOf(CANARY, answered([{ from: 1, to: 11, count: 1 }])));
    store.take(21, exportOf(CANARY, { name: 'cpu', unit: '1', type: 'other', points: [{ timeMs: at(21) }] }));
    expect(store.ask(21).completeUntilMs).toBe(at(20));
  });

  test('is told by the newest point of an export, wherever it stands', () => {
    const store = new TestStore();
    const older = { name: 'cpu', unit: '1', type: 'other' as const, points: [{ timeMs: at(5) }] };
    store.take(11, exportOf(CANARY, older, answered([{ from: 1, to: 11, count: 1 }]), older));
    expect(store.ask(11).completeUntilMs).toBe(at(10));
  });

  test('does not wait for a pod that died', () => {
    const store = new TestStore();
    store.take(11, exportOf(CANARY, answered([{ from: 1, to: 11, count: 1 }])));
    store.take(12, exportOf(STABLE, answered([{ from: 2, to: 12, count: 1 }])));
    store.take(22, exportOf(STABLE, answered([{ from: 12, to: 22, count: 1 }])));
    expect(store.ask(22).completeUntilMs).toBe(at(10));
    expect(store.ask(27).completeUntilMs).toBe(at(20));
  });

  test('what arrives for a closed interval is reported, and not judged', () => {
    const store = new TestStore();
    store.take(11, exportOf(CANARY, answered([{ from: 1, to: 11, count: 5 }])));
    const before = store.ask(35);
    expect(before.completeUntilMs).toBe(at(20));
    const late = exportOf({ ...CANARY, pod: 'c2' }, answered([{ from: 1, to: 20, count: 9, status: 500 }]));
    expect(store.take(35, late)).toMatchObject({ accepted: 0, rejected: 1, dropped: { late: 1 } });
    expect(store.problems(35)).toEqual([
      'LATE_DATA: 1 data point arrived after the interval had been closed and was not judged',
    ]);
    expect(store.ask(35).intervals).toEqual(before.intervals);
  });

  test('an export in two requests is not cut in half by the first, even when it ends on an edge', () => {
    const store = new TestStore();
    store.take(20, exportOf(CANARY, answered([{ from: 10, to: 20, count: 5, route: '/a' }])));
    store.take(20.1, exportOf(CANARY, answered([{ from: 10, to: 20, count: 7, route: '/b' }])));
    store.take(30.5, exportOf(CANARY, answered([{ from: 20, to: 30.5, count: 1 }])));
    expect(store.intervals(31)).toEqual(['canary c1 10-20 12/0']);
  });

  test('two pods in one export: the first does not close the interval of the second', () => {
    const store = new TestStore();
    const [first, second] = ['a', 'b'].map((pod, i) =>
      exportOf({ ...CANARY, pod }, answered([{ from: 10, to: 20 + 5 * (1 - i), count: 1 }])),
    );
    const together = { resources: [...first!.resources, ...second!.resources] };
    expect(store.take(25, together)).toMatchObject({ accepted: 2, rejected: 0 });
  });

  test('only closed intervals are told, and later ones when they are closed', () => {
    const store = new TestStore();
    for (const to of [8, 18, 28]) store.take(to, exportOf(CANARY, answered([{ from: to - 8, to, count: 1 }])));
    expect(store.intervals(28)).toEqual(['canary c1 0-10 1/0', 'canary c1 10-20 1/0']);
    expect(store.intervals(45)).toEqual(['canary c1 0-10 1/0', 'canary c1 10-20 1/0', 'canary c1 20-30 1/0']);
  });

  test('of a service that nobody has heard of follows the clock', () => {
    const store = new TestStore();
    expect(store.ask(95, { service: 'nobody' })).toMatchObject({ intervals: [], completeUntilMs: at(80) });
  });

  test('what was told does not change when a long delta comes later', () => {
    const store = new TestStore();
    store.take(9, exportOf({ service: 'proxy', pod: 'x' }, unanswered(CANARY, [{ from: 0, to: 9, count: 1 }])));
    const told = store.intervals(30);
    store.take(58, exportOf(CANARY, answered([{ from: 0, to: 58, count: 60 }])));
    expect(store.intervals(90)).toEqual([...told, 'canary c1 10-60 60/0']);
  });
});

describe('clocks of senders', () => {
  test('a point dated minutes ahead is refused and does not drag the watermark', () => {
    const store = new TestStore();
    store.take(8, exportOf(CANARY, answered([{ from: 0, to: 8, count: 1 }])));
    const ahead = exportOf({ ...CANARY, pod: 'c2' }, answered([{ from: 0, to: 86_400, count: 9 }]));
    expect(store.take(9, ahead)).toMatchObject({ rejected: 1, dropped: { clockSkew: 1 } });
    expect(store.ask(12).completeUntilMs).toBe(at(0));
    expect(store.problems(30)).toEqual([
      'CLOCK_SKEW: 1 data point was dated minutes ahead and was dropped: check the clocks of the senders',
    ]);
  });

  test('a clock that is a little ahead is believed, but completes nothing that has not happened', () => {
    const store = new TestStore();
    store.take(8, exportOf(CANARY, answered([{ from: 40, to: 48, count: 3 }])));
    expect(store.ask(14).completeUntilMs).toBe(at(0));
    expect(store.intervals(70)).toEqual(['canary c1 40-50 3/0']);
  });
});

describe('limits', () => {
  test('series beyond maxSeries are dropped and reported, known ones go on', () => {
    const store = new TestStore({ maxSeries: 2 });
    const routes = (to: number): ReturnType<typeof answered> =>
      answered(['/a', '/b', '/c'].map((route) => ({ from: to - 8, to, count: 1, route })));
    expect(store.take(8, exportOf(CANARY, routes(8)))).toMatchObject({
      accepted: 2,
      rejected: 1,
      dropped: { seriesCap: 1 },
    });
    store.take(18, exportOf(CANARY, routes(18)));
    expect(store.intervals(60)).toEqual(['canary c1 0-10 2/0', 'canary c1 10-20 2/0']);
    expect(store.store.stats()).toMatchObject({ series: 2, dropped: { seriesCap: 2 } });
    expect(store.problems(60)).toEqual(['SERIES_CAP: 2 data points were dropped because maxSeries was reached']);
  });

  test('many service names do not fill the memory', () => {
    const store = new TestStore({ maxSeries: 3 });
    for (let i = 0; i < 100; i++)
      store.take(8, exportOf({ service: `s${i}` }, answered([{ from: 0, to: 8, count: 1 }])));
    expect(store.store.stats()).toMatchObject({ series: 3, dropped: { seriesCap: 97 } });
    expect(store.problems(60, { service: 's0' })).toEqual([
      'SERIES_CAP: 97 data points were dropped because maxSeries was reached',
    ]);
  });

  test('intervals are forgotten after the retention, and a query that reaches back says so', () => {
    const store = new TestStore({ retentionMs: 100_000 });
    for (let to = 8; to < 300; to += 10) {
      store.take(to, exportOf(CANARY, answered([{ from: to - 10, to, count: 1 }])));
    }
    const kept = store.ask(298);
    expect(kept.intervals[0]?.startMs).toBe(at(190));
    expect(kept.problems?.map(({ code }) => code)).toEqual(['FORGOTTEN']);
    // The deployment did not begin when the oldest kept interval did.
    expect(kept.deployedAtMs).toBe(at(0));
    expect(store.problems(298, { fromMs: at(200) })).toEqual([]);
  });

  test('points older than the retention are dropped and reported', () => {
    const store = new TestStore({ retentionMs: 100_000 });
    store.take(
      300,
      exportOf(
        CANARY,
        answered([
          { from: 290, to: 300, count: 1 },
          { from: 180, to: 190, count: 1 },
        ]),
      ),
    );
    expect(store.store.stats().dropped).toMatchObject({ retention: 1, late: 0 });
    expect(store.problems(300)).toEqual(['RETENTION: 1 data point was older than the retention and was dropped']);
  });

  test('nothing is left of a service that went away', () => {
    const store = new TestStore({ retentionMs: 100_000, maxSeries: 1 });
    store.take(8, exportOf(CANARY, answered([{ from: 0, to: 8, count: 1 }])));
    store.take(900, exportOf({ service: 'other' }, answered([{ from: 890, to: 900, count: 1 }])));
    expect(store.store.stats()).toMatchObject({ series: 1, dropped: { seriesCap: 0 } });
    expect(store.intervals(960)).toEqual([]);
  });
});
