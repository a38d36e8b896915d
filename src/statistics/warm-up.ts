/**
 * Evidence of the warm-up is set aside until it has shown not to fade. It then counts in full; else it is dropped, as a
 * cold start. Later evidence counts at once, unless the excess is plainly fading.
 */
import { plus } from './curves.ts';
import { FadingStart, type FadingStartState } from './fading-start.ts';
import { onGrid } from './ratio-grid.ts';

/** Log likelihood ratio of a lasting excess over a fading one that admits what was set aside. */
export const ADMITTED_FROM = 3.5;
/** The same, below which an excess is plainly fading: its blocks are set aside too. */
const FADING_BELOW = -3;
/** How long fading is looked for, as a multiple of the warm-up, and at most in seconds. */
export const WATCHED_FOR = 3;
export const WATCHED_SECONDS = 120;

/** Evidence of one block. */
export interface BlockEvidence {
  /** Tempered log likelihood, not capped. */
  readonly likelihood: Float64Array;
  /** The same, capped. */
  readonly gained: Float64Array;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** So bad that it counts at once. */
  readonly catastrophic: boolean;
}

/** State of {@link WarmUp}, plain JSON. */
export interface WarmUpState {
  setAside: number[];
  admitted: boolean;
  fading: FadingStartState;
}

/** What the warm-up has shown so far. */
export class WarmUp {
  readonly #seconds: number;
  readonly #fading: FadingStart;
  readonly #setAside: Float64Array;
  #admitted: boolean;

  /**
   * @param seconds - length; blocks that begin earlier belong to it.
   * @param largestColdStart - ratio at the start beyond which an excess is no cold start; 12 unless given.
   */
  constructor(seconds: number, nullPosition: number, state?: WarmUpState, largestColdStart?: number) {
    this.#seconds = seconds;
    this.#fading = new FadingStart(nullPosition, state?.fading, largestColdStart);
    this.#setAside = onGrid(state?.setAside);
    this.#admitted = state?.admitted ?? false;
  }

  /** What counts with an open block on top: the finished evidence, the block unless it waits, and what is admitted; returns `into`. */
  withOpen(finished: Float64Array, open: BlockEvidence, into: Float64Array = onGrid()): Float64Array {
    const logLasting = this.#logLasting(open);
    const admitted = this.#admitted || logLasting >= ADMITTED_FROM;
    const counts = admitted || !this.#waits(open, logLasting);
    const setAside = this.#setAside;
    for (let k = 0; k < into.length; k++)
      into[k] = finished[k]! + (counts ? open.gained[k]! : 0) + (admitted ? setAside[k]! : 0);
    return into;
  }

  /** Adds a finished block to the finished evidence, or sets it aside; returns the finished evidence. */
  close(finished: Float64Array, block: BlockEvidence): Float64Array {
    const logLasting = this.#logLasting(block);
    this.#admitted ||= logLasting >= ADMITTED_FROM;
    this.#fading.add(block.likelihood, middleOf(block));
    if (!this.#waits(block, logLasting)) return plus(finished, block.gained, onGrid());
    plus(this.#setAside, block.gained, this.#setAside);
    return finished;
  }

  /** True once it is decided what becomes of the evidence that was set aside. */
  isOver(elapsedSeconds: number): boolean {
    const within = Math.min(WATCHED_FOR * this.#seconds, WATCHED_SECONDS);
    return elapsedSeconds >= (this.#admitted ? this.#seconds : Math.max(this.#seconds, within));
  }

  /** The finished evidence once it is over. */
  settle(finished: Float64Array): Float64Array {
    return this.#admitted ? plus(finished, this.#setAside, onGrid()) : finished;
  }

  state(): WarmUpState {
    return { setAside: [...this.#setAside], admitted: this.#admitted, fading: this.#fading.state() };
  }

  #logLasting(block: BlockEvidence): number {
    return this.#fading.logLasting(block.likelihood, middleOf(block));
  }

  #waits({ startSeconds, catastrophic }: BlockEvidence, logLasting: number): boolean {
    if (catastrophic || this.#admitted) return false;
    return startSeconds < this.#seconds || logLasting < FADING_BELOW;
  }
}

function middleOf({ startSeconds, endSeconds }: BlockEvidence): number {
  return (startSeconds + endSeconds) / 2;
}
