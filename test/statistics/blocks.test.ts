import { expect, test } from 'vitest';
import { blockSeconds } from '../../src/statistics/blocks.ts';

// Rounding that forgives 1e-9 of an interval made blocks of 0 s of intervals beyond 300 years.
test.each([
  [0.001, 10],
  [3, 12],
  [10, 10],
  [60, 60],
  [1e12, 1e12],
  [1e305, 1e305],
])('intervals of %d s make blocks of %d s', (interval, block) => {
  expect(blockSeconds(interval)).toBe(block);
});
