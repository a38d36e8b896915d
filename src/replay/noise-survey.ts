/**
 * The noise of a service over many recordings, learned as the judge learns it during one: from what its stable pods did at the
 * same time. Only sums are kept.
 */
import { evidenceOptions, type MetricNoise } from '../engine/criteria/criterion-judge.ts';
import { BurstLength } from '../statistics/burst-length.ts';
import { UNIT_SECONDS } from '../statistics/dispersion.ts';
import { normalise } from '../statistics/log-space.ts';
import { FEWEST_PODS, type PodCounts } from '../statistics/pod-counts.ts';
import { PodDispersion, type PodDispersionOptions } from '../statistics/pod-dispersion.ts';
import { armSpread, PodSpread, SPREADS } from '../statistics/pod-spread.ts';
import type { LearnedNoise } from './calibration.ts';

/** Learns noise from recordings. */
export class NoiseSurvey {
  readonly #options: PodDispersionOptions;
  /** By the length of a block, since windows are made of whole blocks. */
  readonly #dispersions = new Map<number, PodDispersion>();
  readonly #prior: Float64Array = new PodSpread().logWeights;
  /** What the recordings say of each of {@link SPREADS}, together. */
  readonly #logLikelihood = new Float64Array(SPREADS.length);
  #longestBurst = 0;
  #pods = 0;

  constructor(noise: MetricNoise) {
    const { dispersion } = evidenceOptions(
      { intervalSeconds: UNIT_SECONDS, warmUpSeconds: 0, assumedPodSpread: 0 },
      { ...noise, learnFromPods: true },
    );
    this.#options = dispersion as typeof dispersion & { kind: 'pods' };
  }

  /** Takes in what the stable pods did, block by block. */
  learn(blocks: Iterable<readonly PodCounts[]>, blockSeconds: number): void {
    const units = blockSeconds / UNIT_SECONDS;
    const dispersion = this.#continued(blockSeconds);
    const spread = new PodSpread();
    const bursts = new BurstLength({ longest: this.#longestBurst, runs: [] });
    const seen = new Set<string>();
    for (const pods of blocks) {
      dispersion.learn(pods);
      spread.learn(pods, units);
      bursts.learn(pods, units);
      for (const { pod } of pods) seen.add(pod);
    }
    this.#dispersions.set(blockSeconds, dispersion);
    this.#longestBurst = bursts.longest;
    if (seen.size < FEWEST_PODS) return;
    this.#pods += seen.size;
    // The noise is net of the spread and the spread of the noise: what is known of all pods begins.
    spread.refresh(dispersion.squaredCv(this.#lastingSquaredCv));
    spread.refresh(dispersion.squaredCv(spread.squaredCv));
    const { logWeights } = spread;
    for (let i = 0; i < SPREADS.length; i++) this.#logLikelihood[i]! += logWeights[i]! - this.#prior[i]!;
  }

  /**
   * What has been learned; `null` where no pods could be compared.
   *
   * @param canaryPods - of a usual deployment, as the stable ones.
   */
  result(counted: string, canaryPods: number, stablePods: number): LearnedNoise | null {
    if (this.#pods === 0) return null;
    const podSquaredCv = this.#podSquaredCv;
    return {
      counted,
      squaredCv: podSquaredCv * (1 / canaryPods + 1 / stablePods),
      podSquaredCv,
      spread: this.#meanOf((spread) => spread),
      longestBurstSeconds: this.#longestBurst * UNIT_SECONDS,
      clipNats: new BurstLength({ longest: this.#longestBurst, runs: [] }).clipNats,
      pods: this.#pods,
    };
  }

  /** Standard deviation of the lasting log ratio of two healthy arms. */
  armSpread(canaryPods: number, stablePods: number): number {
    return this.#meanOf((spread) => armSpread(spread, canaryPods, stablePods));
  }

  get #logWeights(): Float64Array {
    return normalise([...this.#prior].map((prior, i) => prior + this.#logLikelihood[i]!));
  }

  get #lastingSquaredCv(): number {
    return new PodSpread({ unit: 0, totals: [], logWeights: [...this.#logWeights] }).squaredCv;
  }

  get #podSquaredCv(): number {
    const lasting = this.#lastingSquaredCv;
    return Math.max(0, ...[...this.#dispersions.values()].map((dispersion) => dispersion.squaredCv(lasting)));
  }

  #meanOf(value: (spread: number) => number): number {
    const logWeights = this.#logWeights;
    return Math.sqrt(SPREADS.reduce((sum, spread, i) => sum + Math.exp(logWeights[i]!) * value(spread) ** 2, 0));
  }

  /** What was learned so far, at the beginning of a window: no window may span two deployments. */
  #continued(blockSeconds: number): PodDispersion {
    const state = this.#dispersions.get(blockSeconds)?.state();
    return new PodDispersion(
      this.#options,
      blockSeconds,
      state && { blocks: 0, windows: state.windows.map((window) => ({ ...window, open: [] })) },
    );
  }
}
