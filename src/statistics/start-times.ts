/**
 * Evidence from several start times on. A fault that begins late would be diluted by the healthy past, so the same
 * evidence is also read from checkpoints on. The weights sum to at most one, and a weighted average of e-processes is an
 * e-process: no correction is due for looking often or for starting again.
 */
import { logSumExp } from './log-space.ts';

/** Weight of the deployment's start; checkpoints share the rest. */
export const START_WEIGHT = 0.5;
/** Time between checkpoints. */
const CHECKPOINT_SECONDS = 120;
/** Most start times kept; older ones are thinned beyond it. */
const MAX_STARTS = 17;

/** One start time: its weight and the sums as they stood then. */
interface Start {
  readonly logWeight: number;
  readonly sums: Float64Array;
}

/** State of {@link StartTimes}, plain JSON. */
export interface StartTimesState {
  starts: { logWeight: number; sums: number[] }[];
  /** `null`: none was thinned out. */
  logRetired: number | null;
  unspent: number;
  lastCheckpoint: number;
}

/** The weighted start times of one process of evidence. */
export class StartTimes {
  readonly #logEvidence: (now: Float64Array, from: Float64Array) => number;
  #starts: Start[];
  /** Log of the summed evidence of starts that were thinned out: a stopped e-process keeps its value. */
  #logRetired: number;
  /** Weight not given to any start yet; it counts as evidence 1. */
  #unspent: number;
  #lastCheckpoint: number;

  /** @param logEvidence - log e-value of what was added to the sums between two moments. */
  constructor(logEvidence: (now: Float64Array, from: Float64Array) => number, state?: StartTimesState) {
    this.#logEvidence = logEvidence;
    this.#starts = (state?.starts ?? []).map(({ logWeight, sums }) => ({ logWeight, sums: Float64Array.from(sums) }));
    this.#logRetired = state?.logRetired ?? -Infinity;
    this.#unspent = state?.unspent ?? 1;
    this.#lastCheckpoint = state?.lastCheckpoint ?? 0;
  }

  /** Log of the e-value of all start times together. */
  logE(sums: Float64Array): number {
    return logSumExp([...this.#parts(this.#starts, sums), Math.log(this.#unspent), this.#logRetired]);
  }

  /** Begins a start time at these sums, which must not be changed afterwards. */
  start(weight: number, sums: Float64Array): void {
    this.#unspent -= weight;
    this.#starts.push({ logWeight: Math.log(weight), sums });
    if (this.#starts.length > MAX_STARTS) this.#thin(sums);
  }

  /** Begins a start time when the next checkpoint has passed. The j-th has half of a weight of `1 / (j (j + 1))`. */
  checkpoint(elapsedSeconds: number, sums: Float64Array): void {
    const number = Math.floor(elapsedSeconds / CHECKPOINT_SECONDS + 1e-9);
    if (number <= this.#lastCheckpoint) return;
    this.#lastCheckpoint = number;
    this.start((1 - START_WEIGHT) / (number * (number + 1)), sums);
  }

  state(): StartTimesState {
    return {
      starts: this.#starts.map(({ logWeight, sums }) => ({ logWeight, sums: [...sums] })),
      logRetired: this.#logRetired === -Infinity ? null : this.#logRetired,
      unspent: this.#unspent,
      lastCheckpoint: this.#lastCheckpoint,
    };
  }

  /** Retires every second start of the older half; the first one stays, as do the recent ones. */
  #thin(sums: Float64Array): void {
    const half = Math.floor(MAX_STARTS / 2);
    const retires = (i: number): boolean => i < half && i % 2 === 1;
    const retired = this.#starts.filter((_, i) => retires(i));
    this.#logRetired = logSumExp([this.#logRetired, ...this.#parts(retired, sums)]);
    this.#starts = this.#starts.filter((_, i) => !retires(i));
  }

  #parts(starts: readonly Start[], sums: Float64Array): number[] {
    return starts.map(({ logWeight, sums: from }) => logWeight + this.#logEvidence(sums, from));
  }
}
