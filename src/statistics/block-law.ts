/**
 * What an ordinary block adds to the judge's sums: its bad requests, tempered by the learned noise and capped. The outcomes of
 * a block are gone through, since the cap takes from the large ones.
 */
import { MINIMUM_SQUARED_CV } from './blocks.ts';
import { temper } from './dispersion.ts';
import { ANCHOR_RATIO } from './evidence-chain.ts';
import { canaryShareAt } from './share-likelihood.ts';

/** One count with its noise. */
export interface NoisyCount {
  /** Stable's share of bad requests. */
  readonly rate: number;
  /** Bad requests are not rare. */
  readonly common: boolean;
  /** Squared CV, per 10 s, of the noise on the comparison of the arms, as it is and as the judge has learned it. */
  readonly squaredCv: number;
  readonly learnedSquaredCv: number;
  /** Evidence that 10 s may add at most, in nats. */
  readonly clipNats: number;
}

/** Requests of both arms in 10 s. */
export interface UnitTraffic {
  readonly canaryRequests: number;
  readonly stableRequests: number;
}

/** What one block adds to the tempered and capped sums: on average, and the variance of the canary's. */
export interface BlockSums {
  readonly canary: number;
  readonly stable: number;
  readonly variance: number;
  /** Bad requests of the canary as counted. */
  readonly counted: number;
}

type Outcome = readonly [bad: number, chance: number];

/** Fewer bad canary requests in 10 s than this are gone through one by one; more are stood for by three. */
const FEW = 8;
/** Chances below this are left out. */
const NEGLIGIBLE = 1e-9;

/** Blocks of 10 s at one split of the traffic. */
export class BlockLaw {
  readonly #count: NoisyCount;
  readonly #traffic: UnitTraffic;

  constructor(count: NoisyCount, traffic: UnitTraffic) {
    this.#count = count;
    this.#traffic = traffic;
  }

  /** Sums of a canary with `ratio` times stable's rate. */
  sums(ratio: number): BlockSums {
    const { common, rate, squaredCv } = this.#count;
    const { canaryRequests, stableRequests } = this.#traffic;
    const canaryRate = Math.min(rate * ratio, 1);
    const [canaryBad, stableBad] = [canaryRequests * canaryRate, stableRequests * rate];
    const sampling = common ? Math.max(1 - canaryRate, 0.01) : 1;
    const outcomes =
      canaryBad < FEW
        ? fewOutcomes(canaryBad, squaredCv)
        : threeOutcomes(canaryBad, canaryBad * sampling + canaryBad ** 2 * squaredCv);
    let [canary, stable, square] = [0, 0, 0];
    for (const [bad, chance] of outcomes) {
      const weight = this.#weightOf(bad, stableBad);
      canary += chance * weight * bad;
      stable += chance * weight * stableBad;
      square += chance * (weight * bad) ** 2;
    }
    // What stable's own count leaves open is put on the canary's.
    const variance = square - canary ** 2 + canary ** 2 / stableBad;
    return { canary, stable, variance, counted: canaryBad };
  }

  /** Factor by which a block enters the sums. */
  #weightOf(canaryBad: number, stableBad: number): number {
    const { learnedSquaredCv, clipNats } = this.#count;
    const block = { ...this.#traffic, canaryBad, stableBad };
    const weight = 1 / temper(block, ANCHOR_RATIO, Math.max(learnedSquaredCv, MINIMUM_SQUARED_CV));
    const tolerated = canaryShareAt(ANCHOR_RATIO, block);
    const share = canaryBad / (canaryBad + stableBad);
    // One lone error is never capped.
    if (canaryBad <= 1 || share <= tolerated) return weight;
    const gain = canaryBad * Math.log(share / tolerated) + stableBad * Math.log((1 - share) / (1 - tolerated));
    return Math.min(weight, clipNats / gain);
  }
}

/** All outcomes of a count whose rate varies (negative binomial; Poisson without noise). */
function fewOutcomes(mean: number, squaredCv: number): Outcome[] {
  const size = 1 / Math.max(squaredCv, 1e-9);
  let chance = Math.exp(-size * Math.log1p(mean / size));
  let left = 1;
  const outcomes: Outcome[] = [];
  for (let bad = 0; left > NEGLIGIBLE && (bad <= mean || chance > NEGLIGIBLE); bad++) {
    outcomes.push([bad, chance]);
    left -= chance;
    chance *= (((bad + size) / (bad + 1)) * mean) / (size + mean);
  }
  return outcomes;
}

/** Three outcomes with the mean and the variance of a count (Gauss and Hermite), or two where one were below zero. */
function threeOutcomes(mean: number, variance: number): Outcome[] {
  const step = Math.sqrt(3 * variance);
  if (step <= mean)
    return [
      [mean - step, 1 / 6],
      [mean, 2 / 3],
      [mean + step, 1 / 6],
    ];
  // Skewed: many blocks with none, few with many.
  const chance = mean ** 2 / (mean ** 2 + variance);
  return [
    [0, 1 - chance],
    [mean / chance, chance],
  ];
}
