import { describe, expect, it } from 'vitest';
import { ArmDispersion, INFLATION } from '../../src/statistics/dispersion.ts';
import { addCounts, noCounts } from '../../src/statistics/share-likelihood.ts';
import { binomial, gamma, seededRandom } from '../../src/testing/random.ts';

/** What two arms teach whose rates vary with this CV; half of all requests are bad. */
function learned(cv: number, common: boolean): number {
  const random = seededRandom('arms', cv);
  const dispersion = new ArmDispersion({ prior: 0.02, priorWeight: 6, windowsSeconds: [10], common }, 10);
  const totals = noCounts();
  const bad = (requests: number) => binomial(random, requests, Math.min(0.5 * gamma(random, 1 / cv ** 2, cv ** 2), 1));
  for (let i = 0; i < 4000; i++) {
    const block = { canaryRequests: 500, canaryBad: bad(500), stableRequests: 500, stableBad: bad(500) };
    addCounts(totals, block);
    dispersion.learn(block, totals);
  }
  return dispersion.squaredCv / INFLATION;
}

describe('bad requests that are not rare', () => {
  it('show the noise of both arms; taken for rare ones they would hide it', () => {
    // Twice the squared CV of one arm: the noise of the comparison.
    expect(learned(0.1, true)).toBeGreaterThan(0.018);
    expect(learned(0.1, true)).toBeLessThan(0.023);
    expect(learned(0.05, true)).toBeGreaterThan(0.004);
    expect(learned(0.05, false)).toBeLessThan(0.003);
  });
});
