import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCatastrophic, MOSTLY_SLOW, winsorisePods } from '../../src/statistics/burst-clip.ts';
import {
  EvidenceCurve,
  type EvidenceCurveOptions,
  type EvidenceCurveState,
} from '../../src/statistics/evidence-curve.ts';
import { logSumExp } from '../../src/statistics/log-space.ts';
import { LOG_RATIOS, nearestPosition, worsePrior } from '../../src/statistics/ratio-grid.ts';
import { expectClose } from '../helpers/close.ts';
import { evenly } from '../helpers/pods.ts';
import { referenceOptions } from '../helpers/reference-options.ts';

const at = (i: number) => ({ startSeconds: i * 10, endSeconds: (i + 1) * 10 });

describe('numbers stay finite', () => {
  it('whatever the counts, up to 1e12', () => {
    const size = fc.double({ min: 0, max: 12, noNaN: true }).map((power) => Math.floor(10 ** power) - 1);
    const slice = fc.record({
      nc: size,
      ns: size,
      pc: fc.double({ min: 0, max: 1, noNaN: true }),
      ps: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(slice, { minLength: 1, maxLength: 30 }), (slices) => {
        const curve = new EvidenceCurve(referenceOptions());
        slices.forEach(({ nc, ns, pc, ps }, i) => {
          curve.observe({
            ...at(i),
            canaryRequests: nc,
            canaryBad: Math.floor(nc * pc),
            stableRequests: ns,
            stableBad: Math.floor(ns * ps),
          });
          for (const value of [
            curve.logE,
            curve.logNonInferiority,
            curve.assessment.temper,
            curve.ratio?.estimate ?? 0,
          ])
            expect(value).toSatisfy(Number.isFinite);
        });
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  it('does not roll back a healthy canary at high traffic through underflow', () => {
    // A naive judge computed log(1 - betainc) here and rolled back every healthy deployment.
    const curve = new EvidenceCurve(referenceOptions());
    for (let i = 0; i < 180; i++)
      curve.observe({ ...at(i), canaryRequests: 10_000, canaryBad: 500, stableRequests: 40_000, stableBad: 2000 });
    expect(curve.logE).toBeLessThan(0);
    expect(curve.logNonInferiorRatio).toBeGreaterThan(Math.log(20));
  });
});

describe('windows', () => {
  it('finds a late fault although the past was long and healthy, past the thinning of old windows', () => {
    const healthy = { canaryRequests: 100, canaryBad: 1, stableRequests: 1900, stableBad: 19 };
    const curve = new EvidenceCurve(referenceOptions());
    const hours = 4 * 360;
    for (let i = 0; i < hours; i++) {
      curve.observe({ ...at(i), ...healthy });
      expect(curve.logE).toBeLessThan(1);
    }
    let needed = 0;
    while (curve.logE < Math.log(200) && needed < 60)
      curve.observe({ ...at(hours + needed++), ...healthy, canaryBad: 6 });
    expect(needed).toBeLessThanOrEqual(15);
  });
});

describe('guards', () => {
  it('three errors on a zero base line at a million requests are no reason to roll back', () => {
    const curve = new EvidenceCurve(referenceOptions());
    curve.observe({ ...at(0), canaryRequests: 1_000_000, canaryBad: 3, stableRequests: 19_000_000, stableBad: 0 });
    expect(curve.logE).toBeLessThanOrEqual(0);
  });
  it('rolls back a hard-down canary after one interval of 25 requests', () => {
    const curve = new EvidenceCurve(referenceOptions());
    curve.observe({ ...at(0), canaryRequests: 25, canaryBad: 25, stableRequests: 475, stableBad: 0 });
    expect(curve.logE).toBeGreaterThan(Math.log(200));
  });
  it('cuts one bad pod back to its siblings, and lets a bad release through to the judge', () => {
    const pods = (bad: number[]) => bad.map((count, i) => ({ pod: `pod-${i}`, requests: 100, bad: count }));
    const judge = (bad: number[], blocks: number) => {
      const curve = new EvidenceCurve(referenceOptions());
      const canaryBad = bad.reduce((a, b) => a + b);
      for (let i = 0; i < blocks; i++)
        curve.observe({
          ...at(i),
          canaryRequests: 300,
          canaryBad,
          canaryPods: pods(bad),
          stableRequests: 2700,
          stableBad: 27,
        });
      return curve.logE;
    };
    expect(judge([20, 1, 1], 3)).toBeLessThan(Math.log(200));
    expect(judge([8, 7, 7], 12)).toBeGreaterThan(Math.log(200));
  });
  it('cuts by 10 s, not by interval: five intervals do not allow five times as much', () => {
    const canaryPods = [4, 0, 0].map((bad, i) => ({ pod: `pod-${i}`, requests: 20, bad }));
    const curve = new EvidenceCurve({ ...referenceOptions(), intervalSeconds: 2 });
    for (let i = 0; i < 5; i++) {
      curve.observe({
        startSeconds: i * 2,
        endSeconds: i * 2 + 2,
        canaryRequests: 60,
        canaryBad: 4,
        canaryPods,
        stableRequests: 540,
        stableBad: 5,
      });
    }
    expect(curve.totals.canaryBad).toBeCloseTo(winsorisePods([20, 0, 0]), 9);
  });
  it('takes some slow requests for no catastrophe, but most of them for one', () => {
    const block = (canaryBad: number) => ({ canaryRequests: 20, canaryBad, stableRequests: 400, stableBad: 0 });
    expect(isCatastrophic(block(9), 0, MOSTLY_SLOW)).toBe(false);
    expect(isCatastrophic(block(12), 0, MOSTLY_SLOW)).toBe(true);
    expect(isCatastrophic({ ...block(4), canaryRequests: 5 }, 0, MOSTLY_SLOW)).toBe(false);
  });
  it('knows a catastrophe', () => {
    const block = (canaryBad: number, stableBad = 0) => ({
      canaryRequests: 20,
      canaryBad,
      stableRequests: 400,
      stableBad,
    });
    expect(isCatastrophic(block(8), 0)).toBe(true);
    expect(isCatastrophic(block(2), 0)).toBe(false);
    expect(isCatastrophic(block(8, 120), 0.3)).toBe(false);
    expect(isCatastrophic({ canaryRequests: 4, canaryBad: 3, stableRequests: 50, stableBad: 0 }, 0)).toBe(true);
  });
});

describe('the warm-up', () => {
  const ROLLBACK = Math.log(200);
  const counts = { canaryRequests: 2000, stableRequests: 8000, stableBad: 16 };
  /** Intervals of 10 s until a rollback, for bad canary requests that may change over time; `null` = never. */
  const rollbackAfter = (canaryBadAt: (middle: number) => number, warmUpSeconds = 60, intervals = 60) => {
    const curve = new EvidenceCurve({ ...referenceOptions(), warmUpSeconds });
    for (let i = 0; i < intervals; i++) {
      curve.observe({ ...at(i), ...counts, canaryBad: Math.round(canaryBadAt(i * 10 + 5)) });
      if (curve.logE >= ROLLBACK) return i + 1;
    }
    return null;
  };
  const coldStart = (middle: number) => 4 * (1 + 11 * Math.exp(-middle / 30));

  it('takes no cold start for a fault, which would else be rolled back', () => {
    expect(rollbackAfter(coldStart, 0)).not.toBeNull();
    expect(rollbackAfter(coldStart)).toBeNull();
  });

  it('still finds a lasting fault before it is over', () => {
    const needed = rollbackAfter(() => 32, 100);
    expect(needed).not.toBeNull();
    expect(needed).toBeLessThanOrEqual(8);
  });

  it('loses nothing of a lasting fault when it ends, and counts nothing twice', () => {
    const curve = new EvidenceCurve({ ...referenceOptions(), warmUpSeconds: 100 });
    const without = new EvidenceCurve(referenceOptions());
    for (let i = 0; i < 20; i++) {
      for (const judge of [curve, without]) judge.observe({ ...at(i), ...counts, canaryBad: 32 });
      expect(curve.state().chain.warmUp === null).toBe(i >= 9);
      if (i < 10) continue;
      curve.state().chain.closed.forEach((value, k) => {
        expect(value).toBeCloseTo(without.state().chain.closed[k]!, 9);
      });
    }
  });

  it('does not make a catastrophe wait', () => {
    expect(rollbackAfter(() => 800)).toBe(1);
  });

  it('does not hide a fault that begins after a cold start', () => {
    const needed = rollbackAfter((middle) => (middle < 180 ? coldStart(middle) : 32));
    expect(needed).toBeGreaterThan(18);
    expect(needed).toBeLessThanOrEqual(18 + 8);
  });
});

describe('later start times', () => {
  /** Blocks from the onset of a fivefold fault to the bound, at traffic where one healthy block outweighs several of it. */
  const blocksToFind = (onset: number, windowSeconds: number): number => {
    const curve = new EvidenceCurve({ ...referenceOptions(), windowSeconds });
    for (let i = 0; i < onset + 40; i++) {
      const canaryBad = i < onset ? 25 : 125;
      curve.observe({ ...at(i), canaryRequests: 2500, canaryBad, stableRequests: 47_500, stableBad: 475 });
      if (i >= onset && curve.logE >= Math.log(100)) return i + 1 - onset;
    }
    return Infinity;
  };

  it('find a fault between two of them nearly as soon as one that begins with them', () => {
    const onCheckpoint = blocksToFind(60, 120);
    expect(blocksToFind(63, 120)).toBeGreaterThan(onCheckpoint + 6);
    for (const onset of [60, 61, 62, 63, 64, 65, 67]) {
      expect(blocksToFind(onset, 30)).toBeLessThanOrEqual(onCheckpoint + 5);
    }
  });

  it('find a fault soon that begins within the first two minutes', () => {
    for (const onset of [3, 4, 5, 6, 7]) {
      expect(blocksToFind(onset, 30)).toBeLessThanOrEqual(blocksToFind(60, 30) + 4);
    }
  });

  it('share the same weight, however close they are', () => {
    const unspent = (windowSeconds: number): number => {
      const curve = new EvidenceCurve({ ...referenceOptions(), windowSeconds });
      const quiet = { canaryRequests: 1, canaryBad: 0, stableRequests: 1, stableBad: 0 };
      for (let i = 0; i < 60; i++) curve.observe({ ...at(i), ...quiet });
      return curve.state().chain.windows.unspent;
    };
    // At 600 s: five starts, in five periods; and four whole periods from 60 s on, and three starts of the fifth.
    expectClose(unspent(120), 0.5 / 6, 1e-12);
    expectClose(unspent(30), 0.5 / 5 - (3 * 0.5) / 30 / 4, 1e-12);
  });
});

describe('blocks', () => {
  it('that lose their last interval do not run into the next one', () => {
    const curve = new EvidenceCurve({ ...referenceOptions(), intervalSeconds: 2 });
    const counts = { canaryRequests: 100, canaryBad: 2, stableRequests: 900, stableBad: 3 };
    // Intervals 4 (of the first block) and 10 to 19 (two blocks) never arrive.
    for (const i of [0, 1, 2, 3, 5]) curve.observe({ startSeconds: i * 2, endSeconds: i * 2 + 2, ...counts });
    expect(curve.state().block).toMatchObject({ index: 1, raw: counts });
    curve.observe({ startSeconds: 40, endSeconds: 42, ...counts });
    expect(curve.state().block).toMatchObject({ index: 4, raw: counts });
    expect(curve.totals).toEqual({ canaryRequests: 600, canaryBad: 12, stableRequests: 5400, stableBad: 18 });
  });

  // What pods show of themselves changes what is natural, and with it all that is read from the curve.
  it('are read with what is natural by then, as a judge that starts from the stored state does', () => {
    const options: EvidenceCurveOptions = {
      ...referenceOptions(),
      dispersion: {
        kind: 'pods',
        prior: 0.1,
        priorWeight: 6,
        windowsSeconds: [10, 30, 90],
        armWindowsSeconds: [10, 30, 90, 270],
      },
    };
    const read = ({ logE, logNonInferiority }: EvidenceCurve) => [logE, logNonInferiority];
    const whole = new EvidenceCurve(options);
    let reloaded = whole;
    for (let i = 0; i < 20; i++) {
      const interval = {
        ...at(i),
        canaryRequests: 1000,
        canaryBad: 60,
        canaryPods: evenly(1000, [60], 'canary'),
        stableRequests: 4000,
        stableBad: 100,
        stablePods: evenly(1000, [2, 30, 8, 60], 'stable'),
      };
      reloaded = new EvidenceCurve(options, JSON.parse(JSON.stringify(whole.state())) as EvidenceCurveState);
      for (const curve of [whole, reloaded]) curve.observe(interval);
      // A judge that starts anew makes its priors from the stored noise; the other has to notice that it changed.
      const again = new EvidenceCurve(options, JSON.parse(JSON.stringify(whole.state())) as EvidenceCurveState);
      expect([again.logNonInferiority, ...read(reloaded)]).toEqual([whole.logNonInferiority, ...read(whole)]);
    }
  });
});

describe('the interval of the ratio', () => {
  const ratioAfter = (canaryBad: number, stableBad: number, blocks = 10) => {
    const curve = new EvidenceCurve(referenceOptions());
    for (let i = 0; i < blocks; i++)
      curve.observe({ ...at(i), canaryRequests: 100, canaryBad, stableRequests: 1900, stableBad });
    return curve.ratio;
  };
  it('holds the true ratio and narrows with data', () => {
    const [short, long] = [ratioAfter(4, 19, 5)!, ratioAfter(4, 19, 60)!];
    for (const { low, estimate, high } of [short, long]) {
      expect(low).toBeLessThan(4);
      expect(high).toBeGreaterThan(4);
      expect(estimate).toBeGreaterThan(3.9);
      expect(estimate).toBeLessThan(4.1);
    }
    expect(long.high! / long.low!).toBeLessThan(short.high! / short.low!);
  });
  it('is open where the data do not bound it, and absent without any bad request', () => {
    expect(ratioAfter(0, 0)).toBeNull();
    expect(ratioAfter(3, 0)).toMatchObject({ high: null });
    expect(ratioAfter(0, 19)).toMatchObject({ low: null });
  });
});

describe('parts', () => {
  it('logSumExp does not overflow, and ignores weights of zero', () => {
    expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.LN2, 12);
    expect(logSumExp([-Infinity, 3])).toBe(3);
    expect(logSumExp([])).toBe(-Infinity);
  });
  it('priors sum to one and give no weight to tolerated ratios', () => {
    const { logWeights, positions } = worsePrior(Math.log(1.25));
    expect(Math.exp(logSumExp(logWeights))).toBeCloseTo(1, 12);
    for (const k of positions) expect(LOG_RATIOS[k]).toBeGreaterThan(Math.log(1.25));
    expect(LOG_RATIOS[nearestPosition(0)]).toBe(0);
  });
});
