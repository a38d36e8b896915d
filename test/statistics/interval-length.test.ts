import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../../bench/figures.ts';
import { EvidenceCurve } from '../../src/statistics/evidence-curve.ts';
import { TRAFFIC_NOISE } from '../../src/testing/traffic.ts';
import { expectClose } from '../helpers/close.ts';
import { secondsToRollback, simulateArms } from '../helpers/judge-runs.ts';
import { referenceOptions } from '../helpers/reference-options.ts';

const LENGTHS = [2, 5, 10, 60];

// The constants of the judge are per wall time. Were they per interval, a burst of 30 s that is harmless at 10 s would
// roll back at 1 s. `npm run bench` does the same with more runs and more kinds of noise.
describe('the length of an interval does not change the false-rollback rate', () => {
  it.each([
    ['bursts', 80],
    ['mixed', 40],
  ] as const)('%s, same simulated minutes at 2, 5, 10 and 60 s', (noise, runs) => {
    const hits = LENGTHS.map(() => 0);
    for (let run = 0; run < runs; run++) {
      const arms = simulateArms({
        seed: `${noise} ${run}`,
        seconds: 1800,
        requestsPerSecond: 50,
        canaryShare: 0.05,
        errorRate: 0.01,
        noise: TRAFFIC_NOISE[noise],
      });
      LENGTHS.forEach((length, i) => {
        if (secondsToRollback(arms, length) !== null) hits[i]! += 1;
      });
    }
    const intervals = hits.map((count) => wilsonInterval(count, runs));
    for (const a of intervals) for (const b of intervals) expect(a.low).toBeLessThanOrEqual(b.high);
    for (const count of hits) expect(count / runs).toBeLessThanOrEqual(0.04);
  });

  it('finds the same fault at about the same time, and sooner at shorter intervals', () => {
    const arms = simulateArms({
      seed: 5,
      seconds: 900,
      requestsPerSecond: 500,
      canaryShare: 0.1,
      errorRate: 0.01,
      fault: { atSecond: 120, ratio: 5 },
    });
    const [at2, at5, at10, at60] = LENGTHS.map((length) => secondsToRollback(arms, length) ?? Number.POSITIVE_INFINITY);
    expect(at10).toBeGreaterThan(120);
    expect(at2).toBeLessThanOrEqual(at10!);
    expect(at5).toBeLessThanOrEqual(at10!);
    expect(at60).toBeLessThanOrEqual(at10! + 120);
  });
});

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
