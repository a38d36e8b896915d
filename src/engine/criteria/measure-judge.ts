/** What the judges of measures have in common, whatever the type of the measure. */

import { NEVER } from '../../statistics/burst-clip.ts';
import { EvidenceCurve, type EvidenceCurveOptions, type EvidenceCurveState } from '../../statistics/evidence-curve.ts';
import type { RatioInterval } from '../../statistics/ratio-interval.ts';
import type { ArmMeasure, MeasureSum } from '../measures.ts';
import { type CriterionReading, evidenceOptions, type JudgeSettings, type SlotTime } from './criterion-judge.ts';
import type { MissingValuesState } from './missing-values.ts';

/** Margins of a measure, as ratios of worse to better. */
export interface MeasureMargins {
  better: 'higher' | 'lower';
  toleratedRatio: number;
  promoteWithin: number;
}

/** Judges a measure of one type. */
export interface TypedJudge {
  readonly logE: number;
  readonly logNonInferiority: number | null;
  /** Takes in stable's sums of a slot before the deployment. */
  learnBefore(stable: ArmMeasure, units: number): void;
  observe(canary: ArmMeasure, stable: ArmMeasure, time: SlotTime): void;
  reading(): CriterionReading;
  state(): unknown;
}

/** State of a judge of measures, plain JSON. */
export interface MeasureJudgeState {
  /** `null` while no measure was seen. */
  typed: { type: MeasureSum['type']; judge: unknown } | null;
  typesDiffer: boolean;
  silence: MissingValuesState;
}

/** Tolerances of business figures are small, so blocks are weighed from where they begin: else common bursts would pass uncapped. */
const ANCHOR_RATIO = 1.05;
/** A rare failure may be tolerated at many times its rate; seen from 1.05, nothing would be left of a capped block beyond that. */
const LARGE_RATIO = 2;
/** Squared CV of one pod's noise per 10 s that is ordinary: business figures and levels are steadier than error rates. */
const ORDINARY_SQUARED_CV = 0.02;

/** A curve on counts of which more is worse, or fewer. */
export function measureCurve(
  settings: JudgeSettings,
  margins: {
    toleratedRatio: number;
    promoteWithin: number;
    fewerIsWorse: boolean;
    common?: boolean;
    absoluteTolerance?: number;
    promoteWithinAbsolute?: number;
    catastrophe?: EvidenceCurveOptions['catastrophe'];
  },
  state?: EvidenceCurveState,
): EvidenceCurve {
  const { common = false, absoluteTolerance = 0, promoteWithinAbsolute = 0, catastrophe = NEVER, ...rest } = margins;
  return new EvidenceCurve(
    {
      ...evidenceOptions(settings, {
        dispersionPrior: 0.02,
        spreadFactor: 0.5,
        catastrophe,
        learnFromPods: true,
        common,
      }),
      ...rest,
      absoluteTolerance,
      promoteWithinAbsolute,
      wideAbsoluteMargin: true,
      anchorRatio: rest.toleratedRatio > LARGE_RATIO ? rest.toleratedRatio : ANCHOR_RATIO,
      learnFromStable: true,
      burst: { ordinarySquaredCv: ORDINARY_SQUARED_CV },
    },
    state,
  );
}

/** A ratio of stable to canary as one of canary to stable, and the other way round. */
export function inverted({ estimate, low, high }: RatioInterval): RatioInterval {
  const inverse = (value: number | null): number | null => (value === null || value <= 0 ? null : 1 / value);
  return { estimate: inverse(estimate) ?? 0, low: inverse(high), high: inverse(low) };
}
