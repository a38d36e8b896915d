import { describe, expect, test } from 'vitest';
import { countLaw, type Outcome, threePoints } from '../../src/statistics/count-law.ts';
import { expectClose } from '../helpers/close.ts';

function moments(law: readonly Outcome[]): { total: number; mean: number; variance: number } {
  const total = law.reduce((sum, [, chance]) => sum + chance, 0);
  const mean = law.reduce((sum, [value, chance]) => sum + chance * value, 0);
  return { total, mean, variance: law.reduce((sum, [value, chance]) => sum + chance * (value - mean) ** 2, 0) };
}

describe('the law of a count', () => {
  test.each([
    ['few, Poisson', 0.3, 0.3],
    ['few, noisier', 7, 20],
    ['few, common', 12, 6],
    ['many', 4000, 90_000],
    ['very many', 1e10, 1e12],
  ])('has the mean and the variance that it is asked for: %s', (_name, mean, variance) => {
    const found = moments(countLaw(mean, variance));
    expectClose(found.total, 1, 1e-9);
    expectClose(found.mean, mean, 1e-4, 'mean');
    // A smooth law is cut at four standard deviations.
    expectClose(found.variance, variance, mean < 40 ? 1e-3 : 0.02, 'variance');
  });

  test('is certain without a mean or without a variance, as where every request fails', () => {
    expect(countLaw(0, 0)).toEqual([[0, 1]]);
    expect(countLaw(20, 0)).toEqual([[20, 1]]);
  });

  test('of common events keeps its mean however few trials there are', () => {
    for (const trials of [0.4, 1, 1.5, 2.2, 7]) {
      const found = moments(countLaw(trials * 0.4, trials * 0.4 * 0.6));
      expectClose(found.mean, trials * 0.4, 1e-9, `${trials} trials`);
      expect(found.variance).toBeLessThan(trials * 0.4);
    }
  });

  test('never gives more than there are', () => {
    expect(Math.max(...countLaw(12, 5).map(([value]) => value))).toBeLessThanOrEqual(Math.ceil(12 / (1 - 5 / 12)));
  });

  test('of three points keeps mean and variance', () => {
    const { mean, variance } = moments(threePoints(50, 45));
    expectClose(mean, 50, 1e-12);
    expectClose(variance, 45, 1e-12);
  });
});
