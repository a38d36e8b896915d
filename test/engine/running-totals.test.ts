import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { decide } from '../../src/engine/decide.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import { intervalsFromTotals, type RunningTotals } from '../../src/engine/running-totals.ts';
import { telemetryOf } from '../helpers/telemetry.ts';

const START_MS = 1_800_000_000_000;
const reading = (
  index: number,
  requests: number,
  errors: number,
  more: Partial<RunningTotals> = {},
): RunningTotals => ({ atMs: START_MS + index * 10_000, cohort: 'canary', requests, errors, ...more });

/** What happened in one interval of one series. */
const delta = fc
  .record({ answered: fc.nat(1e9), failed: fc.nat(1000), unanswered: fc.nat(100) })
  .map(({ answered, failed, unanswered }) => ({
    requests: answered + failed + unanswered,
    errors: failed + unanswered,
    unanswered,
  }));
type Delta = { requests: number; errors: number; unanswered: number };
const NOTHING: Delta = { requests: 0, errors: 0, unanswered: 0 };

function plus(a: Delta, b: Delta): Delta {
  return { requests: a.requests + b.requests, errors: a.errors + b.errors, unanswered: a.unanswered + b.unanswered };
}
const countsOf = ({ requests, errors, unanswered = 0 }: Omit<Delta, 'unanswered'> & Partial<Delta>): Delta => ({
  requests,
  errors,
  unanswered,
});

describe('intervals from running totals', () => {
  it('are the differences between readings, and the first reading is only a start', () => {
    expect(intervalsFromTotals([reading(0, 1000, 10), reading(1, 1400, 12), reading(3, 1400, 12)])).toEqual([
      { startMs: START_MS, endMs: START_MS + 10_000, cohort: 'canary', requests: 400, errors: 2 },
      { startMs: START_MS + 10_000, endMs: START_MS + 30_000, cohort: 'canary', requests: 0, errors: 0 },
    ]);
    expect(intervalsFromTotals([])).toEqual([]);
  });

  it('keep cohorts, pods and segments apart, whatever they are called', () => {
    const series = [
      { cohort: 'canary' },
      { cohort: 'stable' },
      { cohort: 'canary', pod: 'a' },
      { cohort: 'canary', segment: 'a' },
      { cohort: 'canary', pod: 'a","b' },
      { cohort: 'canary', pod: 'a', segment: 'b' },
    ] as const;
    const readings = [0, 1].flatMap((index) => series.map((name, i) => reading(index, i + index * 2 ** i, 0, name)));
    const intervals = intervalsFromTotals(readings);
    expect(intervals.map(({ requests }) => requests)).toEqual(series.map((_, i) => 2 ** i));
    expect(intervals.map(({ cohort, pod, segment }) => ({ cohort, pod, segment }))).toEqual(
      series.map((name) => ({ pod: undefined, segment: undefined, ...name })),
    );
  });

  it('conserve all sums when nothing restarts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(delta, { maxLength: 8 }), { minLength: 1, maxLength: 4 }),
        delta,
        (pods, before) => {
          const readings = pods.flatMap((deltas, pod) => {
            let total = before;
            const name = { pod: `pod-${pod}` };
            return [
              reading(0, total.requests, total.errors, { ...name, ...total }),
              ...deltas.map((more, i) => {
                total = plus(total, more);
                return reading(i + 1, total.requests, total.errors, { ...name, ...total });
              }),
            ];
          });
          // Pods may report in turn or one after the other.
          const inTurn = [...readings].sort((a, b) => a.atMs - b.atMs);
          const intervals = intervalsFromTotals(inTurn);
          const sum = (list: readonly Partial<Delta>[]): Delta =>
            list.reduce<Delta>((all, one) => plus(all, one as Delta), NOTHING);
          expect(sum(intervals)).toEqual(sum(pods.flat()));
          expect(new Set(intervals.map((one) => JSON.stringify(one)))).toEqual(
            new Set(intervalsFromTotals(readings).map((one) => JSON.stringify(one))),
          );
        },
      ),
      { seed: 41, numRuns: 100 },
    );
  });

  it('lose at a restart only what happened between the last reading and the restart', () => {
    fc.assert(
      fc.property(fc.array(delta, { minLength: 1, maxLength: 8 }), delta, fc.nat(), (deltas, lost, which) => {
        const restartAt = which % deltas.length;
        let total = NOTHING;
        const readings = [reading(0, 0, 0, total)];
        deltas.forEach((more, i) => {
          if (i === restartAt) {
            // Long before the restart the process had served more than it will until the next reading.
            total = NOTHING;
            readings[i] = { ...readings[i]!, requests: readings[i]!.requests + lost.requests + more.requests + 1 };
          }
          total = plus(total, more);
          readings.push(reading(i + 1, total.requests, total.errors, total));
        });
        const expected = deltas.map((more, i) =>
          i === restartAt - 1
            ? { ...more, requests: more.requests + lost.requests + deltas[restartAt]!.requests + 1 }
            : more,
        );
        expect(intervalsFromTotals(readings).map(countsOf)).toEqual(expected);
      }),
      { seed: 42, numRuns: 200 },
    );
  });

  it('take a process that comes back broken for what it is', () => {
    // Requests fell, so it restarted; its errors are new ones although there are more of them than before.
    expect(intervalsFromTotals([reading(0, 5000, 3), reading(1, 40, 38)])).toMatchObject([
      { requests: 40, errors: 38 },
    ]);
  });

  it('know unanswered requests only between two readings that have them, or since a restart', () => {
    const unanswered = (...readings: RunningTotals[]): (number | undefined)[] =>
      intervalsFromTotals(readings).map((interval) => interval.unanswered);
    const without = reading(0, 100, 20);
    expect(
      unanswered(without, reading(1, 200, 40, { unanswered: 30 }), reading(2, 300, 60, { unanswered: 35 })),
    ).toEqual([undefined, 5]);
    expect(unanswered(without, reading(1, 50, 10, { unanswered: 4 }))).toEqual([4]);
    expect(unanswered(reading(0, 100, 20, { unanswered: 3 }), reading(1, 200, 40))).toEqual([undefined]);
    expect(intervalsFromTotals([without, reading(1, 200, 40)])[0]).not.toHaveProperty('unanswered');
  });

  it('are telemetry that can be decided on, and leave the readings as they are', () => {
    const readings = [0, 1, 2].flatMap((i) => [
      reading(i, 100 * i, i),
      reading(i, 1900 * i, 19 * i, { cohort: 'stable', pod: 's' }),
    ]);
    const frozen = readings.map((one) => Object.freeze(one));
    const telemetry = telemetryOf([], [], { intervals: intervalsFromTotals(Object.freeze(frozen) as RunningTotals[]) });
    const policy = definePolicy({ criteria: [errorRate()] });
    expect(() => decide(policy, telemetry, { nowMs: START_MS + 20_000 })).not.toThrow();
  });
});

describe('running totals are refused when', () => {
  const refuses = (readings: unknown, path: string, mend = ''): void =>
    expect(() => intervalsFromTotals(readings as RunningTotals[])).toThrow(
      expect.objectContaining({ code: 'INVALID_TELEMETRY', path, mend: expect.stringContaining(mend) }),
    );
  it.each([
    [
      'errors fall alone: that is no restart',
      [reading(0, 100, 10), reading(1, 101, 9)],
      'readings[1].errors',
      'no restart',
    ],
    [
      'unanswered requests fall alone',
      [reading(0, 100, 10, { unanswered: 5 }), reading(1, 100, 10, { unanswered: 4 })],
      'readings[1].unanswered',
      'no restart',
    ],
    [
      'there are more errors than requests',
      [reading(0, 100, 10), reading(1, 104, 15)],
      'readings[1].errors',
      '5 errors in 4 requests',
    ],
    [
      'a restarted process has more errors than requests',
      [reading(0, 100, 1), reading(1, 4, 5)],
      'readings[1].errors',
      '5 errors in 4',
    ],
    [
      'there are more unanswered requests than errors',
      [reading(0, 100, 10, { unanswered: 1 }), reading(1, 200, 12, { unanswered: 4 })],
      'readings[1].unanswered',
      '3 unanswered requests in 2 errors',
    ],
    [
      'one time has two readings',
      [reading(0, 1, 0), reading(1, 2, 0), reading(1, 2, 0)],
      'readings[2].atMs',
      'one reading',
    ],
    ['time goes backwards', [reading(1, 1, 0), reading(0, 2, 0)], 'readings[1].atMs', 'Sort'],
    ['requests are negative', [reading(0, -1, 0)], 'readings[0].requests', 'not negative'],
    ['errors are not finite', [reading(0, 1, Number.NaN)], 'readings[0].errors', 'finite'],
    ['requests are infinite', [reading(0, Infinity, 0)], 'readings[0].requests', 'finite'],
    ['unanswered is null', [reading(0, 1, 0, { unanswered: null as never })], 'readings[0].unanswered', 'finite'],
    ['requests are a text', [reading(0, '7' as never, 0)], 'readings[0].requests', 'finite'],
    ['the time is not finite', [{ ...reading(0, 1, 0), atMs: Number.NaN }], 'readings[0].atMs', 'finite'],
    ['the cohort is unknown', [reading(0, 1, 0, { cohort: 'blue' as never })], 'readings[0].cohort', 'canary, stable'],
    ['the pod is a number', [reading(0, 1, 0, { pod: 7 as never })], 'readings[0].pod', 'string'],
    ['the segment is null', [reading(0, 1, 0, { segment: null as never })], 'readings[0].segment', 'string'],
    ['a reading is null', [null], 'readings[0]', 'object'],
    ['there is no list', { 0: reading(0, 1, 0) }, 'readings', 'list'],
  ])('%s', (_, readings, path, mend) => refuses(readings, path, mend));

  it('but not when different series have the same time, or are not sorted among each other', () => {
    const pods = [reading(1, 5, 0, { pod: 'a' }), reading(0, 5, 0, { pod: 'b' }), reading(1, 6, 0, { pod: 'b' })];
    expect(intervalsFromTotals(pods)).toHaveLength(1);
  });
});
