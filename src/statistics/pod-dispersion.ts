/**
 * How noisy the rate of one pod is, learned from the stable pods, before and during the deployment: Pearson's
 * chi-square of the pods against their pooled rate, over windows of several lengths. The largest estimate counts, which
 * takes autocorrelation in.
 */
import { INFLATION, type Sampling, UNIT_SECONDS } from './dispersion.ts';
import { FEWEST_PODS, type PodCounts } from './pod-counts.ts';

/** Where the learning starts from. */
export interface PodDispersionOptions extends Sampling {
  /** Prior of the squared CV of one pod's rate noise per 10 s, and its weight in windows. */
  prior: number;
  priorWeight: number;
  windowsSeconds: readonly number[];
}

interface Window {
  /** Blocks of the judge that make one window. */
  readonly blocks: number;
  /** Length in units of 10 s. */
  readonly units: number;
  weightedSum: number;
  information: number;
  /** Sums of the open window. */
  open: Map<string, { requests: number; bad: number }>;
}

/** State of {@link PodDispersion}, plain JSON. */
export interface PodDispersionState {
  blocks: number;
  windows: { weightedSum: number; information: number; open: [pod: string, requests: number, bad: number][] }[];
}

/** Learns the squared CV of one pod's rate noise per 10 s. Predictable: a value is used only for later blocks. */
export class PodDispersion {
  readonly #options: PodDispersionOptions;
  readonly #windows: Window[];
  #blocks = 0;

  /** @param blockSeconds - length of the judge's blocks: 10 s, or the interval where that is longer. */
  constructor(options: PodDispersionOptions, blockSeconds: number, state?: PodDispersionState) {
    this.#options = options;
    const lengths = new Set(options.windowsSeconds.map((seconds) => Math.max(1, Math.ceil(seconds / blockSeconds))));
    this.#blocks = state?.blocks ?? 0;
    this.#windows = [...lengths].map((blocks, i) => ({
      blocks,
      units: (blocks * blockSeconds) / UNIT_SECONDS,
      weightedSum: state?.windows[i]?.weightedSum ?? 0,
      information: state?.windows[i]?.information ?? 0,
      open: new Map((state?.windows[i]?.open ?? []).map(([pod, requests, bad]) => [pod, { requests, bad }])),
    }));
  }

  /** Takes in one finished block. */
  learn(pods: readonly PodCounts[]): void {
    this.#blocks += 1;
    for (const window of this.#windows) {
      if (window.blocks === 1) {
        this.#closeWindow(window, pods);
        continue;
      }
      for (const { pod, requests, bad } of pods) {
        const sum = window.open.get(pod);
        if (sum === undefined) window.open.set(pod, { requests, bad });
        else {
          sum.requests += requests;
          sum.bad += bad;
        }
      }
      if (this.#blocks % window.blocks !== 0) continue;
      this.#closeWindow(window, [...window.open.values()]);
      window.open.clear();
    }
  }

  /**
   * Squared CV per 10 s of one pod's noise, net of lasting differences between pods.
   *
   * @param lastingSquaredCv - squared CV of the lasting levels of pods; it would else count as noise.
   */
  squaredCv(lastingSquaredCv: number): number {
    const { prior, priorWeight } = this.#options;
    let largest = 0;
    for (const { units, weightedSum, information } of this.#windows) {
      const estimate =
        ((priorWeight * prior) / units + weightedSum - information * lastingSquaredCv) / (priorWeight + information);
      largest = Math.max(largest, estimate * units);
    }
    return largest * INFLATION;
  }

  state(): PodDispersionState {
    return {
      blocks: this.#blocks,
      windows: this.#windows.map(({ weightedSum, information, open }) => ({
        weightedSum,
        information,
        open: [...open].map(([pod, { requests, bad }]) => [pod, requests, bad]),
      })),
    };
  }

  /** Moment estimate of one window, weighted by the information that it carries about a CV of the prior's size. */
  #closeWindow(window: Window, pods: readonly { requests: number; bad: number }[]): void {
    let count = 0;
    let requests = 0;
    let bad = 0;
    for (const pod of pods) {
      requests += pod.requests;
      bad += pod.bad;
      if (pod.requests > 0) count += 1;
    }
    if (count < FEWEST_PODS || bad <= 0) return;
    const rate = bad / requests;
    let variances = 0;
    let squares = 0;
    let residuals = 0;
    for (const pod of pods) {
      const expected = rate * pod.requests;
      const variance = expected * (1 - pod.requests / requests);
      variances += variance;
      squares += variance * variance;
      residuals += (pod.bad - expected) ** 2;
    }
    if (variances <= 0) return;
    const typical = squares / variances;
    const prior = this.#options.prior / window.units;
    const freedom = count - 1;
    const information =
      (freedom * 2 * prior * prior * typical * typical) /
      (2 * (1 + typical * prior) ** 2 + 1 / (Math.max(typical, 1e-9) * freedom));
    const sampling = this.#options.common ? 1 - rate : 1;
    window.weightedSum += (information * (residuals / variances - sampling)) / typical;
    window.information += information;
  }
}
