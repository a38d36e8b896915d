/** Judges the error rate: failed and unanswered requests out of all requests, of the whole service or of its segments. */
import { EvidenceCurve, type EvidenceCurveState } from '../../statistics/evidence-curve.ts';
import { logSumExp } from '../../statistics/log-space.ts';
import { type Arms, emptyArm, type Slot } from '../slots.ts';
import type { CountMargins, CountPlan } from './count-plan.ts';
import {
  allWithinMargin,
  type CriterionJudge,
  type CriterionReading,
  ERRORS,
  evidenceOptions,
  type JudgeSettings,
  learnBefore,
  observeArms,
  readingOf,
  type SlotTime,
} from './criterion-judge.ts';
import type { ErrorRateCriterion } from './error-rate.ts';
import { ERROR_NOISE } from './metric-noise.ts';
import { planOfErrors } from './outlook-errors.ts';

/** Absolute difference within which a canary counts as non-inferior. */
const PROMOTE_WITHIN_ABSOLUTE = 0.002;
const NOTHING: Arms = { canary: emptyArm(), stable: emptyArm() };

/** Turns slots of telemetry into evidence on the error rate. Segments share the budget: their e-values are averaged. */
export class ErrorRateJudge implements CriterionJudge {
  readonly #curves: { segment: string | null; curve: EvidenceCurve }[];
  readonly #margins: CountMargins;

  constructor(criterion: ErrorRateCriterion, settings: JudgeSettings, state?: EvidenceCurveState[]) {
    this.#margins = {
      toleratedRatio: 1 + criterion.maxRelativeIncrease,
      absoluteTolerance: criterion.minAbsoluteIncrease,
      promoteWithin: criterion.promoteWithin,
      common: false,
    };
    const options = {
      ...evidenceOptions(settings, ERROR_NOISE),
      ...this.#margins,
      promoteWithinAbsolute: PROMOTE_WITHIN_ABSOLUTE,
    };
    this.#curves = (criterion.segments ?? [null]).map((segment, i) => ({
      segment,
      curve: new EvidenceCurve(options, state?.[i]),
    }));
  }

  learnBefore(slot: Slot): void {
    for (const { segment, curve } of this.#curves) learnBefore(curve, armsOf(slot, segment), ERRORS);
  }

  observe(slot: Slot, time: SlotTime): void {
    for (const { segment, curve } of this.#curves) observeArms(curve, armsOf(slot, segment), time, ERRORS);
  }

  get logE(): number {
    if (this.#curves.length === 1) return this.#curves[0]!.curve.logE;
    return logSumExp(this.#curves.map(({ curve }) => curve.logE)) - Math.log(this.#curves.length);
  }

  /** Each segment must be proven for the criterion to be. */
  get logNonInferiority(): number {
    return Math.min(...this.#curves.map(({ curve }) => curve.logNonInferiority));
  }

  /** The worst segment speaks for all. */
  reading(): CriterionReading {
    const [worst] = [...this.#curves].sort((a, b) => rankOf(b.curve) - rankOf(a.curve));
    const { segment, curve } = worst!;
    return {
      ...readingOf(curve),
      logE: this.logE,
      logNonInferiority: this.logNonInferiority,
      withinMargin: allWithinMargin(this.#curves.map((each) => each.curve)),
      recentlyBeyond: this.#curves.some((each) => each.curve.isRecentlyBeyond),
      ...(segment === null ? {} : { detail: `segment ${segment}` }),
    };
  }

  plan(): CountPlan | null {
    return planOfErrors(
      this.#curves.map(({ curve }) => curve),
      this.#margins,
    );
  }

  state(): EvidenceCurveState[] {
    return this.#curves.map(({ curve }) => curve.state());
  }
}

/** Order in which segments speak for the criterion: one without a request to judge by comes last. */
function rankOf({ totals, logE }: EvidenceCurve): number {
  return totals.canaryRequests > 0 ? logE : -Infinity;
}

function armsOf(slot: Slot, segment: string | null): Arms {
  return segment === null ? slot : (slot.segments.get(segment) ?? NOTHING);
}
