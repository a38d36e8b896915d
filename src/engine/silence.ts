/** Has an arm fallen silent? Requests that no longer come, or are no longer counted, look like a canary that fails no more. */

/** An arm is silent after so long without a request, and after so many slots. */
const SILENT_SECONDS = 30;
const LEAST_SLOTS = 3;
/** Requests that were due by then at the arm's own pace. */
const LEAST_DUE = 10;

/** State of {@link Silence}, plain JSON. */
export interface SilenceState {
  /** Start of the slot of the first request, end of that of the last one, Unix ms; `null` before any. */
  firstMs: number | null;
  lastMs: number | null;
  requests: number;
}

/** Follows whether one arm still has requests. */
export class Silence {
  readonly #slotMs: number;
  readonly #state: SilenceState;

  constructor(slotMs: number, state?: SilenceState) {
    this.#slotMs = slotMs;
    this.#state = { firstMs: null, lastMs: null, requests: 0, ...state };
  }

  /** Takes in the requests of the slot that ends at a moment. */
  observe(endMs: number, requests: number): void {
    if (requests <= 0) return;
    this.#state.firstMs ??= endMs - this.#slotMs;
    this.#state.lastMs = endMs;
    this.#state.requests += requests;
  }

  /** Milliseconds without a request until a moment, if that is a silence; else `null`. An arm that never spoke is not silent. */
  silentMs(atMs: number): number | null {
    const { firstMs, lastMs, requests } = this.#state;
    if (firstMs === null || lastMs === null) return null;
    const silentMs = atMs - lastMs;
    if (silentMs < Math.max(SILENT_SECONDS * 1000, LEAST_SLOTS * this.#slotMs)) return null;
    return (requests / (lastMs - firstMs)) * silentMs >= LEAST_DUE ? silentMs : null;
  }

  state(): SilenceState {
    return { ...this.#state };
  }
}
