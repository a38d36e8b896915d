import type { EvidenceCurveOptions } from '../../src/statistics/evidence-curve.ts';

/** Parameters that a golden trace may set. */
export interface ReferenceParams {
  s2?: number;
  tau?: number;
}

/** The settings under which the reference wrote its traces: two arms, no warm-up, one-sided clip. */
export function referenceOptions(params: ReferenceParams = {}): EvidenceCurveOptions {
  return {
    intervalSeconds: 10,
    toleratedRatio: 1.25,
    absoluteTolerance: 0.0005,
    startWeight: 0.5,
    windowSeconds: 120,
    naturalSpread: params.tau ?? 0.15,
    dispersion:
      params.s2 === undefined
        ? { kind: 'arms', prior: 0.1, priorWeight: 6, windowsSeconds: [10, 30, 90, 270] }
        : { kind: 'known', squaredCv: params.s2 },
    clipNats: 2.5,
    promotionClipNats: 1.5,
    catastrophe: { excess: 0.05, bad: 8, badIfMost: 3 },
    warmUpSeconds: 0,
    promoteWithin: 1.5,
    promoteWithinAbsolute: 0.002,
    symmetricClip: false,
  };
}
