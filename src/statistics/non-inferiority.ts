/**
 * Evidence that the canary is *not* worse than a promotion margin. "Not shown to be worse" is not the same: at low
 * traffic a broken canary is not shown to be worse either.
 */
import { logMixture } from './log-space.ts';
import { nearestPosition, nonInferiorPrior, type RatioPrior } from './ratio-grid.ts';
import type { ArmCounts } from './share-likelihood.ts';

/** Without any stable error the log of its rate does not exist; this many nats per canary error stand in for it. */
const NATS_PER_ERROR_ON_ZERO = 9;

/**
 * Log evidence that the difference of two rates is below a margin.
 *
 * @param margin - difference of the rates within which the canary counts as non-inferior.
 */
export function logAbsoluteEvidence(totals: ArmCounts, margin: number, temper: number): number {
  const rate = totals.stableBad / Math.max(totals.stableRequests, 1);
  const perError = rate > 0 ? Math.log(rate / (rate + margin)) : -NATS_PER_ERROR_ON_ZERO;
  return (totals.canaryBad * perError + totals.canaryRequests * margin) / Math.max(temper, 1);
}

/** Reads non-inferiority from an evidence curve. */
export class NonInferiority {
  readonly #nullPosition: number;
  readonly #alternative: RatioPrior;
  /**
   * Ratios that natural differences between pods give around the margin. With a point null a lucky group of pods would
   * promote (measured: 23 % false promotions).
   */
  natural: RatioPrior;

  /**
   * @param promoteWithin - ratio within which the canary counts as non-inferior.
   * @param natural - see {@link NonInferiority.natural}.
   */
  constructor(promoteWithin: number, natural: RatioPrior) {
    const logMargin = Math.log(promoteWithin);
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

  /** The most that a block's likelihood speaks for non-inferiority, in nats. */
  favour(likelihood: Float64Array): number {
    let best = -Infinity;
    for (const k of this.#alternative.positions) best = Math.max(best, likelihood[k]!);
    return best - likelihood[this.#nullPosition]!;
  }
}
