import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logMixture, logSumExp, normalise } from '../../src/statistics/log-space.ts';
import { expectClose } from '../helpers/close.ts';

const ZERO = Number.NEGATIVE_INFINITY;

describe('sums of probabilities kept as logarithms', () => {
  it('are zero, not NaN, when every part is zero', () => {
    expect(logSumExp([ZERO, ZERO])).toBe(ZERO);
    expect(logMixture([1, 2], [ZERO, ZERO], [0, 1])).toBe(ZERO);
    expect(logMixture([1, 2], [0, 0], [])).toBe(ZERO);
  });
  it('leave out the positions that a mixture does not name', () => {
    expectClose(logMixture([1, 500, 2], [0, 0, 0], [0, 2]), Math.log(Math.E + Math.E ** 2), 1e-12);
  });
  it('do not underflow where evidence and prior weights span thousands of nats', () => {
    // Long traffic: the curve has fallen by 10,000 nats where the prior weight is.
    expectClose(logMixture([5000, -5000], [-5000, 5000], [0, 1]), Math.LN2, 1e-12);
    expect(logMixture([-10_000, -20_000], [0, 0], [0, 1])).toBe(-10_000);
  });
  it('agree with each other', () => {
    const log = fc.double({ min: -1e4, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(log, log, (a, b) => {
        expectClose(logSumExp([a, b]), logMixture([a, b], [0, 0], [0, 1]), 1e-12);
        expectClose(logMixture([a, 0], [b, 0], [0]), a + b, 1e-12);
      }),
      { seed: 31 },
    );
  });
});

describe('normalised weights', () => {
  it('sum to one, keep their proportions, and leave a weight of zero at zero', () => {
    const [first, none, third] = normalise([2000, ZERO, 2000 + Math.log(3)]);
    expectClose(first!, Math.log(0.25), 1e-12);
    expect(none).toBe(ZERO);
    expectClose(third!, Math.log(0.75), 1e-12);
  });
});
