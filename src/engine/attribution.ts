/**
 * Whose fault is it? Canary against stable answers "is the canary worse"; stable now against stable before the
 * deployment answers "is something else going on". An external incident holds a rollout; it is never a reason to roll back.
 */
import { temper, UNIT_SECONDS } from '../statistics/dispersion.ts';
import { logMixture } from '../statistics/log-space.ts';
import { LOG_RATIOS, nearestPosition, spreadPrior, worsePrior } from '../statistics/ratio-grid.ts';
import { type ArmCounts, addShareLikelihood } from '../statistics/share-likelihood.ts';
import type { Slot } from './slots.ts';

/** Stable counts as degraded when its rate is more than this many times the one before. */
const DEGRADED_RATIO = 1.5;
/** Absolute increase that never holds a rollout. */
const ABSOLUTE_TOLERANCE = 0.002;
/**
 * Evidence in nats that starts a hold. A hold is cheap, so this is below what a rollback needs; it is read from a rolling
 * window, so a bound of ln 20 would be crossed by chance too often.
 */
const START_BOUND = Math.log(100);
/** Nats by which the recent errors must beat the limit itself: a handful of errors is no incident. */
const GUARD_NATS = 3;
/** Time that the evidence looks back. */
const WINDOW_SECONDS = 60;
/** A hold ends when stable's rate over this time is back within the ratio. */
const RELEASE_SECONDS = 30;
/** Stable requests before the deployment without which nothing can be said. */
const REFERENCE_REQUESTS = 100;
/** Squared CV of the rate noise assumed per 10 s, and the log spread between two times of a healthy service. */
const SQUARED_CV = 0.125;
const NATURAL_SPREAD = 0.15;

/** Requests and how many of them failed. */
export interface RateCount {
  requests: number;
  errors: number;
}

/** State of {@link ExternalWatch}, plain JSON. */
export interface ExternalWatchState {
  recent: RateCount[];
  held: boolean;
}

/** Watches stable for incidents that the canary cannot have caused. */
export class ExternalWatch {
  readonly #before: RateCount;
  readonly #intervalSeconds: number;
  readonly #nullPosition: number = nearestPosition(Math.log(DEGRADED_RATIO));
  readonly #alternative = worsePrior(Math.log(DEGRADED_RATIO));
  readonly #natural = spreadPrior(Math.log(DEGRADED_RATIO), NATURAL_SPREAD);
  #recent: RateCount[];
  #held: boolean;

  /** @param before - what stable did before the first judged slot. */
  constructor(before: RateCount, intervalSeconds: number, state?: ExternalWatchState) {
    this.#before = before;
    this.#intervalSeconds = intervalSeconds;
    this.#recent = state?.recent.map((slot) => ({ ...slot })) ?? [];
    this.#held = state?.held ?? false;
  }

  state(): ExternalWatchState {
    return { recent: this.#recent.map((slot) => ({ ...slot })), held: this.#held };
  }

  /** True when there is enough telemetry from before the deployment to compare with. */
  get hasReference(): boolean {
    return this.#before.requests >= REFERENCE_REQUESTS;
  }

  /** True while stable is worse than before the deployment. */
  get external(): boolean {
    return this.#held;
  }

  /** Failed share of stable's requests before the deployment. */
  get rateBefore(): number {
    return this.#before.errors / Math.max(this.#before.requests, 1);
  }

  /** Failed share of stable's requests over the last minute. */
  get rateNow(): number {
    return rateOf(this.#last(WINDOW_SECONDS));
  }

  /** Takes in the next slot. */
  observe({ stable }: Slot): void {
    this.#recent.push({ requests: stable.requests, errors: stable.errors });
    if (this.#recent.length > this.#slots(WINDOW_SECONDS)) this.#recent.shift();
    if (!this.hasReference) return;
    const limit = this.rateBefore * DEGRADED_RATIO + ABSOLUTE_TOLERANCE;
    if (this.#held) this.#held = rateOf(this.#last(RELEASE_SECONDS)) > limit;
    else this.#held = this.#beats(limit) && this.#logE() >= START_BOUND;
  }

  /**
   * The recent errors are well above the limit. Only the last half minute counts here: a hold that has just ended must not
   * start again on the errors of the minute before.
   */
  #beats(limit: number): boolean {
    const { requests, errors } = sumOf(this.#last(RELEASE_SECONDS));
    const rate = errors / Math.max(requests, 1);
    return rate > limit && errors * Math.log(rate / limit) - requests * (rate - limit) >= GUARD_NATS;
  }

  /** Log evidence that stable's rate now is more than the degraded ratio times the one before. */
  #logE(): number {
    const now = sumOf(this.#last(WINDOW_SECONDS));
    const counts: ArmCounts = {
      canaryRequests: now.requests,
      canaryBad: now.errors,
      stableRequests: this.#before.requests,
      stableBad: this.#before.errors,
    };
    const perNow = new Float64Array(LOG_RATIOS.length);
    const perBefore = new Float64Array(LOG_RATIOS.length);
    addShareLikelihood(counts, this.#nullPosition, perNow, perBefore);
    const units = (this.#recent.length * this.#intervalSeconds) / UNIT_SECONDS;
    const factor = temper(counts, DEGRADED_RATIO, SQUARED_CV / units);
    const curve = perNow.map((value, k) => (value + perBefore[k]!) / factor);
    const innocent = Math.max(
      curve[this.#nullPosition]!,
      logMixture(curve, this.#natural.logWeights, this.#natural.positions),
    );
    return logMixture(curve, this.#alternative.logWeights, this.#alternative.positions) - innocent;
  }

  #slots(seconds: number): number {
    return Math.max(1, Math.round(seconds / this.#intervalSeconds));
  }

  #last(seconds: number): RateCount[] {
    return this.#recent.slice(-this.#slots(seconds));
  }
}

function sumOf(slots: readonly RateCount[]): RateCount {
  return slots.reduce((sum, slot) => ({ requests: sum.requests + slot.requests, errors: sum.errors + slot.errors }), {
    requests: 0,
    errors: 0,
  });
}

function rateOf(slots: readonly RateCount[]): number {
  const { requests, errors } = sumOf(slots);
  return errors / Math.max(requests, 1);
}
