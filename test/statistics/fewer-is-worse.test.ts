/** The judge of counts where fewer is worse, and where margins are small. */
import { describe, expect, it } from 'vitest';
import { winsorisePods } from '../../src/statistics/burst-clip.ts';
import { BurstLength } from '../../src/statistics/burst-length.ts';
import { EvidenceCurve, type EvidenceCurveOptions } from '../../src/statistics/evidence-curve.ts';
import { LOG_RATIOS, nearestPosition } from '../../src/statistics/ratio-grid.ts';
import { type ArmCounts, withArmsSwapped } from '../../src/statistics/share-likelihood.ts';
import { expectClose } from '../helpers/close.ts';
import { evenly } from '../helpers/pods.ts';
import { referenceOptions } from '../helpers/reference-options.ts';

const OPTIONS: EvidenceCurveOptions = {
  ...referenceOptions({ s2: 0.02, tau: 0.05 }),
  toleratedRatio: 1.1,
  absoluteTolerance: 0,
  promoteWithin: 1.21,
  anchorRatio: 1.05,
  catastrophe: { excess: 1, bad: Infinity, badIfMost: Infinity },
};
const FEWER: EvidenceCurveOptions = { ...OPTIONS, fewerIsWorse: true };
const at = (i: number): { startSeconds: number; endSeconds: number } => ({
  startSeconds: i * 10,
  endSeconds: (i + 1) * 10,
});
const HEALTHY: ArmCounts = { canaryRequests: 1000, canaryBad: 50, stableRequests: 19_000, stableBad: 950 };
const HALVED: ArmCounts = { ...HEALTHY, canaryBad: 25 };

function judged(options: EvidenceCurveOptions, blocks: readonly ArmCounts[]): EvidenceCurve {
  const curve = new EvidenceCurve(options);
  blocks.forEach((counts, i) => {
    curve.observe({ ...at(i), ...counts });
  });
  return curve;
}

describe('where fewer is worse', () => {
  it('weighs one block by the likelihood of stable’s share, seen from 1.05', () => {
    const curve = judged({ ...FEWER, clipNats: 1e9 }, [HALVED]);
    const anchor = LOG_RATIOS[nearestPosition(Math.log(1.05))]!;
    const shareAt = (x: number): number => (19_000 * Math.exp(x)) / (19_000 * Math.exp(x) + 1000);
    const log = (x: number): number => 950 * Math.log(shareAt(x)) + 25 * Math.log(1 - shareAt(x));
    // 975 good outcomes of 20,000; temper of two binomial arms with a squared CV of 0.02.
    const [rate, share] = [975 / 20_000, (19_000 * 1.05) / (19_000 * 1.05 + 1000)];
    const temper = (1 - share) * (1 - 1.05 * rate) + share * (1 - rate) + 975 * share * (1 - share) * 0.02;
    const { closed } = curve.state().chain;
    LOG_RATIOS.forEach((x, k) => {
      expectClose(closed[k]!, (log(x) - log(anchor)) / temper, 1e-9, `log ratio ${x}`);
    });
  });

  it('finds what the other judge finds with the arms exchanged', () => {
    const blocks = [HEALTHY, HALVED, HALVED, HEALTHY, HALVED, HALVED];
    const [fewer, more] = [judged(FEWER, blocks), judged(OPTIONS, blocks.map(withArmsSwapped))];
    expectClose(fewer.logE, more.logE, 1e-12);
    expectClose(fewer.logNonInferiorRatio, more.logNonInferiorRatio, 1e-12);
    expect(fewer.ratio).toEqual(more.ratio);
  });

  it('rolls back fewer, and not more', () => {
    expect(judged(FEWER, Array(12).fill(HALVED)).logE).toBeGreaterThan(5.3);
    expect(judged(FEWER, Array(12).fill({ ...HEALTHY, canaryBad: 100 })).logE).toBeLessThan(0);
  });

  it('shows totals as they were told', () => {
    expect(judged(FEWER, [HALVED, HALVED]).totals).toEqual({
      canaryRequests: 2000,
      canaryBad: 50,
      stableRequests: 38_000,
      stableBad: 1900,
    });
  });

  it('caps a block without any, however bad it looks', () => {
    const none = judged({ ...FEWER, catastrophe: { excess: 0.01, bad: 1, badIfMost: 1 } }, [
      { ...HEALTHY, canaryBad: 0 },
    ]);
    expect(none.assessment.clipFactor).toBeLessThan(1);
    expect(none.logE).toBeLessThan(2.5);
  });

  it('cuts no pod back to its siblings', () => {
    const curve = new EvidenceCurve(FEWER);
    curve.observe({ ...at(0), ...HEALTHY, canaryPods: evenly(250, [50, 0, 0, 0], 'canary') });
    expect(curve.totals.canaryBad).toBe(50);
  });

  it('goes on from a stored state', () => {
    const blocks = [HEALTHY, HALVED, HALVED];
    const whole = judged(FEWER, blocks);
    const part = judged(FEWER, blocks.slice(0, 2));
    const rest = new EvidenceCurve(FEWER, JSON.parse(JSON.stringify(part.state())));
    rest.observe({ ...at(2), ...HALVED });
    expect(rest.state()).toEqual(whole.state());
  });
});

describe('small margins', () => {
  it('cap a burst that stays below 1.25', () => {
    const burst = { ...HEALTHY, canaryRequests: 100_000, canaryBad: 6000, stableRequests: 1.9e6, stableBad: 95_000 };
    const steady = { ...OPTIONS, dispersion: { kind: 'known', squaredCv: 0.0025 } } as const;
    expect(judged(steady, [burst]).assessment.clipFactor).toBeLessThan(1);
    const fromAbove = Object.fromEntries(Object.entries(steady).filter(([key]) => key !== 'anchorRatio'));
    expect(judged(fromAbove as unknown as EvidenceCurveOptions, [burst]).assessment.clipFactor).toBe(1);
  });
});

describe('ordinary deviations', () => {
  const dip = evenly(1000, [100, 100, 100, 100, 20]);
  const excess = evenly(1000, [100, 100, 100, 100, 180]);
  const longest = (pods: typeof dip, kind: ConstructorParameters<typeof BurstLength>[1]): number => {
    const bursts = new BurstLength(undefined, kind);
    bursts.learn(pods, 1);
    return bursts.longest;
  };

  it('make a hit of a burst only in the direction that is worse', () => {
    expect(longest(dip, { ordinarySquaredCv: 0.02, fewer: true })).toBe(1);
    expect(longest(excess, { ordinarySquaredCv: 0.02, fewer: true })).toBe(0);
    expect(longest(excess, { ordinarySquaredCv: 0.02 })).toBe(1);
    expect(longest(dip, { ordinarySquaredCv: 0.02 })).toBe(0);
  });

  it('make none of what is ordinary', () => {
    expect(longest(excess, {})).toBe(0);
    expect(longest(dip, { fewer: true })).toBe(0);
  });

  it('cut a pod back less', () => {
    expectClose(winsorisePods([100, 100, 400], 0.02), 200 + 100 + 3 * Math.sqrt(101 + 0.02 * 100 * 100) + 2, 1e-12);
    expect(winsorisePods([100, 100, 140], 0.02)).toBe(340);
    expect(winsorisePods([100, 100, 140])).toBeLessThan(340);
  });
});
