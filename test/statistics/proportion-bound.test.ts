import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trialsToProve, upperRateBound } from '../../src/statistics/proportion-bound.ts';
import { expectClose } from '../helpers/close.ts';

/** P(X <= k), term by term. */
function cumulative(k: number, n: number, p: number): number {
  let term = (1 - p) ** n;
  let sum = term;
  for (let i = 1; i <= k; i++) {
    term *= ((n - i + 1) / i) * (p / (1 - p));
    sum += term;
  }
  return sum;
}

describe('upperRateBound', () => {
  it.each([
    [0, 1, 0.95, 0.95],
    [0, 30, 0.95, 1 - 0.05 ** (1 / 30)],
    [0, 299, 0.95, 1 - 0.05 ** (1 / 299)],
    [0, 1_000_000_000, 0.95, 2.995732269066768e-9],
    // Published tables of the exact method; the quantile of a beta distribution.
    [1, 10, 0.95, 0.3941633044],
    [2, 10, 0.975, 0.5561],
    [5, 5, 0.95, 1],
    [0, 0, 0.95, 1],
  ])('of %i failures in %i at %d is %d', (failures, trials, confidence, bound) => {
    expect(Math.abs(upperRateBound(failures, trials, confidence) / bound - 1)).toBeLessThan(
      bound === 0.5561 ? 1e-4 : 1e-8,
    );
  });

  it('is the rate at which so few failures have just the chance that is left', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 200 }),
        fc.nat(1000),
        fc.constantFrom(0.5, 0.9, 0.95, 0.99),
        (n, seed, confidence) => {
          // Beyond half, the sum itself underflows.
          const k = seed % Math.ceil(n / 2);
          expectClose(cumulative(k, n, upperRateBound(k, n, confidence)), 1 - confidence, 1e-9);
        },
      ),
    );
  });

  it('covers the truth as often as it promises', () => {
    // The chance that the bound lies below the true rate, summed over all outcomes: exact, no simulation.
    for (const [n, rate] of [
      [30, 0.01],
      [50, 0.03],
      [100, 0.2],
    ] as const) {
      let missed = 0;
      for (let k = 0; k <= n; k++) {
        const chance = cumulative(k, n, rate) - (k === 0 ? 0 : cumulative(k - 1, n, rate));
        if (upperRateBound(k, n, 0.95) < rate) missed += chance;
      }
      expect(missed).toBeLessThanOrEqual(0.05);
    }
  });
});

describe('trialsToProve', () => {
  it.each([
    [0.01, 0, 0.95, 299],
    [0.1, 0, 0.95, 29],
    [0.05, 0, 0.95, 59],
    [0.01, 1, 0.95, 473],
    [0.5, 0, 0.5, 1],
    [1e-300, 0, 0.95, null],
  ])('of %d with %i failures at %d: %i', (rate, failures, confidence, trials) => {
    expect(trialsToProve(rate, failures, confidence)).toBe(trials);
  });

  it('is the fewest that do', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.9, noNaN: true }), fc.nat(5), (rate, failures) => {
        const trials = trialsToProve(rate, failures, 0.95)!;
        expect(upperRateBound(failures, trials, 0.95)).toBeLessThanOrEqual(rate);
        if (trials > 1) expect(upperRateBound(failures, trials - 1, 0.95)).toBeGreaterThan(rate);
      }),
    );
  });
});
