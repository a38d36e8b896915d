/**
 * Evidence that the canary is *not* worse than a promotion margin. "Not shown to be worse" is not the same: at low
 * traffic a broken canary is not shown to be worse either.
 */
import { logMixture, logSumExp } from './log-space.ts';
import { nearestPosition, nonInferiorPrior, type RatioPrior } from './ratio-grid.ts';
import type { ArmCounts } from './share-likelihood.ts';

/** What counts as non-inferior. */
export interface NonInferiorityOptions {
  promoteWithin: number;
  promoteWithinAbsolute: number;
}

/** Without any stable error the log of its rate does not exist; this many nats per canary error stand in for it. */
const NATS_PER_ERROR_ON_ZERO = 9;

/** Reads non-inferiority from an evidence curve. */
export class NonInferiority {
  readonly #absolute: number;
  readonly #nullPosition: number;
  readonly #alternative: RatioPrior;
  /**
   * Ratios that natural differences between pods give around the margin. With a point null a lucky group of pods would
   * promote (measured: 23 % false promotions).
   */
  natural: RatioPrior;

  constructor(options: NonInferiorityOptions, natural: RatioPrior) {
    const logMargin = Math.log(options.promoteWithin);
    this.#absolute = options.promoteWithinAbsolute;
    this.#nullPosition = nearestPosition(logMargin);
    this.#alternative = nonInferiorPrior(logMargin);
    this.natural = natural;
  }

  /** Log evidence for a ratio below the margin. */
  logRatioEvidence(curve: Float64Array): number {
    const atMargin = Math.max(
      curve[this.#nullPosition]!,
      logMixture(curve, this.natural.logWeights, this.natural.positions),
    );
    return logMixture(curve, this.#alternative.logWeights, this.#alternative.positions) - atMargin;
  }

  /** Log of the average of the ratio's evidence and that for a difference below the absolute margin. */
  logEvidence(curve: Float64Array, totals: ArmCounts, temper: number): number {
    const rate = totals.stableBad / Math.max(totals.stableRequests, 1);
    const perError = rate > 0 ? Math.log(rate / (rate + this.#absolute)) : -NATS_PER_ERROR_ON_ZERO;
    const absolute = (totals.canaryBad * perError + totals.canaryRequests * this.#absolute) / Math.max(temper, 1);
    return logSumExp([absolute, this.logRatioEvidence(curve)]) - Math.LN2;
  }

  /** The most that a block's likelihood speaks for non-inferiority, in nats. */
  favour(likelihood: Float64Array): number {
    let best = -Infinity;
    for (const k of this.#alternative.positions) best = Math.max(best, likelihood[k]!);
    return best - likelihood[this.#nullPosition]!;
  }
}
