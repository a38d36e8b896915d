import { describe, expect, it } from 'vitest';
import { winsorisePods } from '../../src/statistics/burst-clip.ts';
import { INFLATION } from '../../src/statistics/dispersion.ts';
import { EvidenceCurve, type EvidenceCurveState } from '../../src/statistics/evidence-curve.ts';
import { PodDispersion } from '../../src/statistics/pod-dispersion.ts';
import { expectClose } from '../helpers/close.ts';
import { golden } from '../helpers/golden.ts';
import { podCounts } from '../helpers/pods.ts';
import { referenceOptions } from '../helpers/reference-options.ts';

interface Trace {
  label: string;
  allPodsServe: boolean;
  params: { warm: number };
  history: number;
  stableRequests: number[][];
  stableErrors: number[][];
  canaryRequests: number[][];
  canaryErrors: number[][];
  tau: number;
  canaryErrorsCut: number[];
  squaredCv: number[];
  clip: number[];
  eta: number[];
  phi: number[];
  logE: number[];
  finalCurve: number[];
}
const { cases, relTol } = golden<{ relTol: number; cases: Trace[] }>('judge_traces_pods');
const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
// The reference counts silent pods as pods, and sets a warm-up aside in another way.
const comparable = cases.filter(({ allPodsServe, params }) => allPodsServe && params.warm === 0);

/**
 * The judge after each interval of a trace, with what is natural given and not learned: the noise, the lasting spread and
 * the cap of the trace. They change from interval to interval, so the judge is stored and restored with new settings.
 */
function* judged(trace: Trace): Generator<EvidenceCurve> {
  let state: EvidenceCurveState | undefined;
  for (const [i, canaryRequests] of trace.canaryRequests.entries()) {
    const options = {
      ...referenceOptions({ tau: trace.tau }),
      dispersion: { kind: 'known', squaredCv: trace.squaredCv[i]! },
      clipNats: trace.clip[i]!,
    } as const;
    const curve = new EvidenceCurve(options, state);
    const row = trace.history + i;
    curve.observe({
      startSeconds: i * 10,
      endSeconds: (i + 1) * 10,
      canaryRequests: sum(canaryRequests),
      canaryBad: sum(trace.canaryErrors[i]!),
      canaryPods: podCounts(canaryRequests, trace.canaryErrors[i]!),
      stableRequests: sum(trace.stableRequests[row]!),
      stableBad: sum(trace.stableErrors[row]!),
    });
    state = JSON.parse(JSON.stringify(curve.state()));
    yield curve;
  }
}

describe('golden: the judge of counts with pods', () => {
  it.each(comparable)('reproduces "$label" step by step, given what is natural', (trace) => {
    let i = 0;
    let last: EvidenceCurve | undefined;
    for (const curve of judged(trace)) {
      expectClose(curve.assessment.temper, trace.phi[i]!, relTol, `phi of interval ${i}`);
      expectClose(curve.assessment.clipFactor, trace.eta[i]!, relTol, `eta of interval ${i}`);
      expectClose(
        curve.totals.canaryBad,
        sum(trace.canaryErrorsCut.slice(0, i + 1)),
        relTol,
        `errors by interval ${i}`,
      );
      expectClose(curve.logE, trace.logE[i]!, relTol, `logE of interval ${i}`);
      i += 1;
      last = curve;
    }
    expect(i).toBe(trace.logE.length);
    last!.state().chain.closed.forEach((value, k) => {
      expectClose(value, trace.finalCurve[k]!, relTol, `curve at ${k}`);
    });
  });

  it.each(cases)('cuts the pods of "$label"', ({ canaryErrors, canaryErrorsCut }) => {
    canaryErrors.forEach((errors, i) => {
      expectClose(winsorisePods(errors), canaryErrorsCut[i]!, relTol, `interval ${i}`);
    });
  });

  it.each(cases.filter(({ allPodsServe }) => allPodsServe))('learns the noise of "$label"', (trace) => {
    const kappa = 1 / trace.canaryRequests[0]!.length + 1 / trace.stableRequests[0]!.length;
    const dispersion = new PodDispersion({ prior: 0.1, priorWeight: 6, windowsSeconds: [10, 30, 90] }, 10);
    trace.stableRequests.forEach((requests, row) => {
      if (row >= trace.history) {
        const learned = (dispersion.squaredCv(trace.tau ** 2 / kappa) / INFLATION) * 1.25 * kappa;
        expectClose(learned, trace.squaredCv[row - trace.history]!, relTol, `interval ${row - trace.history}`);
      }
      dispersion.learn(podCounts(requests, trace.stableErrors[row]!));
    });
  });
});
