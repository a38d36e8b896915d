/**
 * The block of wall time (10 s, or one interval where that is longer) that is being filled.
 *
 * Blocks are what makes short intervals equal to long ones: dispersion, the burst clip and the cut of one bad pod are
 * about what happens in 10 s, however many intervals those seconds arrive in.
 */
import { winsorisePods } from './burst-clip.ts';
import { LOG_RATIOS } from './ratio-grid.ts';
import { type ArmCounts, addCounts, addShareLikelihood, noCounts } from './share-likelihood.ts';

/** One interval as the judge sees it. Times are seconds since the judge began. */
export interface JudgedInterval extends ArmCounts {
  startSeconds: number;
  endSeconds: number;
  /** Bad canary requests per pod, where pods are known. */
  canaryBadByPod?: ReadonlyMap<string, number>;
}

/** Counts and likelihood of the block so far. */
export class OpenBlock {
  readonly index: number;
  readonly #nullPosition: number;
  readonly #perCanaryBad: Float64Array = new Float64Array(LOG_RATIOS.length);
  readonly #perStableBad: Float64Array = new Float64Array(LOG_RATIOS.length);
  readonly #raw: ArmCounts = noCounts();
  readonly #badByPod = new Map<string, number>();
  #waiting: ArmCounts = noCounts();
  #endSeconds = 0;

  constructor(index: number, nullPosition: number) {
    this.index = index;
    this.#nullPosition = nullPosition;
  }

  /** End of the last interval added, in seconds. */
  get endSeconds(): number {
    return this.#endSeconds;
  }

  /**
   * Adds an interval. Each is compared at its own traffic split, so a weight step inside the block does no harm; counts
   * wait while one arm is empty, so pods that export at different moments still meet.
   */
  add(interval: JudgedInterval): void {
    this.#endSeconds = interval.endSeconds;
    addCounts(this.#raw, interval);
    addCounts(this.#waiting, interval);
    for (const [pod, bad] of interval.canaryBadByPod ?? [])
      this.#badByPod.set(pod, (this.#badByPod.get(pod) ?? 0) + bad);
    if (this.#waiting.canaryRequests > 0 && this.#waiting.stableRequests > 0) {
      addShareLikelihood(this.#waiting, this.#nullPosition, this.#perCanaryBad, this.#perStableBad);
      this.#waiting = noCounts();
    }
  }

  /** Counts of the block, one bad pod cut back to its siblings. */
  counts(): ArmCounts {
    // Sorted, so that the sum does not depend on the order in which pods happened to report.
    const pods = [...this.#badByPod.keys()].sort();
    if (pods.length === 0) return { ...this.#raw };
    const attributed = pods.reduce((sum, pod) => sum + this.#badByPod.get(pod)!, 0);
    const cut = attributed - winsorisePods(pods.map((pod) => this.#badByPod.get(pod)!));
    return { ...this.#raw, canaryBad: this.#raw.canaryBad - cut };
  }

  /** Log likelihood over the ratio grid, before tempering, for the given (possibly cut) number of bad canary requests. */
  logLikelihood(canaryBad: number): Float64Array {
    const kept = this.#raw.canaryBad > 0 ? canaryBad / this.#raw.canaryBad : 1;
    return this.#perCanaryBad.map((value, k) => kept * value + this.#perStableBad[k]!);
  }
}
