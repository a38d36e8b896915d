import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logGamma } from '../../src/statistics/log-gamma.ts';
import { logSumExp } from '../../src/statistics/log-space.ts';
import { armSpread, PodSpread, SPREADS } from '../../src/statistics/pod-spread.ts';
import { binomial, gamma, normal, seededRandom } from '../../src/testing/random.ts';
import { expectClose } from '../helpers/close.ts';
import { evenly, podCounts } from '../helpers/pods.ts';

/** What is learned of pods whose log levels differ by `spread` for good, and from block to block with the CV `cv`. */
function learned(spread: number, { blocks = 60, pods = 10, cv = 0, requests = 2000 } = {}): PodSpread {
  const random = seededRandom('spread', spread, blocks, pods);
  const levels = Array.from({ length: pods }, () => Math.exp(normal(random) * spread));
  const result = new PodSpread();
  for (let i = 0; i < blocks; i++) {
    const bad = levels.map((level) => {
      const noise = cv > 0 ? gamma(random, 1 / cv ** 2, cv ** 2) : 1;
      return binomial(random, requests, Math.min(0.02 * level * noise, 1));
    });
    result.learn(evenly(requests, bad), 1);
  }
  result.refresh(cv ** 2);
  return result;
}

/** `trigamma(x)`, the variance of the logarithm of a gamma with shape x: recurrence and asymptotic series (A&S 6.4.6, 6.4.12). */
function trigamma(x: number): number {
  if (x < 20) return trigamma(x + 1) + 1 / x ** 2;
  return 1 / x + 1 / (2 * x ** 2) + 1 / (6 * x ** 3) - 1 / (30 * x ** 5) + 1 / (42 * x ** 7);
}

/** Shape of the gamma whose logarithm has a standard deviation, by halving. */
function shapeOf(spread: number): number {
  let [low, high] = [1e-3, 1e5];
  for (let i = 0; i < 200; i++) {
    const middle = Math.sqrt(low * high);
    if (trigamma(middle) > spread ** 2) low = middle;
    else high = middle;
  }
  return low;
}

/** Root mean square of the spread, as it is known. */
function spreadOf({ logWeights }: PodSpread): number {
  return Math.sqrt(SPREADS.reduce((sum, spread, i) => sum + Math.exp(logWeights[i]!) * spread ** 2, 0));
}

describe('lasting differences between pods', () => {
  it('are found within a factor of two, from none to very large ones', () => {
    for (const spread of [0.15, 0.3, 0.55, 1]) {
      const found = spreadOf(learned(spread, { pods: 20 }));
      expect(found).toBeGreaterThan(spread / 2);
      expect(found).toBeLessThan(spread * 2);
    }
    expect(spreadOf(learned(0))).toBeLessThan(0.08);
  });

  it('are not taken from noise that comes and goes', () => {
    expect(spreadOf(learned(0, { cv: 0.7 }))).toBeLessThan(0.2);
  });

  it('are known better with more data: the weights narrow', () => {
    const surprise = ({ logWeights }: PodSpread): number =>
      -[...logWeights].reduce((sum, weight) => sum + Math.exp(weight) * weight, 0);
    expect(surprise(learned(0.3, { pods: 20 }))).toBeLessThan(surprise(learned(0.3, { pods: 3 })));
    expect(surprise(learned(0.3, { pods: 3 }))).toBeLessThan(surprise(new PodSpread()));
  });

  it('are what was assumed before anything is known, and while there is nothing to compare', () => {
    const assumed = [...new PodSpread().logWeights];
    const one = new PodSpread();
    one.learn(evenly(1000, [50]), 1);
    one.refresh(0.1);
    const perfect = new PodSpread();
    for (let i = 0; i < 20; i++) perfect.learn(evenly(1000, [0, 0, 0]), 1);
    perfect.refresh(0.1);
    for (const { logWeights } of [one, perfect]) expect([...logWeights]).toEqual(assumed);
  });

  it('are forgotten with the pods that showed them', () => {
    const result = new PodSpread();
    for (let i = 0; i < 30; i++) result.learn(evenly(5000, [10, 100, 500], 'old'), 1);
    result.refresh(0);
    const before = spreadOf(result);
    for (let i = 0; i < 400; i++) result.learn(evenly(5000, [100, 100, 100], 'new'), 1);
    result.refresh(0);
    expect(spreadOf(result)).toBeLessThan(before / 4);
    expect(result.state().totals.map(([pod]) => pod)).toEqual(['new-000', 'new-001', 'new-002']);
  });

  it('do not depend on the order in which pods were seen', () => {
    const rows = Array.from({ length: 12 }, (_, i) => podCounts([900, 1100, 1000, 700], [i, 20, 3 * i, 9]));
    const [forwards, backwards] = [new PodSpread(), new PodSpread()];
    for (const row of rows) {
      forwards.learn(row, 1);
      backwards.learn([...row].reverse(), 1);
    }
    for (const result of [forwards, backwards]) result.refresh(0.1);
    expect([...backwards.logWeights]).toEqual([...forwards.logWeights]);
  });

  it('weigh what a negative binomial gives the totals, one spread against the other', () => {
    // Written out from the totals, with all its terms. The lasting level is a gamma.
    const [requests, bad, units, squaredCv] = [[3000, 2000, 4000], [40, 90, 20], 7, 0.2];
    const result = new PodSpread();
    for (let i = 0; i < units; i++)
      result.learn(
        podCounts(
          requests.map((count) => count / units),
          bad.map((count) => count / units),
        ),
        1,
      );
    const prior = result.logWeights;
    result.refresh(squaredCv);
    const rate = 150 / 9000;
    const logLikelihood = (spread: number): number => {
      const size = 1 / (1 / shapeOf(spread) + squaredCv / units);
      return requests.reduce((sum, count, i) => {
        const [k, mean] = [bad[i]!, rate * count];
        const p = mean / (mean + size);
        return sum + logGamma(k + size) - logGamma(size) - logGamma(k + 1) + k * Math.log(p) + size * Math.log(1 - p);
      }, 0);
    };
    SPREADS.forEach((spread, i) => {
      const expected = logLikelihood(spread) - logLikelihood(SPREADS[0]!) + prior[i]! - prior[0]!;
      expectClose(result.logWeights[i]! - result.logWeights[0]!, expected, 1e-8, `spread ${spread}`);
    });
  });

  it('are weighed by numbers that sum to one and stay finite, up to counts of 1e12', () => {
    const size = fc.double({ min: 0, max: 12, noNaN: true }).map((power) => Math.floor(10 ** power) - 1);
    const row = fc.array(fc.tuple(size, fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 5 });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), fc.double({ min: 0, max: 10, noNaN: true }), (rows, squaredCv) => {
        const result = new PodSpread();
        for (const pods of rows) {
          const requests = pods.map(([count]) => count);
          result.learn(
            podCounts(
              requests,
              pods.map(([count, share]) => Math.floor(count * share)),
            ),
            1,
          );
        }
        result.refresh(squaredCv);
        expectClose(Math.exp(logSumExp(result.logWeights)), 1, 1e-9);
        for (const value of [result.squaredCv, spreadOf(result)]) expect(value).toSatisfy(Number.isFinite);
      }),
      { seed: 3, numRuns: 150 },
    );
  });

  it('go on from their state', () => {
    const [whole, first] = [new PodSpread(), new PodSpread()];
    for (let i = 0; i < 10; i++) for (const part of [whole, first]) part.learn(evenly(1000, [i, 30, 12]), 1);
    for (const part of [whole, first]) part.refresh(0.1);
    const rest = new PodSpread(JSON.parse(JSON.stringify(first.state())));
    expect([...rest.logWeights]).toEqual([...whole.logWeights]);
    for (let i = 0; i < 10; i++) for (const part of [whole, rest]) part.learn(evenly(1000, [20, 3, 12]), 3);
    for (const part of [whole, rest]) part.refresh(0.05);
    expect([...rest.logWeights]).toEqual([...whole.logWeights]);
    expect(rest.state()).toEqual(whole.state());
  });
});

describe('the spread of two arms', () => {
  it('is that of two averages of pods, by simulation', () => {
    const random = seededRandom('arms');
    for (const [spread, canary, stable] of [
      [0.1, 1, 5],
      [0.5, 2, 10],
      [1, 1, 20],
    ] as const) {
      const average = (pods: number): number => {
        let sum = 0;
        for (let i = 0; i < pods; i++) sum += Math.exp(normal(random) * spread);
        return sum / pods;
      };
      const ratios = Array.from({ length: 4000 }, () => Math.log(average(canary) / average(stable)));
      const mean = ratios.reduce((a, b) => a + b) / ratios.length;
      const deviation = Math.sqrt(ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0) / ratios.length);
      expect(Math.abs(armSpread(spread, canary, stable) / deviation - 1)).toBeLessThan(0.12);
    }
  });

  it('falls with every pod, and is nothing where pods are alike', () => {
    expect(armSpread(0.5, 2, 10)).toBeLessThan(armSpread(0.5, 1, 10));
    expect(armSpread(0.5, 1, 11)).toBeLessThan(armSpread(0.5, 1, 10));
    expect(armSpread(0, 1, 1)).toBe(0);
  });
});
