import { describe, expect, it } from 'vitest';
import { EvidenceCurve } from '../../src/statistics/evidence-curve.ts';
import { NonInferiority } from '../../src/statistics/non-inferiority.ts';
import { onGrid, spreadPrior } from '../../src/statistics/ratio-grid.ts';
import { expectClose } from '../helpers/close.ts';
import { golden } from '../helpers/golden.ts';
import { referenceOptions } from '../helpers/reference-options.ts';

type Row =
  | 'canaryRequests'
  | 'canaryErrors'
  | 'stableRequests'
  | 'stableErrors'
  | 'squaredCv'
  | 'eta'
  | 'phi'
  | 'logE'
  | 'logNonInferiorRatio'
  | 'finalCurve';
type Trace = Record<Row, number[]> & { label: string; pods: boolean; params: { tau: number; clip: number } };

describe('golden: non-inferiority, and the cap on what speaks for the canary', () => {
  const { cases, relTol } = golden<{ relTol: number; cases: Trace[] }>('symmetric_clip');
  it.each(cases.filter(({ pods }) => !pods))('reproduces "$label" step by step', (trace) => {
    const { tau, clip } = trace.params;
    const curve = new EvidenceCurve({ ...referenceOptions({ tau }), clipNats: clip, symmetricClip: true });
    const ratioOf = new NonInferiority(1.5, spreadPrior(Math.log(1.5), tau));
    trace.canaryRequests.forEach((canaryRequests, i) => {
      curve.observe({
        startSeconds: i * 10,
        endSeconds: (i + 1) * 10,
        canaryRequests,
        canaryBad: trace.canaryErrors[i]!,
        stableRequests: trace.stableRequests[i]!,
        stableBad: trace.stableErrors[i]!,
      });
      const { squaredCv, temper, clipFactor } = curve.assessment;
      expectClose(squaredCv, trace.squaredCv[i]!, relTol, `squared CV of interval ${i}`);
      expectClose(temper, trace.phi[i]!, relTol, `phi of interval ${i}`);
      expectClose(clipFactor, trace.eta[i]!, relTol, `eta of interval ${i}`);
      expectClose(curve.logE, trace.logE[i]!, relTol, `logE of interval ${i}`);
      // Promotion has a curve of its own (golden: promotion); read in the same way, the capped one still gives these values.
      const logRatio = ratioOf.logRatioEvidence(onGrid(curve.state().chain.closed));
      expectClose(logRatio, trace.logNonInferiorRatio[i]!, relTol, `ratio of interval ${i}`);
    });
    curve.state().chain.closed.forEach((value, k) => {
      expectClose(value, trace.finalCurve[k]!, relTol, `curve at ${k}`);
    });
  });

  it('has cases in which the cap acts, and in which it does not', () => {
    const factors = cases.flatMap(({ pods, eta }) => (pods ? [] : eta));
    expect(factors.some((eta) => eta < 1)).toBe(true);
    expect(factors.some((eta) => eta === 1)).toBe(true);
  });
});
