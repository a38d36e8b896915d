/**
 * The judge of counts: a tempered likelihood curve over the ratio of two error rates, valid however often it is asked.
 *
 * Per block of wall time: the likelihood of the canary's share of all bad requests, tempered by the learned dispersion.
 * What becomes of the blocks is told in `evidence-chain.ts`.
 */
import { AbsoluteEvidence } from './absolute-evidence.ts';
import { beatsAbsoluteTolerance } from './absolute-guard.ts';
import { blockSeconds, MINIMUM_SQUARED_CV } from './blocks.ts';
import { type Catastrophe, isCatastrophic } from './burst-clip.ts';
import { over } from './curves.ts';
import { temper, UNIT_SECONDS } from './dispersion.ts';
import { ANCHOR_RATIO, EvidenceChain, type EvidenceChainOptions, type EvidenceChainState } from './evidence-chain.ts';
import { type JudgedInterval, OpenBlock, type OpenBlockState } from './open-block.ts';
import { mergePods, type PodCounts } from './pod-counts.ts';
import type { PromotionSumsState } from './promotion-sums.ts';
import { onGrid } from './ratio-grid.ts';
import { observedRatio, type RatioInterval, ratioInterval } from './ratio-interval.ts';
import { recentRatio } from './recent-ratio.ts';
import { ServiceNoise, type ServiceNoiseOptions, type ServiceNoiseState } from './service-noise.ts';
import { type ArmCounts, addCounts, noCounts, withArmsSwapped } from './share-likelihood.ts';
import { StableRate, type StableRateState } from './stable-rate.ts';

/** Settings of one evidence curve. */
export interface EvidenceCurveOptions extends EvidenceChainOptions, ServiceNoiseOptions {
  /** Nominal length of an interval in seconds. */
  intervalSeconds: number;
  /** Difference of the rates that is still tolerated, such as 0.0005. */
  absoluteTolerance: number;
  /** What is so bad that it is not capped, and counts at once during the warm-up. */
  catastrophe: Catastrophe;
  /** Difference of the rates within which the canary counts as non-inferior. */
  promoteWithinAbsolute: number;
  /**
   * The absolute margin is wide: many times the rate. What is learned of a rate near zero is a large relative noise; to
   * temper by it would silence the blocks with bad requests and leave those without (89 % false promotions at the margin).
   */
  wideAbsoluteMargin?: boolean;
  /**
   * Fewer is worse: what is counted is good. The ratio is then stable's rate over the canary's, and so is all that is
   * tolerated; nothing is a catastrophe, and no pod is cut back to its siblings.
   */
  fewerIsWorse?: boolean;
}

/** Evidence against the canary that 10 s may add at most where the absolute margin is wide: a burst costs about a minute. */
const WIDE_MARGIN_CLIP_NATS = 10;

/** State of {@link EvidenceCurve}, plain JSON. */
export interface EvidenceCurveState {
  noise: ServiceNoiseState;
  chain: EvidenceChainState<ArmCounts>;
  absolute: PromotionSumsState;
  stableRate: StableRateState;
  closedTotals: ArmCounts;
  block: OpenBlockState;
  temper: number;
  squaredCv: number;
  before: BlockBefore;
}

/** Intervals from before the deployment that do not fill a block yet. */
interface BlockBefore {
  intervals: number;
  requests: number;
  bad: number;
  pods: readonly PodCounts[];
}

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
  readonly #chain: EvidenceChain<ArmCounts>;
  readonly #absolute: AbsoluteEvidence;
  readonly #stableRate: StableRate;
  readonly #fewerIsWorse: boolean;
  /** Version of the noise that the natural priors were made of. */
  #noiseVersion: number;
  /** Totals of the finished blocks, and with the open one. Never changed in place. */
  #closedTotals: ArmCounts;
  #totals: ArmCounts;
  readonly #block: OpenBlock;
  /** Likelihood of the open block. */
  readonly #likelihood: Float64Array = onGrid();
  #temper: number;
  #squaredCv: number;
  /** Block from before the deployment that is being filled. */
  #before: BlockBefore;

  /** @param state - of an evidence curve with the same options, to go on from. */
  constructor(options: EvidenceCurveOptions, state?: EvidenceCurveState) {
    this.#options = options;
    this.#fewerIsWorse = options.fewerIsWorse ?? false;
    this.#blockSeconds = blockSeconds(options.intervalSeconds);
    const noise = new ServiceNoise(noiseOptions(options), this.#blockSeconds, state?.noise);
    this.#noise = noise;
    this.#noiseVersion = noise.version;
    this.#chain = new EvidenceChain(
      options,
      this.#blockSeconds,
      (from, to) => beatsAbsoluteTolerance(from, to, options.absoluteTolerance),
      (centre) => noise.naturalPrior(centre),
      noCounts(),
      state?.chain,
    );
    this.#absolute = new AbsoluteEvidence(options, this.#blockSeconds, state?.absolute);
    this.#stableRate = new StableRate(state?.stableRate);
    this.#closedTotals = state?.closedTotals ?? noCounts();
    this.#totals = this.#closedTotals;
    this.#block = new OpenBlock(state?.block.index ?? 0, this.#chain.anchor, state?.block);
    this.#temper = state?.temper ?? 1;
    this.#squaredCv = state?.squaredCv ?? 0;
    this.#before = state?.before ?? { intervals: 0, requests: 0, bad: 0, pods: [] };
    if (this.#block.endSeconds > 0) this.#assess();
  }

  /**
   * Takes in what the stable pods did in one interval before the deployment: what is natural is learned from it.
   *
   * @param stableBad - bad requests of all stable pods, told apart or not.
   */
  learnBefore(stablePods: readonly PodCounts[], stableRequests: number, stableBad: number): void {
    this.#stableRate.learnBefore(stableRequests, stableBad);
    const before = this.#before;
    before.intervals += 1;
    before.requests += stableRequests;
    before.bad += stableBad;
    before.pods = mergePods(before.pods, stablePods);
    if (before.intervals * this.#options.intervalSeconds < this.#blockSeconds - 1e-9) return;
    this.#noise.learnBefore(before.pods, before.requests, before.bad);
    this.#before = { intervals: 0, requests: 0, bad: 0, pods: [] };
  }

  /** Takes in the next interval; intervals come in time order. */
  observe(interval: JudgedInterval): void {
    const index = Math.floor(interval.startSeconds / this.#blockSeconds + 1e-9);
    if (index > this.#block.index) this.#closeBlock(index);
    // Inside, the arm whose surplus is bad stands in the canary's place; the pods keep theirs.
    this.#block.add(this.#fewerIsWorse ? { ...interval, ...withArmsSwapped(interval) } : interval);
    this.#assess();
    if (interval.endSeconds >= (index + 1) * this.#blockSeconds - 1e-9) this.#closeBlock(index + 1);
  }

  /** Log of the e-value against "no worse than tolerated". */
  get logE(): number {
    return this.#chain.logE;
  }

  /** Log evidence that the ratio is within `promoteWithin`, from the ratio alone. */
  get logNonInferiorRatio(): number {
    return this.#chain.logNonInferiority;
  }

  /** The most that {@link logNonInferiorRatio} can ever become, given what is natural for this service. */
  get mostNonInferiorRatio(): number {
    return this.#chain.nonInferiority.mostEver;
  }

  /** Whether the interval of the ratio lies within `promoteWithin`; `null` while there is none. */
  get isWithinMargin(): boolean | null {
    const { ratio } = this;
    return ratio && (ratio.high ?? Infinity) < this.#options.promoteWithin;
  }

  /** Whether the ratio of the last minutes lies beyond `promoteWithin`, where there is enough to tell. */
  get isRecentlyBeyond(): boolean {
    const recent = recentRatio(this.#totals, (seconds, isEnough) => this.#chain.latestStart(seconds, isEnough));
    return recent !== null && recent > this.#options.promoteWithin;
  }

  /** Log evidence for non-inferiority: ratio and absolute difference, averaged. */
  get logNonInferiority(): number {
    return this.#absolute.with(this.logNonInferiorRatio, this.#stableRate.before);
  }

  /** Estimate of the ratio (worse is above 1) with its 95 % interval; `null` before the first bad request. */
  get ratio(): RatioInterval | null {
    const { canaryBad, stableBad } = this.#totals;
    return canaryBad + stableBad > 0 ? ratioInterval(this.#chain.curve, observedRatio(this.#totals)) : null;
  }

  /** Requests and bad requests judged so far. */
  get totals(): Readonly<ArmCounts> {
    return this.#asGiven(this.#totals);
  }

  /** Stable's usual rate of bad requests, from before the deployment and since; above 0. */
  get usualRate(): number {
    return this.#stableRate.usual(this.#closedTotals);
  }

  /** How the last block was weighed. */
  get assessment(): Readonly<BlockAssessment> {
    return { temper: this.#temper, squaredCv: this.#squaredCv, clipFactor: this.#chain.clipFactor };
  }

  /** What is natural for this service, as far as it is known. */
  get noise(): Pick<ServiceNoise, 'fromPods' | 'clipNats' | 'longestBurstSeconds' | 'spread' | 'likelySpread'> {
    return this.#noise;
  }

  /** Finished blocks whose evidence was capped. */
  get clippedBlocks(): number {
    return this.#chain.clippedBlocks;
  }

  state(): EvidenceCurveState {
    return {
      noise: this.#noise.state(),
      chain: this.#chain.state(),
      absolute: this.#absolute.state(),
      stableRate: this.#stableRate.state(),
      closedTotals: { ...this.#closedTotals },
      block: this.#block.state(),
      temper: this.#temper,
      squaredCv: this.#squaredCv,
      before: { ...this.#before },
    };
  }

  /** Weighs the open block as it stands and puts it on top of the finished ones. */
  #assess(): void {
    const block = this.#counts();
    const totals = { ...this.#closedTotals };
    addCounts(totals, block);
    this.#totals = totals;
    this.#noise.see(this.#block.canaryPods, this.#block.stablePods, this.#asGiven(totals));
    if (this.#noise.version !== this.#noiseVersion) {
      this.#noiseVersion = this.#noise.version;
      this.#chain.natural = (centre) => this.#noise.naturalPrior(centre);
    }
    const startSeconds = this.#block.index * this.#blockSeconds;
    const units = Math.max(this.#block.endSeconds - startSeconds, 1e-9) / UNIT_SECONDS;
    this.#squaredCv = this.#noise.squaredCv;
    this.#temper = temper(
      block,
      this.#options.anchorRatio ?? ANCHOR_RATIO,
      Math.max(this.#squaredCv, MINIMUM_SQUARED_CV) / units,
    );
    const likelihood = this.#block.logLikelihood(block.canaryBad, this.#likelihood);
    over(likelihood, this.#temper, likelihood);
    const stableRate = totals.stableBad / Math.max(totals.stableRequests, 1);
    const catastrophic = !this.#fewerIsWorse && isCatastrophic(block, stableRate, this.#options.catastrophe);
    // One lone error is never capped: at low traffic it is all there is.
    const alone = !this.#fewerIsWorse && block.canaryBad <= 1;
    const clipNats = alone ? Infinity : this.#noise.clipNats;
    const stableIsUnusual = !this.#fewerIsWorse && this.#stableRate.isUnusual(block, this.#closedTotals);
    this.#chain.weigh({ likelihood, startSeconds, catastrophic, clipNats, stableIsUnusual }, totals);
    const { wideAbsoluteMargin = false } = this.#options;
    const against = wideAbsoluteMargin ? WIDE_MARGIN_CLIP_NATS : this.#noise.clipNats;
    this.#absolute.weigh(block, {
      usualRate: this.#stableRate.usual(this.#closedTotals),
      temper: wideAbsoluteMargin ? 1 : this.#temper,
      againstNats: catastrophic ? Infinity : against,
      stableIsUnusual,
    });
  }

  #closeBlock(nextIndex: number): void {
    this.#closedTotals = this.#totals;
    const [block, totals] = [this.#asGiven(this.#counts()), this.#asGiven(this.#totals)];
    this.#noise.learn(block, totals, this.#block.canaryPods, this.#block.stablePods);
    const endSeconds = (this.#block.index + 1) * this.#blockSeconds;
    this.#chain.close(endSeconds, this.#closedTotals);
    this.#absolute.close(endSeconds);
    this.#block.beginAnew(nextIndex);
  }
  #counts(): ArmCounts {
    return this.#block.counts(this.#fewerIsWorse ? null : this.#options.burst?.ordinarySquaredCv);
  }

  #asGiven(counts: ArmCounts): ArmCounts {
    return this.#fewerIsWorse ? withArmsSwapped(counts) : counts;
  }
}

function noiseOptions(options: EvidenceCurveOptions): ServiceNoiseOptions {
  return { ...options, burst: { ...options.burst, fewer: options.fewerIsWorse ?? false } };
}
