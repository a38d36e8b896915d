/**
 * Judges a share of outcomes by the rarer side of it. Rare outcomes vary like Poisson counts and show a small change best;
 * of a completion rate of 2 % that is the completed ones, of one of 90 % those that are not.
 */
import { MOSTLY_SLOW } from '../../statistics/burst-clip.ts';
import type { EvidenceCurve, EvidenceCurveState } from '../../statistics/evidence-curve.ts';
import type { PodCounts } from '../../statistics/pod-counts.ts';
import type { ArmMeasure, MeasureSum } from '../measures.ts';
import { type CriterionReading, type JudgeSettings, readingOf, type SlotTime } from './criterion-judge.ts';
import { inverted, type MeasureMargins, measureCurve, NOTHING_MEASURED, type TypedJudge } from './measure-judge.ts';

/** State of {@link RatioJudge}, plain JSON. */
export interface RatioJudgeState {
  reference: { bad: number; total: number };
  side: Side | null;
  curve: EvidenceCurveState | null;
}

/** What is counted. */
interface Side {
  good: boolean;
  toleratedRatio: number;
  promoteWithin: number;
  absoluteTolerance: number;
  common: boolean;
}

/** Stable's outcomes needed before the side is chosen. */
const REFERENCE_OUTCOMES = 200;
/** From this share on outcomes are not rare. */
const COMMON_SHARE = 0.05;
/**
 * Beyond this ratio the tolerance in points decides how much is too much. Blocks are capped as seen from small ratios, so
 * that little would be left of them above a large one.
 */
const LARGEST_RATIO = 5;

/** Turns shares of outcomes into evidence. */
export class RatioJudge implements TypedJudge {
  readonly #margins: MeasureMargins;
  readonly #settings: JudgeSettings;
  /** Stable's outcomes before the side was chosen. */
  readonly #reference: { bad: number; total: number };
  #side: Side | null;
  #curve: EvidenceCurve | null;

  constructor(margins: MeasureMargins, settings: JudgeSettings, state?: RatioJudgeState) {
    this.#margins = margins;
    this.#settings = settings;
    this.#reference = { bad: 0, total: 0, ...state?.reference };
    this.#side = state?.side ?? null;
    this.#curve = this.#side && this.#curveOf(this.#side, state?.curve ?? undefined);
  }

  get logE(): number {
    return this.#curve?.logE ?? 0;
  }

  get logNonInferiority(): number | null {
    return this.#curve?.logNonInferiorRatio ?? null;
  }

  learnBefore(stable: ArmMeasure): void {
    if (this.#side === null) this.#choose(stable);
    else {
      const { requests, bad } = countsOf(stable.sum, this.#side);
      this.#curve!.learnBefore(podsOf(stable, this.#side), requests, bad);
    }
  }

  observe(canary: ArmMeasure, stable: ArmMeasure, time: SlotTime): void {
    if (this.#side === null) {
      // Predictable: the slot that completes the reference is not judged by it.
      this.#choose(stable);
      return;
    }
    const [ofCanary, ofStable] = [countsOf(canary.sum, this.#side), countsOf(stable.sum, this.#side)];
    this.#curve!.observe({
      ...time,
      canaryRequests: ofCanary.requests,
      canaryBad: ofCanary.bad,
      stableRequests: ofStable.requests,
      stableBad: ofStable.bad,
      canaryPods: podsOf(canary, this.#side),
      stablePods: podsOf(stable, this.#side),
    });
  }

  reading(): CriterionReading {
    if (this.#curve === null || this.#side === null) return NOTHING_MEASURED;
    const reading = { ...readingOf(this.#curve), logNonInferiority: this.logNonInferiority };
    if (!this.#side.good) {
      return this.#margins.better === 'higher' ? { ...reading, detail: 'outcomes that are not good' } : reading;
    }
    const shown = ({ requests, bad }: { requests: number; bad: number }) => ({
      requests,
      bad: requests - bad,
      ...(requests > 0 ? { mean: bad / requests } : {}),
    });
    const { ratio, canary, stable } = reading;
    return { ...reading, ratio: ratio && inverted(ratio), canary: shown(canary), stable: shown(stable) };
  }

  state(): RatioJudgeState {
    return {
      reference: { ...this.#reference },
      side: this.#side && { ...this.#side },
      curve: this.#curve?.state() ?? null,
    };
  }

  #choose({ sum }: ArmMeasure): void {
    if (sum?.type !== 'ratio') return;
    const reference = this.#reference;
    reference.bad += sum.bad;
    reference.total += sum.total;
    if (reference.total < REFERENCE_OUTCOMES) return;
    this.#side = sideOf(this.#margins, (reference.bad + 0.5) / (reference.total + 1));
    this.#curve = this.#curveOf(this.#side);
  }

  #curveOf({ good, ...margins }: Side, state?: EvidenceCurveState): EvidenceCurve {
    return measureCurve(this.#settings, { ...margins, fewerIsWorse: good, catastrophe: MOSTLY_SLOW }, state);
  }
}

/** What is counted, and how much of it is tolerated, for a service with this bad share. */
function sideOf({ better, toleratedRatio, promoteWithin }: MeasureMargins, badShare: number): Side {
  const goodShare = 1 - badShare;
  // Where lower is better the bad share itself is the figure, however common it is.
  if (better === 'lower')
    return { good: false, toleratedRatio, promoteWithin, absoluteTolerance: 0, common: badShare > COMMON_SHARE };
  if (goodShare < badShare)
    return { good: true, toleratedRatio, promoteWithin, absoluteTolerance: 0, common: goodShare > COMMON_SHARE };
  // A good share that falls to 1 / ratio of itself is a bad share that rises by what the good one has lost.
  const lost = (ratio: number): number => goodShare * (1 - 1 / ratio);
  const asBad = (ratio: number, largest: number): number => Math.min(1 + lost(ratio) / badShare, largest);
  return {
    good: false,
    toleratedRatio: asBad(toleratedRatio, LARGEST_RATIO),
    promoteWithin: asBad(promoteWithin, 2 * LARGEST_RATIO),
    // The same in points, for services whose bad share is too small for the grid of ratios.
    absoluteTolerance: lost(toleratedRatio),
    common: badShare > COMMON_SHARE,
  };
}

function countsOf(sum: MeasureSum | null, { good }: Side): { requests: number; bad: number } {
  if (sum?.type !== 'ratio') return { requests: 0, bad: 0 };
  return { requests: sum.total, bad: good ? sum.total - sum.bad : sum.bad };
}

function podsOf({ pods }: ArmMeasure, side: Side): PodCounts[] {
  return pods.map(({ pod, sum }) => ({ pod, ...countsOf(sum, side) })).filter(({ requests }) => requests > 0);
}
