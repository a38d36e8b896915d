/**
 * From intervals per cohort and pod to slots, in time order and each once. Intervals may come in any order until the
 * watermark has passed them.
 */
import type { TelemetryInterval } from '../ports/telemetry.ts';
import { type Arms, armOf, type Slot } from './slots.ts';

/** How telemetry is cut into slots. */
export interface SlotOptions {
  slotMs: number;
  /** Canary intervals that end before it belong to an earlier deployment. */
  deployedAtMs: number;
  /** Segments that are judged on their own. */
  segments: readonly string[];
}

/** State of {@link SlotStream}, plain JSON. */
export interface SlotStreamState {
  open: TelemetryInterval[];
  nextStartMs: number | null;
  baseline: boolean;
}

/** Cuts intervals into slots on a fixed grid of wall time. */
export class SlotStream {
  readonly #options: SlotOptions;
  /** Intervals that wait for the watermark, by the end of their slot. */
  readonly #open = new Map<number, TelemetryInterval[]>();
  /** Start of the next slot to be given out; `null` before the first. */
  #nextStartMs: number | null;
  /** Fresh pods of the old version were seen: from then on they are what the canary is compared with. */
  #baseline: boolean;

  constructor(options: SlotOptions, state?: SlotStreamState) {
    this.#options = options;
    this.#nextStartMs = state?.nextStartMs ?? null;
    this.#baseline = state?.baseline ?? false;
    for (const interval of state?.open ?? []) this.add(interval);
  }

  /** Takes in an interval whose slot has not been given out yet. */
  add(interval: TelemetryInterval): void {
    const { slotMs, deployedAtMs, segments } = this.#options;
    // An interval belongs to the slot that holds its end, however long it is: counts are never prorated.
    const endMs = Math.ceil(interval.endMs / slotMs) * slotMs;
    if (interval.segment !== undefined && !segments.includes(interval.segment)) return;
    if (interval.cohort === 'canary' && interval.endMs <= deployedAtMs) return;
    const waiting = this.#open.get(endMs);
    if (waiting === undefined) this.#open.set(endMs, [interval]);
    else waiting.push(interval);
  }

  /**
   * The slots that end by the watermark and have not been given out yet.
   *
   * @param gaps - also gives out slots without any interval, from the last one given out on.
   */
  *completeUntil(watermarkMs: number, gaps: () => boolean): Generator<Slot> {
    const { slotMs } = this.#options;
    const ends = [...this.#open.keys()].filter((endMs) => endMs <= watermarkMs).sort((a, b) => a - b);
    for (const endMs of ends) {
      yield* this.#emptyUntil(endMs - slotMs, gaps);
      const intervals = this.#open.get(endMs)!;
      this.#open.delete(endMs);
      yield this.#slot(endMs - slotMs, intervals);
    }
    yield* this.#emptyUntil(Math.floor(watermarkMs / slotMs) * slotMs, gaps);
  }

  state(): SlotStreamState {
    const open = [...this.#open.entries()].sort(([a], [b]) => a - b);
    return {
      open: open.flatMap(([, intervals]) => intervals),
      nextStartMs: this.#nextStartMs,
      baseline: this.#baseline,
    };
  }

  *#emptyUntil(untilMs: number, gaps: () => boolean): Generator<Slot> {
    while (this.#nextStartMs !== null && this.#nextStartMs < untilMs && gaps())
      yield this.#slot(this.#nextStartMs, NO_INTERVALS);
    if (this.#nextStartMs === null || this.#nextStartMs < untilMs) this.#nextStartMs = untilMs;
  }

  #slot(startMs: number, intervals: readonly TelemetryInterval[]): Slot {
    const endMs = startMs + this.#options.slotMs;
    this.#nextStartMs = endMs;
    this.#baseline ||= intervals.some(({ cohort, requests }) => cohort === 'baseline' && requests > 0);
    const segments = new Map(
      this.#options.segments.map((name) => [name, this.#arms(intervals.filter(({ segment }) => segment === name))]),
    );
    const whole = segments.size === 0 ? intervals : intervals.filter(({ segment }) => segment === undefined);
    const others = whole.filter(({ cohort }) => cohort !== 'canary');
    const otherRequests = others.reduce((sum, { requests }) => sum + requests, 0);
    return {
      startMs,
      endMs,
      ...this.#arms(whole),
      otherRequests,
      ...(this.#baseline ? { others: armOf(others) } : {}),
      segments,
    };
  }

  #arms(intervals: readonly TelemetryInterval[]): Arms {
    const comparator = this.#baseline ? 'baseline' : 'stable';
    return {
      canary: armOf(intervals.filter(({ cohort }) => cohort === 'canary')),
      stable: armOf(intervals.filter(({ cohort }) => cohort === comparator || cohort === 'before')),
    };
  }
}

const NO_INTERVALS: readonly TelemetryInterval[] = [];
