import { readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { EvidenceCurve } from '../../src/statistics/evidence-curve.ts';
import { expectClose } from '../helpers/close.ts';
import { type ReferenceParams, referenceOptions } from '../helpers/reference-options.ts';

interface Trace {
  label: string;
  intervalSeconds: number;
  params: ReferenceParams;
  steps: Record<'nc' | 'ec' | 'ns' | 'es' | 'logE' | 'phi' | 's2' | 'eta' | 'logE_noninferior', number>[];
}

const golden = JSON.parse(
  readFileSync(new URL('../fixtures/golden/interval_lengths.json', import.meta.url), 'utf8'),
) as { relTol: number; traces: Trace[] };

// The reference knows only intervals; its constants were converted by the rules that the fixture's note states.
describe('golden: intervals longer than 10 s', () => {
  it.each(golden.traces)('reproduces "$label" at $intervalSeconds s', ({ intervalSeconds, params, steps }) => {
    const curve = new EvidenceCurve({ ...referenceOptions(params), intervalSeconds });
    steps.forEach((step, i) => {
      curve.observe({
        startSeconds: i * intervalSeconds,
        endSeconds: (i + 1) * intervalSeconds,
        canaryRequests: step.nc,
        canaryBad: step.ec,
        stableRequests: step.ns,
        stableBad: step.es,
      });
      expectClose(curve.assessment.temper, step.phi, golden.relTol, `phi of step ${i}`);
      expectClose(curve.assessment.squaredCv, step.s2, golden.relTol, `s2 of step ${i}`);
      expectClose(curve.assessment.clipFactor, step.eta, golden.relTol, `eta of step ${i}`);
      expectClose(curve.logE, step.logE, golden.relTol, `logE of step ${i}`);
      expectClose(curve.logNonInferiorRatio, step.logE_noninferior, golden.relTol, `non-inferiority of step ${i}`);
    });
  });
});
