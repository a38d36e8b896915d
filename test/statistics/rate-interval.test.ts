import { describe, expect, it } from 'vitest';
import { type RateCounts, type RateModel, rateInterval } from '../../src/statistics/rate-interval.ts';

/** Log likelihood of a rate; `r log r` is 0 at 0. */
function logLikelihood(model: RateModel, { exposure, bad }: RateCounts, rate: number): number {
  const term = (count: number, chance: number): number => (count === 0 ? 0 : count * Math.log(chance));
  return model === 'binomial' ? term(bad, rate) + term(exposure - bad, 1 - rate) : term(bad, rate) - exposure * rate;
}

/**
 * Log of Jeffreys' mixture by summing: beta(1/2, 1/2) is uniform in `phi` with `rate = sin(phi)^2`, and gamma with shape
 * 1/2 is the square of a normal variable.
 */
function logMixture(model: RateModel, counts: RateCounts, typicalRate: number): number {
  const steps = 400_000;
  const best = logLikelihood(model, counts, counts.bad / counts.exposure);
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const at = (i + 0.5) / steps;
    if (model === 'binomial') {
      sum += Math.exp(logLikelihood(model, counts, Math.sin((at * Math.PI) / 2) ** 2) - best) / steps;
    } else {
      const z = 12 * at;
      const density = (2 * Math.exp(-(z ** 2) / 2)) / Math.sqrt(2 * Math.PI);
      sum += (12 / steps) * density * Math.exp(logLikelihood(model, counts, typicalRate * z ** 2) - best);
    }
  }
  return best + Math.log(sum);
}

describe('the interval of a rate', () => {
  it.each([
    ['binomial', { exposure: 100, bad: 7 }],
    ['binomial', { exposure: 12.5, bad: 3.25 }],
    ['binomial', { exposure: 3000, bad: 0 }],
    ['binomial', { exposure: 40, bad: 40 }],
    ['binomial', { exposure: 20_000, bad: 9000 }],
    ['binomial', { exposure: 0.4, bad: 0.1 }],
    ['poisson', { exposure: 0.5, bad: 3 }],
    ['poisson', { exposure: 25, bad: 0 }],
    ['poisson', { exposure: 300, bad: 420.5 }],
    ['poisson', { exposure: 0.01, bad: 0.2 }],
  ] as const)('holds every rate that the mixture has not rejected, and few more: %s %o', (model, counts) => {
    const typicalRate = 0.9;
    const { low, high, rate } = rateInterval(model, counts, typicalRate);
    expect(rate).toBeCloseTo(counts.bad / counts.exposure, 12);
    const reach = logMixture(model, counts, typicalRate) - Math.log(20);
    const surplus = (end: number): number => reach - logLikelihood(model, counts, end);
    // At an end that is not the end of the scale the mixture has just rejected, by the slack of its bound: log 2 at most.
    for (const [end, scaleEnd] of [
      [low, 0],
      [high, model === 'binomial' ? 1 : Infinity],
    ] as const) {
      if (end === scaleEnd) continue;
      expect(surplus(end)).toBeGreaterThan(-1e-6);
      expect(surplus(end)).toBeLessThan(Math.LN2 + 1e-6);
    }
  });

  it('begins at 0 without bad events and ends at 1 without good ones', () => {
    expect(rateInterval('binomial', { exposure: 50, bad: 0 }, 0.1).low).toBe(0);
    expect(rateInterval('binomial', { exposure: 50, bad: 50 }, 0.1).high).toBe(1);
    expect(rateInterval('poisson', { exposure: 50, bad: 0 }, 0.1).low).toBe(0);
  });

  it('is exact enough at 1e12', () => {
    const { low, high } = rateInterval('binomial', { exposure: 1e12, bad: 1e10 }, 0.1);
    const deviation = Math.sqrt(0.01 * 0.99 * 1e-12);
    const reach = Math.sqrt(2 * (Math.log(20) + 0.5 * Math.log(1e12) + Math.LN2));
    expect((0.01 - low) / deviation).toBeCloseTo(reach, 2);
    expect((high - 0.01) / deviation).toBeCloseTo(reach, 2);
  });
});
