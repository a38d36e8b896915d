import { describe, expect, it } from 'vitest';
import { logGamma } from '../../src/statistics/log-gamma.ts';
import { expectClose } from '../helpers/close.ts';
import { golden } from '../helpers/golden.ts';

describe('golden: the logarithm of the gamma function', () => {
  const { cases, relTol } = golden<{ relTol: number; cases: { x: number; y: number }[] }>('gammaln');
  it.each(cases)('of $x', ({ x, y }) => expectClose(logGamma(x), y, relTol));

  it('stays finite for counts of 1e12 and for shapes near zero', () => {
    for (const x of [1e-300, 1e-12, 1e12, 1e15]) expect(logGamma(x)).toSatisfy(Number.isFinite);
  });
});
