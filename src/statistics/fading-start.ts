/**
 * Is it a fault or a cold start? Caches, connection pools and just-in-time compilers make a fresh canary fail or crawl for
 * a minute, and that fades; a fault stays. During the warm-up evidence against the canary is set aside until the data
 * show that it is not fading: a lasting excess is then found within seconds, and a cold start is not taken for one.
 */
import { LOG_RATIOS, onGrid } from './ratio-grid.ts';

/** Seconds in which a fading excess falls to 1/e. */
export const FADE_SECONDS: readonly number[] = [15, 30];
/** Ratio at the start beyond which errors are no cold start. */
export const LARGEST_COLD_START = 12;
/** Smallest ratio at the start that fading is tried with, as a logarithm. */
export const LEAST_LOG_START = 0.2;

/** State of {@link FadingStart}, plain JSON. */
export interface FadingStartState {
  lasting: number[];
  fading: number[];
}

/** Compares "the ratio stays as it is" with "it began high and fades to none", each at its best, uncapped. */
export class FadingStart {
  readonly #nullPosition: number;
  readonly #lasting: Float64Array;
  /** Log likelihood of each fading path. */
  readonly #fading: Float64Array;
  /** Ratios at the start, as logarithms, that fading is tried with. */
  readonly #starts: readonly number[];

  /** @param largestStart - ratio at the start beyond which an excess is no cold start. */
  constructor(nullPosition: number, state?: FadingStartState, largestStart: number = LARGEST_COLD_START) {
    this.#nullPosition = nullPosition;
    this.#starts = LOG_RATIOS.filter((x) => x >= LEAST_LOG_START && x <= Math.log(largestStart));
    this.#lasting = onGrid(state?.lasting);
    this.#fading = Float64Array.from(state?.fading ?? new Float64Array(FADE_SECONDS.length * this.#starts.length));
  }

  /**
   * Log likelihood ratio of a lasting excess over a fading one, with one more block on top.
   *
   * @param likelihood - the block's log likelihood over the ratio grid.
   * @param middleSeconds - the middle of the block, since the canary's start.
   */
  logLasting(likelihood: Float64Array, middleSeconds: number): number {
    let lasting = -Infinity;
    for (let k = this.#nullPosition; k < LOG_RATIOS.length; k++)
      lasting = Math.max(lasting, this.#lasting[k]! + likelihood[k]!);
    let fading = -Infinity;
    this.#paths(likelihood, middleSeconds, (path, value) => {
      fading = Math.max(fading, this.#fading[path]! + value);
    });
    return lasting - fading;
  }

  /** Takes in a finished block. */
  add(likelihood: Float64Array, middleSeconds: number): void {
    for (let k = 0; k < LOG_RATIOS.length; k++) this.#lasting[k]! += likelihood[k]!;
    this.#paths(likelihood, middleSeconds, (path, value) => {
      this.#fading[path]! += value;
    });
  }

  state(): FadingStartState {
    return { lasting: [...this.#lasting], fading: [...this.#fading] };
  }

  /** Log likelihood of the block on every path: the ratio is `1 + excess * exp(-t / fade)`. */
  #paths(likelihood: Float64Array, middleSeconds: number, each: (path: number, value: number) => void): void {
    let path = 0;
    for (const fade of FADE_SECONDS) {
      const left = Math.exp(-middleSeconds / fade);
      let k = 0;
      for (const start of this.#starts) {
        const logRatio = Math.log1p(Math.expm1(start) * left);
        // Starts ascend, so the search goes on from the last place.
        while (k < LOG_RATIOS.length - 2 && LOG_RATIOS[k + 1]! < logRatio) k += 1;
        const share = (logRatio - LOG_RATIOS[k]!) / (LOG_RATIOS[k + 1]! - LOG_RATIOS[k]!);
        each(path, likelihood[k]! + share * (likelihood[k + 1]! - likelihood[k]!));
        path += 1;
      }
    }
  }
}
