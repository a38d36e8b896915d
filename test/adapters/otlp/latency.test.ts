import { describe, expect, test } from 'vitest';
import type { ExponentialPoint, Metric } from '../../../src/adapters/otlp/index.ts';
import { validateTelemetry } from '../../../src/engine/validate-telemetry.ts';
import type { LatencyHistogram } from '../../../src/ports/telemetry.ts';
import { answered, at, attributes, exportOf, TestStore } from './support/exports.ts';

const CANARY = { pod: 'c1', cohort: 'canary', deploymentId: 'd1' };

/** `http.server.request.duration` in exponential buckets. */
function exponential(
  from: number,
  to: number,
  point: Partial<ExponentialPoint>,
  temporality: 'delta' | 'cumulative' = 'delta',
): Metric {
  const full = {
    scale: 0,
    zeroCount: 0,
    zeroThreshold: 0,
    offset: 0,
    bucketCounts: [] as number[],
    negativeCount: 0,
    ...point,
  };
  const count = full.zeroCount + full.negativeCount + full.bucketCounts.reduce((sum, n) => sum + n, 0);
  return {
    name: 'http.server.request.duration',
    unit: 's',
    type: 'exponential',
    temporality,
    points: [{ attributes: attributes({}), startMs: at(from), timeMs: at(to), empty: false, count, ...full }],
  };
}

function latencies(store: TestStore): (LatencyHistogram | undefined)[] {
  const telemetry = store.ask(900);
  validateTelemetry(telemetry);
  return telemetry.intervals.map(({ latency }) => latency);
}

describe('explicit buckets', () => {
  test('of one pod and interval are added up, those of failed requests included', () => {
    const store = new TestStore();
    const bounds = [0.1, 1];
    store.take(
      8,
      exportOf(
        CANARY,
        answered([
          { from: 0, to: 8, count: 6, bounds, buckets: [1, 2, 3], status: 200 },
          { from: 0, to: 8, count: 15, bounds, buckets: [4, 5, 6], status: 500 },
        ]),
      ),
    );
    expect(latencies(store)).toEqual([{ type: 'explicit', unit: 's', upperBounds: [0.1, 1], counts: [5, 7, 9] }]);
  });

  test('with other bounds are brought to the bounds that both have', () => {
    const store = new TestStore();
    store.take(
      8,
      exportOf(
        CANARY,
        answered([
          { from: 0, to: 8, count: 10, bounds: [0.1, 0.5, 1], buckets: [1, 2, 3, 4], route: '/a' },
          { from: 0, to: 8, count: 60, bounds: [0.2, 0.5, 2], buckets: [10, 10, 20, 20], route: '/b' },
        ]),
      ),
    );
    expect(latencies(store)).toEqual([{ type: 'explicit', unit: 's', upperBounds: [0.5], counts: [23, 47] }]);
    expect(store.intervals(60)).toEqual(['canary c1 0-10 70/0']);
  });

  test('in milliseconds are read as such', () => {
    const store = new TestStore();
    store.take(
      8,
      exportOf(CANARY, answered([{ from: 0, to: 8, count: 3, bounds: [50], buckets: [1, 2] }], 'delta', 'ms')),
    );
    expect(latencies(store)).toEqual([{ type: 'explicit', unit: 'ms', upperBounds: [50], counts: [1, 2] }]);
  });

  test('without a bound in common: the requests count, their latencies do not, and the report says so', () => {
    const store = new TestStore();
    const points = [
      { from: 0, to: 8, count: 3, bounds: [0.1], route: '/a' },
      { from: 0, to: 8, count: 4, bounds: [0.2], route: '/b' },
      { from: 0, to: 8, count: 5, bounds: [0.1], route: '/c' },
    ];
    store.take(8, exportOf(CANARY, answered(points)));
    store.take(18, exportOf(CANARY, answered([{ from: 8, to: 18, count: 6, bounds: [0.2] }])));
    expect(store.intervals(60)).toEqual(['canary c1 0-10 12/0', 'canary c1 10-20 6/0']);
    expect(latencies(store)).toEqual([undefined, { type: 'explicit', unit: 's', upperBounds: [0.2], counts: [6, 0] }]);
    expect(store.problems(60)).toEqual([
      'LATENCY_LOST: 1 interval was left without latencies: the histograms had no bucket bound in common',
    ]);
  });

  test('of a cumulative series that changes its bounds: the difference is taken on the bounds that both have', () => {
    const store = new TestStore();
    const total = (to: number, bounds: number[], buckets: number[]): Metric =>
      answered([{ from: 0, to, count: buckets.reduce((a, b) => a + b), bounds, buckets }], 'cumulative');
    store.take(8, exportOf(CANARY, total(8, [0.1, 0.5], [5, 5, 5])));
    store.take(18, exportOf(CANARY, total(18, [0.5, 1], [12, 6, 0])));
    store.take(28, exportOf(CANARY, total(28, [2], [20, 0])));
    expect(store.intervals(60)).toEqual(['canary c1 0-10 15/0', 'canary c1 10-20 3/0', 'canary c1 20-30 2/0']);
    expect(latencies(store).slice(1)).toEqual([
      { type: 'explicit', unit: 's', upperBounds: [0.5], counts: [2, 1] },
      undefined,
    ]);
  });

  test('in a unit that we do not know: the requests count, and the report says so', () => {
    const store = new TestStore();
    store.take(8, exportOf(CANARY, answered([{ from: 0, to: 8, count: 3 }], 'delta', 'us')));
    expect(store.intervals(60)).toEqual(['canary c1 0-10 3/0']);
    expect(latencies(store)).toEqual([undefined]);
    expect(store.problems(60)).toEqual([
      'UNKNOWN_UNIT: the latencies of 1 data point were neither in s nor in ms and were dropped',
    ]);
  });

  test('may be missing: the sender keeps only counts', () => {
    const store = new TestStore();
    store.take(8, exportOf(CANARY, answered([{ from: 0, to: 8, count: 3, bounds: [], buckets: [] }])));
    expect(store.intervals(60)).toEqual(['canary c1 0-10 3/0']);
    expect(latencies(store)).toEqual([undefined]);
    expect(store.problems(60)).toEqual([]);
  });
});

describe('exponential buckets', () => {
  test('are kept, zeros and what lies below zero included', () => {
    const store = new TestStore();
    store.take(
      8,
      exportOf(
        CANARY,
        exponential(0, 8, { scale: 1, zeroCount: 2, negativeCount: 1, offset: -4, bucketCounts: [1, 0, 3] }),
      ),
    );
    expect(latencies(store)).toEqual([
      { type: 'exponential', unit: 's', scale: 1, zeroThreshold: 0, zeroCount: 3, offset: -4, counts: [1, 0, 3] },
    ]);
  });

  test('of different scales are brought to the coarser one', () => {
    const store = new TestStore();
    // At scale 1, buckets -3 and -2 are one bucket of scale 0: -2 and -1. At scale 0 they are joined by one more each.
    store.take(8, exportOf(CANARY, exponential(0, 8, { scale: 1, offset: -4, bucketCounts: [1, 2, 4, 8] })));
    store.take(
      9,
      exportOf({ ...CANARY }, { ...exponential(8, 9, { scale: 0, offset: -2, bucketCounts: [100, 200] }) }),
    );
    expect(latencies(store)).toMatchObject([{ scale: 0, offset: -2, counts: [103, 212] }]);
  });

  test('of a cumulative series that is downscaled on the way are subtracted on the coarser scale', () => {
    const store = new TestStore();
    store.take(
      8,
      exportOf(CANARY, exponential(0, 8, { scale: 1, offset: 0, bucketCounts: [1, 2, 4, 8] }, 'cumulative')),
    );
    store.take(
      18,
      exportOf(CANARY, exponential(0, 18, { scale: 0, offset: 0, bucketCounts: [4, 15, 1] }, 'cumulative')),
    );
    expect(store.intervals(60)).toEqual(['canary c1 0-10 15/0', 'canary c1 10-20 5/0']);
    expect(latencies(store)[1]).toMatchObject({ scale: 0, offset: 0, counts: [1, 3, 1] });
  });

  test('far apart do not ask for gigabytes', () => {
    const store = new TestStore();
    const far = 512 * 2 ** 20;
    store.take(8, exportOf(CANARY, exponential(0, 8, { scale: 20, offset: -far, bucketCounts: [1] })));
    store.take(9, exportOf(CANARY, exponential(8, 9, { scale: 20, offset: far - 1, bucketCounts: [1] })));
    const [latency] = latencies(store);
    expect(latency?.counts.reduce((a, b) => a + b)).toBe(2);
    expect(latency?.counts.length).toBeLessThan(2000);
  });

  test.each([
    ['an offset beyond all doubles', { offset: 2 ** 31 - 2, bucketCounts: [1] }],
    ['a scale that does not exist', { scale: 21, bucketCounts: [1] }],
    ['a negative threshold', { zeroThreshold: -1, zeroCount: 1 }],
    ['a threshold that is no number', { zeroThreshold: Number.NaN, zeroCount: 1 }],
    ['buckets that do not add up', { bucketCounts: [1], count: 2 }],
    ['thousands of buckets', { bucketCounts: Array<number>(5000).fill(1) }],
  ])('with %s are malformed', (_name, point) => {
    const store = new TestStore();
    expect(store.take(8, exportOf(CANARY, exponential(0, 8, point)))).toMatchObject({
      accepted: 0,
      dropped: { malformed: 1 },
    });
  });

  test('whatever lies inside the limits can be judged, on every scale and merged with every other', () => {
    for (const scale of [-9, -4, -3, 0, 5, 20]) {
      const store = new TestStore();
      const reach = Math.floor(512 * 2 ** scale);
      store.take(8, exportOf(CANARY, exponential(0, 8, { scale, offset: -reach, bucketCounts: [1] })));
      store.take(9, exportOf(CANARY, exponential(8, 9, { scale: 0, offset: -500, bucketCounts: [1] })));
      store.take(9.5, exportOf(CANARY, exponential(9, 9.5, { scale: -9, offset: 0, bucketCounts: [1] })));
      expect(
        latencies(store)[0]?.counts.reduce((a, b) => a + b),
        `scale ${scale}`,
      ).toBe(3);
    }
  });

  test('after explicit ones, in the next interval, are kept as they are', () => {
    const store = new TestStore();
    store.take(8, exportOf(CANARY, answered([{ from: 0, to: 8, count: 3 }])));
    store.take(18, exportOf(CANARY, exponential(8, 18, { bucketCounts: [2] })));
    expect(latencies(store).map((latency) => latency?.type)).toEqual(['explicit', 'exponential']);
  });

  test('after explicit ones of the same total: the requests are subtracted, the latencies are lost', () => {
    const store = new TestStore();
    const total = answered([{ from: 0, to: 8, count: 3 }], 'cumulative');
    for (const point of total.points) Object.assign(point, { attributes: attributes({}) });
    store.take(8, exportOf(CANARY, total));
    store.take(18, exportOf(CANARY, exponential(0, 18, { scale: 3, offset: 5, bucketCounts: [5] }, 'cumulative')));
    expect(store.intervals(60)).toEqual(['canary c1 0-10 3/0', 'canary c1 10-20 2/0']);
    expect(latencies(store)[1]).toBeUndefined();
    expect(store.problems(60)).toHaveLength(1);
  });
});
