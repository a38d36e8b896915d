import type { Clock } from 'rolloutguard';
import { type Random, uniform } from './random.ts';
import type { Scenario } from './scenarios.ts';

/** When a fault really began and ended; `endedAtMs` is `null` while it lasts. */
export interface FaultTimes {
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
}

export interface FaultOptions {
  readonly scenario: Scenario;
  readonly random: Random;
  readonly clock: Clock;
  /** Switches the fault on or off where it is. */
  readonly toggle: (on: boolean) => Promise<void>;
}

/**
 * The fault of one run, at a random moment: nobody who takes part in the rollout knows it beforehand. Without a fault in
 * the scenario it does nothing.
 */
export class Fault {
  readonly #options: FaultOptions;
  readonly #afterMs: number;
  readonly #lastsMs: number | null;
  #times: FaultTimes | null = null;

  constructor(options: FaultOptions) {
    const { random, scenario } = options;
    this.#options = options;
    this.#afterMs = uniform(random, ...scenario.faultAfterSeconds) * 1000;
    this.#lastsMs = scenario.faultSeconds === null ? null : uniform(random, ...scenario.faultSeconds) * 1000;
  }

  /** `null` as long as it has not begun. */
  get times(): FaultTimes | null {
    return this.#times;
  }

  /** Call before the canary's first traffic: a fault that is there from the first request on begins now. */
  async arm(): Promise<void> {
    if (this.#options.scenario.fault !== null && this.#afterMs === 0) await this.#begin();
  }

  /** Call at the canary's first traffic. Settles when the fault has run its course, or without an error on `signal`. */
  async play(signal: AbortSignal): Promise<void> {
    const { clock, toggle, scenario } = this.#options;
    if (scenario.fault === null) return;
    try {
      if (this.#times === null) {
        await clock.sleep(this.#afterMs, signal);
        await this.#begin();
      }
      if (this.#lastsMs === null) return;
      await clock.sleep(this.#lastsMs, signal);
      await toggle(false);
      this.#times = this.#times && { ...this.#times, endedAtMs: clock.now() };
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #begin(): Promise<void> {
    await this.#options.toggle(true);
    this.#times = { startedAtMs: this.#options.clock.now(), endedAtMs: null };
  }
}
