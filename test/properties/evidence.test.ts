import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvidenceCurve, type EvidenceCurveOptions } from '../../src/statistics/evidence-curve.ts';
import type { JudgedInterval } from '../../src/statistics/open-block.ts';
import type { ArmCounts } from '../../src/statistics/share-likelihood.ts';
import { expectClose } from '../helpers/close.ts';
import { podCounts } from '../helpers/pods.ts';
import { referenceOptions } from '../helpers/reference-options.ts';
import { RUNS } from '../helpers/runs.ts';

const share = (max: number): fc.Arbitrary<number> => fc.double({ min: 0, max, noNaN: true });
const size = (power: number): fc.Arbitrary<number> =>
  fc.double({ min: 0, max: power, noNaN: true }).map((exponent) => Math.floor(10 ** exponent) - 1);

/** Counts of one interval, up to a power of ten and a share of bad ones. */
function anyCounts(power: number, most: number): fc.Arbitrary<ArmCounts> {
  return fc
    .record({ canary: size(power), stable: size(power), canaryShare: share(most), stableShare: share(most) })
    .map(({ canary, stable, canaryShare, stableShare }) => ({
      canaryRequests: canary,
      canaryBad: Math.floor(canary * canaryShare),
      stableRequests: stable,
      stableBad: Math.floor(stable * stableShare),
    }));
}
const anyOptions = fc
  .record({
    squaredCv: fc.constantFrom(0, 0.01, 0.1, 0.5),
    naturalSpread: share(0.3),
    toleratedRatio: fc.double({ min: 1, max: 2, noNaN: true }),
    absoluteTolerance: fc.constantFrom(0, 0.0005, 0.01),
    clipNats: fc.constantFrom(2.5, 100),
    symmetricClip: fc.boolean(),
  })
  .map(
    ({ squaredCv, ...rest }): EvidenceCurveOptions => ({
      ...referenceOptions({ s2: squaredCv }),
      ...rest,
      promoteWithin: Math.max(1.5, 1.2 * rest.toleratedRatio),
    }),
  );

function judged(options: EvidenceCurveOptions, blocks: readonly ArmCounts[]): EvidenceCurve {
  const curve = new EvidenceCurve(options);
  blocks.forEach((counts, i) => {
    curve.observe({ startSeconds: i * 10, endSeconds: (i + 1) * 10, ...counts });
  });
  return curve;
}

/**
 * One more bad request of an arm in the last interval: the evidence before and after, or `null` where the promise does not
 * hold. It needs an interval that is not capped, before nor after; a dispersion that is known, since a learned one moves
 * with what is seen; a spread of at most 0.3, since an excess may else be taken for a lasting difference; and at most a
 * tenth of bad requests: where more are bad, one more also says that the counts are less noisy than was thought, and
 * evidence in favour of the canary grows by that.
 */
function withOneMore(
  options: EvidenceCurveOptions,
  past: readonly ArmCounts[],
  last: ArmCounts,
  arm: 'canary' | 'stable',
): [before: number, after: number] | null {
  const more = { ...last, [`${arm}Bad`]: last[`${arm}Bad`] + 1 };
  if (more.canaryBad > last.canaryRequests || more.stableBad > last.stableRequests) return null;
  if (more.canaryBad + more.stableBad > 0.1 * (last.canaryRequests + last.stableRequests)) return null;
  const curves = [last, more].map((counts) => judged(options, [...past, counts]));
  if (curves.some(({ assessment }) => assessment.clipFactor !== 1)) return null;
  return [curves[0]!.logE, curves[1]!.logE];
}

describe('within an interval that is not capped', () => {
  const past = fc.array(anyCounts(5, 0.1), { maxLength: 3 });
  it.each([
    ['one more canary error never lowers', 'canary', 1],
    ['one more stable error never raises', 'stable', -1],
  ] as const)('%s the evidence', (_, arm, sign) => {
    fc.assert(
      fc.property(anyOptions, past, anyCounts(5, 0.1), (options, blocks, last) => {
        const found = withOneMore(options, blocks, last, arm);
        fc.pre(found !== null);
        const [before, now] = found!;
        expect(sign * (now - before)).toBeGreaterThanOrEqual(-1e-9 * Math.max(1, Math.abs(before)));
      }),
      { seed: 1, numRuns: 10 * RUNS },
    );
  });
});

describe('numbers stay finite', () => {
  it('with pods of any size, in any number, up to 1e12', () => {
    const pods = fc.array(fc.tuple(size(12), share(1)), { maxLength: 4 }).map((list) =>
      podCounts(
        list.map(([requests]) => requests),
        list.map(([requests, bad]) => Math.floor(requests * bad)),
      ),
    );
    const options: EvidenceCurveOptions = {
      ...referenceOptions(),
      symmetricClip: true,
      dispersion: {
        kind: 'pods',
        prior: 0.1,
        priorWeight: 6,
        windowsSeconds: [10, 30, 90],
        armWindowsSeconds: [10, 30, 90, 270],
      },
    };
    fc.assert(
      fc.property(
        fc.array(fc.record({ canary: pods, stable: pods }), { minLength: 1, maxLength: 12 }),
        fc.constantFrom(0, 60),
        (blocks, warmUpSeconds) => {
          const curve = new EvidenceCurve({ ...options, warmUpSeconds });
          blocks.forEach(({ canary, stable }, i) => {
            curve.learnBefore(
              stable,
              stable.reduce((sum, { requests }) => sum + requests, 0),
              stable.reduce((sum, { bad }) => sum + bad, 0),
            );
            curve.observe(intervalOf(i, canary, stable));
            const { ratio, assessment, noise } = curve;
            const values = [
              curve.logE,
              curve.logNonInferiority,
              curve.logNonInferiorRatio,
              noise.clipNats,
              noise.spread,
            ];
            for (const value of [...values, ...Object.values(assessment), ...Object.values(ratio ?? {})])
              if (value !== null) expect(value).toSatisfy(Number.isFinite);
          });
        },
      ),
      { seed: 2, numRuns: 2 * RUNS },
    );
  });

  it('while one arm is silent and all requests of the other fail', () => {
    const arms: ArmCounts[] = [
      { canaryRequests: 1, canaryBad: 1, stableRequests: 0, stableBad: 0 },
      { canaryRequests: 1e12, canaryBad: 1e12, stableRequests: 0, stableBad: 0 },
      { canaryRequests: 0, canaryBad: 0, stableRequests: 5, stableBad: 5 },
      { canaryRequests: 0, canaryBad: 0, stableRequests: 0, stableBad: 0 },
    ];
    for (const counts of arms) {
      const curve = judged(referenceOptions(), [counts, counts]);
      // Nothing was compared, so nothing was learned.
      expect(curve.logE).toBeLessThanOrEqual(0);
      expect(curve.logNonInferiorRatio).toBe(judged(referenceOptions(), []).logNonInferiorRatio);
    }
  });
});

function intervalOf(
  i: number,
  canary: JudgedInterval['canaryPods'] & object,
  stable: JudgedInterval['canaryPods'] & object,
): JudgedInterval {
  const sum = (pods: typeof canary, of: 'requests' | 'bad'): number => pods.reduce((total, pod) => total + pod[of], 0);
  return {
    startSeconds: i * 10,
    endSeconds: (i + 1) * 10,
    canaryRequests: sum(canary, 'requests'),
    canaryBad: sum(canary, 'bad'),
    stableRequests: sum(stable, 'requests'),
    stableBad: sum(stable, 'bad'),
    canaryPods: canary,
    stablePods: stable,
  };
}

describe('intervals of 2 s and 5 s', () => {
  it('give at the end of every 10 s what one interval gives, while the split of the traffic is the same', () => {
    const perSecond = fc.record({
      canaryRequests: fc.integer({ min: 1, max: 1000 }),
      stableRequests: fc.integer({ min: 1, max: 1000 }),
    });
    const bad = fc.array(fc.tuple(share(0.2), share(0.2)), { minLength: 10, maxLength: 60 });
    fc.assert(
      fc.property(perSecond, bad, fc.constantFrom(0, 30), (rates, shares, warmUpSeconds) => {
        const seconds = shares.slice(0, shares.length - (shares.length % 10)).map(([canary, stable]) => ({
          ...rates,
          canaryBad: Math.floor(rates.canaryRequests * canary),
          stableBad: Math.floor(rates.stableRequests * stable),
        }));
        const [whole, ...parts] = [10, 5, 2].map((length) => {
          const curve = new EvidenceCurve({ ...referenceOptions(), intervalSeconds: length, warmUpSeconds });
          return { curve, length };
        });
        for (let from = 0; from < seconds.length; from += 10) {
          for (const { curve, length } of [whole!, ...parts]) {
            for (let second = from; second < from + 10; second += length) {
              const sum = { canaryRequests: 0, canaryBad: 0, stableRequests: 0, stableBad: 0 };
              for (const counts of seconds.slice(second, second + length))
                for (const name of Object.keys(sum) as (keyof ArmCounts)[]) sum[name] += counts[name];
              curve.observe({ startSeconds: second, endSeconds: second + length, ...sum });
            }
          }
          for (const { curve } of parts) {
            expectClose(curve.logE, whole!.curve.logE, 1e-9, 'logE');
            expectClose(curve.logNonInferiority, whole!.curve.logNonInferiority, 1e-9, 'non-inferiority');
            expectClose(curve.assessment.squaredCv, whole!.curve.assessment.squaredCv, 1e-9, 'squared CV');
          }
        }
      }),
      { seed: 3, numRuns: RUNS },
    );
  });
});

describe('a stored evidence curve', () => {
  const steady = { canaryRequests: 1000, canaryBad: 160, stableRequests: 9000, stableBad: 900 };
  /** Everything that is read from a curve. */
  const readings = (curve: EvidenceCurve): unknown => [
    curve.logE,
    curve.logNonInferiority,
    curve.ratio,
    curve.totals,
    curve.assessment,
    curve.clippedBlocks,
  ];
  const restoredAlike = (options: EvidenceCurveOptions): void => {
    for (let blocks = 0; blocks < 15; blocks++) {
      const curve = judged(
        options,
        Array.from({ length: blocks }, () => steady),
      );
      const restored = new EvidenceCurve(options, JSON.parse(JSON.stringify(curve.state())));
      expect(readings(restored), `after ${blocks} blocks`).toEqual(readings(curve));
    }
  };

  it('is restored as it was', () => {
    restoredAlike({ ...referenceOptions(), symmetricClip: true });
  });

  it('is restored as it was while evidence of the warm-up is admitted', () => {
    restoredAlike({ ...referenceOptions({ s2: 0 }), symmetricClip: true, warmUpSeconds: 60 });
  });
});
