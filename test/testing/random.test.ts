import { describe, expect, it } from 'vitest';
import { binomial, gamma, poisson, type Random, seededRandom } from '../../src/testing/random.ts';

const DRAWS = 20_000;
function moments(draw: (random: Random) => number): { mean: number; variance: number } {
  const random = seededRandom('moments');
  const values = Array.from({ length: DRAWS }, () => draw(random));
  const mean = values.reduce((a, b) => a + b) / DRAWS;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / DRAWS };
}

describe('random numbers', () => {
  it('repeat for the same seed and differ for another', () => {
    const [a, b, c] = [seededRandom(1, 'x'), seededRandom(1, 'x'), seededRandom(2, 'x')];
    const first = a();
    expect(b()).toBe(first);
    expect(c()).not.toBe(first);
  });

  it.each([
    ['poisson(0.4)', (r: Random) => poisson(r, 0.4), 0.4, 0.4],
    ['poisson(7)', (r: Random) => poisson(r, 7), 7, 7],
    ['poisson(250)', (r: Random) => poisson(r, 250), 250, 250],
    ['binomial(50, 0.02)', (r: Random) => binomial(r, 50, 0.02), 1, 0.98],
    ['binomial(5000, 0.3)', (r: Random) => binomial(r, 5000, 0.3), 1500, 1050],
    ['binomial(40, 0.9)', (r: Random) => binomial(r, 40, 0.9), 36, 3.6],
    ['gamma(2, 3)', (r: Random) => gamma(r, 2, 3), 6, 18],
    ['gamma(0.5, 1)', (r: Random) => gamma(r, 0.5, 1), 0.5, 0.5],
  ])('%s has the right mean and variance', (_, draw, mean, variance) => {
    const found = moments(draw);
    expect(Math.abs(found.mean - mean)).toBeLessThan(5 * Math.sqrt(variance / DRAWS));
    expect(found.variance / variance).toBeGreaterThan(0.93);
    expect(found.variance / variance).toBeLessThan(1.07);
  });

  it('knows the borders', () => {
    const random = seededRandom(1);
    expect(poisson(random, 0)).toBe(0);
    expect(binomial(random, 10, 0)).toBe(0);
    expect(binomial(random, 10, 1)).toBe(10);
    expect(binomial(random, 0, 0.5)).toBe(0);
  });
});
