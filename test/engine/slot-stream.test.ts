import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SlotOptions, SlotStream } from '../../src/engine/slot-stream.ts';
import { armOf, emptyArm, type Slot } from '../../src/engine/slots.ts';
import type { Cohort, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { explicit } from '../helpers/histograms.ts';
import { shuffled } from '../helpers/random-telemetry.ts';
import type { Arm } from '../helpers/telemetry.ts';

const OPTIONS: SlotOptions = { slotMs: 10_000, deployedAtMs: 0, segments: [] };
/** An interval in seconds of a clock that starts with the deployment. */
const during = (
  from: number,
  to: number,
  cohort: Cohort,
  [requests, errors]: Arm,
  more: Partial<TelemetryInterval> = {},
): TelemetryInterval => ({ startMs: from * 1000, endMs: to * 1000, cohort, requests, errors, ...more });

function cut(
  intervals: readonly TelemetryInterval[],
  untilSeconds: number,
  { gaps = false, ...options }: Partial<SlotOptions> & { gaps?: boolean } = {},
): Slot[] {
  const stream = new SlotStream({ ...OPTIONS, ...options });
  for (const interval of intervals) stream.add(interval);
  return [...stream.completeUntil(untilSeconds * 1000, () => gaps)];
}
const brief = ({ startMs, endMs, canary, stable }: Slot) => [
  startMs / 1000,
  endMs / 1000,
  canary.requests,
  stable.requests,
];

describe('slots of wall time', () => {
  it('hold what both cohorts did in the same time, in time order', () => {
    const slots = cut(
      [
        during(10, 20, 'stable', [200, 2]),
        during(0, 10, 'canary', [10, 1]),
        during(10, 20, 'canary', [20, 2]),
        during(0, 10, 'stable', [100, 1]),
      ],
      20,
    );
    expect(slots.map(brief)).toEqual([
      [0, 10, 10, 100],
      [10, 20, 20, 200],
    ]);
    expect(slots[1]?.canary).toEqual({ ...emptyArm(), requests: 20, errors: 2 });
  });

  it('lie on a fixed grid, whenever the first interval began', () => {
    const slots = cut([during(3, 13, 'canary', [10, 1]), during(17, 20, 'stable', [5, 0])], 20);
    expect(slots.map(brief)).toEqual([[10, 20, 10, 5]]);
  });

  it('hold an interval where it ends, whole: counts are never split', () => {
    expect(cut([during(0, 30, 'canary', [30, 3])], 30).map(brief)).toEqual([[20, 30, 30, 0]]);
    expect(cut([during(9, 10.5, 'canary', [7, 0])], 30).map(brief)).toEqual([[10, 20, 7, 0]]);
  });

  it('are given out when the watermark has passed their end, and once', () => {
    const stream = new SlotStream(OPTIONS);
    stream.add(during(0, 10, 'canary', [1, 0]));
    stream.add(during(10, 20, 'canary', [2, 0]));
    const until = (seconds: number) => [...stream.completeUntil(seconds * 1000, () => false)].map(brief);
    expect(until(9.999)).toEqual([]);
    expect(until(10)).toEqual([[0, 10, 1, 0]]);
    expect(until(15)).toEqual([]);
    expect(until(20)).toEqual([[10, 20, 2, 0]]);
    expect(until(20)).toEqual([]);
  });

  it('without any interval are given out where gaps are asked for', () => {
    const intervals = [during(0, 10, 'canary', [1, 0]), during(30, 40, 'canary', [2, 0])];
    expect(cut(intervals, 60).map(brief)).toEqual([
      [0, 10, 1, 0],
      [30, 40, 2, 0],
    ]);
    expect(cut(intervals, 60, { gaps: true }).map(brief)).toEqual([
      [0, 10, 1, 0],
      [10, 20, 0, 0],
      [20, 30, 0, 0],
      [30, 40, 2, 0],
      [40, 50, 0, 0],
      [50, 60, 0, 0],
    ]);
    expect(cut([during(30, 40, 'canary', [2, 0])], 60, { gaps: true })[0]?.startMs).toBe(30_000);
  });

  it('without any interval that were passed over are not given out later', () => {
    const stream = new SlotStream(OPTIONS);
    const until = (seconds: number, gaps: boolean) => [...stream.completeUntil(seconds * 1000, () => gaps)].map(brief);
    stream.add(during(0, 10, 'stable', [1, 0]));
    expect(until(40, false)).toEqual([[0, 10, 0, 1]]);
    expect(until(60, true)).toEqual([
      [40, 50, 0, 0],
      [50, 60, 0, 0],
    ]);
    expect(until(60, true)).toEqual([]);
  });

  it('begin where the watermark stands, where nothing has come yet', () => {
    const stream = new SlotStream(OPTIONS);
    const until = (seconds: number) => [...stream.completeUntil(seconds * 1000, () => true)].map(brief);
    expect(until(25)).toEqual([]);
    expect(stream.state().nextStartMs).toBe(20_000);
    expect(until(45)).toEqual([
      [20, 30, 0, 0],
      [30, 40, 0, 0],
    ]);
  });

  const asManyAsFit = (slotMs: number, first: number): void => {
    const stream = new SlotStream({ ...OPTIONS, slotMs });
    let given = 0;
    for (let i = first + 1; i <= first + 20; i++) {
      const endMs = i * slotMs;
      stream.add({ startMs: endMs - slotMs / 2, endMs, cohort: 'canary', requests: 1, errors: 0 });
      for (const slot of stream.completeUntil(endMs, () => true)) {
        given += 1;
        expect(slot.canary.requests).toBe(1);
      }
    }
    expect(given).toBe(20);
  };

  it('are as many as fit, whatever their length in whole milliseconds', () => {
    fc.assert(fc.property(fc.integer({ min: 1000, max: 300_000 }), fc.nat(1e6), asManyAsFit), {
      seed: 1,
      numRuns: 200,
    });
  });
});

describe('cohorts', () => {
  it('leave out what the canary did before its deployment: that was another one', () => {
    const intervals = [
      during(-20, -10, 'canary', [5, 5]),
      during(-20, -10, 'stable', [100, 1]),
      during(-5, 5, 'canary', [7, 0]),
    ];
    expect(cut(intervals, 10).map(brief)).toEqual([
      [-20, -10, 0, 100],
      [0, 10, 7, 0],
    ]);
  });

  it('hold a canary interval only if it ends after the deployment, not with it', () => {
    const intervals = [during(0, 10, 'canary', [5, 5]), during(0, 10, 'stable', [50, 1])];
    expect(cut(intervals, 10, { deployedAtMs: 10_000 }).map(brief)).toEqual([[0, 10, 0, 50]]);
    expect(cut(intervals, 10, { deployedAtMs: 9999 }).map(brief)).toEqual([[0, 10, 5, 50]]);
  });

  it('compare with the baseline from its first request on, and with what was before it', () => {
    const intervals = [0, 10, 20, 30].flatMap((from) => [
      during(from, from + 10, 'stable', [100, 1]),
      during(from, from + 10, 'baseline', [from === 20 ? 30 : 0, 0]),
      during(from, from + 10, 'canary', [10, 0]),
    ]);
    const slots = cut([during(-10, 0, 'before', [90, 9]), ...intervals], 40);
    expect(slots.map(brief)).toEqual([
      [-10, 0, 0, 90],
      [0, 10, 10, 100],
      [10, 20, 10, 100],
      [20, 30, 10, 30],
      [30, 40, 10, 0],
    ]);
    // Whoever is compared with, all but the canary's requests tell what the router sent elsewhere.
    expect(slots.map(({ otherRequests }) => otherRequests)).toEqual([90, 100, 100, 130, 100]);
  });
});

describe('segments', () => {
  const intervals = [
    during(0, 10, 'canary', [100, 4]),
    during(0, 10, 'canary', [10, 3], { segment: '/pay' }),
    during(0, 10, 'stable', [20, 1], { segment: '/pay' }),
    during(0, 10, 'canary', [90, 1], { segment: '/list' }),
  ];

  it('that a policy names are kept apart from the whole', () => {
    const [slot] = cut(intervals, 10, { segments: ['/pay', '/cart'] });
    expect(slot?.canary.requests).toBe(100);
    expect([...slot!.segments].map(([name, { canary, stable }]) => [name, canary.requests, stable.requests])).toEqual([
      ['/pay', 10, 20],
      ['/cart', 0, 0],
    ]);
  });

  it('that no policy names are left out: their requests are in the whole already', () => {
    const [slot] = cut(intervals, 10);
    expect(slot?.canary).toMatchObject({ requests: 100, errors: 4 });
    expect(slot?.segments.size).toBe(0);
  });

  it('begin to be compared with the baseline together with the whole', () => {
    const both = (from: number, baseline: number) =>
      [undefined, '/pay'].flatMap((segment) => [
        during(from, from + 10, 'stable', [100, 0], segment ? { segment } : {}),
        during(from, from + 10, 'baseline', [segment ? 0 : baseline, 0], segment ? { segment } : {}),
      ]);
    const slots = cut([...both(0, 0), ...both(10, 50)], 20, { segments: ['/pay'] });
    expect(slots.map(({ stable, segments }) => [stable.requests, segments.get('/pay')?.stable.requests])).toEqual([
      [100, 100],
      [50, 0],
    ]);
  });
});

describe('one arm of a slot', () => {
  const pod = (name: string | undefined, [requests, errors]: Arm, more: Partial<TelemetryInterval> = {}, from = 0) =>
    during(from, from + 5, 'stable', [requests, errors], { ...(name === undefined ? {} : { pod: name }), ...more });

  it('is the sum of its pods, sorted by name', () => {
    const arm = armOf([
      pod('b', [10, 1], { unanswered: 1 }),
      pod('a', [20, 2], { restarts: 1 }),
      pod(undefined, [5, 0]),
      pod('b', [30, 3], { restarts: 2 }, 5),
    ]);
    expect(arm).toMatchObject({ requests: 65, errors: 6, unanswered: 1, restarts: 3 });
    expect(arm.pods).toEqual([
      { pod: 'a', requests: 20, errors: 2, unanswered: 0, restarts: 1, latency: null, bucketsDiffer: false },
      { pod: 'b', requests: 40, errors: 4, unanswered: 1, restarts: 2, latency: null, bucketsDiffer: false },
    ]);
  });

  it('tells nothing reported from nothing happened', () => {
    expect(armOf([pod('a', [10, 0])])).toMatchObject({ unanswered: null, restarts: null });
    expect(armOf([pod('a', [10, 0], { unanswered: 0, restarts: 0 })])).toMatchObject({ unanswered: 0, restarts: 0 });
  });

  it('is the same to the bit whoever reported first', () => {
    const intervals = ['c', 'a', 'b', 'd'].flatMap((name, i) =>
      [0, 5].map((from) => pod(name, [0.1 + i * 0.7, 0.1], { latency: explicit([100], [0.3, 0.1 * i]) }, from)),
    );
    fc.assert(
      fc.property(fc.nat(1e6), (seed) => {
        expect(armOf(shuffled(intervals, seed))).toEqual(armOf(intervals));
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  it('adds up latency on the buckets that all have', () => {
    const arm = armOf([
      pod('a', [6, 0], { latency: explicit([50, 100], [1, 2, 3]) }),
      pod('b', [6, 0], { latency: explicit([0.1, 1], [1, 2, 3], 's') }),
    ]);
    expect(arm.latency).toEqual(explicit([100], [4, 8]));
    expect(arm.bucketsDiffer).toBe(false);
  });

  it('has no latency where the buckets have no bound in common: a part of it would be no sample of the whole', () => {
    const histograms = [explicit([50], [1, 5]), explicit([100], [2, 4]), explicit([100], [3, 3])];
    const arm = armOf(histograms.map((latency, i) => pod(`p${i}`, [6, 0], { latency })));
    expect(arm).toMatchObject({ latency: null, bucketsDiffer: true });
  });

  it('has no latency of a pod whose buckets change within the slot', () => {
    const histograms = [explicit([50], [1, 5]), explicit([100], [2, 4]), explicit([100], [3, 3])];
    const arm = armOf(histograms.map((latency, i) => pod('p', [6, 0], { latency }, i)));
    expect(arm.pods[0]?.latency).toBeNull();
  });
});

describe('the state', () => {
  it('is the same whoever reported first, as far as the order within a slot is', () => {
    const intervals = [20, 0, 10].map((from) => during(from, from + 10, 'canary', [from, 0]));
    const stream = new SlotStream(OPTIONS);
    for (const interval of intervals) stream.add(interval);
    expect(stream.state()).toEqual({
      open: [0, 10, 20].map((from) => during(from, from + 10, 'canary', [from, 0])),
      nextStartMs: null,
      baseline: false,
    });
  });

  it('never goes back: a stored stream gives nothing out twice, though the watermark is older', () => {
    const stream = new SlotStream(OPTIONS);
    stream.add(during(30, 40, 'canary', [1, 0]));
    expect([...stream.completeUntil(40_000, () => true)]).toHaveLength(1);
    expect([...stream.completeUntil(20_000, () => true)]).toEqual([]);
    expect(stream.state().nextStartMs).toBe(40_000);
    expect([...stream.completeUntil(50_000, () => true)].map(brief)).toEqual([[40, 50, 0, 0]]);
  });

  it('goes on as if it had never been stored', () => {
    const intervals = Array.from({ length: 30 }, (_, i) =>
      during(i * 5, i * 5 + 5, (['canary', 'stable', 'baseline'] as const)[i % 3]!, [i, 0]),
    );
    for (const at of [0, 7, 15, 29]) {
      const whole = new SlotStream(OPTIONS);
      let stored = new SlotStream(OPTIONS);
      intervals.forEach((interval, i) => {
        if (i === at) stored = new SlotStream(OPTIONS, JSON.parse(JSON.stringify(stored.state())));
        for (const stream of [whole, stored]) stream.add(interval);
        const [expected, slots] = [whole, stored].map((stream) => [
          ...stream.completeUntil(interval.endMs - 3000, () => true),
        ]);
        expect(slots).toEqual(expected);
      });
    }
  });
});
