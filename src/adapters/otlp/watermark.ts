/** Until when the telemetry of a service is complete. */
import { gridEnd, gridFloor } from './grid.ts';

/** A sender. `reportedUntilMs`: end of its newest point. */
export interface Reporter {
  receivedAtMs: number;
  reportedUntilMs: number;
}

/** How long to wait for a sender, in export periods: one, and half of one for the way. */
const PATIENCE = 1.5;

/**
 * Closes intervals. One is closed when every live sender has reported past it, or 1.5 export periods after its end,
 * whichever is first. A sender that has been silent for 1.5 export periods is not live, so a dead pod delays nothing for
 * longer. What is closed stays closed.
 */
export class Watermark {
  readonly #intervalMs: number;
  readonly #patienceMs: number;
  readonly #reporters = new Set<Reporter>();
  #closedUntilMs = 0;

  constructor(intervalMs: number, exportPeriodMs: number) {
    this.#intervalMs = intervalMs;
    this.#patienceMs = PATIENCE * exportPeriodMs;
  }

  /** True while some sender is waited for. */
  get isWaiting(): boolean {
    return this.#reporters.size > 0;
  }

  /** Waits for this sender from now on, for as long as it lives. */
  waitFor(reporter: Reporter): void {
    this.#reporters.add(reporter);
  }

  /** Moves on to `nowMs`; returns the end of the last closed interval. It never moves back. */
  advance(nowMs: number): number {
    const byTimeMs = gridFloor(nowMs - this.#patienceMs, this.#intervalMs);
    this.#closedUntilMs = Math.max(this.#closedUntilMs, byTimeMs, this.#reportedByAll(nowMs));
    return this.#closedUntilMs;
  }

  #reportedByAll(nowMs: number): number {
    // A sender's clock may be ahead: the future is never complete.
    let untilMs = Number.POSITIVE_INFINITY;
    for (const reporter of this.#reporters) {
      if (nowMs - reporter.receivedAtMs > this.#patienceMs) this.#reporters.delete(reporter);
      else untilMs = Math.min(untilMs, reporter.reportedUntilMs);
    }
    if (untilMs === Number.POSITIVE_INFINITY) return 0;
    // Past the edge, not on it: an export that ends on the edge may come in several requests.
    return Math.min(gridEnd(untilMs, this.#intervalMs) - this.#intervalMs, gridFloor(nowMs, this.#intervalMs));
  }
}
