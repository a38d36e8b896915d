/**
 * Evidence that two rates differ by less than a margin. Where bad requests are rare, ratios are hard to prove and matter
 * little: "less than two in a thousand more" is then enough to promote.
 *
 * Per block the likelihood ratio of a sound pair of rates (p, p + a little) against that pair (q, q + margin) which comes
 * nearest to it. This is an e-value for every pair of rates that differ by the margin or more, whatever they are and
 * however they drift: the nearest pair is chosen so that the expectation is the same all along the boundary (the reverse
 * information projection of Turner, Ly and Grünwald's tests of two streams; exact for Poisson counts). `p` is only a guess
 * of stable's rate from earlier blocks: a bad one costs time, never validity.
 */
import { clipUnits } from './blocks.ts';
import { logSumExp } from './log-space.ts';
import { PromotionSums, type PromotionSumsState } from './promotion-sums.ts';
import type { ArmCounts } from './share-likelihood.ts';

/** Settings of {@link AbsoluteEvidence}. */
export interface AbsoluteEvidenceOptions {
  /** Difference of the rates within which the canary counts as non-inferior; 0 = only the ratio counts. */
  promoteWithinAbsolute: number;
  warmUpSeconds: number;
  /** Evidence for promoting that 10 s may add at most, in nats. */
  promotionClipNats: number;
}

/** How one block is to be weighed. */
export interface AbsoluteWeighing {
  /** Stable's usual rate, from earlier blocks; above 0. */
  usualRate: number;
  /** Factor that the evidence is divided by. */
  temper: number;
  /** Evidence against the canary that 10 s may add at most, in nats. */
  againstNats: number;
  /** The block says nothing for the canary. */
  stableIsUnusual: boolean;
}

/**
 * The sound pair differs by this part of the margin. Against two equal rates the median proof would come a little sooner
 * and the slow ones much later: one error by chance would cost more.
 */
const SOUND_PART = 0.25;
/** Ratio at which the two margins are compared; a fixed one, so that a wider ratio margin only reads more. */
const COMPARED_RATIO = 1.5;

/**
 * Log e-value of one block against "the canary's rate is at least `margin` above stable's", before tempering.
 *
 * @param usualRate - stable's rate, guessed from earlier blocks, above 0.
 * @param margin - difference of the rates, above 0.
 */
export function logAbsoluteEvidence(block: ArmCounts, usualRate: number, margin: number): number {
  const { canaryRequests, canaryBad, stableRequests, stableBad } = block;
  if (canaryRequests === 0 || stableRequests === 0) return 0;
  const canaryShare = canaryRequests / (canaryRequests + stableRequests);
  const sound = usualRate + SOUND_PART * margin;
  // The positive root of q^2 - 2 half q - product, in the form that does not cancel.
  const half = (usualRate - margin + canaryShare * SOUND_PART * margin) / 2;
  const product = (stableRequests / (canaryRequests + stableRequests)) * usualRate * margin;
  const root = Math.hypot(half, Math.sqrt(product));
  const nearest = half >= 0 ? half + root : product / (root - half);
  return (
    stableBad * Math.log(usualRate / nearest) +
    canaryBad * Math.log(sound / (nearest + margin)) -
    stableRequests * (usualRate - nearest) -
    canaryRequests * (sound - nearest - margin)
  );
}

/** Adds the blocks up, and weighs them against the evidence of the ratio. */
export class AbsoluteEvidence {
  readonly #options: AbsoluteEvidenceOptions;
  readonly #blockSeconds: number;
  readonly #sums: PromotionSums;

  /** @param blockSeconds - length of the judge's blocks. */
  constructor(options: AbsoluteEvidenceOptions, blockSeconds: number, state?: PromotionSumsState) {
    this.#options = options;
    this.#blockSeconds = blockSeconds;
    this.#sums = new PromotionSums(options.warmUpSeconds, 1, (now, from) => now[0]! - from[0]!, state);
  }

  /** Puts the open block as it stands on top of the finished ones. */
  weigh(block: ArmCounts, { usualRate, temper, againstNats, stableIsUnusual }: AbsoluteWeighing): void {
    const { promoteWithinAbsolute: margin, promotionClipNats } = this.#options;
    if (margin <= 0) return;
    const units = clipUnits(this.#blockSeconds);
    const gain = logAbsoluteEvidence(block, usualRate, margin) / Math.max(temper, 1);
    const most = stableIsUnusual ? 0 : promotionClipNats * units;
    this.#sums.weigh(Float64Array.of(Math.min(Math.max(gain, -againstNats * units), most)));
  }

  /** Adds the open block to the finished ones. */
  close(endSeconds: number): void {
    this.#sums.close(endSeconds);
  }

  /**
   * Log evidence that the canary is within one margin or the other: their weighted average, since of two e-values none may
   * be picked afterwards. The weights are fixed before the first block: where stable seldom fails the absolute margin is
   * the wider one, and has nearly all the weight.
   *
   * @param logRatio - log evidence that the ratio is within its margin.
   * @param rateBefore - stable's rate before the deployment; `null` = not known.
   */
  with(logRatio: number, rateBefore: number | null): number {
    const { promoteWithinAbsolute: margin } = this.#options;
    if (margin <= 0) return logRatio;
    const wider = rateBefore === null ? 1 : margin / (COMPARED_RATIO - 1) / rateBefore;
    const odds = Math.max(wider, wider ** 2);
    return logSumExp([this.#sums.logE - Math.log1p(1 / odds), logRatio - Math.log1p(odds)]);
  }

  state(): PromotionSumsState {
    return this.#sums.state();
  }
}
