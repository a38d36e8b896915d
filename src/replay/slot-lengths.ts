/** The slot length that `decide()` would have used at each moment: it looks at the first intervals that it is given. */
import { LENGTH_SAMPLE, slotLength } from '../engine/slot-length.ts';
import type { TelemetryInterval } from '../ports/telemetry.ts';
import type { Recording } from './recording.ts';

/** Slot lengths over time. They change only while the first intervals come in, and only where those differ in length. */
export class SlotLengths {
  readonly #recording: Recording;
  readonly #policyIntervalMs: number;
  /** From here on the sample is that of the whole recording. */
  readonly #settledMs: number;
  readonly #settled: number;

  constructor(recording: Recording, policyIntervalMs: number) {
    this.#recording = recording;
    this.#policyIntervalMs = policyIntervalMs;
    const { intervals, intervalMs } = recording;
    this.#settled = slotLength(intervals, policyIntervalMs, intervalMs);
    const sample = intervals.filter(({ segment }) => segment === undefined).slice(0, LENGTH_SAMPLE);
    this.#settledMs = sample.reduce((latest, { endMs }) => Math.max(latest, endMs), -Infinity);
  }

  /** Milliseconds, by what is known at a moment. */
  at(nowMs: number): number {
    if (nowMs >= this.#settledMs) return this.#settled;
    const { intervals, intervalMs } = this.#recording;
    const known: TelemetryInterval[] = [];
    for (const interval of intervals) {
      if (interval.endMs <= nowMs && interval.segment === undefined) known.push(interval);
      if (known.length === LENGTH_SAMPLE) break;
    }
    return slotLength(known, this.#policyIntervalMs, intervalMs);
  }
}
