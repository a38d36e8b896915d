import { describe, expect, it } from 'vitest';
import { businessMetric } from '../../src/engine/criteria/business-metric.ts';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { saturation } from '../../src/engine/criteria/saturation.ts';
import { decide } from '../../src/engine/decide.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import { validateTelemetry } from '../../src/engine/validate-telemetry.ts';
import type { AggregateTelemetry, DeploymentTelemetry, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { explicit } from '../helpers/histograms.ts';
import { DEPLOYED_AT_MS, interval, repeat, telemetryOf } from '../helpers/telemetry.ts';

const check = (telemetry: unknown): void => validateTelemetry(telemetry as DeploymentTelemetry);

/** Every refusal names the place and says how to mend it. */
function refuses(telemetry: unknown, path: string, mend: string): void {
  const refusal = expect.objectContaining({
    code: 'INVALID_TELEMETRY',
    message: expect.stringMatching(/^Invalid telemetry at /),
    path,
    mend,
  });
  expect(() => check(telemetry)).toThrow(refusal);
}

const WHOLE = 'Use a whole number.';
const FINITE = 'Use a finite number.';
const POSITIVE = 'Use a number above 0.';
const COUNT = 'Use a number that is not negative: deltas, not running totals.';
const SHARE = 'Use a share between 0 and 1.';

const withInterval = (more: object): DeploymentTelemetry =>
  telemetryOf([], [], { intervals: [{ ...interval(0, 'canary', [10, 1]), ...more } as TelemetryInterval] });

describe('telemetry is refused when', () => {
  it('it is no object, or of another schema or kind', () => {
    refuses(null, 'telemetry', 'Return a telemetry object.');
    refuses('telemetry', 'telemetry', 'Return a telemetry object.');
  });

  it.each([
    ['schemaVersion', { schemaVersion: 2 }, 'This version reads schema version 1.'],
    ['kind', { kind: 'spans' }, 'Use "intervals" or "aggregates".'],
    ['service', { service: 7 }, 'Name the service.'],
    ['deploymentId', { deploymentId: undefined }, 'Name the deployment.'],
    ['intervalMs', { intervalMs: 0 }, POSITIVE],
    ['intervalMs', { intervalMs: Number.NaN }, FINITE],
    ['deployedAtMs', { deployedAtMs: '2027-01-15' }, FINITE],
    ['completeUntilMs', { completeUntilMs: null }, FINITE],
    ['intervals', { intervals: null }, 'Use a list of intervals.'],
    ['intervals[0]', { intervals: [null] }, 'Use an interval object.'],
    ['intervals[0]', { intervals: ['10 requests'] }, 'Use an interval object.'],
    ['weights', { weights: 0.05 }, 'Use a list of weight changes, possibly empty.'],
    ['weights[0].atMs', { weights: [null] }, FINITE],
    ['weights[0].canaryShare', { weights: [{ atMs: 0, canaryShare: 5 }] }, SHARE],
    ['weights[0].canaryShare', { weights: [{ atMs: 0, canaryShare: -0.1 }] }, SHARE],
    ['weights[0].canaryShare', { weights: [{ atMs: 0, canaryShare: Number.NaN }] }, FINITE],
  ])('%s is nonsense: %j', (path, more, mend) => refuses({ ...telemetryOf([]), ...more }, path, mend));

  it.each([
    ['errors are negative', { errors: -1 }, 'errors', COUNT],
    ['errors exceed requests', { errors: 11 }, 'errors', 'There cannot be more errors than requests (10).'],
    ['requests are not finite', { requests: Number.POSITIVE_INFINITY }, 'requests', FINITE],
    ['requests are a text', { requests: '10' }, 'requests', FINITE],
    ['unanswered are negative', { unanswered: -1 }, 'unanswered', COUNT],
    ['unanswered exceeds errors', { unanswered: 2 }, 'unanswered', 'Unanswered requests are errors too (1).'],
    ['the start is missing', { startMs: undefined }, 'startMs', FINITE],
    ['the end is missing', { endMs: undefined }, 'endMs', FINITE],
    ['the end is the start', { startMs: 7, endMs: 7 }, 'endMs', 'It must be after startMs (7).'],
    ['the end is before the start', { startMs: 7, endMs: 6 }, 'endMs', 'It must be after startMs (7).'],
    ['the cohort is unknown', { cohort: 'blue' }, 'cohort', 'Use one of: canary, stable, baseline, before.'],
  ])('%s', (_, more, field, mend) => refuses(withInterval(more), `intervals[0].${field}`, mend));

  const tooMany = 'Use a number up to 2^53 - 1 (9007199254740991): larger ones are not counts.';
  const beyond = 'Use a number between -1e+100 and 1e+100, in a larger unit if need be.';
  const mean = (more: object) => ({ measures: { value: { type: 'mean', sum: 1, count: 1, ...more } } });
  it.each([
    ['requests', { requests: 2 ** 53 }, 'requests', tooMany],
    ['errors', { requests: 10, errors: 1e308 }, 'errors', tooMany],
    ['restarts', { restarts: 1e16 }, 'restarts', tooMany],
    ['a bucket', { latency: explicit([1], [1, 1e300]) }, 'latency.counts[1]', tooMany],
    ['values of a mean', mean({ count: 1e300 }), 'measures.value.count', tooMany],
    ['a sum', mean({ sum: 1.1e100 }), 'measures.value.sum', beyond],
    ['a negative sum', mean({ sum: -1e308 }), 'measures.value.sum', beyond],
    [
      'a sum of squares',
      mean({ sumOfSquares: 1e201 }),
      'measures.value.sumOfSquares',
      expect.stringContaining('1e+200'),
    ],
    ['a gauge', { measures: { cpu: { type: 'gauge', value: 1e101 } } }, 'measures.cpu.value', beyond],
  ])('%s is beyond what can be added up', (_, more, field, mend) => {
    refuses(withInterval(more), `intervals[0].${field}`, mend);
  });

  it('not for the largest numbers, and decisions on them are finite', () => {
    const largest = Number.MAX_SAFE_INTEGER;
    const telemetry = telemetryOf(
      repeat(30, [
        [1, 0],
        [1, 0],
      ] as const),
      repeat(20, [1, 0] as const),
    );
    const policy = definePolicy({
      warmUpSeconds: 0,
      criteria: [errorRate(), businessMetric('value', { better: 'higher' }), saturation('cpu', { compare: 'level' })],
    });
    for (const sign of [1, -1]) {
      telemetry.intervals.forEach((each, i) => {
        const value = sign * 1e100 * (1 - (i % 7) / 10);
        each.requests = largest;
        each.errors = largest / (2 + (i % 3));
        each.measures = {
          value: { type: 'mean', sum: value, count: 1 + (i % 2) * (largest - 1), sumOfSquares: 1e200 },
          cpu: { type: 'gauge', value },
        };
      });
      const decision = decide(policy, telemetry, { nowMs: telemetry.completeUntilMs });
      // JSON knows no number that is not finite: it would come back as null.
      expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
      expect(decision.reason).not.toMatch(/NaN|Infinity/);
    }
  });

  const list = 'Use a list of intervals.';
  it.each([
    ['are no object', null, 'dependencies', 'Use an object with a list of intervals for each name.'],
    ['are a list', [], 'dependencies', 'Use an object with a list of intervals for each name.'],
    ['have no name', { '': [] }, 'dependencies', 'Name every dependency.'],
    ['have no intervals', { db: null }, 'dependencies.db', list],
    ['count wrongly', { db: [interval(0, 'canary', [1, 2])] }, 'dependencies.db[0].errors', expect.any(String)],
    ['come as nonsense', { cache: [], db: [7] }, 'dependencies.db[0]', 'Use an interval object.'],
    [
      'overlap',
      { db: [interval(0, 'stable', [1, 0]), interval(1, 'stable', [1, 0]), interval(1, 'stable', [1, 0])] },
      'dependencies.db[2].startMs',
      expect.stringMatching(/sort by time/),
    ],
  ])('its dependencies %s', (_, dependencies, path, mend) => {
    refuses({ ...telemetryOf([]), dependencies }, path, mend);
  });

  it.each([
    ['are no list', { 0: 'x' }, 'problems', 'Use a list of problems, or leave it out.'],
    ['are null', null, 'problems', 'Use a list of problems, or leave it out.'],
    ['hold nothing', [null], 'problems[0].atMs', 'Use a finite number.'],
    ['have no message', [{ source: 's', code: 'C', atMs: 0 }], 'problems[0].message', 'Use a text.'],
  ])('its problems %s', (_, problems, path, mend) => {
    refuses({ ...telemetryOf([]), problems }, path, mend);
  });

  it('not for dependencies that are each in order, whatever the service itself and the others do', () => {
    const one = [interval(0, 'stable', [1, 0])];
    check({
      ...telemetryOf([
        [
          [1, 0],
          [1, 0],
        ],
      ]),
      dependencies: { db: one, cache: one },
    });
  });

  const ascending = 'Sort the bounds in ascending order.';
  const exponential = {
    type: 'exponential',
    unit: 's',
    scale: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    offset: 0,
    counts: [1],
  };
  const tooLarge = 'Its bucket bounds are not finite numbers.';
  it.each([
    ['there is no histogram', null, '', 'Use a histogram with counts.'],
    ['there are no counts', { type: 'explicit', unit: 'ms', upperBounds: [1] }, '', 'Use a histogram with counts.'],
    ['its kind is unknown', { type: 'summary', counts: [] }, '.type', 'Use "explicit" or "exponential".'],
    [
      'there is a count too few',
      { type: 'explicit', unit: 'ms', upperBounds: [1, 2], counts: [1, 2] },
      '.counts',
      'Give one count more than bounds: the last one is the overflow bucket.',
    ],
    [
      'a bucket count is negative',
      { type: 'explicit', unit: 'ms', upperBounds: [1], counts: [1, -2] },
      '.counts[1]',
      COUNT,
    ],
    [
      'the open end is given as a bound',
      { type: 'explicit', unit: 'ms', upperBounds: [1, Number.POSITIVE_INFINITY], counts: [1, 2, 3] },
      '.upperBounds[1]',
      FINITE,
    ],
    [
      'bounds do not ascend',
      { type: 'explicit', unit: 'ms', upperBounds: [2, 1], counts: [1, 2, 3] },
      '.upperBounds[1]',
      ascending,
    ],
    [
      'a bound occurs twice',
      { type: 'explicit', unit: 'ms', upperBounds: [1, 1], counts: [1, 2, 3] },
      '.upperBounds[1]',
      ascending,
    ],
    ['zeros are negative', { ...exponential, zeroCount: -1 }, '.zeroCount', COUNT],
    ['the scale is missing', { ...exponential, scale: undefined }, '.scale', WHOLE],
    ['the scale is broken', { ...exponential, scale: 0.5 }, '.scale', WHOLE],
    ['the offset is missing', { ...exponential, offset: undefined }, '.offset', WHOLE],
    ['the offset is broken', { ...exponential, offset: 0.5 }, '.offset', WHOLE],
    ['the threshold of zero is no number', { ...exponential, zeroThreshold: Number.NaN }, '.zeroThreshold', FINITE],
    ['the unit is another one', { ...exponential, unit: 'us' }, '.unit', 'Use "s" or "ms".'],
    ['values are too small to be times', { ...exponential, offset: -1001, counts: [1, 2] }, '.offset', tooLarge],
    ['values are too large to be times', { ...exponential, offset: 999, counts: [1, 2] }, '.offset', tooLarge],
    ['a coarse scale makes them too large', { ...exponential, scale: -8, offset: 4 }, '.offset', tooLarge],
  ])('of a histogram, %s', (_, latency, field, mend) =>
    refuses(withInterval({ latency }), `intervals[0].latency${field}`, mend),
  );

  it.each(['pod', 'segment'] as const)('the %s is no name', (field) =>
    refuses(withInterval({ [field]: 7 }), `intervals[0].${field}`, 'Use a name, or leave it out.'),
  );

  it('intervals of one pod are out of order or overlap', () => {
    const [first, second] = [interval(0, 'canary', [1, 0], { pod: 'a' }), interval(1, 'canary', [1, 0], { pod: 'a' })];
    const mend = (endMs: number) =>
      `The interval before it in the same cohort and pod ends at ${endMs}: sort by time and merge overlaps.`;
    refuses(telemetryOf([], [], { intervals: [second, first] }), 'intervals[1].startMs', mend(second.endMs));
    const overlapping = [first, { ...second, startMs: second.startMs - 1 }];
    refuses(telemetryOf([], [], { intervals: overlapping }), 'intervals[1].startMs', mend(first.endMs));
  });

  it('it is longer than a million intervals: a wrong unit, or a missing start', () => {
    const until = (completeUntilMs: number) =>
      telemetryOf([], [], { intervals: [interval(0, 'canary', [1, 0])], completeUntilMs });
    const last = DEPLOYED_AT_MS + 1_000_000 * 10_000;
    expect(() => check(until(last))).not.toThrow();
    const mend = 'It lies more than 1000000 intervals after the first one.';
    refuses(until(last + 1), 'completeUntilMs', mend);
    refuses({ ...until(last), deployedAtMs: 0, completeUntilMs: 9e15 }, 'completeUntilMs', mend);
  });
});

describe('telemetry is taken', () => {
  it.each(['canary', 'stable', 'baseline', 'before'] as const)('of the cohort %s', (cohort) => {
    expect(() => check(withInterval({ cohort }))).not.toThrow();
  });
  it('when everything fails, or nothing is asked', () => {
    expect(() => check(withInterval({ errors: 10, unanswered: 10 }))).not.toThrow();
    expect(() => check(withInterval({ requests: 0, errors: 0, unanswered: 0 }))).not.toThrow();
  });
  it('with the whole traffic at one side', () => {
    const weights = [0, 1].map((canaryShare) => ({ atMs: 0, canaryShare }));
    expect(() => check(telemetryOf([], [], { weights }))).not.toThrow();
  });
  it('when intervals of different pods, segments or cohorts overlap', () => {
    const intervals = [
      interval(1, 'canary', [1, 0], { pod: 'a' }),
      interval(0, 'canary', [1, 0], { pod: 'b' }),
      interval(0, 'canary', [1, 0], { pod: 'a', segment: '/pay' }),
      interval(0, 'stable', [1, 0], { pod: 'a' }),
    ];
    expect(() => check(telemetryOf([], [], { intervals }))).not.toThrow();
  });
  it('with bucket bounds up to 2^1000', () => {
    const latency = { type: 'exponential', unit: 's', scale: 0, zeroThreshold: 0, zeroCount: 0, counts: [1, 2] };
    for (const offset of [-1000, 998])
      expect(() => check(withInterval({ latency: { ...latency, offset } }))).not.toThrow();
  });
  it('without bounds and with a first bound below zero', () => {
    for (const upperBounds of [[], [-1, 0]]) {
      const counts = new Array<number>(upperBounds.length + 1).fill(1);
      expect(() =>
        check(withInterval({ latency: { type: 'explicit', unit: 'ms', upperBounds, counts } })),
      ).not.toThrow();
    }
  });
});

describe('aggregates', () => {
  const metrics = { errorRate: 0.01, p99LatencyMs: 80, requestsPerSecond: 10, timestampMs: 0 };
  const aggregates = (more: object = {}): AggregateTelemetry => ({
    schemaVersion: 1,
    kind: 'aggregates',
    service: 'checkout',
    deploymentId: 'deploy-42',
    windowSeconds: 300,
    atMs: 5,
    canary: metrics,
    stable: metrics,
    ...more,
  });

  it.each([
    ['windowSeconds', { windowSeconds: 0 }, POSITIVE],
    ['atMs', { atMs: Number.NaN }, FINITE],
    ['canary', { canary: 0.01 }, 'Use metrics, or null when there are none.'],
    ['canary.errorRate', { canary: { ...metrics, errorRate: 1.01 } }, SHARE],
    ['stable.errorRate', { stable: { ...metrics, errorRate: -0.01 } }, SHARE],
    ['canary.requestsPerSecond', { canary: { ...metrics, requestsPerSecond: -1 } }, COUNT],
    ['stable.p99LatencyMs', { stable: { ...metrics, p99LatencyMs: Number.NaN } }, FINITE],
    ['stable.p99LatencyMs', { stable: { ...metrics, p99LatencyMs: undefined } }, FINITE],
  ])('are refused for %s: %j', (path, more, mend) => refuses(aggregates(more), path, mend));

  it('are taken without metrics, without latency, and when everything fails', () => {
    expect(() => check(aggregates({ canary: null, stable: null }))).not.toThrow();
    expect(() => check(aggregates({ canary: { ...metrics, p99LatencyMs: null, errorRate: 1 } }))).not.toThrow();
  });
});

it('a decision is never made from telemetry that is refused', () => {
  const policy = definePolicy({ criteria: [errorRate()] });
  expect(() => decide(policy, withInterval({ errors: 11 }), { nowMs: 0 })).toThrow(
    expect.objectContaining({ code: 'INVALID_TELEMETRY', path: 'intervals[0].errors' }),
  );
});
