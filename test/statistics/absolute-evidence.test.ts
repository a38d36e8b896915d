import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AbsoluteEvidence, logAbsoluteEvidence } from '../../src/statistics/absolute-evidence.ts';
import { expectClose } from '../helpers/close.ts';

const requests = fc.integer({ min: 1, max: 1e6 });
const rate = fc.double({ min: 1e-6, max: 0.3, noNaN: true });
const CALM = { usualRate: 0.001, temper: 1, againstNats: 3, stableIsUnusual: false };
const OPTIONS = { promoteWithinAbsolute: 0.002, warmUpSeconds: 0, promotionClipNats: 1.5 };

/** Log of the expected e-value of a block with Poisson counts: its log is linear in them. */
function logExpectation(
  canary: number,
  stable: number,
  guess: number,
  margin: number,
  rates: [number, number],
): number {
  const at = (canaryBad: number, stableBad: number): number =>
    logAbsoluteEvidence({ canaryRequests: canary, canaryBad, stableRequests: stable, stableBad }, guess, margin);
  const none = at(0, 0);
  const [canaryRate, stableRate] = rates;
  return none + stable * stableRate * Math.expm1(at(0, 1) - none) + canary * canaryRate * Math.expm1(at(1, 0) - none);
}

describe('evidence for a small absolute difference', () => {
  it('expects at most one wherever the difference is the margin or more, however bad the guess of the rate', () => {
    fc.assert(
      fc.property(requests, requests, rate, rate, rate, rate, (canary, stable, guess, margin, stableRate, beyond) => {
        const tolerance = 1e-9 * (canary + stable);
        const atMargin = logExpectation(canary, stable, guess, margin, [stableRate + margin, stableRate]);
        expect(atMargin).toBeLessThanOrEqual(tolerance);
        expect(atMargin).toBeGreaterThan(-tolerance);
        const worse = logExpectation(canary, stable, guess, margin, [stableRate + margin + beyond, stableRate]);
        expect(worse).toBeLessThanOrEqual(tolerance);
      }),
    );
  });
  it('grows for a sound canary, and falls with every error of it', () => {
    const block = { canaryRequests: 1000, canaryBad: 1, stableRequests: 19_000, stableBad: 19 };
    const sound = logAbsoluteEvidence(block, 0.001, 0.002);
    expect(sound).toBeGreaterThan(0.5);
    expect(logAbsoluteEvidence({ ...block, canaryBad: 3 }, 0.001, 0.002)).toBeLessThan(0);
  });
  it('says nothing of an empty arm', () => {
    const block = { canaryRequests: 1000, canaryBad: 1, stableRequests: 0, stableBad: 0 };
    expect(logAbsoluteEvidence(block, 0.001, 0.002)).toBe(0);
    const empty = { canaryRequests: 0, canaryBad: 0, stableRequests: 1000, stableBad: 1 };
    expect(logAbsoluteEvidence(empty, 0.001, 0.002)).toBe(0);
  });
  it('is finite for counts up to a million millions', () => {
    const huge = { canaryRequests: 1e12, canaryBad: 1e9, stableRequests: 1e12, stableBad: 0 };
    expect(Number.isFinite(logAbsoluteEvidence(huge, 1e-12, 0.002))).toBe(true);
    expect(Number.isFinite(logAbsoluteEvidence(huge, 0.999, 1e-9))).toBe(true);
  });

  const weighed = (more: Partial<typeof CALM>, block: Parameters<typeof logAbsoluteEvidence>[0]): number => {
    const evidence = new AbsoluteEvidence(OPTIONS, 10);
    evidence.weigh(block, { ...CALM, ...more });
    return evidence.with(-1000, 1e-6);
  };
  const GOOD = { canaryRequests: 1e5, canaryBad: 100, stableRequests: 1e5, stableBad: 100 };
  const BAD = { ...GOOD, canaryBad: 1000 };
  it('caps what a block says, for and against the canary, but not a catastrophe', () => {
    expectClose(weighed({}, GOOD), 1.5, 1e-4);
    expectClose(weighed({}, BAD), -3, 1e-4);
    expect(weighed({ againstNats: Infinity }, BAD)).toBeLessThan(-100);
  });
  it('lets a block in which stable is unusual speak only against the canary', () => {
    expect(Math.abs(weighed({ stableIsUnusual: true }, GOOD))).toBeLessThan(1e-6);
    expectClose(weighed({ stableIsUnusual: true }, BAD), -3, 1e-4);
  });
  it('is divided by the temper, which never adds', () => {
    const little = { canaryRequests: 500, canaryBad: 0, stableRequests: 9500, stableBad: 9 };
    const plain = weighed({}, little);
    expect(plain).toBeLessThan(1.5);
    expectClose(weighed({ temper: 2 }, little), plain / 2, 1e-3);
    expectClose(weighed({ temper: 0.5 }, little), plain, 1e-9);
  });

  it('has nearly all the weight where stable seldom fails, half where its rate is not known, and none without a margin', () => {
    const proven = (rateBefore: number | null): number => {
      const evidence = new AbsoluteEvidence(OPTIONS, 10);
      return Math.exp(evidence.with(-1000, rateBefore));
    };
    expectClose(proven(0.0004), 100 / 101, 1e-9);
    expectClose(proven(0.004), 0.5, 1e-9);
    expectClose(proven(0.04), 0.1 / 1.1, 1e-9);
    expectClose(proven(null), 0.5, 1e-9);
    expect(new AbsoluteEvidence({ ...OPTIONS, promoteWithinAbsolute: 0 }, 10).with(-7, 0.001)).toBe(-7);
  });
});
