/**
 * The block of wall time (10 s, or one interval where that is longer) that is being filled.
 *
 * Blocks are what makes short intervals equal to long ones: dispersion, the burst clip and the cut of one bad pod are
 * about what happens in 10 s, however many intervals those seconds arrive in.
 */
import { winsorisePods } from './burst-clip.ts';
import { mergePods, type PodCounts } from './pod-counts.ts';
import { onGrid } from './ratio-grid.ts';
import { type ArmCounts, addCounts, addShareLikelihood, noCounts } from './share-likelihood.ts';

/** One interval as the judge sees it. Times are seconds since the judge began. */
export interface JudgedInterval extends ArmCounts {
  startSeconds: number;
  endSeconds: number;
  /** What each pod did, sorted by name, where traffic is told apart by pod. */
  canaryPods?: readonly PodCounts[];
  stablePods?: readonly PodCounts[];
}

/** State of {@link OpenBlock}, plain JSON. */
export interface OpenBlockState {
  index: number;
  endSeconds: number;
  perCanaryBad: number[];
  perStableBad: number[];
  raw: ArmCounts;
  waiting: ArmCounts;
  canaryPods: PodCounts[];
  stablePods: PodCounts[];
}

/** Counts and likelihood of the block so far. */
export class OpenBlock {
  #index: number;
  readonly #nullPosition: number;
  readonly #perCanaryBad: Float64Array;
  readonly #perStableBad: Float64Array;
  #raw: ArmCounts;
  #canaryPods: readonly PodCounts[] = [];
  #stablePods: readonly PodCounts[] = [];
  #waiting: ArmCounts;
  #endSeconds: number;

  constructor(index: number, nullPosition: number, state?: OpenBlockState) {
    this.#index = index;
    this.#nullPosition = nullPosition;
    this.#perCanaryBad = onGrid(state?.perCanaryBad);
    this.#perStableBad = onGrid(state?.perStableBad);
    this.#raw = { ...(state?.raw ?? noCounts()) };
    this.#waiting = { ...(state?.waiting ?? noCounts()) };
    this.#canaryPods = state?.canaryPods ?? [];
    this.#stablePods = state?.stablePods ?? [];
    this.#endSeconds = state?.endSeconds ?? 0;
  }

  /** Empties it for another block, so that no memory is asked for. */
  beginAnew(index: number): void {
    this.#index = index;
    this.#perCanaryBad.fill(0);
    this.#perStableBad.fill(0);
    this.#raw = noCounts();
    this.#waiting = noCounts();
    this.#canaryPods = [];
    this.#stablePods = [];
    this.#endSeconds = 0;
  }

  /** Number of the block since the canary's start. */
  get index(): number {
    return this.#index;
  }

  /** What each canary pod did in the block so far, sorted by name. */
  get canaryPods(): readonly PodCounts[] {
    return this.#canaryPods;
  }

  /** What each stable pod did in the block so far, sorted by name. */
  get stablePods(): readonly PodCounts[] {
    return this.#stablePods;
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
    this.#canaryPods = mergePods(this.#canaryPods, interval.canaryPods ?? []);
    this.#stablePods = mergePods(this.#stablePods, interval.stablePods ?? []);
    if (this.#waiting.canaryRequests > 0 && this.#waiting.stableRequests > 0) {
      addShareLikelihood(this.#waiting, this.#nullPosition, this.#perCanaryBad, this.#perStableBad);
      this.#waiting = noCounts();
    }
  }

  /**
   * Counts of the block, one bad pod cut back to its siblings.
   *
   * @param podSquaredCv - squared CV of one pod's noise that is ordinary; `null` = no pod is cut.
   */
  counts(podSquaredCv: number | null = 0): ArmCounts {
    if (podSquaredCv === null) return { ...this.#raw };
    const serving = this.#canaryPods.filter(({ requests }) => requests > 0).map(({ bad }) => bad);
    if (serving.length === 0) return { ...this.#raw };
    const cut = serving.reduce((sum, bad) => sum + bad, 0) - winsorisePods(serving, podSquaredCv);
    return { ...this.#raw, canaryBad: this.#raw.canaryBad - cut };
  }

  /**
   * Log likelihood over the ratio grid, before tempering, for the given (possibly cut) number of bad canary requests; returns
   * `into`.
   */
  logLikelihood(canaryBad: number, into: Float64Array = onGrid()): Float64Array {
    const kept = this.#raw.canaryBad > 0 ? canaryBad / this.#raw.canaryBad : 1;
    const [perCanaryBad, perStableBad] = [this.#perCanaryBad, this.#perStableBad];
    for (let k = 0; k < into.length; k++) into[k] = kept * perCanaryBad[k]! + perStableBad[k]!;
    return into;
  }

  state(): OpenBlockState {
    return {
      index: this.#index,
      endSeconds: this.#endSeconds,
      perCanaryBad: [...this.#perCanaryBad],
      perStableBad: [...this.#perStableBad],
      raw: { ...this.#raw },
      waiting: { ...this.#waiting },
      canaryPods: this.#canaryPods.map((pod) => ({ ...pod })),
      stablePods: this.#stablePods.map((pod) => ({ ...pod })),
    };
  }
}
