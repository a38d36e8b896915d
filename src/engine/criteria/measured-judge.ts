/** Judges a business figure or a resource, by the type of its measure. */
import { UNIT_SECONDS } from '../../statistics/dispersion.ts';
import type { ArmMeasure, MeasureSum } from '../measures.ts';
import type { ArmSlot, Slot } from '../slots.ts';
import {
  type CriterionJudge,
  type CriterionReading,
  type JudgeSettings,
  NOTHING_JUDGED,
  type SlotTime,
} from './criterion-judge.ts';
import { GrowthJudge, type GrowthJudgeState } from './growth-judge.ts';
import { MeanJudge, type MeanJudgeState } from './mean-judge.ts';
import type { MeasureJudgeState, MeasureMargins, TypedJudge } from './measure-judge.ts';
import { MissingValues, missingWords, type Voice } from './missing-values.ts';
import { RatioJudge, type RatioJudgeState } from './ratio-judge.ts';

/** What is asked of a measure. */
export interface MeasureQuestion extends MeasureMargins {
  measure: string;
  compare: 'level' | 'growth';
  /** Where nobody ever reports it, that is no obstacle: a preset may ask for what not every service has. */
  optional?: boolean;
}

/** Turns slots of telemetry into evidence on a measure. The first type that it is seen with stays. */
export class MeasuredJudge implements CriterionJudge {
  readonly #question: MeasureQuestion;
  readonly #settings: JudgeSettings;
  #typed: { type: MeasureSum['type']; judge: TypedJudge } | null;
  /** In the last slot the measure had another type, or several. */
  #typesDiffer: boolean;
  readonly #silence: MissingValues;

  constructor(question: MeasureQuestion, settings: JudgeSettings, state?: MeasureJudgeState) {
    this.#question = question;
    this.#settings = settings;
    this.#typed = state?.typed ? this.#judgeOf(state.typed.type, state.typed.judge) : null;
    this.#typesDiffer = state?.typesDiffer ?? false;
    this.#silence = new MissingValues(state?.silence);
  }

  get logE(): number {
    return this.#typed?.judge.logE ?? 0;
  }

  get logNonInferiority(): number | null {
    return this.#typed?.judge.logNonInferiority ?? null;
  }

  learnBefore({ stable, startMs, endMs }: Slot): void {
    const measured = this.#measured(stable);
    this.#typed?.judge.learnBefore(measured, (endMs - startMs) / 1000 / UNIT_SECONDS);
  }

  observe(slot: Slot, time: SlotTime): void {
    this.#typesDiffer = false;
    const [stable, canary] = [this.#measured(slot.stable), this.#measured(slot.canary)];
    this.#typed?.judge.observe(canary, stable, time);
    this.#silence.observe(this.#voiceOf(slot.canary), this.#voiceOf(slot.stable), time);
  }

  reading(): CriterionReading {
    const reading = this.#typed?.judge.reading() ?? NOTHING_JUDGED;
    const obstacle = this.#obstacle;
    return obstacle === null ? reading : { ...reading, obstacle };
  }

  state(): MeasureJudgeState {
    const typed = this.#typed;
    return {
      typed: typed && { type: typed.type, judge: typed.judge.state() },
      typesDiffer: this.#typesDiffer,
      silence: this.#silence.state(),
    };
  }

  /** What keeps the measure itself from being had; `null` = nothing, but its values may still not be comparable. */
  get #obstacle(): { code: string; message: string } | null {
    const { measure, optional = false } = this.#question;
    if (this.#typesDiffer) {
      const message = `The measure ${measure} is reported with different types, so it cannot be added up.`;
      return { code: 'MEASURE_TYPES_DIFFER', message };
    }
    const { who } = this.#silence;
    if (who === null || (optional && this.#typed === null)) return null;
    return { code: 'MEASURE_MISSING', message: missingWords(who, measure) };
  }

  #voiceOf({ requests, measures }: ArmSlot): Voice {
    return { asked: requests > 0, reported: measures.has(this.#question.measure) };
  }

  /** What an arm measured, of the one type that is judged. */
  #measured({ measures }: ArmSlot): ArmMeasure {
    const measured = measures.get(this.#question.measure);
    if (measured === undefined) return NO_MEASURE;
    if (measured.sum !== null) this.#typed ??= this.#judgeOf(measured.sum.type);
    if (measured.sum !== null && measured.sum.type === this.#typed!.type) return measured;
    this.#typesDiffer = true;
    return NO_MEASURE;
  }

  #judgeOf(type: MeasureSum['type'], state?: unknown): { type: MeasureSum['type']; judge: TypedJudge } {
    const [question, settings] = [this.#question, this.#settings];
    if (question.compare === 'growth')
      return { type, judge: new GrowthJudge(question, settings, state as GrowthJudgeState | undefined) };
    const judge =
      type === 'ratio'
        ? new RatioJudge(question, settings, state as RatioJudgeState | undefined)
        : new MeanJudge(question, type === 'gauge', settings, state as MeanJudgeState | undefined);
    return { type, judge };
  }
}

const NO_MEASURE: ArmMeasure = { sum: null, pods: [] };
