import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ArmValues, MeanCounts, type MeanCountsState, type ValueSum } from '../../src/statistics/mean-counts.ts';
import { expectClose } from '../helpers/close.ts';

const arm = (
  count: number,
  sum: number,
  sumOfSquares: number | null = null,
  pods: ArmValues['pods'] = [],
): ArmValues => ({
  count,
  sum,
  sumOfSquares,
  pods,
});
const pods = (...sums: [count: number, sum: number][]): ArmValues =>
  arm(
    sums.reduce((total, [count]) => total + count, 0),
    sums.reduce((total, [, sum]) => total + sum, 0),
    null,
    sums.map(([count, sum], i) => ({ pod: `pod-${i}`, count, sum, sumOfSquares: null })),
  );
/** Knows 100 values of mean 30 whose squares sum to 100,000. */
function taught(): MeanCounts {
  const counts = new MeanCounts(null);
  counts.learn(arm(100, 3000, 100_000), null, 1);
  return counts;
}
/** (100,000 - 3000^2 / 100) / 30^2 squares of 99 free values, and ten values with a CV of 1. */
const CV2 = (10_000 / 900 + 10) / 109;

describe('values as counts of events', () => {
  it('divides them by the squared CV, and their sum by the usual mean', () => {
    const counts = taught();
    expectClose(counts.squaredCv!, CV2, 1e-12);
    expect(counts.mean).toBe(30);
    const { canary, stable } = counts.counts(arm(10, 240), arm(200, 6000))!;
    expectClose(canary.bad, (10 / CV2) * 0.8, 1e-12);
    expectClose(stable.bad, 200 / CV2, 1e-12);
    // A thousand times as much exposure as events: events are rare.
    expectClose(canary.requests, (1000 * 10) / CV2, 1e-12);
    expectClose(stable.requests, (1000 * 200) / CV2, 1e-12);
  });

  it('finds the orders again in orders per request', () => {
    const counts = new MeanCounts(null);
    counts.learn(arm(1e6, 5e4, 5e4), null, 1);
    const { canary } = counts.counts(arm(100, 7), arm(1000, 50))!;
    expectClose(canary.bad, 7, 0.06);
  });

  it('counts pods as it counts arms', () => {
    const { canary } = taught().counts(pods([4, 100], [6, 140], [0, 0]), arm(200, 6000))!;
    expect(canary.pods.map(({ pod }) => pod)).toEqual(['pod-0', 'pod-1']);
    expectClose(
      canary.pods.reduce((sum, { bad }) => sum + bad, 0),
      canary.bad,
      1e-12,
    );
  });

  it('takes a sum of zero for evidence like others', () => {
    const { canary } = taught().counts(arm(10, 0), arm(200, 6000))!;
    expect(canary.bad).toBe(0);
    expect(canary.requests).toBeGreaterThan(0);
  });

  it('does not depend on the unit of the values', () => {
    const scaled = new MeanCounts(null);
    scaled.learn(arm(100, 3e6, 1e11), null, 1);
    const [one, other] = [taught(), scaled].map((counts, i) => {
      const unit = i === 0 ? 1 : 1000;
      return counts.counts(arm(10, 240 * unit), arm(200, 6000 * unit))!;
    });
    expectClose(other!.canary.bad, one!.canary.bad, 1e-12);
    expectClose(other!.stable.bad, one!.stable.bad, 1e-12);
  });

  it('is not to be had of a sum below zero, nor while stable has none above it', () => {
    expect(taught().counts(arm(10, -1), arm(200, 6000))).toBeNull();
    expect(taught().counts(arm(10, 240), arm(200, -1))).toBeNull();
    const counts = new MeanCounts(null);
    counts.learn(arm(100, 0, 0), null, 1);
    expect(counts.counts(arm(10, 240), arm(200, 0))).toBeNull();
    counts.learn(arm(100, -50, 100), null, 1);
    expect(counts.counts(arm(10, 240), arm(200, 10))).toBeNull();
  });

  it('cuts a negative pod inside of a positive arm to nothing', () => {
    const { canary } = taught().counts(pods([4, -10], [6, 140]), arm(200, 6000))!;
    expect(canary.pods[0]).toMatchObject({ bad: 0 });
  });

  it('needs no more than a million events in a slice of time', () => {
    const { canary, stable } = taught().counts(arm(1e12, 3e13), arm(1e12, 3e13))!;
    expectClose(canary.bad + stable.bad, 1e6, 1e-9);
  });
});

describe('the spread of single values', () => {
  it('is at least 20 %, since nothing is so steady', () => {
    const counts = new MeanCounts(null);
    counts.learn(arm(1e6, 3e7, 9e8), null, 1);
    expect(counts.squaredCv).toBe(0.04);
  });

  it('is fixed where it is known', () => {
    const counts = new MeanCounts(1e-4);
    counts.learn(arm(100, 3000, 100_000), null, 1);
    expect(counts.squaredCv).toBe(1e-4);
  });

  it('is inferred from what pods differ by, after six comparisons', () => {
    const counts = new MeanCounts(null);
    for (let i = 0; i < 3; i++) {
      expect(counts.squaredCv).toBeNull();
      expect(counts.counts(arm(10, 240), arm(200, 6000))).toBeNull();
      counts.learn(pods([100, 2000], [100, 3000], [100, 4000]), null, 1);
    }
    // Two pods that are off by a third: 2 x 100 / 9 over two free ones, a quarter more for safety.
    expectClose(counts.squaredCv!, 1.25 * (100 / 9), 1e-12);
  });

  it('is inferred from neighbouring slices of time without pods', () => {
    const counts = new MeanCounts(null);
    for (const sum of [3000, 3000, 3000, 3000, 3000, 3000]) counts.learn(arm(100, sum), null, 1);
    expect(counts.squaredCv).toBeNull();
    counts.learn(arm(100, 3600), null, 1);
    // One step of a fifth among six: 0.04 / (1 / 100 + 1 / 100) / 6.
    expectClose(counts.squaredCv!, 1.25 * (2 / 6), 1e-12);
  });

  it('is wider for a canary whose pods have more values than those it is inferred from', () => {
    const counts = (canary: ArmValues): number => {
      const judge = new MeanCounts(null);
      for (let i = 0; i < 4; i++) judge.learn(pods([100, 2000], [100, 3000], [100, 4000]), canary, 1);
      return judge.squaredCv!;
    };
    const same = counts(pods([100, 3000]));
    expectClose(counts(pods([20, 600])), same, 1e-12);
    expectClose(counts(pods([500, 15_000])), 5 * same, 1e-12);
  });

  it('is never learned from what the canary shows', () => {
    const [one, other] = [taught(), taught()];
    one.learn(arm(100, 3000, 100_000), arm(10, 240, 6000), 1);
    other.learn(arm(100, 3000, 100_000), arm(10, 0, 9e9), 1);
    expect(other.state()).toEqual(one.state());
  });
});

describe('the usual mean', () => {
  it('follows a rise within a minute, and a fall within minutes', () => {
    const counts = taught();
    for (let i = 0; i < 6; i++) counts.learn(arm(100, 6000, 400_000), null, 1);
    const risen = counts.mean;
    expect(risen).toBeGreaterThan(45);
    for (let i = 0; i < 6; i++) counts.learn(arm(100, 3000, 100_000), null, 1);
    expect(counts.mean).toBeGreaterThan(36);
  });

  it('is per wall time: ten slices of 1 s fade as one of 10 s', () => {
    const [one, ten] = [taught(), taught()];
    one.learn(arm(100, 6000, 400_000), null, 1);
    for (let i = 0; i < 10; i++) ten.learn(arm(10, 600, 40_000), null, 0.1);
    expectClose(ten.mean, one.mean, 0.02);
  });

  it('is left alone by a slice without values, or with a sum below zero', () => {
    const counts = taught();
    const before = counts.state();
    counts.learn(arm(0, 0, 0), null, 1);
    counts.learn(arm(10, -5, 100), null, 1);
    expect(counts.state()).toEqual(before);
  });
});

const anySum: fc.Arbitrary<ValueSum> = fc.record({
  count: fc.constantFrom(0, 1, 50, 1e12),
  sum: fc.constantFrom(0, 1, 1e-9, 1500, 1e15, -3),
  sumOfSquares: fc.constantFrom(null, 0, 1, 1e5, 1e30),
});
const anyArm: fc.Arbitrary<ArmValues> = fc
  .record({ whole: anySum, pods: fc.array(anySum, { maxLength: 3 }) })
  .map(({ whole, pods }) => ({ ...whole, pods: pods.map((sum, i) => ({ pod: `pod-${i}`, ...sum })) }));

describe('whatever comes', () => {
  it('gives finite counts that are not negative', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyArm, anyArm), { maxLength: 12 }), (slots) => {
        const counts = new MeanCounts(null);
        for (const [canary, stable] of slots) {
          const both = counts.counts(canary, stable);
          const arms = both === null ? [] : [both.canary, both.stable];
          for (const { requests, bad } of arms.flatMap((one) => [one, ...one.pods])) {
            expect(requests).toBeGreaterThanOrEqual(0);
            expect(bad).toBeGreaterThanOrEqual(0);
            expect(Number.isFinite(requests + bad)).toBe(true);
          }
          counts.learn(stable, canary, 1);
        }
      }),
    );
  });

  it('goes on from a stored state as if nothing had happened', () => {
    fc.assert(
      fc.property(fc.array(anyArm, { minLength: 2, maxLength: 12 }), fc.nat(11), (slots, at) => {
        const whole = new MeanCounts(null);
        let stored = new MeanCounts(null);
        slots.forEach((stable, i) => {
          if (i === at) stored = new MeanCounts(null, JSON.parse(JSON.stringify(stored.state())) as MeanCountsState);
          for (const counts of [whole, stored]) counts.learn(stable, stable, 1);
        });
        expect(stored.state()).toEqual(whole.state());
        expect(stored.squaredCv).toBe(whole.squaredCv);
      }),
    );
  });
});
