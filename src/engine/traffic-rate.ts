/** How much traffic both arms get now. Weights change, so what was before the last change says nothing of what is to come. */
import type { Slot } from './slots.ts';

/** Traffic as it is now. */
export interface TrafficNow {
  /** Of the whole service. */
  requestsPerSecond: number;
  /** The canary's share of it, 0 to 1. */
  canaryShare: number;
  /** Requests of the fresh baseline pods for one of the canary's; `null` where the canary is compared with all others. */
  baselinePerCanary: number | null;
}

/** State of {@link TrafficRate}, plain JSON. Sums fade, so they are no whole numbers. */
export interface TrafficRateState {
  seconds: number;
  canary: number;
  others: number;
  /** Requests of fresh baseline pods, where there are any. */
  baseline: number | null;
  /** The routed share in force; `null` when nobody knows. */
  routedShare: number | null;
  slots: number;
}

/** What was so long ago counts a third. Known weight changes count at once; others have to be seen. */
const FADING_SECONDS = 300;
/** Canary requests from which on its share is taken from them, and no longer from the router: that is 18 % of noise. */
const TELLING_REQUESTS = 30;

/** Follows the traffic since the canary's first request. */
export class TrafficRate {
  readonly #fading: number;
  readonly #slotSeconds: number;
  #state: TrafficRateState;

  constructor(slotMs: number, state?: TrafficRateState) {
    this.#slotSeconds = slotMs / 1000;
    this.#fading = Math.exp(-this.#slotSeconds / FADING_SECONDS);
    this.#state = state ? { ...state } : { ...NOTHING };
  }

  /** @param routedShare - in force when the slot began. */
  observe({ canary, otherRequests, stable, others }: Slot, routedShare: number | null): void {
    const last = this.#state;
    // The canary's first request came somewhere in the middle of its first slot.
    const isNew = last.slots === 1 || (last.slots > 0 && routedShare !== last.routedShare);
    const { seconds, canary: served, others: other, baseline } = isNew ? NOTHING : last;
    this.#state = {
      seconds: seconds * this.#fading + this.#slotSeconds,
      canary: served * this.#fading + canary.requests,
      others: other * this.#fading + otherRequests,
      baseline: others === undefined ? null : (baseline ?? 0) * this.#fading + stable.requests,
      routedShare,
      slots: last.slots + 1,
    };
  }

  /**
   * Traffic as it is now; `null` before there is any.
   *
   * @param routedShare - in force now.
   */
  now(routedShare: number | null): TrafficNow | null {
    const { seconds, canary, others, baseline, routedShare: last } = this.#state;
    if (!(canary + others > 0)) return null;
    const isTold = routedShare !== null && (routedShare !== last || canary < TELLING_REQUESTS);
    return {
      requestsPerSecond: (canary + others) / seconds,
      canaryShare: isTold ? routedShare : canary / (canary + others),
      baselinePerCanary: baseline === null ? null : baseline / Math.max(canary, 1),
    };
  }

  state(): TrafficRateState {
    return { ...this.#state };
  }
}

const NOTHING: TrafficRateState = {
  seconds: 0,
  canary: 0,
  others: 0,
  baseline: null,
  routedShare: null,
  slots: 0,
};
