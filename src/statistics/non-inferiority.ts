/**
 * Evidence that the canary is *not* worse than a promotion margin. "Not shown to be worse" is not the same: at low
 * traffic a broken canary is not shown to be worse either.
 */
import { logMixture } from './log-space.ts';
import { nearestPosition, nonInferiorPrior, type RatioPrior } from './ratio-grid.ts';

/**
 * What a block says for the canary is measured as seen from this ratio, whatever the margin is: the curve is then the same
 * for all margins, and a wider one only reads more from it. Where blocks are weighed from a smaller ratio than usual, it
 * is the square of that one.
 */
const USUAL_ANCHOR = 1.5;
const NO_DIFFERENCE = nearestPosition(0);

/** Reads non-inferiority from an evidence curve. */
export class NonInferiority {
  readonly #nullPosition: number;
  readonly #alternative: RatioPrior;
  readonly #anchor: number;
  readonly #beyondAnchor: RatioPrior;
  /**
   * Ratios that natural differences between pods give around the margin. With a point null a lucky group of pods would
   * promote (measured: 23 % false promotions).
   */
  natural: RatioPrior;

  /**
   * @param promoteWithin - ratio within which the canary counts as non-inferior.
   * @param natural - see {@link NonInferiority.natural}.
   * @param anchorRatio - ratio that blocks are weighed from, where it is not the usual one.
   */
  constructor(promoteWithin: number, natural: RatioPrior, anchorRatio?: number) {
    const logMargin = Math.log(promoteWithin);
    const logAnchor = Math.log(anchorRatio === undefined ? USUAL_ANCHOR : anchorRatio ** 2);
    this.#nullPosition = nearestPosition(logMargin);
    this.#alternative = nonInferiorPrior(logMargin);
    this.#anchor = nearestPosition(logAnchor);
    this.#beyondAnchor = nonInferiorPrior(logAnchor);
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

  /**
   * The most that any amount of data can show, in nats: that of a canary known to be exactly as good as stable. Where pods
   * differ naturally by as much as the margin is wide, nothing is ever proven.
   */
  get mostEver(): number {
    return this.#alternative.logWeights[NO_DIFFERENCE]! - this.natural.logWeights[NO_DIFFERENCE]!;
  }

  /** The most that a block's likelihood speaks for the canary, at the ratio that fits it best, in nats. */
  favour(likelihood: Float64Array): number {
    let best = -Infinity;
    for (const k of this.#beyondAnchor.positions) best = Math.max(best, likelihood[k]!);
    return best - likelihood[this.#anchor]!;
  }

  /** What a block alone would add to the evidence, in nats. */
  gain(likelihood: Float64Array): number {
    const { logWeights, positions } = this.#beyondAnchor;
    return logMixture(likelihood, logWeights, positions) - likelihood[this.#anchor]!;
  }
}
