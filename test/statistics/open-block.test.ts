import { describe, expect, it } from 'vitest';
import { winsorisePods } from '../../src/statistics/burst-clip.ts';
import { type JudgedInterval, OpenBlock, type OpenBlockState } from '../../src/statistics/open-block.ts';
import { nearestPosition, onGrid } from '../../src/statistics/ratio-grid.ts';
import { type ArmCounts, addShareLikelihood, noCounts } from '../../src/statistics/share-likelihood.ts';
import { evenly, podCounts } from '../helpers/pods.ts';

const ANCHOR = nearestPosition(Math.log(1.25));

/** Interval number `index` of 2 s. */
const interval = (index: number, counts: Partial<JudgedInterval>): JudgedInterval => ({
  startSeconds: index * 2,
  endSeconds: index * 2 + 2,
  ...noCounts(),
  ...counts,
});
const filled = (...intervals: Partial<JudgedInterval>[]): OpenBlock => {
  const block = new OpenBlock(0, ANCHOR);
  intervals.forEach((counts, i) => {
    block.add(interval(i, counts));
  });
  return block;
};

const CANARY = { canaryRequests: 100, canaryBad: 6 };
const STABLE = { stableRequests: 900, stableBad: 9 };

function likelihoodOf(...splits: ArmCounts[]): Float64Array {
  const [canary, stable] = [onGrid(), onGrid()];
  for (const counts of splits) addShareLikelihood(counts, ANCHOR, canary, stable);
  return canary.map((value, k) => value + stable[k]!);
}

describe('the likelihood of a block', () => {
  it('is the same when the arms report in different intervals, whichever comes first', () => {
    const together = likelihoodOf({ ...CANARY, ...STABLE });
    expect(filled({ ...CANARY, ...STABLE }).logLikelihood(6)).toEqual(together);
    expect(filled(CANARY, STABLE).logLikelihood(6)).toEqual(together);
    expect(filled(STABLE, CANARY).logLikelihood(6)).toEqual(together);
    expect(filled({}, STABLE, {}, CANARY, {}).logLikelihood(6)).toEqual(together);
  });

  it('says nothing while one arm is empty', () => {
    expect(filled(CANARY, CANARY).logLikelihood(12)).toEqual(onGrid());
    expect(filled(STABLE).logLikelihood(0)).toEqual(onGrid());
  });

  // Compared as a whole, a canary that got more traffic in the bad half of an incident would look guilty.
  it('compares each interval at its own traffic split', () => {
    const small = { canaryRequests: 10, canaryBad: 0, stableRequests: 990, stableBad: 5 };
    const large = { canaryRequests: 500, canaryBad: 50, stableRequests: 500, stableBad: 50 };
    expect(filled(small, large).logLikelihood(50)).toEqual(likelihoodOf(small, large));
    expect(filled(small, large).logLikelihood(50)).not.toEqual(
      likelihoodOf({ canaryRequests: 510, canaryBad: 50, stableRequests: 1490, stableBad: 55 }),
    );
  });

  it('loses of the errors that are cut back only the part of the canary', () => {
    const block = filled({ ...CANARY, ...STABLE });
    const [full, half, none] = [6, 3, 0].map((bad) => block.logLikelihood(bad));
    expect(none).toEqual(likelihoodOf({ canaryRequests: 100, canaryBad: 0, ...STABLE }));
    half!.forEach((value, k) => {
      expect(value).toBeCloseTo((full![k]! + none![k]!) / 2, 9);
    });
  });
});

describe('the pods of a block', () => {
  it('are none where traffic is not told apart by pod, and the counts are as they came', () => {
    const block = filled({ ...CANARY, ...STABLE }, CANARY);
    expect([block.canaryPods, block.stablePods]).toEqual([[], []]);
    expect(block.counts()).toEqual({ ...STABLE, canaryRequests: 200, canaryBad: 12 });
  });

  it('are added up over its intervals', () => {
    const block = filled(
      { canaryPods: evenly(10, [1, 0]), stablePods: evenly(20, [0], 'stable') },
      { canaryPods: evenly(10, [2, 3]), stablePods: evenly(20, [4, 5], 'stable') },
    );
    expect(block.canaryPods).toEqual(evenly(20, [3, 3]));
    expect(block.stablePods).toEqual(podCounts([40, 20], [4, 5], 'stable'));
  });

  it('have one bad one among them cut back to its siblings', () => {
    const block = filled({ ...STABLE, canaryRequests: 300, canaryBad: 41, canaryPods: evenly(100, [40, 1, 0]) });
    expect(block.counts().canaryBad).toBeCloseTo(winsorisePods([40, 1, 0]), 9);
    expect(block.counts().canaryBad).toBeLessThan(41);
  });

  // A replica that starts up beside the only serving one has no errors because it has no requests.
  it('that are silent are no siblings: the errors of the only serving one stand', () => {
    const canaryPods = podCounts([300, 0, 0, 0], [40, 0, 0, 0]);
    expect(filled({ ...STABLE, canaryRequests: 300, canaryBad: 40, canaryPods }).counts().canaryBad).toBe(40);
  });

  it('do not change bad requests that no pod was named for', () => {
    const block = filled({ ...STABLE, canaryRequests: 400, canaryBad: 60, canaryPods: evenly(100, [40, 1, 0]) });
    expect(block.counts().canaryBad).toBeCloseTo(60 - (41 - winsorisePods([40, 1, 0])), 9);
  });
});

it('goes on from its state at any interval, one arm still waiting for the other', () => {
  const pods = { canaryPods: evenly(50, [5, 1]), stablePods: evenly(450, [4, 5], 'stable') };
  const intervals = [CANARY, { ...STABLE, ...pods }, { ...CANARY, ...STABLE }, STABLE, { ...CANARY, ...pods }];
  const whole = filled(...intervals);
  for (let at = 0; at <= intervals.length; at++) {
    const stored = JSON.parse(JSON.stringify(filled(...intervals.slice(0, at)).state())) as OpenBlockState;
    const rest = new OpenBlock(0, ANCHOR, stored);
    intervals.slice(at).forEach((counts, i) => {
      rest.add(interval(at + i, counts));
    });
    expect(rest.endSeconds).toBe(10);
    expect(rest.counts()).toEqual(whole.counts());
    expect(rest.logLikelihood(18)).toEqual(whole.logLikelihood(18));
    expect([rest.canaryPods, rest.stablePods]).toEqual([whole.canaryPods, whole.stablePods]);
  }
});
