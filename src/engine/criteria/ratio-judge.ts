/**
 * Judges a share of outcomes by the rarer side of it. Rare outcomes vary like Poisson counts and show a small change best;
 * of a completion rate of 2 % that is the completed ones, of one of 90 % those that are not.
 */
import { MOSTLY_SLOW } from '../../statistics/burst-clip.ts';
import type { EvidenceCurve, EvidenceCurveState } from '../../statistics/evidence-curve.ts';
import type { PodCounts } from '../../statistics/pod-counts.ts';
import type { ArmMeasure, MeasureSum } from '../measures.ts';
import {
  type CriterionReading,
  type JudgeSettings,
  NOTHING_JUDGED,
  readingOf,
  type SlotTime,
} from './criterion-judge.ts';
import { inverted, type MeasureMargins, measureCurve, type TypedJudge } from './measure-judge.ts';

/** State of {@link RatioJudge}, plain JSON. */
export interface RatioJudgeState {
  reference: { bad: number; total: number };
  chosenAt: number;
  judging: boolean;
  side: Side | null;
  curve: EvidenceCurveState | null;
}

/** What is counted. */
interface Side {
  good: boolean;
  toleratedRatio: number;
  promoteWithin: number;
  absoluteTolerance: number;
  /** The margin for promotion in points; 0 = only the ratio counts. */
  promoteWithinAbsolute: number;
  common: boolean;
}

/** Stable's outcomes needed before the side is chosen. */
const REFERENCE_OUTCOMES = 200;
/** From this share on outcomes are not rare. */
const COMMON_SHARE = 0.05;
/** Beyond this ratio the tolerance in points decides how much is too much: little of the judge's grid is left above it. */
const LARGEST_RATIO = 100;
/** Counted outcomes that stable's share lets expect at the canary before a ratio can be proven. */
const PROVABLE_OUTCOMES = 20;

/** Turns shares of outcomes into evidence. */
export class RatioJudge implements TypedJudge {
  readonly #margins: MeasureMargins;
  readonly #settings: JudgeSettings;
  /** Stable's outcomes before the first judged slot. */
  readonly #reference: { bad: number; total: number };
  /** Outcomes in the reference when the side was chosen last. */
  #chosenAt: number;
  /** A slot has been judged: from now on the side stays. */
  #judging: boolean;
  #side: Side | null;
  #curve: EvidenceCurve | null;

  constructor(margins: MeasureMargins, settings: JudgeSettings, state?: RatioJudgeState) {
    this.#margins = margins;
    this.#settings = settings;
    this.#reference = { bad: 0, total: 0, ...state?.reference };
    this.#chosenAt = state?.chosenAt ?? 0;
    this.#judging = state?.judging ?? false;
    this.#side = state?.side ?? null;
    this.#curve = this.#side && this.#curveOf(this.#side, state?.curve ?? undefined);
  }

  get logE(): number {
    return this.#curve?.logE ?? 0;
  }

  get logNonInferiority(): number | null {
    if (!this.#isCompared) return null;
    const { logNonInferiority, logNonInferiorRatio } = this.#curve!;
    if (this.#side!.promoteWithinAbsolute > 0) return logNonInferiority;
    return this.#expectedOutcomes >= PROVABLE_OUTCOMES ? logNonInferiorRatio : null;
  }

  /** Counted outcomes of the canary, if it had them as often as stable in all that is known. */
  get #expectedOutcomes(): number {
    const { canaryRequests, stableRequests, stableBad } = this.#curve!.totals;
    const { bad, total } = this.#reference;
    const before = this.#side!.good ? total - bad : bad;
    return canaryRequests * ((before + stableBad) / (total + stableRequests));
  }

  /** Both arms have had outcomes since the first judged slot. */
  get #isCompared(): boolean {
    if (this.#curve === null) return false;
    const { canaryRequests, stableRequests } = this.#curve.totals;
    return canaryRequests > 0 && stableRequests > 0;
  }

  learnBefore(stable: ArmMeasure): void {
    if (this.#side !== null) {
      const { requests, bad } = countsOf(stable.sum, this.#side);
      this.#curve!.learnBefore(podsOf(stable, this.#side), requests, bad);
    }
    // Noise is learned of one side, so it is chosen early, and anew whenever twice as much is known.
    this.#refer(stable);
    if (this.#reference.total >= Math.max(REFERENCE_OUTCOMES, 2 * this.#chosenAt)) this.#choose();
  }

  observe(canary: ArmMeasure, stable: ArmMeasure, time: SlotTime): void {
    if (!this.#judging) {
      // Predictable: the slot that completes the reference is not judged by it.
      if (this.#reference.total < REFERENCE_OUTCOMES) {
        this.#refer(stable);
        return;
      }
      this.#choose();
      this.#judging = true;
    }
    this.#judge(this.#side!, canary, stable, time);
  }

  #judge(side: Side, canary: ArmMeasure, stable: ArmMeasure, time: SlotTime): void {
    const [ofCanary, ofStable] = [countsOf(canary.sum, side), countsOf(stable.sum, side)];
    this.#curve!.observe({
      ...time,
      canaryRequests: ofCanary.requests,
      canaryBad: ofCanary.bad,
      stableRequests: ofStable.requests,
      stableBad: ofStable.bad,
      canaryPods: podsOf(canary, side),
      stablePods: podsOf(stable, side),
    });
  }

  reading(): CriterionReading {
    if (this.#curve === null || this.#side === null) return NOTHING_JUDGED;
    const found = readingOf(this.#curve);
    const reading = {
      ...found,
      ratio: this.#isCompared ? found.ratio : null,
      logNonInferiority: this.logNonInferiority,
    };
    if (!this.#side.good) {
      return this.#margins.better === 'higher' ? { ...reading, detail: 'outcomes that are not good' } : reading;
    }
    const shown = ({ requests, bad }: { requests: number; bad: number }) => ({
      requests,
      bad: requests - bad,
      ...(requests > 0 ? { good: bad } : {}),
    });
    const { ratio, canary, stable } = reading;
    return { ...reading, ratio: ratio && inverted(ratio), canary: shown(canary), stable: shown(stable) };
  }

  state(): RatioJudgeState {
    return {
      reference: { ...this.#reference },
      chosenAt: this.#chosenAt,
      judging: this.#judging,
      side: this.#side && { ...this.#side },
      curve: this.#curve?.state() ?? null,
    };
  }

  #refer({ sum }: ArmMeasure): void {
    if (sum?.type !== 'ratio') return;
    this.#reference.bad += sum.bad;
    this.#reference.total += sum.total;
  }

  /** Chooses the side and its margins by all that is known; noise of the same side that was learned is kept. */
  #choose(): void {
    const { bad, total } = this.#reference;
    const side = sideOf(this.#margins, (bad + 0.5) / (total + 1));
    const learned = side.good === this.#side?.good ? this.#curve?.state() : undefined;
    this.#chosenAt = total;
    this.#side = side;
    this.#curve = this.#curveOf(side, learned);
  }

  #curveOf({ good, ...margins }: Side, state?: EvidenceCurveState): EvidenceCurve {
    return measureCurve(this.#settings, { ...margins, fewerIsWorse: good, catastrophe: MOSTLY_SLOW }, state);
  }
}

/** What is counted, and how much of it is tolerated, for a service with this bad share. */
function sideOf({ better, toleratedRatio, promoteWithin }: MeasureMargins, badShare: number): Side {
  const goodShare = 1 - badShare;
  const asRatio = { toleratedRatio, promoteWithin, absoluteTolerance: 0, promoteWithinAbsolute: 0 };
  // Where lower is better the bad share itself is the figure, however common it is.
  if (better === 'lower') return { ...asRatio, good: false, common: badShare > COMMON_SHARE };
  if (goodShare < badShare) return { ...asRatio, good: true, common: goodShare > COMMON_SHARE };
  // A good share that falls to 1 / ratio of itself is a bad share that rises by what the good one has lost.
  const lost = (ratio: number): number => goodShare * (1 - 1 / ratio);
  const asBad = (ratio: number, largest: number): number => Math.min(1 + lost(ratio) / badShare, largest);
  const common = badShare > COMMON_SHARE;
  return {
    good: false,
    toleratedRatio: asBad(toleratedRatio, LARGEST_RATIO),
    promoteWithin: asBad(promoteWithin, 2 * LARGEST_RATIO),
    // The same in points, for services whose bad share is too small for the grid of ratios, or for any proof of a ratio.
    absoluteTolerance: lost(toleratedRatio),
    // Common outcomes prove a ratio, which allows for natural differences between pods; points do not.
    promoteWithinAbsolute: common ? 0 : lost(promoteWithin),
    common,
  };
}

function countsOf(sum: MeasureSum | null, { good }: Side): { requests: number; bad: number } {
  if (sum?.type !== 'ratio') return { requests: 0, bad: 0 };
  return { requests: sum.total, bad: good ? sum.total - sum.bad : sum.bad };
}

function podsOf({ pods }: ArmMeasure, side: Side): PodCounts[] {
  return pods.map(({ pod, sum }) => ({ pod, ...countsOf(sum, side) })).filter(({ requests }) => requests > 0);
}
