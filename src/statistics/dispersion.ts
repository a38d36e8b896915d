/**
 * How noisy this service is: the squared coefficient of variation (CV) of the rate noise on the comparison of the two
 * arms, per 10 s of wall time and including its autocorrelation.
 *
 * What is modelled is the CV of the *rate*, not a constant factor on the variance: the factor `1 + v s2` is about 1 while
 * bad requests are rare (no delay on them) and large where counts are large. Textbook sequential tests take it as 1
 * and roll back 15 to 60 % of healthy deployments of ordinarily noisy services.
 */
import { type ArmCounts, canaryShareAt } from './share-likelihood.ts';

/** All constants of the judge are per this many seconds of wall time, whatever the length of an interval. */
export const UNIT_SECONDS = 10;

/** What is assumed of bad requests before any noise. */
export interface Sampling {
  /**
   * They are not rare (requests slower than the median), so their number varies less than that of rare ones: `1 - rate`
   * times as much. Taken for Poisson counts they would hide 6 % of noise at 125 slow requests in 10 s.
   */
  common?: boolean;
}

/**
 * Where the dispersion comes from: learned from the stable pods (from the two arms while traffic is not told apart by
 * pod), from the two arms alone, or known beforehand (per 10 s).
 */
export type DispersionSource =
  | ({
      kind: 'pods';
      prior: number;
      priorWeight: number;
      windowsSeconds: readonly number[];
      armWindowsSeconds: readonly number[];
    } & Sampling)
  | ({ kind: 'arms'; prior: number; priorWeight: number; windowsSeconds: readonly number[] } & Sampling)
  | { kind: 'known'; squaredCv: number };

/** Where learning from the two arms starts. */
export type ArmDispersionOptions = Omit<Extract<DispersionSource, { kind: 'arms' }>, 'kind'>;

/** State of {@link ArmDispersion}, plain JSON. */
export interface ArmDispersionState {
  logRatio: number;
  blocks: number;
  windows: { weightedSum: number; information: number; residual: number; variance: number; sampling: number }[];
}

/** Safety factor on the learned value: an estimate from a few blocks is as often too low as too high. */
export const INFLATION = 1.25;
/** The running ratio starts at 1 and is held there by this many imagined requests at the pooled rate. */
const RATIO_SHRINKAGE = 5;

interface Window {
  /** Blocks of the judge that make one window. */
  readonly blocks: number;
  /** Length in units of 10 s. */
  readonly units: number;
  weightedSum: number;
  information: number;
  residual: number;
  /** Variance of the canary's share of the bad requests, if these were rare, and what chance alone gives. */
  variance: number;
  sampling: number;
}

/**
 * Learns the dispersion from the residuals of the two arms around their running ratio, over windows of several lengths;
 * the largest estimate counts, which takes autocorrelation in. Predictable: a value is used only for later blocks.
 */
export class ArmDispersion {
  readonly #prior: number;
  readonly #priorWeight: number;
  readonly #common: boolean;
  readonly #windows: Window[];
  #logRatio: number;
  #blocks: number;

  /** @param blockSeconds - length of the judge's blocks: 10 s, or the interval where that is longer. */
  constructor(source: ArmDispersionOptions, blockSeconds: number, state?: ArmDispersionState) {
    this.#logRatio = state?.logRatio ?? 0;
    this.#blocks = state?.blocks ?? 0;
    this.#prior = source.prior;
    this.#priorWeight = source.priorWeight;
    this.#common = source.common ?? false;
    // Windows that come out equally long at this interval are one window.
    const blocks = new Set(source.windowsSeconds.map((seconds) => Math.max(1, Math.ceil(seconds / blockSeconds))));
    this.#windows = [...blocks].map((count, i) => ({
      blocks: count,
      units: (count * blockSeconds) / UNIT_SECONDS,
      weightedSum: 0,
      information: 0,
      residual: 0,
      variance: 0,
      sampling: 0,
      ...state?.windows[i],
    }));
  }

  state(): ArmDispersionState {
    return {
      logRatio: this.#logRatio,
      blocks: this.#blocks,
      windows: this.#windows.map(({ weightedSum, information, residual, variance, sampling }) => ({
        weightedSum,
        information,
        residual,
        variance,
        sampling,
      })),
    };
  }

  /** Squared CV per 10 s, from the blocks learned so far. */
  get squaredCv(): number {
    let largest = 0;
    for (const window of this.#windows) {
      const estimate =
        ((this.#priorWeight * this.#prior) / window.units + window.weightedSum) /
        (this.#priorWeight + window.information);
      largest = Math.max(largest, estimate * window.units);
    }
    return largest * INFLATION;
  }

  /** Takes in one finished block and the running totals that include it. */
  learn(block: ArmCounts, totals: ArmCounts): void {
    const bad = block.canaryBad + block.stableBad;
    const ratio = Math.exp(this.#logRatio);
    const share = canaryShareAt(ratio, block);
    const variance = bad * share * (1 - share);
    const sampling = this.#common ? variance * samplingFactor(block, ratio) : variance;
    this.#blocks += 1;
    for (const window of this.#windows) {
      window.residual += block.canaryBad - bad * share;
      window.variance += variance;
      window.sampling += sampling;
      if (this.#blocks % window.blocks === 0) this.#closeWindow(window);
    }
    this.#logRatio = runningLogRatio(totals);
  }

  /** Moment estimate of one window, weighted by the information it carries about a CV of the prior's size. */
  #closeWindow(window: Window): void {
    const { residual, variance, sampling } = window;
    if (variance > 0) {
      const prior = this.#prior / window.units;
      const information =
        (2 * prior * prior * variance * variance) / (2 * (1 + variance * prior) ** 2 + 1 / Math.max(variance, 1e-9));
      const bounded = Math.max(variance, 1e-12);
      window.weightedSum += (information * (residual * residual - sampling)) / (bounded * bounded);
      window.information += information;
    }
    window.residual = 0;
    window.variance = 0;
    window.sampling = 0;
  }
}

/** Log of canary rate over stable rate so far, shrunk towards 0 while there is little data. */
function runningLogRatio(totals: ArmCounts): number {
  const { canaryRequests, canaryBad, stableRequests, stableBad } = totals;
  const pooled = (canaryBad + stableBad + 0.5) / (canaryRequests + stableRequests + 1);
  const canary = (canaryBad + RATIO_SHRINKAGE * pooled) / (canaryRequests + RATIO_SHRINKAGE);
  const stable = (stableBad + RATIO_SHRINKAGE * pooled) / (stableRequests + RATIO_SHRINKAGE);
  return Math.log(canary / stable);
}

/** Variance of the canary's share of the bad requests against that of rare ones: both arms are binomial, not Poisson. */
function samplingFactor(block: ArmCounts, ratio: number): number {
  const bad = block.canaryBad + block.stableBad;
  const rate = bad / Math.max(block.canaryRequests + block.stableRequests, 1);
  const share = canaryShareAt(ratio, block);
  return (1 - share) * (1 - Math.min(ratio * rate, 0.99)) + share * (1 - rate);
}

/**
 * The factor by which the likelihood of a block is tempered. Its base corrects the conditional binomial for outcomes
 * that are not rare; the second term is the rate noise.
 *
 * @param squaredCv - squared CV of the rate noise over the length of this block.
 */
export function temper(block: ArmCounts, toleratedRatio: number, squaredCv: number): number {
  const bad = block.canaryBad + block.stableBad;
  const share = canaryShareAt(toleratedRatio, block);
  // Zero where stable is empty and all of the canary's requests are bad; there nothing is compared, and 0 / 0 is no evidence.
  return Math.max(samplingFactor(block, toleratedRatio) + bad * share * (1 - share) * squaredCv, 1e-9);
}
