/**
 * Evidence over several start times. A fault that begins late would be diluted by the healthy past, so the same
 * likelihood is also read from checkpoints on. An average of e-processes is an e-process, so averaging asks for no
 * correction; what the cap and the learned noise do to each of them is measured by simulation.
 */
import { logMixture, logSumExp } from './log-space.ts';
import { LOG_RATIOS, nearestPosition, type RatioPrior, worsePrior } from './ratio-grid.ts';

/** What the evidence is measured against. */
export interface WorseThan {
  /** Ratio that is still tolerated, such as 1.25. */
  toleratedRatio: number;
  /** Weight of the window that starts with the deployment, below 1; later ones share the rest. */
  startWeight: number;
  /** Seconds between later windows: a divisor of 120. The first of them starts at a multiple of it from 60 s on. */
  windowSeconds: number;
}

/** State of {@link EvidenceWindows}, plain JSON; `null` stands for the log of nothing. */
export interface EvidenceWindowsState<Totals> {
  windows: { logWeight: number; curve: number[]; totals: Totals }[];
  lastCheckpoint: number;
  retired: number | null;
  unspent: number;
}

/**
 * Later windows start from here on. At high traffic healthy seconds at the start weigh heavily against a fault that begins
 * within the first two minutes: with the first of these windows at 120 s, one at 40 s took until then.
 */
const LATER_FROM_SECONDS = 60;
/** All that start in the `j`-th such period from there on share `1 / (j (j + 1))` of the weight of the later windows. */
const PERIOD_SECONDS = 120;
/** Most windows kept; older ones are thinned beyond it. */
const MAX_WINDOWS = 17;

/** True when what came between two totals is large enough to matter to people, whatever its ratio is. */
export type Matters<Totals> = (from: Totals, to: Totals) => boolean;

interface Window<Totals> {
  readonly logWeight: number;
  readonly curve: Float64Array;
  readonly totals: Totals;
}

/** The weighted windows of one evidence curve. `Totals` are the running sums beside it, never changed in place. */
export class EvidenceWindows<Totals> {
  readonly #matters: Matters<Totals>;
  readonly #startWeight: number;
  readonly #windowSeconds: number;
  readonly #nullPosition: number;
  readonly #alternative: RatioPrior;
  #windows: Window<Totals>[];
  #lastCheckpoint: number;
  /** Log of the summed evidence of windows that were thinned out: a stopped e-process keeps its value. */
  #retired: number;
  /** Scratch space, since this is read for every window after every interval. */
  readonly #gained: Float64Array = new Float64Array(LOG_RATIOS.length);
  /** Weight not given to any window yet; it counts as evidence 1. */
  #unspent: number;
  /** Ratios that natural differences between pods give; what is known of them grows. */
  natural: RatioPrior;

  constructor(
    worse: WorseThan,
    matters: Matters<Totals>,
    natural: RatioPrior,
    nothing: Totals,
    state?: EvidenceWindowsState<Totals>,
  ) {
    const toleratedLogRatio = Math.log(worse.toleratedRatio);
    this.#matters = matters;
    this.#startWeight = worse.startWeight;
    this.#windowSeconds = worse.windowSeconds;
    this.#nullPosition = nearestPosition(toleratedLogRatio);
    this.#alternative = worsePrior(toleratedLogRatio);
    this.natural = natural;
    this.#lastCheckpoint = state?.lastCheckpoint ?? 0;
    this.#retired = state?.retired ?? -Infinity;
    this.#unspent = state?.unspent ?? 1 - worse.startWeight;
    this.#windows = state?.windows.map((window) => ({ ...window, curve: Float64Array.from(window.curve) })) ?? [
      { logWeight: Math.log(worse.startWeight), curve: new Float64Array(LOG_RATIOS.length), totals: nothing },
    ];
  }

  state(): EvidenceWindowsState<Totals> {
    return {
      windows: this.#windows.map((window) => ({ ...window, curve: [...window.curve] })),
      lastCheckpoint: this.#lastCheckpoint,
      retired: this.#retired === -Infinity ? null : this.#retired,
      unspent: this.#unspent,
    };
  }

  /** Log of the e-value of all windows together. */
  logE(curve: Float64Array, totals: Totals): number {
    const parts = this.#windows.map((window) => window.logWeight + this.#windowLogE(window, curve, totals));
    return logSumExp([...parts, Math.log(Math.max(this.#unspent, 1e-12)), this.#retired]);
  }

  /** Opens a new window when the next checkpoint has passed. */
  checkpoint(elapsedSeconds: number, curve: Float64Array, totals: Totals): void {
    const number = Math.floor(elapsedSeconds / this.#windowSeconds + 1e-9);
    const later = number * this.#windowSeconds - LATER_FROM_SECONDS;
    if (number <= this.#lastCheckpoint || later < 0) return;
    const period = Math.floor(later / PERIOD_SECONDS + 1e-9) + 1;
    const share = this.#windowSeconds / PERIOD_SECONDS;
    const weight = ((1 - this.#startWeight) / (period * (period + 1))) * share;
    this.#lastCheckpoint = number;
    this.#unspent -= weight;
    this.#windows.push({ logWeight: Math.log(weight), curve: curve.slice(), totals });
    if (this.#windows.length > MAX_WINDOWS) this.#thin(curve, totals);
  }

  /**
   * The totals at the latest start of a window that is at least so old and from which on there is enough; `null` where no later
   * window is. (Recent windows are never thinned, so age is their place from the end; the last one may have just begun.)
   */
  latestStart(leastSeconds: number, isEnough: (from: Totals) => boolean): Totals | null {
    const youngest = this.#windows.length - 1 - Math.ceil(leastSeconds / this.#windowSeconds);
    for (let i = youngest; i > 0; i--) {
      const { totals } = this.#windows[i]!;
      if (isEnough(totals)) return totals;
    }
    return null;
  }

  /** Retires every second window of the older half; the first one stays, as do the recent ones. */
  #thin(curve: Float64Array, totals: Totals): void {
    const half = Math.floor(MAX_WINDOWS / 2);
    const retires = (i: number): boolean => i > 0 && i < half && i % 2 === 1;
    const retired = this.#windows.filter((_, i) => retires(i));
    this.#retired = logSumExp([
      this.#retired,
      ...retired.map((window) => window.logWeight + this.#windowLogE(window, curve, totals)),
    ]);
    this.#windows = this.#windows.filter((_, i) => !retires(i));
  }

  /**
   * Evidence of one window: worse-than-tolerated against the better of two innocent explanations, "exactly at the
   * tolerance" and "a natural difference between groups of pods".
   */
  #windowLogE(window: Window<Totals>, curve: Float64Array, totals: Totals): number {
    const gained = this.#gained;
    for (let k = 0; k < curve.length; k++) gained[k] = curve[k]! - window.curve[k]!;
    const { logWeights, positions } = this.#alternative;
    const innocent = Math.max(
      gained[this.#nullPosition]!,
      logMixture(gained, this.natural.logWeights, this.natural.positions),
    );
    const logE = logMixture(gained, logWeights, positions) - innocent;
    return this.#matters(window.totals, totals) ? logE : Math.min(logE, 0);
  }
}
