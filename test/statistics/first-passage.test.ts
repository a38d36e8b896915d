import { describe, expect, it } from 'vitest';
import { FirstPassage } from '../../src/statistics/first-passage.ts';
import { normalQuantile } from '../../src/statistics/normal.ts';

/** Chance that a walk with a drift of 1 and a variance of 1 has crossed a line by a time, for a line given at each time. */
const crossedBy = (time: number, line: (time: number) => number): number => {
  const passage = new FirstPassage();
  let chance = 0;
  for (let at = Math.log(time) - 6; at <= Math.log(time) + 1e-9; at += FirstPassage.STEP)
    chance = passage.step((line(Math.exp(at)) - Math.exp(at)) / Math.sqrt(Math.exp(at)));
  return chance;
};

/** The same for a level line, whose first passage is inverse Gaussian: where the chance is known. */
const medianTo = (level: number): number => {
  // Bisection on the distribution of Wald, with the normal's quantiles as the only reference.
  const cdf = (z: number): number => {
    let [low, high] = [1e-12, 1 - 1e-12];
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (normalQuantile(middle) < z) low = middle;
      else high = middle;
    }
    return low;
  };
  const wald = (t: number): number =>
    cdf((t - level) / Math.sqrt(t)) + Math.exp(2 * level) * cdf((-t - level) / Math.sqrt(t));
  let [low, high] = [0.01, 100];
  for (let i = 0; i < 60; i++) {
    const middle = Math.sqrt(low * high);
    if (wald(middle) < 0.5) low = middle;
    else high = middle;
  }
  return low;
};

describe('the first passage of a walk', () => {
  it.each([3, 8])('through a level line at %s is that of Wald to a few points', (level) => {
    expect(crossedBy(medianTo(level), () => level)).toBeGreaterThan(0.47);
    expect(crossedBy(medianTo(level), () => level)).toBeLessThan(0.56);
  });

  it('is certain below the walk, and impossible far above it', () => {
    expect(new FirstPassage().step(-10)).toBeCloseTo(1, 9);
    expect(new FirstPassage().step(10)).toBe(0);
    expect(new FirstPassage().step(Infinity)).toBe(0);
  });

  it('never takes a crossing back, though the line may rise out of reach', () => {
    const passage = new FirstPassage();
    const early = passage.step(0.5);
    expect(early).toBeGreaterThan(0.1);
    const more = passage.step(1);
    expect(more).toBeGreaterThan(early);
    for (let i = 0; i < 20; i++) expect(passage.step(Infinity)).toBeCloseTo(more, 9);
  });

  it('through a line that the mean never reaches happens sometimes, and not always', () => {
    // A line that rises as fast as the walk and lies one above it: only luck crosses it.
    const lucky = crossedBy(1000, (time) => time + 1);
    expect(lucky).toBeGreaterThan(0.5);
    expect(lucky).toBeLessThan(1);
    expect(crossedBy(1000, (time) => 1.2 * time + 3)).toBeLessThan(0.5);
  });
});
