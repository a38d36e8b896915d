/**
 * Stable's usual rate of bad requests, from before the deployment and since. A stable that fails far more than it usually does
 * makes every canary look good, so what it shows then says nothing for the canary.
 */
import type { ArmCounts } from './share-likelihood.ts';

/** State of {@link StableRate}, plain JSON: what stable did before the deployment. */
export interface StableRateState {
  requests: number;
  bad: number;
}

/** The guess before anything is known: one bad request in a thousand, worth this many requests. */
const GUESSED_RATE = 0.001;
const GUESS_REQUESTS = 500;
/** Requests from which on the rate counts as known. */
const KNOWN_FROM = 1000;
/** A rate is unusual from this multiple of the usual one on, and this many standard deviations of a count above that. */
const UNUSUAL_MULTIPLE = 2;
const UNUSUAL_DEVIATIONS = 3;

/** Remembers what stable did before the deployment. Predictable: a block is held against earlier ones. */
export class StableRate {
  readonly #before: StableRateState;

  constructor(state?: StableRateState) {
    this.#before = { ...(state ?? { requests: 0, bad: 0 }) };
  }

  /** Rate before the deployment; `null` where too few requests are known. */
  get before(): number | null {
    return this.#before.requests < KNOWN_FROM ? null : this.#rate(0, 0);
  }

  /** Takes in what stable did before the deployment. */
  learnBefore(requests: number, bad: number): void {
    this.#before.requests += requests;
    this.#before.bad += bad;
  }

  /** The usual rate, given the totals of earlier blocks; above 0. */
  usual({ stableRequests, stableBad }: ArmCounts): number {
    return this.#rate(stableRequests, stableBad);
  }

  /** True when stable did so badly in a block that it speaks for no canary; false while the usual rate is not known. */
  isUnusual(block: ArmCounts, earlier: ArmCounts): boolean {
    if (this.#before.requests + earlier.stableRequests < KNOWN_FROM) return false;
    const most = UNUSUAL_MULTIPLE * this.usual(earlier) * block.stableRequests;
    return block.stableBad > most + UNUSUAL_DEVIATIONS * Math.sqrt(most + 1);
  }

  state(): StableRateState {
    return { ...this.#before };
  }

  #rate(requests: number, bad: number): number {
    const before = this.#before;
    return (before.bad + bad + GUESSED_RATE * GUESS_REQUESTS) / (before.requests + requests + GUESS_REQUESTS);
  }
}
