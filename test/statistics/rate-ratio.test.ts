import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rateRatio, widened } from '../../src/statistics/rate-ratio.ts';
import { expectClose } from '../helpers/close.ts';

const counts = (requests: number, bad: number) => ({ requests, bad });
const anyCounts = fc
  .tuple(fc.constantFrom(1, 7, 1000, 1e6, 1e12), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([requests, share]) => counts(requests, Math.floor(requests * share)));

describe('the ratio of two rates', () => {
  // By mpmath with 30 digits.
  it.each([
    [counts(1000, 30), counts(20_000, 200), 0, [3.03950662803531, 2.0766658137696, 4.44876613300649]],
    [counts(1000, 30), counts(20_000, 200), 0.02, [3.03950662803531, 1.89760431469663, 4.86856004190078]],
    [counts(100, 0), counts(100, 0), 0, [1, 0.0198425239681499, 50.3968145184122]],
    [counts(1e12, 1e9), counts(1e12, 2e9), 0.0225, [0.500000000125, 0.372640255279107, 0.67088833421325]],
  ] as const)('of %j and %j with variance %d agrees with the reference', (now, then, variance, expected) => {
    const found = rateRatio(now, then, variance)!;
    [found.ratio, found.low, found.high].forEach((value, i) => void expectClose(value, expected[i]!, 1e-9));
  });

  it('does not exist without requests on both sides', () => {
    expect(rateRatio(counts(0, 0), counts(10, 1), 0)).toBeNull();
    expect(rateRatio(counts(10, 1), counts(0, 0), 0)).toBeNull();
  });

  it('is finite and inside its interval, whatever the counts', () => {
    fc.assert(
      fc.property(anyCounts, anyCounts, fc.constantFrom(0, 0.1, 1), (now, then, variance) => {
        const { ratio, low, high } = rateRatio(now, then, variance)!;
        for (const value of [ratio, low, high]) expect(value).toSatisfy(Number.isFinite);
        expect(low).toBeGreaterThan(0);
        expect(low).toBeLessThanOrEqual(ratio);
        expect(high).toBeGreaterThanOrEqual(ratio);
      }),
      { seed: 1 },
    );
  });
});

describe('a difference in differences', () => {
  it('has the same ratio and an interval that is wider by the spread', () => {
    const { ratio, low, high } = widened({ ratio: 2, low: 1.5, high: 3 }, 0.15);
    expect(ratio).toBe(2);
    expectClose(low, 1.32553406089889, 1e-9);
    expectClose(high, 3.3001940250921, 1e-9);
  });

  it('leaves open what the data do not bound, and everything as it is where nothing spreads', () => {
    expect(widened({ ratio: 2, low: null, high: null }, 0.15)).toEqual({ ratio: 2, low: null, high: null });
    const same = widened({ ratio: 2, low: 1.5, high: 3 }, 0);
    expectClose(same.low, 1.5, 1e-9);
    expectClose(same.high, 3, 1e-9);
  });
});
