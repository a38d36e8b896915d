/**
 * The judge of counts: a tempered likelihood curve over the ratio of two error rates, valid however often it is asked.
 *
 * Per block of wall time: the likelihood of the canary's share of all bad requests, tempered by the learned dispersion,
 * capped so that no short burst decides. Over blocks: a mixture of worse-than-tolerated ratios against the innocent
 * explanations, over several start times.
 */
import { type Catastrophe, isCatastrophic } from './burst-clip.ts';
import { ArmDispersion, type DispersionSource, temper, UNIT_SECONDS } from './dispersion.ts';
import { EvidenceWindows, type WorseThan } from './evidence-windows.ts';
import { NonInferiority } from './non-inferiority.ts';
import { type JudgedInterval, OpenBlock } from './open-block.ts';
import { LOG_RATIOS, nearestPosition } from './ratio-grid.ts';
import { type RatioInterval, ratioInterval } from './ratio-interval.ts';
import { type ArmCounts, addCounts, noCounts } from './share-likelihood.ts';

/** Settings of one evidence curve. */
export interface EvidenceCurveOptions extends WorseThan {
  /** Nominal length of an interval in seconds. */
  intervalSeconds: number;
  dispersion: DispersionSource;
  /** Evidence that 10 s may add at most, in nats. */
  clipNats: number;
  /** What is so bad that it is not capped, and counts during the warm-up. */
  catastrophe: Catastrophe;
  /** Seconds from the start during which only catastrophes count; rounded up to whole blocks. */
  warmUpSeconds: number;
  /** Ratio of the rates within which the canary counts as non-inferior. */
  promoteWithin: number;
  /** Difference of the rates within which the canary counts as non-inferior. */
  promoteWithinAbsolute: number;
  /** Also caps evidence in favour of the canary, so that a burst in stable cannot promote. */
  symmetricClip: boolean;
}

/** Smallest dispersion assumed, whatever was learned: 5 % rate noise per 10 s. */
const MINIMUM_SQUARED_CV = 0.0025;

/**
 * A long interval hides whether its excess lasted or was a burst, so it may add no more than these units of 10 s may. In
 * proportion to its length (6 at 60 s) common bursts roll back 9 % of healthy canaries; at 2.75 as many as at 10 s.
 */
const LONG_BLOCK_UNITS = 2.75;

/** How the last block was weighed, for reports and tests. */
export interface BlockAssessment {
  /** Factor that the likelihood was divided by. */
  temper: number;
  /** Learned squared CV per 10 s. */
  squaredCv: number;
  /** Factor that the capped evidence was multiplied by: 1 = not capped. */
  clipFactor: number;
}

/** Sequential evidence that the canary's rate of bad requests is worse than stable's. */
export class EvidenceCurve {
  readonly #options: EvidenceCurveOptions;
  readonly #blockSeconds: number;
  readonly #nullPosition: number;
  readonly #windows: EvidenceWindows;
  readonly #nonInferiority: NonInferiority;
  readonly #dispersion: ArmDispersion | null;
  /** Curve and totals of the finished blocks. */
  #closed: Float64Array = new Float64Array(LOG_RATIOS.length);
  #closedTotals: ArmCounts = noCounts();
  /** The same with the open block on top. */
  #curve: Float64Array = this.#closed;
  #totals: ArmCounts = this.#closedTotals;
  #block: OpenBlock;
  #assessment: BlockAssessment = { temper: 1, squaredCv: 0, clipFactor: 1 };
  #clippedBlocks = 0;

  constructor(options: EvidenceCurveOptions) {
    this.#options = options;
    this.#blockSeconds = blockSeconds(options.intervalSeconds);
    this.#nullPosition = nearestPosition(Math.log(options.toleratedRatio));
    this.#windows = new EvidenceWindows(options, this.#closed, this.#closedTotals);
    this.#nonInferiority = new NonInferiority(options);
    this.#dispersion =
      options.dispersion.kind === 'arms' ? new ArmDispersion(options.dispersion, this.#blockSeconds) : null;
    this.#block = new OpenBlock(0, this.#nullPosition);
  }

  /** Takes in the next interval; intervals come in time order. */
  observe(interval: JudgedInterval): void {
    const index = Math.floor(interval.startSeconds / this.#blockSeconds + 1e-9);
    if (index > this.#block.index) this.#closeBlock(index);
    this.#block.add(interval);
    this.#assess();
    if (interval.endSeconds >= (index + 1) * this.#blockSeconds - 1e-9) this.#closeBlock(index + 1);
  }

  /** Log of the e-value against "no worse than tolerated". */
  get logE(): number {
    return this.#logE;
  }
  #logE = 0;

  /** Log evidence that the ratio is within `promoteWithin`, from the ratio alone. */
  get logNonInferiorRatio(): number {
    return this.#nonInferiority.logRatioEvidence(this.#curve);
  }

  /** Log evidence for non-inferiority: ratio and absolute difference, averaged. */
  get logNonInferiority(): number {
    return this.#nonInferiority.logEvidence(this.#curve, this.#totals, this.#assessment.temper);
  }

  /** Estimate of the ratio with its 95 % interval; `null` before the first bad request. */
  get ratio(): RatioInterval | null {
    return this.#totals.canaryBad + this.#totals.stableBad > 0 ? ratioInterval(this.#curve, this.#totals) : null;
  }

  /** Requests and bad requests judged so far. */
  get totals(): Readonly<ArmCounts> {
    return this.#totals;
  }

  /** How the last block was weighed. */
  get assessment(): Readonly<BlockAssessment> {
    return this.#assessment;
  }

  /** Finished blocks whose evidence was capped. */
  get clippedBlocks(): number {
    return this.#clippedBlocks;
  }

  /** Weighs the open block as it stands and puts it on top of the finished ones. */
  #assess(): void {
    const block = this.#block.counts();
    const units = Math.max(this.#block.endSeconds - this.#block.index * this.#blockSeconds, 1e-9) / UNIT_SECONDS;
    const { dispersion, toleratedRatio } = this.#options;
    const squaredCv = this.#dispersion?.squaredCv ?? (dispersion.kind === 'known' ? dispersion.squaredCv : 0);
    const factor = temper(block, toleratedRatio, Math.max(squaredCv, MINIMUM_SQUARED_CV) / units);
    const likelihood = this.#block.logLikelihood(block.canaryBad).map((value) => value / factor);

    this.#totals = { ...this.#closedTotals };
    addCounts(this.#totals, block);
    const clipFactor = this.#clipFactor(likelihood, block);
    this.#curve = this.#closed.map((value, k) => value + clipFactor * likelihood[k]!);
    this.#assessment = { temper: factor, squaredCv, clipFactor };
    this.#logE = this.#windows.logE(this.#curve, this.#totals);
  }

  #clipFactor(likelihood: Float64Array, block: ArmCounts): number {
    const stableRate = this.#totals.stableBad / Math.max(this.#totals.stableRequests, 1);
    const catastrophic = isCatastrophic(block, stableRate, this.#options.catastrophe);
    if (catastrophic) return this.#favourFactor(likelihood);
    if (this.#block.index * this.#blockSeconds < this.#options.warmUpSeconds) return 0;
    let gain = -Infinity;
    for (let k = this.#nullPosition; k < likelihood.length; k++) gain = Math.max(gain, likelihood[k]!);
    // One lone error is never capped: at low traffic it is all there is.
    const capped = gain > this.#clip && block.canaryBad > 1 ? this.#clip / gain : 1;
    return Math.min(capped, this.#favourFactor(likelihood));
  }

  #favourFactor(likelihood: Float64Array): number {
    if (!this.#options.symmetricClip) return 1;
    const favour = this.#nonInferiority.favour(likelihood);
    return favour > this.#clip ? this.#clip / favour : 1;
  }

  /** Cap of one block in nats. */
  get #clip(): number {
    return this.#options.clipNats * Math.min(this.#blockSeconds / UNIT_SECONDS, LONG_BLOCK_UNITS);
  }

  #closeBlock(nextIndex: number): void {
    this.#closed = this.#curve;
    this.#closedTotals = this.#totals;
    this.#dispersion?.learn(this.#block.counts(), this.#totals);
    if (this.#assessment.clipFactor > 0 && this.#assessment.clipFactor < 1) this.#clippedBlocks += 1;
    this.#windows.checkpoint((this.#block.index + 1) * this.#blockSeconds, this.#closed, this.#closedTotals);
    this.#block = new OpenBlock(nextIndex, this.#nullPosition);
  }
}

/** Length of the judge's blocks: the smallest whole number of intervals that lasts 10 s. */
function blockSeconds(intervalSeconds: number): number {
  return Math.ceil(UNIT_SECONDS / intervalSeconds - 1e-9) * intervalSeconds;
}
