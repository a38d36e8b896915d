import { describe, expect, it } from 'vitest';
import { EvidenceCurve } from '../../src/statistics/evidence-curve.ts';
import { expectClose } from '../helpers/close.ts';
import { referenceOptions } from '../helpers/reference-options.ts';

describe('a short interval is a part of 10 s', () => {
  const counts = { canaryRequests: 50, canaryBad: 4, stableRequests: 950, stableBad: 9 };

  it('gives after 10 s what one interval of 10 s gives', () => {
    const whole = new EvidenceCurve(referenceOptions());
    const parts = new EvidenceCurve({ ...referenceOptions(), intervalSeconds: 2 });
    for (let from = 0; from < 300; from += 10) {
      whole.observe({ startSeconds: from, endSeconds: from + 10, ...scaled(counts, 5) });
      for (let part = from; part < from + 10; part += 2)
        parts.observe({ startSeconds: part, endSeconds: part + 2, ...counts });
      expectClose(parts.logE, whole.logE, 1e-9);
      expectClose(parts.logNonInferiority, whole.logNonInferiority, 1e-9);
      expect(parts.clippedBlocks).toBe(whole.clippedBlocks);
    }
  });

  it('lets arms that report in turn meet inside the 10 s', () => {
    const inTurn = new EvidenceCurve({ ...referenceOptions(), intervalSeconds: 5 });
    const together = new EvidenceCurve(referenceOptions());
    const none = { canaryRequests: 0, canaryBad: 0, stableRequests: 0, stableBad: 0 };
    for (let from = 0; from < 100; from += 10) {
      inTurn.observe({ startSeconds: from, endSeconds: from + 5, ...none, canaryRequests: 50, canaryBad: 4 });
      inTurn.observe({ startSeconds: from + 5, endSeconds: from + 10, ...none, stableRequests: 950, stableBad: 9 });
      together.observe({ startSeconds: from, endSeconds: from + 10, ...counts });
    }
    expectClose(inTurn.logE, together.logE, 1e-9);
  });

  it('compares each interval at its own traffic split: a weight step inside the 10 s is no evidence', () => {
    const curve = new EvidenceCurve({ ...referenceOptions(), intervalSeconds: 5 });
    // The same error rate in both arms, 20 times higher in the second half, when the canary gets more traffic.
    curve.observe({
      startSeconds: 0,
      endSeconds: 5,
      canaryRequests: 1000,
      canaryBad: 10,
      stableRequests: 19_000,
      stableBad: 190,
    });
    curve.observe({
      startSeconds: 5,
      endSeconds: 10,
      canaryRequests: 10_000,
      canaryBad: 2000,
      stableRequests: 10_000,
      stableBad: 2000,
    });
    expect(curve.logE).toBeLessThan(0);
  });
});

function scaled<T extends Record<string, number>>(values: T, factor: number): T {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value * factor])) as T;
}
