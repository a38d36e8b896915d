import { describe, expect, it } from 'vitest';
import { EvidenceCurve } from '../../src/statistics/evidence-curve.ts';
import { expectClose } from '../helpers/close.ts';
import { golden } from '../helpers/golden.ts';
import { referenceOptions } from '../helpers/reference-options.ts';

interface Trace {
  label: string;
  tau: number;
  s2: number;
  warmUpSeconds: number;
  before: [requests: number, bad: number];
  blocks: [canaryRequests: number, canaryBad: number, stableRequests: number, stableBad: number][];
  eta: number[];
  logNonInferiorRatio: number[];
  logNonInferiority: number[];
}

describe('golden: the evidence that promotes', () => {
  const { cases, relTol } = golden<{ relTol: number; cases: Trace[] }>('promotion');
  it.each(cases)('reproduces "$label" step by step', ({ tau, s2, warmUpSeconds, before, blocks, ...expected }) => {
    const curve = new EvidenceCurve({ ...referenceOptions({ tau, s2 }), warmUpSeconds, symmetricClip: true });
    curve.learnBefore([], ...before);
    blocks.forEach(([canaryRequests, canaryBad, stableRequests, stableBad], i) => {
      const arms = { canaryRequests, canaryBad, stableRequests, stableBad };
      curve.observe({ startSeconds: i * 10, endSeconds: (i + 1) * 10, ...arms });
      expectClose(curve.logNonInferiorRatio, expected.logNonInferiorRatio[i]!, relTol, `ratio of block ${i}`);
      expectClose(curve.logNonInferiority, expected.logNonInferiority[i]!, relTol, `both margins of block ${i}`);
    });
  });

  it('has cases that are capped, silenced by a burst in stable, proven and not proven', () => {
    const etas = cases.flatMap(({ eta }) => eta);
    expect(etas.filter((eta) => eta === 0).length).toBeGreaterThan(3);
    expect(etas.filter((eta) => eta > 0 && eta < 1).length).toBeGreaterThan(20);
    const last = cases.map(({ logNonInferiority }) => logNonInferiority.at(-1)!);
    expect(last.some((logE) => logE > Math.log(20))).toBe(true);
    expect(last.some((logE) => logE < 0)).toBe(true);
  });
});
