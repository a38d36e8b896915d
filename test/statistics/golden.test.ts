import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { winsorisePods } from '../../src/statistics/burst-clip.ts';
import { EvidenceCurve } from '../../src/statistics/evidence-curve.ts';
import { histogramQuantile } from '../../src/statistics/histogram.ts';
import { LOG_RATIOS } from '../../src/statistics/ratio-grid.ts';
import { expectClose } from '../helpers/close.ts';
import { type ReferenceParams, referenceOptions } from '../helpers/reference-options.ts';

function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/golden/${name}.json`, import.meta.url), 'utf8')) as T;
}

interface Trace {
  label: string;
  params: ReferenceParams;
  steps: Record<'nc' | 'ec' | 'ns' | 'es' | 'logE' | 'phi' | 's2' | 'eta' | 'logE_noninferior', number>[];
}
const traces = golden<{ relTol: number; grid: number[]; traces: Trace[] }>('judge_traces');

describe('golden: the judge of counts', () => {
  it('uses the reference grid', () => {
    expect(LOG_RATIOS).toHaveLength(traces.grid.length);
    for (const [k, x] of traces.grid.entries()) expectClose(LOG_RATIOS[k]!, x, 1e-12);
  });

  it.each(traces.traces)('reproduces "$label" step by step', ({ params, steps }) => {
    const curve = new EvidenceCurve(referenceOptions(params));
    steps.forEach((step, i) => {
      curve.observe({
        startSeconds: i * 10,
        endSeconds: (i + 1) * 10,
        canaryRequests: step.nc,
        canaryBad: step.ec,
        stableRequests: step.ns,
        stableBad: step.es,
      });
      expectClose(curve.logE, step.logE, traces.relTol, `logE of step ${i}`);
      expectClose(curve.assessment.temper, step.phi, traces.relTol, `phi of step ${i}`);
      expectClose(curve.assessment.squaredCv, step.s2, traces.relTol, `s2 of step ${i}`);
      expectClose(curve.assessment.clipFactor, step.eta, traces.relTol, `eta of step ${i}`);
      expectClose(curve.logNonInferiorRatio, step.logE_noninferior, traces.relTol, `non-inferiority of step ${i}`);
    });
  });
});

describe('golden: winsorised pods', () => {
  const { cases, relTol } = golden<{ relTol: number; cases: { errors: number[]; sum: number }[] }>('winsorise_pods');
  it.each(cases)('$errors -> $sum', ({ errors, sum }) => expectClose(winsorisePods(errors), sum, relTol));
});

describe('golden: histogram quantile', () => {
  interface Case {
    upperBounds: number[];
    counts: number[];
    p: number;
    value: number;
  }
  const { cases, relTol } = golden<{ relTol: number; cases: Case[] }>('histogram_quantile');
  it.each(cases)('p$p of $counts', ({ upperBounds, counts, p, value }) => {
    const estimate = histogramQuantile({ type: 'explicit', unit: 'ms', upperBounds, counts }, p);
    expectClose(estimate!, value, relTol);
  });
});
