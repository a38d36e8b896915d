import { describe, expect, it } from 'vitest';
import { StableScatter, type StableScatterState } from '../../src/statistics/stable-scatter.ts';
import { normal, poisson, seededRandom } from '../../src/testing/random.ts';
import { expectClose } from '../helpers/close.ts';

const PRIOR = 0.02;
const LEAST = 1.25 * PRIOR;

function taught(blocks: number, badOf: (block: number) => number, seconds = 10): StableScatter {
  const scatter = new StableScatter(PRIOR, seconds);
  for (let i = 0; i < blocks; i++) scatter.learn(1e6, badOf(i));
  return scatter;
}
/** 10,000 bad of a million in 10 s, with noise of that CV and that correlation from block to block. */
function noisy(cv: number, correlation: number, seed: string): (block: number) => number {
  const random = seededRandom(seed);
  let state = normal(random);
  return () => {
    state = correlation * state + Math.sqrt(1 - correlation ** 2) * normal(random);
    return poisson(random, 10_000 * Math.exp(cv * state));
  };
}

describe('what is learned from stable alone', () => {
  it('is the prior before anything is known, and little more when stable is steady', () => {
    expectClose(new StableScatter(PRIOR, 10).squaredCv(19), LEAST, 1e-12);
    expect(taught(60, noisy(0, 0, 'steady')).squaredCv(19)).toBeLessThan(3 * LEAST);
  });

  it('scales with how often the canary fits into stable', () => {
    const scatter = taught(60, noisy(0.1, 0, 'scale'));
    expectClose((scatter.squaredCv(19) - LEAST / 61) / (scatter.squaredCv(9) - LEAST / 61), 2, 0.05);
  });

  it('is larger for noise that lasts, since its sum is', () => {
    expect(taught(60, noisy(0.1, 0.9, 'lasts')).squaredCv(19)).toBeGreaterThan(
      2 * taught(60, noisy(0.1, 0, 'lasts')).squaredCv(19),
    );
  });

  it('finds the hand-computed deviation of a block from the level before', () => {
    const scatter = new StableScatter(PRIOR, 90);
    scatter.learn(1e6, 10_000);
    scatter.learn(1e6, 12_000);
    // A fifth above, less what counts of 10,000 vary by themselves; 90 s are nine units of 10 s.
    const square = 0.04 - 2 / 10_000;
    expectClose(scatter.squaredCv(4), (1.25 * 9 * (PRIOR / 9 + 1.5 * 5 * square)) / 2, 1e-9);
  });

  it('ends after twenty minutes', () => {
    const settled = taught(120, noisy(0.05, 0, 'ends'));
    const before = settled.state();
    settled.learn(1e6, 500_000);
    expect(settled.state()).toEqual(before);
  });

  it('survives silence and zero', () => {
    for (const silent of [taught(30, () => 0), taught(30, (i) => (i % 2 ? 0 : 100))]) {
      silent.learn(0, 0);
      expect(Number.isFinite(silent.squaredCv(19))).toBe(true);
      expect(silent.squaredCv(19)).toBeGreaterThan(0);
    }
  });

  it('goes on from a stored state at any block', () => {
    for (const at of [0, 1, 4, 11]) {
      const [bad, badToo] = [noisy(0.2, 0.5, 'stored'), noisy(0.2, 0.5, 'stored')];
      const whole = taught(20, bad);
      let stored = new StableScatter(PRIOR, 10);
      for (let i = 0; i < 20; i++) {
        if (i === at)
          stored = new StableScatter(PRIOR, 10, JSON.parse(JSON.stringify(stored.state())) as StableScatterState);
        stored.learn(1e6, badToo(i));
      }
      expect(stored.state()).toEqual(whole.state());
    }
  });
});
