/** Judges means and levels, as counts of events (`mean-counts.ts`). */

import { UNIT_SECONDS } from '../../statistics/dispersion.ts';
import type { EvidenceCurve, EvidenceCurveState } from '../../statistics/evidence-curve.ts';
import { type ArmValues, isCountable, MeanCounts, type MeanCountsState } from '../../statistics/mean-counts.ts';
import type { RatioInterval } from '../../statistics/ratio-interval.ts';
import type { ArmMeasure, MeasureSum, PodMeasure } from '../measures.ts';
import { type CriterionReading, type JudgeSettings, readingOf, type SlotTime } from './criterion-judge.ts';
import { inverted, type MeasureMargins, measureCurve, type TypedJudge } from './measure-judge.ts';

/** State of {@link MeanJudge}, plain JSON. */
export interface MeanJudgeState {
  counts: MeanCountsState;
  curve: EvidenceCurveState;
  canary: { count: number; sum: number };
  stable: { count: number; sum: number };
  /** Start of the last slot, and end of the last one whose values could not be counted; in seconds since the judge began. */
  seconds: number;
  uncountedSeconds: number | null;
}

/** A level is read with an error of 1 % by itself; all else is noise that is learned. */
const LEVEL_SQUARED_CV = 1e-4;

/** Seconds that a slot with values that could not be counted is told of: sums around zero would make it come and go. */
const UNCOUNTED_FOR_SECONDS = 60;

const INCOMPARABLE = {
  code: 'NO_RATIO_OF_MEANS',
  message: 'Canary and stable cannot be compared: a sum is below zero, or stable has none above it.',
};

/** Turns sums of values into evidence on their mean. */
export class MeanJudge implements TypedJudge {
  readonly #fewerIsWorse: boolean;
  readonly #counts: MeanCounts;
  readonly #curve: EvidenceCurve;
  /** All values of the judged slots. */
  readonly #canary: { count: number; sum: number };
  readonly #stable: { count: number; sum: number };
  /** Start of the last slot. */
  #seconds: number;
  /** End of the last slot without a ratio of means, though both arms had values. */
  #uncountedSeconds: number | null;

  /** @param levels - readings of a level, without an error of sampling that would have to be learned. */
  constructor(margins: MeasureMargins, levels: boolean, settings: JudgeSettings, state?: MeanJudgeState) {
    this.#fewerIsWorse = margins.better === 'higher';
    this.#counts = new MeanCounts(levels ? LEVEL_SQUARED_CV : null, state?.counts);
    const { toleratedRatio, promoteWithin } = margins;
    const fewerIsWorse = this.#fewerIsWorse;
    this.#curve = measureCurve(settings, { toleratedRatio, promoteWithin, fewerIsWorse }, state?.curve);
    this.#canary = { count: 0, sum: 0, ...state?.canary };
    this.#stable = { count: 0, sum: 0, ...state?.stable };
    this.#seconds = state?.seconds ?? 0;
    this.#uncountedSeconds = state?.uncountedSeconds ?? null;
  }

  get logE(): number {
    return this.#curve.logE;
  }

  get logNonInferiority(): number | null {
    return this.#areBothSeen ? this.#curve.logNonInferiorRatio : null;
  }

  learnBefore(stable: ArmMeasure, units: number): void {
    this.learnValuesBefore(valuesOf(stable), units);
  }

  observe(canary: ArmMeasure, stable: ArmMeasure, time: SlotTime): void {
    this.observeValues(valuesOf(canary), valuesOf(stable), time);
  }

  /** As {@link learnBefore}, with values that are no measure as it was reported. */
  learnValuesBefore(stable: ArmValues, units: number): void {
    const counts = this.#counts.counts(NO_VALUES, stable);
    // A slot that cannot be counted has taught nothing, but its time has passed.
    this.#curve.learnBefore(counts?.stable.pods ?? [], counts?.stable.requests ?? 0, counts?.stable.bad ?? 0);
    this.#counts.learn(stable, null, units);
  }

  /** As {@link observe}, with values that are no measure as it was reported. */
  observeValues(canary: ArmValues, stable: ArmValues, time: SlotTime): void {
    const counts = this.#counts.counts(canary, stable);
    const nothing = { requests: 0, bad: 0, pods: [] };
    const [ofCanary, ofStable] = [counts?.canary ?? nothing, counts?.stable ?? nothing];
    this.#curve.observe({
      ...time,
      canaryRequests: ofCanary.requests,
      canaryBad: ofCanary.bad,
      stableRequests: ofStable.requests,
      stableBad: ofStable.bad,
      canaryPods: ofCanary.pods,
      stablePods: ofStable.pods,
    });
    this.#counts.learn(stable, canary, (time.endSeconds - time.startSeconds) / UNIT_SECONDS);
    this.#seconds = time.startSeconds;
    const isCounted = isCountable(canary) && isCountable(stable) && this.#counts.mean > 0;
    if (canary.count > 0 && stable.count > 0 && !isCounted) this.#uncountedSeconds = time.endSeconds;
    addTo(this.#canary, canary);
    addTo(this.#stable, stable);
  }

  reading(): CriterionReading {
    const reading = readingOf(this.#curve);
    return {
      ...reading,
      logNonInferiority: this.logNonInferiority,
      ratio: reading.ratio && this.#shown(reading.ratio),
      canary: judgedOf(this.#canary),
      stable: judgedOf(this.#stable),
      ...(this.#isIncomparable ? { obstacle: INCOMPARABLE } : {}),
    };
  }

  /** The means have no ratio since the start, or one of the last slots had none. */
  get #isIncomparable(): boolean {
    const isRecent = this.#uncountedSeconds !== null && this.#seconds - this.#uncountedSeconds < UNCOUNTED_FOR_SECONDS;
    return isRecent || (this.#areBothSeen && !this.#haveRatio);
  }

  get #areBothSeen(): boolean {
    return this.#canary.count > 0 && this.#stable.count > 0;
  }

  /** A canary of zero has one: it took no order at all. */
  get #haveRatio(): boolean {
    return this.#areBothSeen && this.#stable.sum > 0 && this.#canary.sum >= 0;
  }

  /** Canary over stable, with the ratio of the means themselves inside of the interval; `null` before there is one. */
  #shown(worse: RatioInterval): RatioInterval | null {
    if (!this.#haveRatio) return null;
    const [canary, stable] = [this.#canary, this.#stable];
    const { low, high } = this.#fewerIsWorse ? inverted(worse) : worse;
    const observed = canary.sum / canary.count / (stable.sum / stable.count);
    return { estimate: Math.min(Math.max(observed, low ?? 0), high ?? Number.MAX_VALUE), low, high };
  }

  state(): MeanJudgeState {
    return {
      counts: this.#counts.state(),
      curve: this.#curve.state(),
      canary: { ...this.#canary },
      stable: { ...this.#stable },
      seconds: this.#seconds,
      uncountedSeconds: this.#uncountedSeconds,
    };
  }
}

const NO_VALUES: ArmValues = { count: 0, sum: 0, sumOfSquares: 0, pods: [] };

function valuesOf({ sum, pods }: ArmMeasure): ArmValues {
  if (sum?.type === 'gauge') return levelsOf(sum, pods);
  return {
    ...sumOf(sum),
    pods: pods.map((pod) => ({ pod: pod.pod, ...sumOf(pod.sum) })),
  };
}

/** One level for each pod, however often it was read. */
function levelsOf(whole: MeasureSum & { type: 'gauge' }, pods: readonly PodMeasure[]): ArmValues {
  const levels = pods.flatMap(({ pod, sum }) =>
    sum?.type === 'gauge' ? [{ pod, count: 1, sum: sum.sum / sum.count, sumOfSquares: null }] : [],
  );
  if (levels.length === 0) return { count: 1, sum: whole.sum / whole.count, sumOfSquares: null, pods: [] };
  const sum = levels.reduce((total, level) => total + level.sum, 0);
  return { count: levels.length, sum, sumOfSquares: null, pods: levels };
}

function sumOf(sum: MeasureSum | null): { count: number; sum: number; sumOfSquares: number | null } {
  if (sum?.type !== 'mean') return { count: 0, sum: 0, sumOfSquares: 0 };
  return { count: sum.count, sum: sum.sum, sumOfSquares: sum.sumOfSquares };
}

function judgedOf({ count, sum }: { count: number; sum: number }): { requests: number; bad: number; mean?: number } {
  return { requests: count, bad: 0, ...(count > 0 ? { mean: sum / count } : {}) };
}

/** Sums beyond all numbers are left out of what is shown. */
function addTo(total: { count: number; sum: number }, { count, sum }: ArmValues): void {
  if (!Number.isFinite(total.sum + sum) || !Number.isFinite(total.count + count)) return;
  total.count += count;
  total.sum += sum;
}
