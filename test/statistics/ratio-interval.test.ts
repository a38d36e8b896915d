import { describe, expect, it } from 'vitest';
import { LOG_RATIOS, nearestPosition } from '../../src/statistics/ratio-grid.ts';
import { observedRatio, type RatioInterval, ratioInterval } from '../../src/statistics/ratio-interval.ts';
import { type ArmCounts, addCounts, addShareLikelihood, noCounts } from '../../src/statistics/share-likelihood.ts';
import { expectClose } from '../helpers/close.ts';

type Slice = readonly [canaryRequests: number, canaryBad: number, stableRequests: number, stableBad: number];

/** The interval after slices of time without any overdispersion. */
function intervalOf(...slices: Slice[]): RatioInterval {
  const [canary, stable] = [new Float64Array(LOG_RATIOS.length), new Float64Array(LOG_RATIOS.length)];
  const totals = noCounts();
  for (const [canaryRequests, canaryBad, stableRequests, stableBad] of slices) {
    const counts: ArmCounts = { canaryRequests, canaryBad, stableRequests, stableBad };
    addShareLikelihood(counts, nearestPosition(Math.log(1.25)), canary, stable);
    addCounts(totals, counts);
  }
  return ratioInterval(
    canary.map((value, k) => value + stable[k]!),
    observedRatio(totals),
  );
}

describe('the interval of the ratio', () => {
  // By the definition, with 60 digits.
  it.each([
    [[100, 8, 1900, 38], 4.155458402983, 0.8923604974913, 12.37610592104],
    [[10_000, 300, 10_000, 310], 0.9677938808374, 0.7546211332458, 1.243201604312],
    [[100, 3, 1900, 0], 131.7524752475, 3.403937822263, null],
    [[50, 40, 950, 1], 503.4705882353, 72.30112946132, null],
    [[1000, 0, 1000, 40], 0.01234567901235, null, 0.2196521042566],
    [[100_000, 0, 100_000, 400], 0.001248439450687, null, 0.06102406494383],
    [[2, 0, 38, 1], 4.333333333333, null, 432.2669476583],
  ] as [Slice, number, number | null, number | null][])('of %j', (slice, estimate, low, high) => {
    const interval = intervalOf(slice);
    expectClose(interval.estimate, estimate, 1e-9);
    for (const [actual, expected] of [
      [interval.low, low],
      [interval.high, high],
    ] as const) {
      if (expected === null) expect(actual).toBeNull();
      else expectClose(actual!, expected, 1e-9);
    }
  });

  it('holds the estimate inside, where totals mislead: an incident during a weight step is no difference', () => {
    // Both arms always fail alike, 1 % and then 20 %, but the canary gets more traffic during the incident.
    const up = intervalOf([1000, 10, 19_000, 190], [10_000, 2000, 10_000, 2000]);
    expect(up.high).toBeLessThan(1.2);
    expect(up.estimate).toBe(up.high);
    // And the other way round: less traffic during the incident does not make it look better than it is.
    const down = intervalOf([10_000, 100, 10_000, 100], [1000, 200, 19_000, 3800]);
    expect(down.low).toBeGreaterThan(0.8);
    expect(down.estimate).toBe(down.low);
  });
});
