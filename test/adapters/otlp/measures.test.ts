/** Business metrics: which points make which measure, and what must not corrupt them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AttributeValue,
  decodeJsonMetrics,
  decodeProtobufMetrics,
  type Metric,
} from '../../../src/adapters/otlp/index.ts';
import { validateTelemetry } from '../../../src/engine/validate-telemetry.ts';
import type { Measure } from '../../../src/ports/telemetry.ts';
import { encodeJson, encodeProtobuf } from './support/encode.ts';
import { answered, at, attributes, exportOf, TestStore } from './support/exports.ts';

const CANARY = { pod: 'c1', cohort: 'canary', deploymentId: 'd1' };
const PREFIX = 'rolloutguard.business.';

type Temporality = 'delta' | 'cumulative';
interface Part {
  from?: number;
  to: number;
  value: number;
  outcome?: string;
  statistic?: string;
  segment?: string;
}

/** The points that the SDK makes of a business metric. */
function sums(name: string, parts: Part[], temporality: Temporality = 'delta', monotonic = true): Metric {
  return {
    name: PREFIX + name,
    unit: '',
    type: 'sum',
    temporality,
    monotonic,
    points: parts.map(({ from = 0, to, value, outcome, statistic, segment }) => ({
      attributes: attributes({
        'rolloutguard.outcome': outcome,
        'rolloutguard.statistic': statistic,
        'rolloutguard.segment': segment,
      }),
      startMs: at(from),
      timeMs: at(to),
      empty: false,
      value,
    })),
  };
}

const ratio = (
  name: string,
  to: number,
  good: number,
  bad: number,
  temporality: Temporality = 'delta',
  from = 0,
): Metric =>
  sums(
    name,
    [
      { from, to, value: good, outcome: 'good' },
      { from, to, value: bad, outcome: 'bad' },
    ],
    temporality,
  );

const mean = (name: string, to: number, sum: number, count: number, squares: number): Metric =>
  sums(name, [
    { to, value: sum, statistic: 'sum' },
    { to, value: count, statistic: 'count' },
    { to, value: squares, statistic: 'sum_of_squares' },
  ]);

function gauge(
  name: string,
  points: [to: number, value: number][],
  extra: Record<string, AttributeValue> = {},
): Metric {
  return {
    name: PREFIX + name,
    unit: '',
    type: 'gauge',
    points: points.map(([to, value]) => ({
      attributes: attributes(extra),
      // Since the process was started, as some SDKs have it.
      startMs: at(-500),
      timeMs: at(to),
      empty: false,
      value,
    })),
  };
}

function histogram(
  name: string,
  to: number,
  count: number,
  sum?: number,
  from = 0,
  temporality: Temporality = 'delta',
): Metric {
  const point = { attributes: new Map(), startMs: at(from), timeMs: at(to), empty: false, count };
  const told = sum === undefined ? {} : { sum };
  return {
    name: PREFIX + name,
    unit: '',
    type: 'histogram',
    temporality,
    points: [{ ...point, ...told, upperBounds: [], bucketCounts: [count] }],
  };
}

/** The measures of each interval, with what is known of it. */
function measures(store: TestStore, seconds = 60): [interval: string, measures: Record<string, Measure> | undefined][] {
  const telemetry = store.ask(seconds);
  validateTelemetry(telemetry);
  return telemetry.intervals.map(({ cohort, pod, startMs, endMs, requests, measures: found }) => [
    `${cohort} ${pod} ${(startMs - at(0)) / 1000}-${(endMs - at(0)) / 1000} ${requests}`,
    found,
  ]);
}

describe('a measure', () => {
  test('of outcomes is a share', () => {
    const store = new TestStore();
    const export1 = exportOf(CANARY, answered([{ from: 0, to: 8, count: 9 }]), ratio('checkout', 8, 5, 2));
    expect(store.take(8, export1)).toMatchObject({ accepted: 3, rejected: 0 });
    expect(measures(store)).toEqual([['canary c1 0-10 9', { checkout: { type: 'ratio', bad: 2, total: 7 } }]]);
    expect(store.problems(60)).toEqual([]);
  });

  test('of sums over values is a mean, of all segments', () => {
    const store = new TestStore();
    const segments = ['card', 'cash'].flatMap((segment) => [
      { to: 8, value: 10, statistic: 'sum', segment },
      { to: 8, value: 2, statistic: 'count', segment },
      { to: 8, value: 60, statistic: 'sum_of_squares', segment },
    ]);
    store.take(8, exportOf(CANARY, sums('value', segments)));
    expect(measures(store)).toEqual([
      ['canary c1 0-10 0', { value: { type: 'mean', sum: 20, count: 4, sumOfSquares: 120 } }],
    ]);
  });

  test('of a histogram is a mean without squares', () => {
    const store = new TestStore();
    const exponential: Metric = {
      ...{ name: `${PREFIX}weight`, unit: '', type: 'exponential', temporality: 'delta' },
      points: [
        {
          ...{ attributes: new Map(), startMs: at(0), timeMs: at(8), empty: false, count: 3, sum: 4.5 },
          ...{ scale: 3, zeroCount: 3, zeroThreshold: 0, offset: 0, bucketCounts: [], negativeCount: 0 },
        },
      ],
    };
    store.take(8, exportOf(CANARY, histogram('value', 8, 4, 20), exponential));
    expect(measures(store)[0]?.[1]).toEqual({
      value: { type: 'mean', sum: 20, count: 4 },
      weight: { type: 'mean', sum: 4.5, count: 3 },
    });
  });

  test('of a plain counter is how often per request, unanswered ones included', () => {
    const store = new TestStore();
    store.take(8, exportOf(CANARY, sums('orders', [{ to: 8, value: 3 }]), answered([{ from: 0, to: 8, count: 12 }])));
    store.take(18, exportOf(CANARY, sums('orders', [{ from: 8, to: 18, value: 3 }])));
    // Without a request there is nothing to compare it with.
    expect(measures(store)).toEqual([['canary c1 0-10 12', { orders: { type: 'mean', sum: 3, count: 12 } }]]);
  });

  test('of a gauge is its mean level, whatever the start of its points', () => {
    const store = new TestStore();
    store.take(
      9,
      exportOf(
        CANARY,
        gauge('queue', [
          [4, 10],
          [8, 20],
        ]),
        answered([{ from: 0, to: 8, count: 1 }]),
      ),
    );
    expect(measures(store)).toEqual([['canary c1 0-10 1', { queue: { type: 'gauge', value: 15 } }]]);
  });

  test('that says zero is told beside requests, and makes no interval by itself', () => {
    const store = new TestStore();
    store.take(8, exportOf(CANARY, ratio('checkout', 8, 0, 0), answered([{ from: 0, to: 8, count: 1 }])));
    store.take(18, exportOf(CANARY, ratio('checkout', 18, 0, 0, 'delta', 8), mean('value', 18, 0, 0, 0)));
    expect(measures(store)).toEqual([['canary c1 0-10 1', { checkout: { type: 'ratio', bad: 0, total: 0 } }]]);
  });

  test('of a worker without requests is telemetry too, and begins the deployment; a level does not', () => {
    const store = new TestStore();
    store.take(8, exportOf(CANARY, gauge('queue', [[8, 3]]), ratio('jobs', 8, 0, 0)));
    store.take(18, exportOf(CANARY, gauge('queue', [[18, 3]]), ratio('jobs', 18, 4, 1, 'delta', 8)));
    expect(measures(store).map(([interval]) => interval)).toEqual(['canary c1 0-10 0', 'canary c1 10-20 0']);
    expect(store.ask(60).deployedAtMs).toBe(at(10));
  });

  test('is added up on a coarser grid', () => {
    const store = new TestStore();
    for (const to of [8, 18]) {
      store.take(to, exportOf(CANARY, ratio('checkout', to, 5, 1, 'delta', to - 8), gauge('queue', [[to, to]])));
    }
    expect(store.ask(60, { intervalMs: 20_000 }).intervals.map((interval) => interval.measures)).toEqual([
      { checkout: { type: 'ratio', bad: 2, total: 12 }, queue: { type: 'gauge', value: 13 } },
    ]);
  });

  test('may have a name that is special to JavaScript', () => {
    const store = new TestStore();
    store.take(8, exportOf(CANARY, ratio('__proto__', 8, 1, 0), ratio('constructor', 8, 0, 1)));
    const [found] = store.ask(60).intervals;
    expect(Object.entries(found?.measures ?? {})).toEqual([
      ['__proto__', { type: 'ratio', bad: 0, total: 1 }],
      ['constructor', { type: 'ratio', bad: 1, total: 1 }],
    ]);
  });
});

describe('is not corrupted by', () => {
  test('a retry', () => {
    const store = new TestStore();
    const payload = exportOf(CANARY, ratio('checkout', 8, 5, 2), gauge('queue', [[8, 3]]), histogram('value', 8, 1, 7));
    expect(store.take(8, payload).accepted).toBe(4);
    expect(store.take(8.5, payload)).toMatchObject({ accepted: 0, rejected: 0, dropped: { duplicate: 4 } });
    expect(measures(store)[0]?.[1]).toEqual({
      checkout: { type: 'ratio', bad: 2, total: 7 },
      queue: { type: 'gauge', value: 3 },
      value: { type: 'mean', sum: 7, count: 1 },
    });
  });

  test('totals, a flip of the cohort, and a restart', () => {
    const store = new TestStore();
    const take = (to: number, cohort: string, ...metrics: Metric[]): void =>
      void store.take(to, exportOf({ ...CANARY, cohort }, ...metrics));
    take(8, 'canary', ratio('checkout', 8, 5, 2, 'cumulative'), histogram('value', 8, 2, 10, 0, 'cumulative'));
    take(18, 'stable', ratio('checkout', 18, 9, 2, 'cumulative'), histogram('value', 18, 3, 14, 0, 'cumulative'));
    take(28, 'stable', ratio('checkout', 28, 1, 1, 'cumulative', 20), histogram('value', 28, 1, 1, 20, 'cumulative'));
    expect(measures(store)).toEqual([
      [
        'canary c1 0-10 0',
        { checkout: { type: 'ratio', bad: 2, total: 7 }, value: { type: 'mean', sum: 10, count: 2 } },
      ],
      [
        'stable c1 10-20 0',
        { checkout: { type: 'ratio', bad: 0, total: 4 }, value: { type: 'mean', sum: 4, count: 1 } },
      ],
      [
        'stable c1 20-30 0',
        { checkout: { type: 'ratio', bad: 1, total: 2 }, value: { type: 'mean', sum: 1, count: 1 } },
      ],
    ]);
  });

  test('history from before the receiver was there', () => {
    const store = new TestStore({}, 1000);
    store.take(1008, exportOf(CANARY, ratio('checkout', 1008, 500, 400, 'cumulative')));
    store.take(1018, exportOf(CANARY, ratio('checkout', 1018, 503, 401, 'cumulative')));
    expect(measures(store, 1060).map(([, found]) => found)).toEqual([
      { checkout: { type: 'ratio', bad: 1, total: 4 } },
    ]);
  });

  test('a part for which there was no room: a share without its good outcomes is none', () => {
    const store = new TestStore({ maxSeries: 2 });
    const both = exportOf(CANARY, answered([{ from: 0, to: 8, count: 9 }]), ratio('checkout', 8, 5, 2));
    expect(store.take(8, both)).toMatchObject({ accepted: 2, dropped: { seriesCap: 1 } });
    expect(measures(store)).toEqual([['canary c1 0-10 9', undefined]]);
    expect(store.problems(60)).toContain(
      'MEASURE_LOST: 1 interval was left without a business metric: parts of it were lost, or differed in type',
    );
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])('a part that is %d', (value) => {
    const store = new TestStore();
    const broken = sums('checkout', [
      { to: 8, value: 5, outcome: 'good' },
      { to: 8, value, outcome: 'bad' },
    ]);
    const result = store.take(
      8,
      exportOf(CANARY, answered([{ from: 0, to: 8, count: 9 }]), broken, gauge('queue', [[8, value]])),
    );
    expect(result.dropped.malformed).toBeGreaterThan(0);
    expect(measures(store)[0]?.[1]?.['checkout']).toBeUndefined();
  });

  test('two types under one name', () => {
    const store = new TestStore();
    store.take(
      8,
      exportOf(CANARY, answered([{ from: 0, to: 8, count: 9 }]), ratio('x', 8, 1, 1), gauge('x', [[8, 3]])),
    );
    expect(measures(store)).toEqual([['canary c1 0-10 9', undefined]]);
    expect(store.problems(60).join()).toContain('MEASURE_LOST');
  });

  test('sums of squares that are too small, or that are not told', () => {
    const store = new TestStore();
    const untold = sums('b', [
      { to: 8, value: 6, statistic: 'sum' },
      { to: 8, value: 2, statistic: 'count' },
    ]);
    store.take(8, exportOf(CANARY, mean('a', 8, 6, 2, 17), untold, histogram('c', 8, 2)));
    expect(measures(store)[0]?.[1]).toEqual({
      a: { type: 'mean', sum: 6, count: 2 },
      b: { type: 'mean', sum: 6, count: 2 },
    });
  });

  test('figures that are in bounds and add up to what is not', () => {
    const store = new TestStore();
    const huge = (value: number, key: 'outcome' | 'statistic', word: string): Part[] =>
      ['a', 'b'].map((segment) => ({ to: 8, value, [key]: word, segment }));
    const most = Number.MAX_SAFE_INTEGER;
    store.take(
      8,
      exportOf(
        CANARY,
        answered([{ from: 0, to: 8, count: 9 }]),
        sums('share', huge(most, 'outcome', 'good')),
        sums('many', [...huge(1, 'statistic', 'sum'), ...huge(most, 'statistic', 'count')]),
        sums('much', [...huge(1e100, 'statistic', 'sum'), ...huge(1, 'statistic', 'count')]),
        sums('wide', [
          ...huge(1, 'statistic', 'sum'),
          ...huge(1, 'statistic', 'count'),
          ...huge(1e200, 'statistic', 'sum_of_squares'),
        ]),
      ),
    );
    expect(measures(store)).toEqual([['canary c1 0-10 9', { wide: { type: 'mean', sum: 2, count: 2 } }]]);
  });

  test('parts and instruments that nobody knows: they are dropped and reported', () => {
    const store = new TestStore();
    const unknown = sums('checkout', [
      { to: 8, value: 1, outcome: 'Good' },
      { to: 8, value: 1, statistic: 'median' },
      { to: 8, value: 1, outcome: 'good', statistic: 'sum' },
    ]);
    const upAndDown = sums('queue', [{ to: 8, value: 1 }], 'cumulative', false);
    const summary: Metric = { name: `${PREFIX}value`, unit: '', type: 'other', points: [{ timeMs: at(8) }] };
    const nameless = { ...gauge('', [[8, 1]]), name: PREFIX };
    const result = store.take(8, exportOf(CANARY, unknown, upAndDown, summary, nameless));
    expect(result).toMatchObject({ accepted: 0, dropped: { unsupported: 5 } });
    expect(store.store.stats().ignored).toBe(1);
    expect(measures(store)).toEqual([]);
  });
});

test('a gauge of others may hold what is no exact number: the export is read all the same', () => {
  const huge = { ...gauge('x', [[8, 2 ** 60]]), name: 'process.memory.address' };
  const payload = exportOf(CANARY, answered([{ from: 0, to: 8, count: 1 }]), huge);
  const big = BigInt(2) ** 60n;
  const json = encodeJson(payload)
    .toString()
    .replace(/"asDouble":[\d.e+]+/, `"asInt":"${big}"`);
  expect(json).toContain(`"asInt":"${big}"`);
  for (const read of [decodeJsonMetrics(Buffer.from(json)), decodeProtobufMetrics(encodeProtobuf(payload))]) {
    expect(read.resources[0]?.scopes[0]?.metrics[1]).toMatchObject({ type: 'gauge', points: [{ value: 2 ** 60 }] });
  }
});

test('whatever is reported in whatever order, telemetry stays valid and each outcome is counted once', () => {
  const report = fc.record({
    pod: fc.constantFrom('a', 'b'),
    cohort: fc.constantFrom('canary', 'stable'),
    good: fc.nat({ max: 1000 }),
    bad: fc.nat({ max: 1000 }),
    order: fc.double({ min: 0, max: 1e6, noNaN: true }),
    isRetried: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(report, { minLength: 1, maxLength: 20 }), fc.boolean(), (reports, reversed) => {
      const store = new TestStore();
      reports.forEach(({ pod, cohort, good, bad, order, isRetried }, i) => {
        const [from, to] = [10 * i, 10 * i + 9];
        const squares = { from, to, value: order * order, statistic: 'sum_of_squares' };
        const parts = [
          { from, to, value: order, statistic: 'sum' },
          { from, to, value: 1, statistic: 'count' },
          squares,
        ];
        const metrics = [
          ratio('checkout', to, good, bad, 'delta', from),
          sums('order', parts),
          gauge('level', [[to, order]]),
        ];
        const payload = exportOf({ ...CANARY, pod, cohort }, ...(reversed ? metrics.reverse() : metrics));
        store.take(to + 0.5, payload);
        if (isRetried) store.take(to + 0.7, payload);
      });
      const telemetry = store.ask(10 * reports.length + 60);
      validateTelemetry(telemetry);
      const found = { bad: 0, total: 0, count: 0 };
      for (const { measures: told } of telemetry.intervals) {
        const [share, values] = [told?.['checkout'], told?.['order']];
        if (share?.type === 'ratio') {
          found.bad += share.bad;
          found.total += share.total;
        }
        if (values?.type === 'mean') found.count += values.count;
      }
      const total = reports.reduce((sum, { good, bad }) => sum + good + bad, 0);
      expect(found).toEqual({ bad: reports.reduce((sum, { bad }) => sum + bad, 0), total, count: reports.length });
      expect(telemetry.problems).toBeUndefined();
    }),
    { numRuns: 100 },
  );
});
