import { describe, expect, it } from 'vitest';
import { noCounts } from '../../src/statistics/share-likelihood.ts';
import { StableRate } from '../../src/statistics/stable-rate.ts';
import { expectClose } from '../helpers/close.ts';

const stable = (stableRequests: number, stableBad: number) => ({ ...noCounts(), stableRequests, stableBad });

describe('what stable usually does', () => {
  it('is guessed before anything is known, and above zero without any error', () => {
    expectClose(new StableRate().usual(noCounts()), 0.001, 1e-12);
    expect(new StableRate().usual(stable(1e12, 0))).toBeGreaterThan(0);
  });
  it('comes from before the deployment and from earlier blocks alike', () => {
    const rate = new StableRate();
    rate.learnBefore(2000, 100);
    rate.learnBefore(2000, 100);
    expectClose(rate.usual(stable(5500, 299.5)), 500 / 10_000, 1e-12);
    expectClose(rate.before!, 200.5 / 4500, 1e-12);
    expectClose(new StableRate(rate.state()).usual(stable(5500, 299.5)), 0.05, 1e-12);
  });
  it('is not known from fewer than a thousand requests', () => {
    const rate = new StableRate();
    rate.learnBefore(999, 9);
    expect(rate.before).toBeNull();
    expect(rate.isUnusual(stable(1000, 900), noCounts())).toBe(false);
    expect(rate.isUnusual(stable(1000, 900), stable(1, 0))).toBe(true);
    rate.learnBefore(1, 0);
    expect(rate.before).not.toBeNull();
  });
  it('is left by a burst, not by twice the rate or by chance', () => {
    const rate = new StableRate();
    rate.learnBefore(1e6, 1e4);
    expect(rate.isUnusual(stable(10_000, 200), noCounts())).toBe(false);
    expect(rate.isUnusual(stable(10_000, 240), noCounts())).toBe(false);
    expect(rate.isUnusual(stable(10_000, 245), noCounts())).toBe(true);
    expect(rate.isUnusual(stable(100, 6), noCounts())).toBe(false);
    expect(rate.isUnusual(stable(100, 10), noCounts())).toBe(true);
  });
});
