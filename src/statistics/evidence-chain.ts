/**
 * From likelihoods of blocks to evidence, for counts as for means: each block is capped so that no short burst decides, the
 * warm-up is set aside, and the sum is read as a mixture of worse-than-tolerated ratios against the innocent
 * explanations, over several start times.
 */
import { clipUnits } from './blocks.ts';
import { minus, plus, times } from './curves.ts';
import { EvidenceWindows, type EvidenceWindowsState, type Matters, type WorseThan } from './evidence-windows.ts';
import { NonInferiority } from './non-inferiority.ts';
import { PromotionSums, type PromotionSumsState } from './promotion-sums.ts';
import { LOG_RATIOS, lazily, nearestPosition, onGrid, type RatioPrior } from './ratio-grid.ts';
import { type BlockEvidence, WarmUp, type WarmUpState } from './warm-up.ts';

/** Settings of an {@link EvidenceChain}. */
export interface EvidenceChainOptions extends WorseThan {
  /**
   * Seconds from the start, rounded up to whole blocks, whose evidence is set aside until it has shown not to fade
   * (catastrophes count at once).
   */
  warmUpSeconds: number;
  /** Ratio at the start beyond which an excess is no cold start; 12 unless given. */
  largestColdStart?: number;
  /** Ratio within which the canary counts as non-inferior. */
  promoteWithin: number;
  /** Also caps evidence in favour of the canary, so that a burst in stable neither hides a fault nor promotes. */
  symmetricClip: boolean;
  /** Evidence in favour of the canary that 10 s may add at most, in nats. */
  clipNats: number;
  /** The same for promoting it; there a burst in stable would do harm at once. */
  promotionClipNats: number;
  /** The ratio that blocks are weighed from. @defaultValue {@link ANCHOR_RATIO} */
  anchorRatio?: number;
}

/** One block, weighed. */
export interface WeighedBlock {
  /** Tempered log likelihood over the ratio grid, relative to {@link EvidenceChain.anchor}. */
  readonly likelihood: Float64Array;
  readonly startSeconds: number;
  /** So bad that it is not capped, and counts at once during the warm-up. */
  readonly catastrophic: boolean;
  /** Evidence against the canary that 10 s may add at most, in nats; Infinity = no cap. */
  readonly clipNats: number;
  /** Stable does so much worse than usual that the block says nothing for promoting the canary. */
  readonly stableIsUnusual?: boolean;
}

/** Ratios that are natural around a log ratio. Asked late, so the answer may change only when a new one is set. */
export type NaturalPrior = (centre: number) => RatioPrior;

/** State of {@link EvidenceChain}, plain JSON. */
export interface EvidenceChainState<Totals> {
  windows: EvidenceWindowsState<Totals>;
  closed: number[];
  warmUp: WarmUpState | null;
  promotion: PromotionSumsState;
  clipFactor: number;
  logE: number;
  clippedBlocks: number;
}

/**
 * Every block is weighed and capped as seen from this ratio, whatever ratio is tolerated: the curve is then the same for all
 * margins, and a wider margin only reads less from it. (Capped as seen from the margin, a wider one let more count.)
 */
export const ANCHOR_RATIO = 1.25;
/** Adds up weighed blocks. The last block is open until {@link EvidenceChain.close}: it may be weighed again and again. */
export class EvidenceChain<Totals> {
  readonly nonInferiority: NonInferiority;
  /** Place on the grid of the ratio that blocks are weighed from. */
  readonly anchor: number;
  readonly #options: EvidenceChainOptions;
  readonly #blockSeconds: number;
  readonly #windows: EvidenceWindows<Totals>;
  readonly #promotion: PromotionSums;
  /** Curve of the finished blocks. */
  #closed: Float64Array;
  /** The same with the open block on top. Without an open block the two may be one. */
  #curve: Float64Array;
  /** Memory for the next curve, for what the open block gains, and for what is read at once. */
  #spare: Float64Array = onGrid();
  readonly #gained: Float64Array = onGrid();
  readonly #scratch: Float64Array = onGrid();
  /** `null` once it is over. */
  #warmUp: WarmUp | null;
  /** What the open block has shown; `null` while it is empty. */
  #open: BlockEvidence | null = null;
  #clipFactor: number;
  #logE: number;
  #clippedBlocks: number;

  /**
   * @param blockSeconds - length of the blocks: 10 s, or the interval where that is longer.
   * @param matters - see {@link Matters}.
   * @param natural - as it is known before the first block.
   * @param nothing - totals of nothing.
   */
  constructor(
    options: EvidenceChainOptions,
    blockSeconds: number,
    matters: Matters<Totals>,
    natural: NaturalPrior,
    nothing: Totals,
    state?: EvidenceChainState<Totals>,
  ) {
    this.#options = options;
    this.anchor = nearestPosition(Math.log(options.anchorRatio ?? ANCHOR_RATIO));
    this.#blockSeconds = blockSeconds;
    this.#windows = new EvidenceWindows(
      options,
      matters,
      lazily(() => natural(0)),
      nothing,
      state?.windows,
    );
    const { promoteWithin, anchorRatio } = options;
    const aroundMargin = lazily(() => natural(Math.log(promoteWithin)));
    this.nonInferiority = new NonInferiority(promoteWithin, aroundMargin, anchorRatio);
    this.#promotion = new PromotionSums(
      options.warmUpSeconds,
      LOG_RATIOS.length,
      (now, from) => this.nonInferiority.logRatioEvidence(minus(now, from, this.#scratch)),
      state?.promotion,
    );
    this.#closed = onGrid(state?.closed);
    const warmsUp = state === undefined ? options.warmUpSeconds > 0 : state.warmUp !== null;
    this.#warmUp = warmsUp
      ? new WarmUp(options.warmUpSeconds, this.anchor, state?.warmUp ?? undefined, options.largestColdStart)
      : null;
    this.#curve = this.#warmUp?.settle(this.#closed) ?? this.#closed;
    this.#clipFactor = state?.clipFactor ?? 1;
    this.#logE = state?.logE ?? 0;
    this.#clippedBlocks = state?.clippedBlocks ?? 0;
  }

  /** Log of the e-value against "no worse than tolerated". */
  get logE(): number {
    return this.#logE;
  }

  /** Log evidence that the ratio is within `promoteWithin`. */
  get logNonInferiority(): number {
    return this.#promotion.logE;
  }

  /** Log likelihood over the ratio grid of all that counts so far. */
  get curve(): Float64Array {
    return this.#curve;
  }

  /** Factor that the last block's evidence was multiplied by: 1 = not capped. */
  get clipFactor(): number {
    return this.#clipFactor;
  }

  /** Finished blocks whose evidence was capped. */
  get clippedBlocks(): number {
    return this.#clippedBlocks;
  }

  /** See {@link EvidenceWindows.latestStart}. */
  latestStart(leastSeconds: number, isEnough: (from: Totals) => boolean): Totals | null {
    return this.#windows.latestStart(leastSeconds, isEnough);
  }

  /** What is natural, now that more is known of it. */
  set natural(natural: NaturalPrior) {
    this.#windows.natural = lazily(() => natural(0));
    this.nonInferiority.natural = lazily(() => natural(Math.log(this.#options.promoteWithin)));
  }

  /** Puts the open block as it stands on top of the finished ones. */
  weigh(block: WeighedBlock, totals: Totals): void {
    const { likelihood, startSeconds, catastrophic } = block;
    const { symmetricClip, clipNats } = this.#options;
    const against = catastrophic ? 1 : this.#factor(gainFrom(this.anchor, likelihood), block.clipNats);
    const clipFactor = symmetricClip
      ? Math.min(against, this.#factor(this.nonInferiority.favour(likelihood), clipNats))
      : against;
    this.#clipFactor = clipFactor;
    const gained = times(clipFactor, likelihood, this.#gained);
    const promotionFactor = symmetricClip ? Math.min(against, this.#promotionFactor(block)) : against;
    this.#promotion.weigh(times(promotionFactor, likelihood, this.#scratch));
    this.#open = { likelihood, gained, startSeconds, endSeconds: startSeconds + this.#blockSeconds, catastrophic };
    if (this.#curve === this.#closed) this.#curve = this.#spare;
    if (this.#warmUp === null) plus(this.#closed, gained, this.#curve);
    else this.#warmUp.withOpen(this.#closed, this.#open, this.#curve);
    this.#logE = this.#windows.logE(this.#curve, totals);
  }

  /** Adds the open block, if there is one, to the finished ones. */
  close(endSeconds: number, totals: Totals): void {
    if (this.#open !== null) {
      if (this.#clipFactor > 0 && this.#clipFactor < 1) this.#clippedBlocks += 1;
      if (this.#warmUp !== null) this.#closed = this.#warmUp.close(this.#closed, this.#open);
      else [this.#closed, this.#spare] = [this.#curve, this.#closed];
    }
    if (this.#warmUp?.isOver(endSeconds)) {
      this.#closed = this.#warmUp.settle(this.#closed);
      this.#warmUp = null;
    }
    this.#promotion.close(endSeconds);
    this.#windows.checkpoint(endSeconds, this.#closed, totals);
    this.#open = null;
  }

  state(): EvidenceChainState<Totals> {
    return {
      windows: this.#windows.state(),
      closed: [...this.#closed],
      warmUp: this.#warmUp?.state() ?? null,
      promotion: this.#promotion.state(),
      clipFactor: this.#clipFactor,
      logE: this.#logE,
      clippedBlocks: this.#clippedBlocks,
    };
  }

  #promotionFactor({ likelihood, stableIsUnusual = false }: WeighedBlock): number {
    const gain = this.nonInferiority.gain(likelihood);
    return stableIsUnusual && gain > 0 ? 0 : this.#factor(gain, this.#options.promotionClipNats);
  }

  /** What evidence must be multiplied by so that a block adds no more than `nats` per 10 s. */
  #factor(evidence: number, nats: number): number {
    const clip = nats * clipUnits(this.#blockSeconds);
    return evidence > clip ? clip / evidence : 1;
  }
}

/** The most that a block's likelihood speaks against the canary, in nats. */
function gainFrom(anchor: number, likelihood: Float64Array): number {
  let gain = -Infinity;
  for (let k = anchor; k < likelihood.length; k++) gain = Math.max(gain, likelihood[k]!);
  return gain;
}
