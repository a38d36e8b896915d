/**
 * Sums of what speaks for or against promoting, read from the canary's start and from the end of its warm-up on.
 *
 * Evidence for the canary need not wait for the warm-up: nothing is fast or sound only while it is cold. A cold start speaks
 * against it, and fades: read from the end of the warm-up on, it does not delay the promotion. Each of the two is an
 * e-process, and so is their weighted average.
 */
import { plus } from './curves.ts';
import { StartTimes, type StartTimesState } from './start-times.ts';

/** Weight of the evidence from the start; that from the end of the warm-up on has the rest. */
const FROM_THE_START = 0.8;

/** State of {@link PromotionSums}, plain JSON. */
export interface PromotionSumsState {
  closed: number[];
  warmedUp: boolean;
  starts: StartTimesState;
}

/** Adds up blocks. The last one is open until {@link PromotionSums.close}: it may be weighed again and again. */
export class PromotionSums {
  readonly #warmUpSeconds: number;
  readonly #starts: StartTimes;
  #closed: Float64Array;
  /** The same with the open block on top. Without an open block the two are one. */
  #current: Float64Array;
  /** Memory for the next {@link PromotionSums.weigh}. */
  #spare: Float64Array;
  #warmedUp: boolean;

  /**
   * @param warmUpSeconds - length of the warm-up, rounded up to whole blocks.
   * @param length - how many sums there are.
   * @param logEvidence - log e-value of what was added to the sums between two moments.
   */
  constructor(
    warmUpSeconds: number,
    length: number,
    logEvidence: (now: Float64Array, from: Float64Array) => number,
    state?: PromotionSumsState,
  ) {
    this.#warmUpSeconds = warmUpSeconds;
    this.#starts = new StartTimes(logEvidence, state?.starts);
    this.#closed = Float64Array.from(state?.closed ?? new Float64Array(length));
    this.#current = this.#closed;
    this.#spare = new Float64Array(this.#closed.length);
    this.#warmedUp = state?.warmedUp ?? warmUpSeconds <= 0;
    if (state === undefined) this.#starts.start(this.#warmedUp ? 1 : FROM_THE_START, this.#closed.slice());
  }

  /** Log of the e-value of both starts together. */
  get logE(): number {
    return this.#starts.logE(this.#current);
  }

  /** Puts the open block as it stands on top of the finished ones. */
  weigh(gained: Float64Array): void {
    if (this.#current === this.#closed) this.#current = this.#spare;
    plus(this.#closed, gained, this.#current);
  }

  /** Adds the open block to the finished ones. */
  close(endSeconds: number): void {
    if (this.#current !== this.#closed) [this.#closed, this.#spare] = [this.#current, this.#closed];
    if (this.#warmedUp || endSeconds < this.#warmUpSeconds) return;
    this.#warmedUp = true;
    this.#starts.start(1 - FROM_THE_START, this.#closed.slice());
  }

  state(): PromotionSumsState {
    return { closed: [...this.#closed], warmedUp: this.#warmedUp, starts: this.#starts.state() };
  }
}
