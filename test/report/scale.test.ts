import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { position, timeTicks, valueAxis } from '../../src/report/scale.ts';

const MINUTE = 60_000;

describe('valueAxis', () => {
  it.each([
    [0, 0.065, [0, 0.02, 0.04, 0.06, 0.08]],
    [0, 7, [0, 2, 4, 6, 8]],
    [-0.8, 18.4, [-5, 0, 5, 10, 15, 20]],
    [0, 0, [0, 0.5, 1]],
    [3, 3, [0, 1, 2, 3]],
    [-3, -3, [-3, -2, -1, 0]],
    [7, 0, [0, 2, 4, 6, 8]],
    [0, 4e12, [0, 1e12, 2e12, 3e12, 4e12]],
  ])('%d to %d has the ticks %j', (low, high, ticks) => {
    expect(valueAxis(low, high).ticks).toEqual(ticks);
  });

  it('covers the range with a handful of ascending finite ticks, whatever the numbers (property)', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (a, b) => {
        const { low, high, ticks } = valueAxis(a, b);
        expect(ticks.every(Number.isFinite)).toBe(true);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(12);
        expect(ticks.every((tick, i) => i === 0 || tick > ticks[i - 1]!)).toBe(true);
        const room = (high - low) * 1e-6;
        for (const value of [a, b]) {
          if (Math.abs(value) < 1e300) expect(value >= low - room && value <= high + room).toBe(true);
        }
      }),
      {
        numRuns: 500,
        examples: [
          [1e300, 1.0000000000000002e300],
          [0, 5e-324],
          [-1.7e308, 1.7e308],
        ],
      },
    );
  });
});

describe('timeTicks', () => {
  it.each([
    ['a second', 0, 1000, ['0', '200 ms', '400 ms', '600 ms', '800 ms', '1000 ms']],
    ['a minute', 0, MINUTE, ['0', '10 s', '20 s', '30 s', '40 s', '50 s', '60 s']],
    [
      'six minutes with one before',
      -MINUTE,
      6 * MINUTE,
      ['-1 min', '0', '1 min', '2 min', '3 min', '4 min', '5 min', '6 min'],
    ],
    ['half an hour', 0, 30 * MINUTE, ['0', '5 min', '10 min', '15 min', '20 min', '25 min', '30 min']],
    ['a day', 0, 24 * 60 * MINUTE, ['0', '3 h', '6 h', '9 h', '12 h', '15 h', '18 h', '21 h', '24 h']],
    ['a month', 0, 30 * 24 * 60 * MINUTE, ['0', '5 d', '10 d', '15 d', '20 d', '25 d', '30 d']],
  ])('%s', (_name, fromMs, toMs, labels) => {
    expect(timeTicks(fromMs, toMs).map((tick) => tick.label)).toEqual(labels);
  });

  it('stays inside the axis and ends, whatever the times (property)', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (from, to) => {
        const ticks = timeTicks(from, to);
        expect(ticks.length).toBeLessThanOrEqual(20);
        // Below the smallest normal number there are no digits left to be exact in.
        const size = Math.max(Math.abs(from), Math.abs(to)) * 1e-9 + 1e-300;
        if (Number.isFinite(size)) {
          expect(ticks.every(({ value }) => value >= from - size && value <= to + size)).toBe(true);
        }
      }),
      {
        numRuns: 500,
        examples: [
          [1e20, 1e20 + 32768],
          [0, Number.POSITIVE_INFINITY],
          [0, 0],
        ],
      },
    );
  });
});

describe('position', () => {
  it('is the share of the way, held near the axis', () => {
    expect(position(5, 0, 10)).toBe(0.5);
    expect(position(1e9, 0, 10)).toBe(10);
    expect(position(-1e9, 0, 10)).toBe(-10);
    expect(position(5, 5, 5)).toBe(0);
    expect(position(Number.NaN, 0, 1)).toBe(0);
  });
});
