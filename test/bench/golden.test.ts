import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { oneSidedRadius } from '../../bench/decisions/judges/asymptotic-cs.ts';
import { logShareEvidence } from '../../bench/decisions/judges/conditional-binomial.ts';
import { logNormalMixture } from '../../bench/decisions/judges/msprt.ts';
import { logBeta, logBetaKernel, logBetaTails } from '../../bench/decisions/math/beta.ts';
import { SampleDifferences, Z_99 } from '../../bench/decisions/math/mann-whitney.ts';
import { expectClose } from '../helpers/close.ts';

function golden<T>(name: string): { relTol: number; cases: T[] } {
  return JSON.parse(readFileSync(new URL(`../fixtures/golden/${name}.json`, import.meta.url), 'utf8'));
}

describe('golden: the beta distribution', () => {
  const beta = golden<{ a: number; b: number; y: number }>('betaln');
  it.each(beta.cases)('log B($a, $b)', ({ a, b, y }) => expectClose(logBeta(a, b), y, beta.relTol));

  const tails = golden<{ x: number; a: number; b: number; logLower: number; logUpper: number }>('betainc');
  it.each(tails.cases)('both tails of beta($a, $b) at $x', ({ x, a, b, logLower, logUpper }) => {
    const { lower, upper } = logBetaTails(x, a, b);
    expectClose(lower, logLower, tails.relTol, 'lower');
    expectClose(upper, logUpper, tails.relTol, 'upper');
  });

  it.each(beta.cases)('the kernel of beta($a, $b) contains log B', ({ a, b }) => {
    const kernel = a * Math.log(0.3) + b * Math.log(0.7) - logBeta(a, b);
    expectClose(logBetaKernel(0.3, a, b), kernel, 1e-11);
  });
});

describe('golden: competing judges', () => {
  const shares = golden<{ ec: number; es: number; theta0: number; conc: number; logE_one: number }>(
    'conditional_binomial_eprocess',
  );
  it.each(shares.cases)('conditional binomial: $ec of $ec + $es errors at a share of $theta0', (one) => {
    expectClose(logShareEvidence(one.ec, one.es, one.theta0, one.conc), one.logE_one, shares.relTol);
  });

  const mixtures = golden<{ diff: number; V: number; tau2: number; logE: number }>('msprt_normal');
  it.each(mixtures.cases)('mSPRT: difference $diff, variance $V, tau2 $tau2', ({ diff, V, tau2, logE }) => {
    expectClose(logNormalMixture(diff, V, tau2), logE, mixtures.relTol);
  });

  const radii = golden<{ n: number; alpha: number; tOpt: number; radius: number }>('asymptotic_cs_radius');
  it.each(radii.cases)('asymptotic confidence sequence: n $n, alpha $alpha', ({ n, alpha, tOpt, radius }) => {
    expectClose(oneSidedRadius(n, alpha, tOpt), radius, radii.relTol);
  });

  interface Shift {
    x: number[];
    y: number[];
    ci98: [number, number];
    hlExactMedianOfDifferences: number;
  }
  /** The reference found the interval with a root finder of this tolerance. */
  const ROOT_TOLERANCE = 1e-4;
  it.each(golden<Shift>('mann_whitney').cases)('Mann-Whitney: $x against $y', (one) => {
    const differences = new SampleDifferences();
    differences.add(one.x, one.y);
    const { estimate, low, high } = differences.shift(Z_99);
    expectClose(estimate, one.hlExactMedianOfDifferences, 1e-12, 'estimate');
    expect(Math.abs(low - one.ci98[0]), 'low').toBeLessThanOrEqual(ROOT_TOLERANCE);
    expect(Math.abs(high - one.ci98[1]), 'high').toBeLessThanOrEqual(ROOT_TOLERANCE);
  });
});
