/**
 * How much do healthy pods differ for good? Nodes, caches and shards make some pods fail more than others for as long as
 * they live, and a canary pod is one draw from that spread. What is not known of the spread is kept as a distribution:
 * with a point estimate, pods that differ strongly roll back several healthy canaries in a hundred.
 */
import { logGamma } from './log-gamma.ts';
import { normalise } from './log-space.ts';
import { FEWEST_PODS, type PodCounts } from './pod-counts.ts';

/** Standard deviations of the lasting log level of a pod that are weighed against each other. */
export const SPREADS: readonly number[] = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.55, 0.75, 1, 1.4];
/**
 * Shape of the gamma whose logarithm has that standard deviation (`trigamma(shape) = spread^2`). With a gamma of the
 * log-normal's CV instead, wide spreads are taken for narrower ones however much data there is.
 */
const SHAPES: readonly number[] = [
  2500.499967, 400.4997918, 100.4991669, 44.94256962, 25.49666765, 11.60362218, 6.736727981, 3.780971784, 2.233129489,
  1.426255122, 0.8885046359,
];
/** Before any data: most services have pods that are much alike, and one in eight has some that differ strongly. */
const KINDS = [
  { share: 0.875, spread: 0.06, logDeviation: 0.6 },
  { share: 0.125, spread: 0.45, logDeviation: 0.5 },
];
const LOG_PRIOR: Float64Array = normalise(
  SPREADS.map((spread, i) => {
    const lower = SPREADS[i - 1] ?? spread ** 2 / SPREADS[i + 1]!;
    const upper = SPREADS[i + 1] ?? spread ** 2 / lower;
    const density = KINDS.map(
      (kind) => kind.share * Math.exp(-0.5 * (Math.log(spread / kind.spread) / kind.logDeviation) ** 2),
    );
    return Math.log(Math.log(upper / lower)) + Math.log(density.reduce((sum, value) => sum + value, 0));
  }),
);
/** A pod that has not been seen for this long is forgotten. */
const FORGET_AFTER_UNITS = 90;

interface Totals {
  requests: number;
  bad: number;
  /** Units of 10 s in which it was seen, and the time when it was seen last. */
  units: number;
  lastUnit: number;
}

/**
 * Standard deviation of the lasting log ratio of two healthy arms whose pods have this spread. Pods of one arm average
 * their levels, not their logarithms, so this is more than `spread * sqrt(1 / canary + 1 / stable)`.
 */
export function armSpread(spread: number, canaryPods: number, stablePods: number): number {
  const squaredCv = Math.expm1(spread * spread);
  return Math.sqrt(Math.log1p(squaredCv / canaryPods) + Math.log1p(squaredCv / stablePods));
}

/** State of {@link PodSpread}, plain JSON. */
export interface PodSpreadState {
  unit: number;
  totals: [pod: string, requests: number, bad: number, units: number, lastUnit: number][];
  logWeights: number[];
}

/** Learns the spread of the pods' lasting levels from their totals: a posterior over {@link SPREADS}. */
export class PodSpread {
  readonly #totals = new Map<string, Totals>();
  #unit = 0;
  #logWeights: Float64Array;

  constructor(state?: PodSpreadState) {
    this.#unit = state?.unit ?? 0;
    this.#logWeights = state === undefined ? LOG_PRIOR : Float64Array.from(state.logWeights);
    for (const [pod, requests, bad, units, lastUnit] of state?.totals ?? []) {
      this.#totals.set(pod, { requests, bad, units, lastUnit });
    }
  }

  /** Log weight of each of {@link SPREADS}, as of the last {@link refresh}. */
  get logWeights(): Float64Array {
    return this.#logWeights;
  }

  /** Mean squared CV of a pod's lasting level, as of the last {@link refresh}. */
  get squaredCv(): number {
    return SHAPES.reduce((sum, shape, i) => sum + Math.exp(this.#logWeights[i]!) / shape, 0);
  }

  /** Takes in one finished block of `units` times 10 s. */
  learn(pods: readonly PodCounts[], units: number): void {
    this.#unit += units;
    for (const { pod, requests, bad } of pods) {
      if (requests <= 0) continue;
      let totals = this.#totals.get(pod);
      if (totals === undefined) {
        totals = { requests: 0, bad: 0, units: 0, lastUnit: 0 };
        this.#totals.set(pod, totals);
      }
      totals.requests += requests;
      totals.bad += bad;
      totals.units += units;
      totals.lastUnit = this.#unit;
    }
  }

  /**
   * Weighs the spreads anew. A pod's total is a count whose rate varies (negative binomial) around the pooled rate: with
   * the gamma of its lasting level, and what is left of the short-lived noise.
   *
   * @param squaredCv - squared CV of one pod's short-lived noise per 10 s.
   */
  refresh(squaredCv: number): void {
    let requests = 0;
    let bad = 0;
    for (const [pod, totals] of this.#totals) {
      if (this.#unit - totals.lastUnit > FORGET_AFTER_UNITS) {
        this.#totals.delete(pod);
        continue;
      }
      requests += totals.requests;
      bad += totals.bad;
    }
    if (this.#totals.size < FEWEST_PODS || bad <= 0) {
      this.#logWeights = LOG_PRIOR;
      return;
    }
    const pods = [...this.#totals.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
    this.#logWeights = normalise(
      SHAPES.map((shape, i) => {
        let logLikelihood = LOG_PRIOR[i]!;
        // Most pods are as old as their siblings, and then have the same size.
        let [size, logGammaOfSize] = [Number.NaN, Number.NaN];
        for (const [, totals] of pods) {
          const own = 1 / (1 / shape + squaredCv / totals.units);
          if (own !== size) [size, logGammaOfSize] = [own, logGamma(own)];
          const mean = (bad / requests) * totals.requests;
          logLikelihood += logNegativeBinomial(totals.bad, mean, size, logGammaOfSize);
        }
        return logLikelihood;
      }),
    );
  }

  state(): PodSpreadState {
    return {
      unit: this.#unit,
      totals: [...this.#totals].map(([pod, totals]) => [
        pod,
        totals.requests,
        totals.bad,
        totals.units,
        totals.lastUnit,
      ]),
      logWeights: [...this.#logWeights],
    };
  }
}

/** Log probability of a count around `mean` whose rate is gamma with shape `size`, up to terms that do not depend on the size. */
function logNegativeBinomial(count: number, mean: number, size: number, logGammaOfSize: number): number {
  return logGamma(count + size) - logGammaOfSize - size * Math.log1p(mean / size) - count * Math.log(size + mean);
}
