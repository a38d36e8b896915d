/**
 * What is natural for this service: how noisy its rate is, how long its bursts last, how much its pods differ for good.
 * Learned from the stable pods where traffic is told apart by pod; else the noise is learned from the two arms, and
 * bursts and lasting differences are assumed.
 */

import { type BurstKind, BurstLength, type BurstLengthState } from './burst-length.ts';
import type { ArmDispersionState, DispersionSource } from './dispersion.ts';
import { ArmDispersion, UNIT_SECONDS } from './dispersion.ts';
import { countWitnesses, FEWEST_PODS, PodCount, type PodCountState, type PodCounts } from './pod-counts.ts';
import { PodDispersion, type PodDispersionState } from './pod-dispersion.ts';
import { armSpread, PodSpread, type PodSpreadState, SPREADS } from './pod-spread.ts';
import { mixedSpreadPrior, type RatioPrior, spreadPrior } from './ratio-grid.ts';
import { type ArmCounts, noCounts } from './share-likelihood.ts';
import { StableScatter, type StableScatterState } from './stable-scatter.ts';

/** What is assumed, and what is learned. */
export interface ServiceNoiseOptions {
  dispersion: DispersionSource;
  /** Standard deviation of the log ratio between healthy groups of pods, where pods are not told apart. */
  naturalSpread: number;
  /** Evidence that 10 s may add at most where pods are not told apart, in nats. */
  clipNats: number;
  /** What a burst is. */
  burst?: BurstKind;
  /** Where pods are not told apart the noise is also learned from stable's own ups and downs. */
  learnFromStable?: boolean;
}

/** State of {@link ServiceNoise}, plain JSON. */
export interface ServiceNoiseState {
  arms: ArmDispersionState | null;
  stable: StableScatterState | null;
  pods: {
    dispersion: PodDispersionState;
    spread: PodSpreadState;
    bursts: BurstLengthState;
    canary: PodCountState;
    stable: PodCountState;
    canaryPods: number;
    stablePods: number;
    refreshInUnits: number;
  } | null;
}

/** The pods' levels are weighed anew after this many units of 10 s, and when pods come or go. */
const REFRESH_UNITS = 6;

/** Learns what is natural. Predictable: what a block shows is used only for later blocks. */
export class ServiceNoise {
  readonly #options: ServiceNoiseOptions;
  readonly #blockUnits: number;
  readonly #arms: ArmDispersion | null;
  readonly #stable: StableScatter | null;
  readonly #pods: PodNoise | null;
  #stablePerCanary = 0;

  /** @param blockSeconds - length of the judge's blocks: 10 s, or the interval where that is longer. */
  constructor(options: ServiceNoiseOptions, blockSeconds: number, state?: ServiceNoiseState) {
    const { dispersion } = options;
    this.#options = options;
    this.#blockUnits = blockSeconds / UNIT_SECONDS;
    const arms =
      dispersion.kind === 'pods' ? { ...dispersion, windowsSeconds: dispersion.armWindowsSeconds } : dispersion;
    this.#arms = arms.kind === 'known' ? null : new ArmDispersion(arms, blockSeconds, state?.arms ?? undefined);
    const learnsFromStable = options.learnFromStable && arms.kind !== 'known';
    this.#stable = learnsFromStable ? new StableScatter(arms.prior, blockSeconds, state?.stable ?? undefined) : null;
    this.#pods =
      dispersion.kind === 'pods'
        ? new PodNoise(dispersion, blockSeconds, state?.pods ?? undefined, options.burst)
        : null;
  }

  /** True where the noise is learned from pods. */
  get fromPods(): boolean {
    return this.#pods?.usable ?? false;
  }

  /** Squared CV, per 10 s, of the noise on the comparison of the two arms. */
  get squaredCv(): number {
    if (this.#pods?.usable) return this.#pods.squaredCv;
    const { dispersion } = this.#options;
    const fromArms = this.#arms?.squaredCv ?? (dispersion.kind === 'known' ? dispersion.squaredCv : 0);
    return Math.max(fromArms, this.#stable?.squaredCv(this.#stablePerCanary) ?? 0);
  }

  /** Cap on the evidence of 10 s, in nats. */
  get clipNats(): number {
    return this.#pods?.usable ? this.#pods.bursts.clipNats : this.#options.clipNats;
  }

  /** Longest run of excess that a stable pod has shown, in seconds; `null` where pods are not told apart. */
  get longestBurstSeconds(): number | null {
    return this.#pods?.usable ? this.#pods.bursts.longest * UNIT_SECONDS : null;
  }

  /** Standard deviation of the lasting log ratio between healthy arms. */
  get spread(): number {
    return this.#pods?.usable ? this.#pods.meanArmSpread : this.#options.naturalSpread;
  }

  /**
   * The same as it is most likely to turn out. What is not known yet of the pods counts for the canary in {@link spread}: for
   * now, and no longer once more is known.
   */
  get likelySpread(): number {
    return this.#pods?.usable ? this.#pods.likelyArmSpread : this.#options.naturalSpread;
  }

  /** Counts up whenever {@link naturalPrior} would give something new. */
  get version(): number {
    return this.#pods?.version ?? 0;
  }

  /** Ratios that natural differences between pods give around a log ratio. */
  naturalPrior(centre: number): RatioPrior {
    if (!this.#pods?.usable) return spreadPrior(centre, this.#options.naturalSpread);
    return mixedSpreadPrior(centre, this.#pods.armSpreads, this.#pods.spread.logWeights);
  }

  /** Takes in what the stable pods did in a block before the deployment. */
  learnBefore(stablePods: readonly PodCounts[], stableRequests: number, stableBad = 0): void {
    this.#stable?.learn(stableRequests, stableBad);
    this.#pods?.learnStable(stablePods, stableRequests, this.#blockUnits);
  }

  /** What is known of the pods that serve now, before their block ends: their number is no outcome. */
  see(
    canaryPods: readonly PodCounts[],
    stablePods: readonly PodCounts[],
    requests: Pick<ArmCounts, 'canaryRequests' | 'stableRequests'> = noCounts(),
  ): void {
    this.#stablePerCanary = requests.canaryRequests > 0 ? requests.stableRequests / requests.canaryRequests : 0;
    this.#pods?.see(canaryPods, stablePods);
  }

  /** Takes in one finished block and the running totals that include it. */
  learn(block: ArmCounts, totals: ArmCounts, canaryPods: readonly PodCounts[], stablePods: readonly PodCounts[]): void {
    this.#arms?.learn(block, totals);
    this.#stable?.learn(block.stableRequests, block.stableBad);
    this.#pods?.learnStable(stablePods, block.stableRequests, this.#blockUnits);
    this.#pods?.learnCanary(canaryPods, block.canaryRequests, this.#blockUnits);
  }

  state(): ServiceNoiseState {
    return {
      arms: this.#arms?.state() ?? null,
      stable: this.#stable?.state() ?? null,
      pods: this.#pods?.state() ?? null,
    };
  }
}

/** The part that is learned from pods. */
class PodNoise {
  readonly spread: PodSpread;
  readonly bursts: BurstLength;
  readonly #dispersion: PodDispersion;
  readonly #canary: PodCount;
  readonly #stable: PodCount;
  #canaryPods: number;
  #stablePods: number;
  #refreshInUnits: number;
  /** Counts up with every refresh. */
  version = 0;

  constructor(
    source: Extract<DispersionSource, { kind: 'pods' }>,
    blockSeconds: number,
    state?: ServiceNoiseState['pods'],
    burst?: BurstKind,
  ) {
    this.#dispersion = new PodDispersion(source, blockSeconds, state?.dispersion);
    this.spread = new PodSpread(state?.spread);
    this.bursts = new BurstLength(state?.bursts, burst);
    this.#canary = new PodCount(state?.canary);
    this.#stable = new PodCount(state?.stable);
    this.#canaryPods = state?.canaryPods ?? 0;
    this.#stablePods = state?.stablePods ?? 0;
    this.#refreshInUnits = state?.refreshInUnits ?? 0;
  }

  /** True while at least two stable pods can be compared with each other. */
  get usable(): boolean {
    return this.#stablePods >= FEWEST_PODS;
  }

  /** {@link SPREADS} of single pods as lasting differences between the two arms. */
  get armSpreads(): readonly number[] {
    return SPREADS.map((spread) => armSpread(spread, Math.max(this.#canaryPods, 1), this.#stablePods));
  }

  /** Root mean square of the arms' lasting difference. */
  get meanArmSpread(): number {
    const { logWeights } = this.spread;
    return Math.sqrt(this.armSpreads.reduce((sum, spread, i) => sum + Math.exp(logWeights[i]!) * spread ** 2, 0));
  }

  /** The geometric mean: a small weight on wide spreads hardly moves it. */
  get likelyArmSpread(): number {
    const { logWeights } = this.spread;
    return Math.exp(this.armSpreads.reduce((sum, spread, i) => sum + Math.exp(logWeights[i]!) * Math.log(spread), 0));
  }

  /** Squared CV per 10 s of the noise on the comparison of the two arms. */
  get squaredCv(): number {
    const perPod = this.#dispersion.squaredCv(this.spread.squaredCv);
    return perPod * (1 / Math.max(this.#canaryPods, 1) + 1 / this.#stablePods);
  }

  see(canaryPods: readonly PodCounts[], stablePods: readonly PodCounts[]): void {
    const canary = this.#canary.pods || countWitnesses(canaryPods.map(({ requests }) => requests));
    const stable = this.#stable.pods || countWitnesses(stablePods.map(({ requests }) => requests));
    if (canary === this.#canaryPods && stable === this.#stablePods && this.#refreshInUnits > 0) return;
    this.#canaryPods = canary;
    this.#stablePods = stable;
    if (this.#refreshInUnits <= 0) {
      this.spread.refresh(this.#dispersion.squaredCv(this.spread.squaredCv));
      this.#refreshInUnits = REFRESH_UNITS;
    }
    this.version += 1;
  }

  learnStable(pods: readonly PodCounts[], requests: number, units: number): void {
    this.#stable.learn(pods, requests, units);
    this.#dispersion.learn(pods);
    this.bursts.learn(pods, units);
    this.spread.learn(pods, units);
    this.#refreshInUnits -= units;
  }

  learnCanary(pods: readonly PodCounts[], requests: number, units: number): void {
    this.#canary.learn(pods, requests, units);
  }

  state(): NonNullable<ServiceNoiseState['pods']> {
    return {
      dispersion: this.#dispersion.state(),
      spread: this.spread.state(),
      bursts: this.bursts.state(),
      canary: this.#canary.state(),
      stable: this.#stable.state(),
      canaryPods: this.#canaryPods,
      stablePods: this.#stablePods,
      refreshInUnits: this.#refreshInUnits,
    };
  }
}
