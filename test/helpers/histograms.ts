import fc from 'fast-check';
import type { ExplicitHistogram, ExponentialHistogram } from '../../src/statistics/histogram.ts';

/** A histogram with given upper bounds, in milliseconds unless said otherwise. */
export const explicit = (upperBounds: number[], counts: number[], unit: 's' | 'ms' = 'ms'): ExplicitHistogram => ({
  type: 'explicit',
  unit,
  upperBounds,
  counts,
});

/** A base-2 histogram in milliseconds unless said otherwise. */
export const exponential = (
  scale: number,
  offset: number,
  counts: number[],
  more: Partial<Pick<ExponentialHistogram, 'zeroCount' | 'zeroThreshold' | 'unit'>> = {},
): ExponentialHistogram => ({
  type: 'exponential',
  unit: 'ms',
  scale,
  zeroThreshold: 0,
  zeroCount: 0,
  offset,
  counts,
  ...more,
});

/** Base-2 histograms of any shape that a sender may come up with, the empty one included. */
export const anyExponential: fc.Arbitrary<ExponentialHistogram> = fc
  .record({
    scale: fc.integer({ min: -1, max: 8 }),
    offset: fc.integer({ min: -300, max: 300 }),
    counts: fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 40 }),
    zeroCount: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ scale, offset, counts, zeroCount }) => exponential(scale, offset, counts, { zeroCount }));
