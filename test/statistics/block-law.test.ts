import { describe, expect, it } from 'vitest';
import { BlockLaw, type NoisyCount } from '../../src/statistics/block-law.ts';
import { temper } from '../../src/statistics/dispersion.ts';

const CALM: NoisyCount = { rate: 0.01, common: false, squaredCv: 0, learnedSquaredCv: 0, clipNats: 1000 };
const law = (more: Partial<NoisyCount>, canaryRequests = 250, stableRequests = 4750): BlockLaw =>
  new BlockLaw({ ...CALM, ...more }, { canaryRequests, stableRequests });

describe('an ordinary block', () => {
  it('adds its bad requests, tempered', () => {
    const { canary, stable, variance, counted } = law({}).sums(2);
    const block = { canaryRequests: 250, canaryBad: 5, stableRequests: 4750, stableBad: 47.5 };
    const factor = temper(block, 1.25, 0.0025);
    expect(counted).toBe(5);
    expect(canary * factor).toBeCloseTo(5, 1);
    expect(stable * factor).toBeCloseTo(47.5, 1);
    // Poisson, and what stable's own count leaves open.
    expect(variance * factor ** 2).toBeCloseTo(5 + 25 / 47.5, 1);
  });

  it('of few bad requests is much like one of many, so that no time jumps where they meet', () => {
    for (const more of [{}, { squaredCv: 0.1, learnedSquaredCv: 0.1 }, { clipNats: 1.5 }]) {
      const [few, many] = [law(more, 399).sums(2), law(more, 401).sums(2)];
      expect(many.canary / few.canary).toBeGreaterThan(0.93);
      expect(many.canary / few.canary).toBeLessThan(1.08);
      expect(many.variance / few.variance).toBeGreaterThan(0.8);
      expect(many.variance / few.variance).toBeLessThan(1.2);
    }
  });

  it('adds no more than the cap, but for one lone error', () => {
    const capped = law({ clipNats: 0.8 }).sums(10);
    expect(capped.canary).toBeLessThan(0.3 * law({}).sums(10).canary);
    const lone = { rate: 0.00001, clipNats: 0.1 };
    expect(law(lone).sums(2).canary).toBeGreaterThan(0.99 * law({ rate: 0.00001 }).sums(2).canary);
  });

  it('varies more with noise, and less where bad requests are common', () => {
    const often = { rate: 0.3 };
    expect(law({ squaredCv: 0.2 }).sums(2).variance).toBeGreaterThan(1.5 * law({}).sums(2).variance);
    expect(law({ ...often, common: true }).sums(1.5).variance).toBeLessThan(0.8 * law(often).sums(1.5).variance);
  });

  it('is never worse than all requests', () => {
    expect(law({ rate: 0.6 }).sums(5).counted).toBe(250);
  });
});
