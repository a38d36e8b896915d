import { describe, expect, it } from 'vitest';
import { logIncompleteBeta } from '../../src/statistics/incomplete-beta.ts';
import { expectClose } from '../helpers/close.ts';
import { golden } from '../helpers/golden.ts';

interface Case {
  x: number;
  a: number;
  b: number;
  logLower: number;
  logUpper: number;
}

describe('logIncompleteBeta', () => {
  it.each(golden<{ cases: Case[] }>('betainc').cases)(
    'agrees with the reference at x = $x, a = $a, b = $b',
    ({ x, a, b, logLower, logUpper }) => {
      const { lower, upper } = logIncompleteBeta(x, a, b);
      // Differences of logarithms of gamma functions that are as large as this are behind it.
      const rounding = 1e-13 + 2e-16 * (a + b) * Math.log(a + b);
      expectClose(lower, logLower, 1e-9, 'lower', rounding);
      expectClose(upper, logUpper, 1e-9, 'upper', rounding);
    },
  );

  it('is a power at its ends: I_x(1, b) = 1 - (1 - x)^b, I_x(a, 1) = x^a', () => {
    for (const x of [1e-9, 0.01, 0.5, 0.99]) {
      for (const n of [1, 7.5, 400]) {
        expectClose(logIncompleteBeta(x, 1, n).upper, n * Math.log1p(-x), 1e-9, `upper at ${x}, ${n}`);
        expectClose(logIncompleteBeta(x, n, 1).lower, n * Math.log(x), 1e-9, `lower at ${x}, ${n}`);
      }
    }
  });

  it('stays finite at counts up to 1e12', () => {
    for (const [x, a, b] of [
      [0.5, 1e12, 1],
      [1e-12, 1, 1e12],
      [0.9, 1e6, 1e6],
      [0.001, 1e12, 1e12],
    ] as const) {
      const { lower, upper } = logIncompleteBeta(x, a, b);
      expect(lower).toBeLessThanOrEqual(0);
      expect(upper).toBeLessThanOrEqual(0);
      expect(Number.isFinite(Math.min(lower, upper))).toBe(true);
    }
  });
});
