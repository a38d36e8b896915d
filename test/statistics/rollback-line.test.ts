import { describe, expect, test } from 'vitest';
import { EvidenceCurve } from '../../src/statistics/evidence-curve.ts';
import { START_WEIGHT } from '../../src/statistics/judge-habits.ts';
import { spreadPrior } from '../../src/statistics/ratio-grid.ts';
import { RollbackLine } from '../../src/statistics/rollback-line.ts';
import { referenceOptions } from '../helpers/reference-options.ts';

const BOUND = Math.log(200);

/** Evidence of the real judge after one block that is neither capped nor tempered nor set aside. */
function logEOf(canaryBad: number, stableBad: number, canaryShare: number): number {
  const requests = 1e9;
  const curve = new EvidenceCurve({
    ...referenceOptions(),
    dispersion: { kind: 'known', squaredCv: 0 },
    naturalSpread: 0.16,
    clipNats: 1e12,
    symmetricClip: false,
    startWeight: START_WEIGHT,
    warmUpSeconds: 0,
    absoluteTolerance: 0,
    intervalSeconds: 10,
  });
  curve.observe({
    startSeconds: 0,
    endSeconds: 10,
    canaryRequests: requests * canaryShare,
    canaryBad,
    stableRequests: requests * (1 - canaryShare),
    stableBad,
  });
  return curve.logE;
}

describe('the line that rolls back', () => {
  test.each([
    [0.05, 20],
    [0.05, 400],
    [0.2, 60],
    [0.5, 150],
    [0.01, 5],
  ])('lies where the judge crosses its bound: share %f, %f bad stable requests', (share, stableBad) => {
    const line = new RollbackLine(share, 1.25, BOUND - Math.log(START_WEIGHT), spreadPrior(0, 0.16));
    const least = line.leastCanaryBad(stableBad);
    // The judge tempers even so, by the smallest noise that it assumes.
    expect(logEOf(Math.ceil(least * 1.06 + 0.5), stableBad, share)).toBeGreaterThan(BOUND);
    expect(logEOf(Math.floor(least * 0.94 - 0.5), stableBad, share)).toBeLessThan(BOUND);
  });

  test('asks for more, the more fails at stable, and for more the wider differences are natural', () => {
    const lineOf = (spread: number) => new RollbackLine(0.1, 1.25, BOUND, spreadPrior(0, spread));
    const line = lineOf(0.05);
    const points = [0.01, 1, 10, 100, 1e4, 1e8].map((stableBad) => line.leastCanaryBad(stableBad));
    expect(points).toEqual([...points].sort((a, b) => a - b));
    expect(new Set(points).size).toBe(points.length);
    for (const stableBad of [10, 1000]) {
      expect(lineOf(0.3).leastCanaryBad(stableBad)).toBeGreaterThan(line.leastCanaryBad(stableBad));
    }
  });
});
