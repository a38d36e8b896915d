/**
 * Is something going on that a deployment need not have caused? Compares what a signal of stable shows now with what it
 * showed before the deployment: failed requests, slow ones, failed calls to a dependency. An incident holds a rollout; it
 * is never a reason to roll back.
 */
import type { JudgedCounts } from '../ports/decision.ts';
import { temper, UNIT_SECONDS } from '../statistics/dispersion.ts';
import { logMixture } from '../statistics/log-space.ts';
import { LOG_RATIOS, nearestPosition, type RatioPrior, spreadPrior, worsePrior } from '../statistics/ratio-grid.ts';
import { type ArmCounts, addShareLikelihood } from '../statistics/share-likelihood.ts';
import { rateOf } from './rate-of.ts';

/** A signal counts as degraded when its rate is more than this many times the one before. */
const DEGRADED_RATIO = 1.5;
/** Absolute increase that never holds a rollout. */
const ABSOLUTE_TOLERANCE = 0.002;
/**
 * Evidence in nats that starts a hold. A hold is cheap, so this is below what a rollback needs; it is read from a rolling
 * window, so a bound of ln 20 would be crossed by chance too often.
 */
const START_BOUND = Math.log(100);
/** Nats by which the recent bad requests must beat the limit itself: a handful of errors is no incident. */
const GUARD_NATS = 3;
/**
 * Times that the evidence looks back. Half a minute finds a fivefold rate 10 to 20 s earlier than a minute alone, which is
 * half made of the calm before; the minute finds what is weaker, or fails few requests.
 */
const WINDOWS_SECONDS = [60, 30];
/** The longest of them, and what "now" means in figures. */
const WINDOW_SECONDS = 60;
/** A hold ends when the rate over this time is back within the ratio; where nobody is counted in it, over {@link WINDOW_SECONDS}. */
const RELEASE_SECONDS = 30;
/** Requests before the deployment without which nothing can be said. */
const REFERENCE_REQUESTS = 100;
/** Squared CV of the rate noise assumed per 10 s. */
const SQUARED_CV = 0.125;
/** Standard deviation of the log ratio between the rates at two times of a healthy service. */
const NATURAL_SPREAD = 0.15;

/** State of {@link IncidentWatch}, plain JSON. */
export interface IncidentWatchState {
  recent: JudgedCounts[];
  held: boolean;
  sinceMs: number | null;
}

/** Watches one signal for a rate that is higher than before the deployment. */
export class IncidentWatch {
  readonly #before: Readonly<JudgedCounts>;
  readonly #intervalSeconds: number;
  readonly #nullPosition: number = nearestPosition(Math.log(DEGRADED_RATIO));
  readonly #alternative = worsePrior(Math.log(DEGRADED_RATIO));
  readonly #natural: RatioPrior;
  readonly #recent: JudgedCounts[];
  #held: boolean;
  #sinceMs: number | null;

  /**
   * @param before - what the signal showed before the first judged slot; it may still grow until then.
   * @param naturalSpread - standard deviation of the log ratio between the rates at two times of a healthy service.
   */
  constructor(
    before: Readonly<JudgedCounts>,
    intervalSeconds: number,
    state?: IncidentWatchState,
    naturalSpread: number = NATURAL_SPREAD,
  ) {
    this.#natural = spreadPrior(Math.log(DEGRADED_RATIO), naturalSpread);
    this.#before = before;
    this.#intervalSeconds = intervalSeconds;
    this.#recent = state?.recent.map((slot) => ({ ...slot })) ?? [];
    this.#held = state?.held ?? false;
    this.#sinceMs = state?.sinceMs ?? null;
  }

  state(): IncidentWatchState {
    return { recent: this.#recent.map((slot) => ({ ...slot })), held: this.#held, sinceMs: this.#sinceMs };
  }

  /** True when there is enough telemetry from before the deployment to compare with. */
  get hasReference(): boolean {
    return this.#before.requests >= REFERENCE_REQUESTS;
  }

  /** True while the signal is worse than before the deployment. */
  get held(): boolean {
    return this.#held;
  }

  /** Start of the slot in which the incident began as far as can be told, Unix ms; `null` while there is none. */
  get sinceMs(): number | null {
    return this.#sinceMs;
  }

  /** Bad share of the requests before the deployment. */
  get rateBefore(): number {
    return rateOf(this.#before);
  }

  /** The highest rate that still counts as within its usual range. */
  get limit(): number {
    return this.rateBefore * DEGRADED_RATIO + ABSOLUTE_TOLERANCE;
  }

  /** What the signal shows over the last minute. */
  get now(): JudgedCounts {
    return sumOf(this.#last(WINDOW_SECONDS));
  }

  /** Bad share of the requests over the last minute. */
  get rateNow(): number {
    return rateOf(this.now);
  }

  /** Bad share of the requests over the last half minute. */
  get latestRate(): number {
    return rateOf(sumOf(this.#last(RELEASE_SECONDS)));
  }

  /** Takes in the next slot. */
  observe({ requests, bad }: JudgedCounts, endMs: number): void {
    this.#recent.push({ requests, bad });
    if (this.#recent.length > this.#slots(WINDOW_SECONDS)) this.#recent.shift();
    if (!this.hasReference) return;
    const { limit } = this;
    // Calls that are counted once a minute, or have stopped, say nothing for half a minute: then the minute counts.
    if (this.#held) this.#held = (this.#isSilent ? this.rateNow : this.latestRate) > limit;
    else if (this.#beats(limit) && WINDOWS_SECONDS.some((seconds) => this.#logE(seconds) >= START_BOUND)) {
      this.#held = true;
      this.#sinceMs = endMs - this.#degradedSlots(limit) * this.#intervalSeconds * 1000;
    }
    if (!this.#held) this.#sinceMs = null;
  }

  /**
   * The recent requests are well above the limit. Only the last half minute counts here: a hold that has just ended must
   * not start again on the errors of the minute before.
   */
  #beats(limit: number): boolean {
    const recent = sumOf(this.#last(RELEASE_SECONDS));
    return rateOf(recent) > limit && excessNats(recent, limit) >= GUARD_NATS;
  }

  /** Log evidence that the rate over the last so many seconds is more than the degraded ratio times the one before. */
  #logE(seconds: number): number {
    const slots = this.#last(seconds);
    const now = sumOf(slots);
    const counts: ArmCounts = {
      canaryRequests: now.requests,
      canaryBad: now.bad,
      stableRequests: this.#before.requests,
      stableBad: this.#before.bad,
    };
    const perNow = new Float64Array(LOG_RATIOS.length);
    const perBefore = new Float64Array(LOG_RATIOS.length);
    addShareLikelihood(counts, this.#nullPosition, perNow, perBefore);
    const units = (slots.length * this.#intervalSeconds) / UNIT_SECONDS;
    const factor = temper(counts, DEGRADED_RATIO, SQUARED_CV / units);
    const curve = perNow.map((value, k) => (value + perBefore[k]!) / factor);
    const innocent = Math.max(
      curve[this.#nullPosition]!,
      logMixture(curve, this.#natural.logWeights, this.#natural.positions),
    );
    return logMixture(curve, this.#alternative.logWeights, this.#alternative.positions) - innocent;
  }

  /** How many of the last slots are degraded: the ones that together exceed the limit most clearly. */
  #degradedSlots(limit: number): number {
    const sum: JudgedCounts = { requests: 0, bad: 0 };
    let best = 1;
    let most = -Infinity;
    for (let slots = 1; slots <= this.#recent.length; slots++) {
      const slot = this.#recent.at(-slots)!;
      sum.requests += slot.requests;
      sum.bad += slot.bad;
      const nats = rateOf(sum) > limit ? excessNats(sum, limit) : 0;
      if (nats > most) [best, most] = [slots, nats];
    }
    return best;
  }

  /** Nobody was counted over the last half minute. */
  get #isSilent(): boolean {
    return !(sumOf(this.#last(RELEASE_SECONDS)).requests > 0);
  }

  #slots(seconds: number): number {
    return Math.max(1, Math.round(seconds / this.#intervalSeconds));
  }

  #last(seconds: number): JudgedCounts[] {
    return this.#recent.slice(-this.#slots(seconds));
  }
}

/** Log likelihood ratio of the observed rate against the limit, for rare bad requests. */
function excessNats({ requests, bad }: JudgedCounts, limit: number): number {
  const rate = bad / Math.max(requests, 1);
  return bad * Math.log(rate / limit) - requests * (rate - limit);
}

function sumOf(slots: readonly JudgedCounts[]): JudgedCounts {
  return slots.reduce((sum, slot) => ({ requests: sum.requests + slot.requests, bad: sum.bad + slot.bad }), {
    requests: 0,
    bad: 0,
  });
}
