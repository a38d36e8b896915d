/**
 * The judge of counts: a tempered likelihood curve over the ratio of two error rates, valid however often it is asked.
 *
 * Per block of wall time: the likelihood of the canary's share of all bad requests, tempered by the learned dispersion,
 * capped so that no short burst decides. Over blocks: a mixture of worse-than-tolerated ratios against the innocent
 * explanations, over several start times.
 */
import { blockSeconds, clipUnits, MINIMUM_SQUARED_CV } from './blocks.ts';
import { type Catastrophe, isCatastrophic } from './burst-clip.ts';
import { temper, UNIT_SECONDS } from './dispersion.ts';
import { EvidenceWindows, type EvidenceWindowsState, type WorseThan } from './evidence-windows.ts';
import { NonInferiority } from './non-inferiority.ts';
import { type JudgedInterval, OpenBlock, type OpenBlockState } from './open-block.ts';
import { mergePods, type PodCounts } from './pod-counts.ts';
import { nearestPosition, onGrid } from './ratio-grid.ts';
import { type RatioInterval, ratioInterval } from './ratio-interval.ts';
import { ServiceNoise, type ServiceNoiseOptions, type ServiceNoiseState } from './service-noise.ts';
import { type ArmCounts, addCounts, noCounts } from './share-likelihood.ts';
import { type BlockEvidence, WarmUp, type WarmUpState } from './warm-up.ts';

/** Settings of one evidence curve. */
export interface EvidenceCurveOptions extends WorseThan, ServiceNoiseOptions {
  /** Nominal length of an interval in seconds. */
  intervalSeconds: number;
  /** What is so bad that it is not capped, and counts at once during the warm-up. */
  catastrophe: Catastrophe;
  /**
   * Seconds from the start, rounded up to whole blocks, whose evidence is set aside until it has shown not to fade
   * (catastrophes count at once).
   */
  warmUpSeconds: number;
  /** Ratio of the rates within which the canary counts as non-inferior. */
  promoteWithin: number;
  /** Difference of the rates within which the canary counts as non-inferior. */
  promoteWithinAbsolute: number;
  /** Also caps evidence in favour of the canary, so that a burst in stable cannot promote. */
  symmetricClip: boolean;
}

/** State of {@link EvidenceCurve}, plain JSON. */
export interface EvidenceCurveState {
  noise: ServiceNoiseState;
  windows: EvidenceWindowsState;
  closed: number[];
  warmUp: WarmUpState | null;
  closedTotals: ArmCounts;
  block: OpenBlockState;
  assessment: BlockAssessment;
  logE: number;
  clippedBlocks: number;
  before: BlockBefore;
}

/** Intervals from before the deployment that do not fill a block yet. */
interface BlockBefore {
  intervals: number;
  requests: number;
  pods: readonly PodCounts[];
}

/**
 * Every block is weighed and capped as seen from this ratio, whatever ratio is tolerated: the curve is then the same for all
 * margins, and a wider margin only reads less from it. (Capped as seen from the margin, a wider one let more count.)
 */
const ANCHOR_RATIO = 1.25;
const ANCHOR: number = nearestPosition(Math.log(ANCHOR_RATIO));

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
  readonly #noise: ServiceNoise;
  readonly #windows: EvidenceWindows;
  readonly #nonInferiority: NonInferiority;
  /** Version of the noise that the natural priors were made of. */
  #noiseVersion: number;
  /** Curve and totals of the finished blocks. */
  #closed: Float64Array;
  /** `null` once it is over. */
  #warmUp: WarmUp | null;
  #closedTotals: ArmCounts;
  /** The same with the open block on top. */
  #curve: Float64Array;
  #totals: ArmCounts;
  #block: OpenBlock;
  #assessment: BlockAssessment;
  #logE: number;
  #clippedBlocks: number;
  /** Block from before the deployment that is being filled. */
  #before: BlockBefore;
  /** What the open block has shown; `null` while it is empty. */
  #open: BlockEvidence | null = null;

  /** @param state - of an evidence curve with the same options, to go on from. */
  constructor(options: EvidenceCurveOptions, state?: EvidenceCurveState) {
    this.#options = options;
    this.#blockSeconds = blockSeconds(options.intervalSeconds);
    this.#noise = new ServiceNoise(options, this.#blockSeconds, state?.noise);
    this.#noiseVersion = this.#noise.version;
    this.#windows = new EvidenceWindows(options, this.#noise.naturalPrior(0), state?.windows);
    this.#nonInferiority = new NonInferiority(options, this.#noise.naturalPrior(Math.log(options.promoteWithin)));
    this.#closed = onGrid(state?.closed);
    const warmsUp = state === undefined ? options.warmUpSeconds > 0 : state.warmUp !== null;
    this.#warmUp = warmsUp ? new WarmUp(options.warmUpSeconds, ANCHOR, state?.warmUp ?? undefined) : null;
    this.#closedTotals = { ...(state?.closedTotals ?? noCounts()) };
    this.#curve = this.#warmUp?.settle(this.#closed) ?? this.#closed;
    this.#totals = this.#closedTotals;
    this.#block = new OpenBlock(state?.block.index ?? 0, ANCHOR, state?.block);
    this.#assessment = { ...(state?.assessment ?? { temper: 1, squaredCv: 0, clipFactor: 1 }) };
    this.#logE = state?.logE ?? 0;
    this.#clippedBlocks = state?.clippedBlocks ?? 0;
    this.#before = state?.before ?? { intervals: 0, requests: 0, pods: [] };
    if (this.#block.endSeconds > 0) this.#assess();
  }

  /** Takes in what the stable pods did in one interval before the deployment: what is natural is learned from it. */
  learnBefore(stablePods: readonly PodCounts[], stableRequests: number): void {
    const before = this.#before;
    before.intervals += 1;
    before.requests += stableRequests;
    before.pods = mergePods(before.pods, stablePods);
    if (before.intervals * this.#options.intervalSeconds < this.#blockSeconds - 1e-9) return;
    this.#noise.learnBefore(before.pods, before.requests);
    this.#before = { intervals: 0, requests: 0, pods: [] };
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

  /** What is natural for this service, as far as it is known. */
  get noise(): Pick<ServiceNoise, 'fromPods' | 'clipNats' | 'longestBurstSeconds' | 'spread'> {
    return this.#noise;
  }

  /** Finished blocks whose evidence was capped. */
  get clippedBlocks(): number {
    return this.#clippedBlocks;
  }

  state(): EvidenceCurveState {
    return {
      noise: this.#noise.state(),
      windows: this.#windows.state(),
      closed: [...this.#closed],
      warmUp: this.#warmUp?.state() ?? null,
      closedTotals: { ...this.#closedTotals },
      block: this.#block.state(),
      assessment: { ...this.#assessment },
      logE: this.#logE,
      clippedBlocks: this.#clippedBlocks,
      before: { ...this.#before },
    };
  }

  /** Weighs the open block as it stands and puts it on top of the finished ones. */
  #assess(): void {
    this.#noise.see(this.#block.canaryPods, this.#block.stablePods);
    this.#refreshPriors();
    const block = this.#block.counts();
    const units = Math.max(this.#block.endSeconds - this.#block.index * this.#blockSeconds, 1e-9) / UNIT_SECONDS;
    const { squaredCv } = this.#noise;
    const factor = temper(block, ANCHOR_RATIO, Math.max(squaredCv, MINIMUM_SQUARED_CV) / units);
    const likelihood = this.#block.logLikelihood(block.canaryBad).map((value) => value / factor);

    this.#totals = { ...this.#closedTotals };
    addCounts(this.#totals, block);
    const { factor: clipFactor, catastrophic } = this.#clipFactor(likelihood, block);
    this.#assessment = { temper: factor, squaredCv, clipFactor };
    const startSeconds = this.#block.index * this.#blockSeconds;
    this.#open = {
      likelihood,
      gained: likelihood.map((value) => clipFactor * value),
      startSeconds,
      endSeconds: startSeconds + this.#blockSeconds,
      catastrophic,
    };
    const { gained } = this.#open;
    this.#curve =
      this.#warmUp?.withOpen(this.#closed, this.#open) ?? this.#closed.map((value, k) => value + gained[k]!);
    this.#logE = this.#windows.logE(this.#curve, this.#totals);
  }

  #refreshPriors(): void {
    if (this.#noise.version === this.#noiseVersion) return;
    this.#noiseVersion = this.#noise.version;
    this.#windows.natural = this.#noise.naturalPrior(0);
    this.#nonInferiority.natural = this.#noise.naturalPrior(Math.log(this.#options.promoteWithin));
  }

  #clipFactor(likelihood: Float64Array, block: ArmCounts): { factor: number; catastrophic: boolean } {
    const stableRate = this.#totals.stableBad / Math.max(this.#totals.stableRequests, 1);
    const catastrophic = isCatastrophic(block, stableRate, this.#options.catastrophe);
    if (catastrophic) return { factor: this.#favourFactor(likelihood), catastrophic };
    const clip = this.#noise.clipNats * clipUnits(this.#blockSeconds);
    let gain = -Infinity;
    for (let k = ANCHOR; k < likelihood.length; k++) gain = Math.max(gain, likelihood[k]!);
    // One lone error is never capped: at low traffic it is all there is.
    const capped = gain > clip && block.canaryBad > 1 ? clip / gain : 1;
    return { factor: Math.min(capped, this.#favourFactor(likelihood)), catastrophic };
  }

  #favourFactor(likelihood: Float64Array): number {
    if (!this.#options.symmetricClip) return 1;
    const clip = this.#options.clipNats * clipUnits(this.#blockSeconds);
    const favour = this.#nonInferiority.favour(likelihood);
    return favour > clip ? clip / favour : 1;
  }

  #closeBlock(nextIndex: number): void {
    const endSeconds = (this.#block.index + 1) * this.#blockSeconds;
    if (this.#open !== null) this.#keep(this.#open);
    if (this.#warmUp?.isOver(endSeconds)) {
      this.#closed = this.#warmUp.settle(this.#closed);
      this.#warmUp = null;
    }
    this.#closedTotals = this.#totals;
    this.#noise.learn(this.#block.counts(), this.#totals, this.#block.canaryPods, this.#block.stablePods);
    this.#windows.checkpoint(endSeconds, this.#closed, this.#closedTotals);
    this.#block = new OpenBlock(nextIndex, ANCHOR);
    this.#open = null;
  }

  /** Adds the open block to the finished ones. */
  #keep(open: BlockEvidence): void {
    const { clipFactor } = this.#assessment;
    if (clipFactor > 0 && clipFactor < 1) this.#clippedBlocks += 1;
    this.#closed = this.#warmUp?.close(this.#closed, open) ?? this.#curve;
  }
}
