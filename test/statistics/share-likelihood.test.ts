import { describe, expect, it } from 'vitest';
import { LOG_RATIOS, nearestPosition } from '../../src/statistics/ratio-grid.ts';
import { type ArmCounts, addShareLikelihood, canaryShareAt } from '../../src/statistics/share-likelihood.ts';
import { expectClose } from '../helpers/close.ts';

const NULL_POSITION = nearestPosition(Math.log(1.25));

function likelihoodOf(counts: ArmCounts): [perCanaryBad: Float64Array, perStableBad: Float64Array] {
  const parts: [Float64Array, Float64Array] = [
    new Float64Array(LOG_RATIOS.length),
    new Float64Array(LOG_RATIOS.length),
  ];
  addShareLikelihood(counts, NULL_POSITION, ...parts);
  return parts;
}

describe('the likelihood of the canary share', () => {
  // canaryBad * log(theta_k / theta_0) and stableBad * log((1 - theta_k) / (1 - theta_0)), computed with 60 digits.
  it.each([
    {
      label: 'at low traffic',
      counts: { canaryRequests: 20, canaryBad: 3, stableRequests: 400, stableBad: 5 },
      expected: [
        [0, -9.534807121408, 0.2948661148841],
        [13, -0.7308887381411, 0.06806342032894],
        [14, -0.6737188335843, 0.06334659459026],
        [40, 0.7850980438757, -0.09571761684574],
        [60, 8.405628494616, -19.80440785841],
      ],
    },
    {
      label: 'at 1e12 requests',
      counts: { canaryRequests: 1e12, canaryBad: 5e9, stableRequests: 19e12, stableBad: 6e10 },
      expected: [
        [0, -15876336614.78, 3718496429.393],
        [13, -1214765578.697, 857348862.4029],
        [14, -1119718362.568, 797915455.9585],
        [40, 1303821186.92, -1204718036.629],
        [60, 13773056116.11, -240488790799.9],
      ],
    },
    {
      label: 'when nearly all traffic goes to the canary',
      counts: { canaryRequests: 999_000, canaryBad: 2500, stableRequests: 1000, stableBad: 2 },
      expected: [
        [0, -47.79228720194, 6.436250697131],
        [13, -0.5785581859673, 0.5140216803435],
        [14, -0.5280553460112, 0.4740620826155],
        [40, 0.4829989091806, -0.5612993435281],
        [60, 1.970913502088, -13.52393874231],
      ],
    },
  ])('is exact $label', ({ counts, expected }) => {
    const [perCanaryBad, perStableBad] = likelihoodOf(counts);
    for (const [k, canary, stable] of expected as [number, number, number][]) {
      expectClose(perCanaryBad[k]!, canary, 1e-9, `canary errors at ${k}`);
      expectClose(perStableBad[k]!, stable, 1e-9, `stable errors at ${k}`);
    }
  });

  it('adds to what is there, and is zero at its own reference', () => {
    const counts = { canaryRequests: 100, canaryBad: 3, stableRequests: 900, stableBad: 8 };
    const [perCanaryBad, perStableBad] = likelihoodOf(counts);
    expect(perCanaryBad[NULL_POSITION]).toBe(0);
    expect(perStableBad[NULL_POSITION]).toBeCloseTo(0, 15);
    const [once, onceStable] = [perCanaryBad.slice(), perStableBad.slice()];
    addShareLikelihood(counts, NULL_POSITION, perCanaryBad, perStableBad);
    for (const k of LOG_RATIOS.keys()) {
      expectClose(perCanaryBad[k]!, 2 * once[k]!, 1e-12);
      expectClose(perStableBad[k]!, 2 * onceStable[k]!, 1e-12);
    }
  });

  it.each([
    ['the canary', { canaryRequests: 0, canaryBad: 0, stableRequests: 1e12, stableBad: 1e9 }],
    ['stable', { canaryRequests: 1e12, canaryBad: 1e12, stableRequests: 0, stableBad: 0 }],
    ['both', { canaryRequests: 0, canaryBad: 0, stableRequests: 0, stableBad: 0 }],
  ])('says exactly nothing when there is no traffic at %s', (_, counts) => {
    // Rounding of 1e-16 a request would be evidence at 1e12 requests.
    for (const part of likelihoodOf(counts)) for (const value of part) expect(Math.abs(value)).toBe(0);
  });
});

describe('the expected share of the canary', () => {
  it('is its weighted share of the requests, and zero without any', () => {
    const counts = { canaryRequests: 100, canaryBad: 0, stableRequests: 900, stableBad: 0 };
    expectClose(canaryShareAt(1, counts), 0.1, 1e-15);
    expectClose(canaryShareAt(9, counts), 0.5, 1e-15);
    expect(canaryShareAt(1, { ...counts, canaryRequests: 0, stableRequests: 0 })).toBe(0);
  });
});
