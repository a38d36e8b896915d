/** Judges how much pods grow, from readings of each pod: leaks of memory, connections, file handles. */
import { UNIT_SECONDS } from '../../statistics/dispersion.ts';
import type { ArmValues } from '../../statistics/mean-counts.ts';
import type { ArmMeasure, MeasureSum } from '../measures.ts';
import type { CriterionReading, JudgeSettings, SlotTime } from './criterion-judge.ts';
import { MeanJudge, type MeanJudgeState } from './mean-judge.ts';
import type { MeasureMargins, TypedJudge } from './measure-judge.ts';
import { type GrownPod, PodGrowth, type PodGrowthState, type PodLevel } from './pod-growth.ts';

/** State of {@link GrowthJudge}, plain JSON. */
export interface GrowthJudgeState {
  growth: PodGrowthState;
  mean: MeanJudgeState;
}

/** Turns levels of pods into evidence on their growth. */
export class GrowthJudge implements TypedJudge {
  readonly #growth: PodGrowth;
  readonly #mean: MeanJudge;

  constructor(margins: MeasureMargins, settings: JudgeSettings, state?: GrowthJudgeState) {
    this.#growth = new PodGrowth(state?.growth);
    this.#mean = new MeanJudge(margins, true, settings, state?.mean);
  }

  get logE(): number {
    return this.#mean.logE;
  }

  get logNonInferiority(): number | null {
    return this.#mean.logNonInferiority;
  }

  learnBefore(stable: ArmMeasure, units: number): void {
    const grown = this.#growth.observe([], levelsOf(stable), units * UNIT_SECONDS);
    this.#mean.learnValuesBefore(valuesOf(grown.stable), units);
  }

  observe(canary: ArmMeasure, stable: ArmMeasure, time: SlotTime): void {
    const grown = this.#growth.observe(levelsOf(canary), levelsOf(stable), time.endSeconds - time.startSeconds);
    this.#mean.observeValues(valuesOf(grown.canary), valuesOf(grown.stable), time);
  }

  reading(): CriterionReading {
    return { ...this.#mean.reading(), detail: 'growth of settled pods' };
  }

  state(): GrowthJudgeState {
    return { growth: this.#growth.state(), mean: this.#mean.state() };
  }
}

/** One level for each pod; an arm that is not told apart by pod is one. */
function levelsOf({ sum, pods }: ArmMeasure): PodLevel[] {
  const named = pods.length > 0 ? pods : [{ pod: '', sum }];
  return named.flatMap(({ pod, sum: read }) => {
    const value = levelOf(read);
    return value === null ? [] : [{ pod, value, ageSeconds: read?.type === 'gauge' ? read.podAgeSeconds : null }];
  });
}

/** `null` where there is no level above zero to grow from. */
function levelOf(sum: MeasureSum | null): number | null {
  if (sum === null) return null;
  const [total, count] = sum.type === 'ratio' ? [sum.bad, sum.total] : [sum.sum, sum.count];
  return total > 0 && count > 0 && Number.isFinite(total) ? total / count : null;
}

function valuesOf(pods: readonly GrownPod[]): ArmValues {
  return {
    count: pods.length,
    sum: pods.reduce((sum, { growth }) => sum + growth, 0),
    sumOfSquares: null,
    pods: pods
      .filter(({ pod }) => pod !== '')
      .map(({ pod, growth }) => ({ pod, count: 1, sum: growth, sumOfSquares: null })),
  };
}
