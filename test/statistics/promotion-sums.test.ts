import { describe, expect, it } from 'vitest';
import { PromotionSums } from '../../src/statistics/promotion-sums.ts';
import { expectClose } from '../helpers/close.ts';

const sums = (warmUpSeconds: number, state?: ReturnType<PromotionSums['state']>): PromotionSums =>
  new PromotionSums(warmUpSeconds, 1, (now, from) => now[0]! - from[0]!, state);
const summed = (warmUpSeconds: number, gains: readonly number[]): PromotionSums => {
  const all = sums(warmUpSeconds);
  gains.forEach((gain, i) => {
    all.weigh(Float64Array.of(gain));
    all.close((i + 1) * 10);
  });
  return all;
};

describe('evidence from two starts', () => {
  it('is the plain sum without a warm-up', () => {
    expectClose(summed(0, [1, 2, 3]).logE, 6, 1e-12);
  });
  it('counts what speaks for the canary from its first block on', () => {
    expectClose(summed(60, [5]).logE, Math.log(0.8 * Math.exp(5) + 0.2), 1e-12);
  });
  it('forgets a cold start at the end of the warm-up, at a price of its weight', () => {
    expectClose(summed(20, [-50, -50, 4, 4]).logE, 8 + Math.log(0.2), 1e-9);
    // The warm-up lasts whole blocks.
    expectClose(summed(25, [-50, -50, 4, 4]).logE, 4 + Math.log(0.2), 1e-9);
  });
  it('weighs the open block anew, until it is closed', () => {
    const all = sums(0);
    all.weigh(Float64Array.of(3));
    all.weigh(Float64Array.of(1));
    expectClose(all.logE, 1, 1e-12);
    all.close(10);
    all.weigh(Float64Array.of(1));
    expectClose(all.logE, 2, 1e-12);
  });
  it('goes on from its state as if nothing had happened', () => {
    for (const blocks of [1, 2, 3]) {
      const gains = [-2, 1, 3, 2];
      const whole = summed(20, gains);
      const resumed = sums(20, JSON.parse(JSON.stringify(summed(20, gains.slice(0, blocks)).state())));
      gains.slice(blocks).forEach((gain, i) => {
        resumed.weigh(Float64Array.of(gain));
        resumed.close((blocks + i + 1) * 10);
      });
      expect(resumed.logE).toBe(whole.logE);
    }
  });
});
