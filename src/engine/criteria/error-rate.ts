/** Error rate: failed and unanswered requests out of all requests. */
import { OptionCheck } from '../../options.ts';
import { HARD_DOWN } from '../../statistics/burst-clip.ts';
import { EvidenceCurve } from '../../statistics/evidence-curve.ts';
import type { Slot } from '../slots.ts';
import {
  badByPod,
  type CriterionJudge,
  type CriterionReading,
  evidenceOptions,
  type JudgeTiming,
  timing,
} from './criterion-judge.ts';

/** Judges the error rate of the whole service. Made by {@link errorRate}. */
export interface ErrorRateCriterion {
  kind: 'error-rate';
  name: string;
  /** Relative increase over stable that is tolerated: 0.25 = up to 1.25 times. */
  maxRelativeIncrease: number;
  /** Absolute increase that is tolerated: 0.0005 = 0.05 percentage points. */
  minAbsoluteIncrease: number;
  /** Ratio to stable within which the canary counts as non-inferior. */
  promoteWithin: number;
  /** Share of the false-rollback budget, relative to the other criteria. */
  weight: number;
}

/** Options of {@link errorRate}. */
export interface ErrorRateOptions {
  /** @defaultValue 0.25 */
  maxRelativeIncrease?: number;
  /** @defaultValue 0.0005 */
  minAbsoluteIncrease?: number;
  /** @defaultValue 1.5 or 1.2 times the tolerated ratio, whichever is larger */
  promoteWithin?: number;
  /** @defaultValue 1 */
  weight?: number;
}

/** Absolute difference within which a canary counts as non-inferior. */
const PROMOTE_WITHIN_ABSOLUTE = 0.002;

/**
 * A criterion on the error rate.
 *
 * @throws RolloutGuardError `INVALID_POLICY` - negative or non-finite margins, or `promoteWithin` not above the tolerated ratio.
 */
export function errorRate(options: ErrorRateOptions = {}): ErrorRateCriterion {
  const check = new OptionCheck('INVALID_POLICY', 'errorRate');
  check.knownKeys('options', options, ['maxRelativeIncrease', 'minAbsoluteIncrease', 'promoteWithin', 'weight']);
  const maxRelativeIncrease = check.number('maxRelativeIncrease', options.maxRelativeIncrease, 0.25, {
    min: 0,
    max: 100,
  });
  const tolerated = 1 + maxRelativeIncrease;
  return {
    kind: 'error-rate',
    name: 'error rate',
    maxRelativeIncrease,
    minAbsoluteIncrease: check.number('minAbsoluteIncrease', options.minAbsoluteIncrease, 0.0005, { min: 0, below: 1 }),
    promoteWithin: check.number('promoteWithin', options.promoteWithin, Math.max(1.5, 1.2 * tolerated), {
      above: tolerated,
    }),
    weight: check.number('weight', options.weight, 1, { above: 0 }),
  };
}

/** Turns slots of telemetry into evidence on the error rate. */
export class ErrorRateJudge implements CriterionJudge {
  readonly #curve: EvidenceCurve;
  readonly #timing: JudgeTiming;

  constructor(criterion: ErrorRateCriterion, judgeTiming: JudgeTiming) {
    this.#timing = judgeTiming;
    this.#curve = new EvidenceCurve({
      ...evidenceOptions(judgeTiming, { dispersionPrior: 0.1, naturalSpread: 0.15, catastrophe: HARD_DOWN }),
      toleratedRatio: 1 + criterion.maxRelativeIncrease,
      absoluteTolerance: criterion.minAbsoluteIncrease,
      promoteWithin: criterion.promoteWithin,
      promoteWithinAbsolute: PROMOTE_WITHIN_ABSOLUTE,
    });
  }

  observe(slot: Slot): void {
    this.#curve.observe({
      ...timing(slot, this.#timing),
      canaryRequests: slot.canary.requests,
      canaryBad: slot.canary.errors,
      stableRequests: slot.stable.requests,
      stableBad: slot.stable.errors,
      canaryBadByPod: badByPod(slot.canary, ({ errors }) => errors),
    });
  }

  get logE(): number {
    return this.#curve.logE;
  }

  reading(): CriterionReading {
    const { totals, assessment } = this.#curve;
    return {
      logE: this.#curve.logE,
      logNonInferiority: this.#curve.logNonInferiority,
      ratio: this.#curve.ratio,
      canary: { requests: totals.canaryRequests, bad: totals.canaryBad },
      stable: { requests: totals.stableRequests, bad: totals.stableBad },
      dispersion: assessment.squaredCv,
      clippedIntervals: this.#curve.clippedBlocks,
    };
  }
}
