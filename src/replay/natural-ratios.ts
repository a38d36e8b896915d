/**
 * How different are healthy canaries from stable, for good? Every deployment gives one ratio, and most of what ratios of short
 * deployments differ by is chance. What is left is estimated by the method of moments (DerSimonian and Laird), as for
 * studies of different sizes.
 */
import type { NaturalRatios } from './calibration.ts';
import type { Counts } from './counters.ts';

/** Deployments that a spread can be told from. */
const FEWEST_DEPLOYMENTS = 10;
/** Counted requests below which a deployment says nothing. */
const FEWEST_BAD = 3;
/** Quantiles of the normal distribution. */
const Z95 = 1.6448536269514722;
const Z99 = 2.3263478740408408;

/** Both arms in one block. */
export interface ArmsBlock {
  canary: Counts;
  stable: Counts;
}

interface Observation {
  logRatio: number;
  /** Variance by chance alone. */
  variance: number;
  /** Length in units of 10 s. */
  units: number;
}

/** Keeps three numbers of each deployment. */
export class NaturalRatioSurvey {
  readonly #common: boolean;
  readonly #observations: Observation[] = [];

  /** @param common - what is counted is not rare, and varies less than rare counts do. */
  constructor(common: boolean) {
    this.#common = common;
  }

  /** Takes in a deployment. Only what both arms did at the same time is compared. */
  add(blocks: Iterable<ArmsBlock>, units: number): void {
    let observed = 0;
    let expected = 0;
    let expectedVariance = 0;
    let requests = 0;
    let blockCount = 0;
    for (const { canary, stable } of blocks) {
      if (canary.requests <= 0 || stable.requests <= 0) continue;
      const share = canary.requests / stable.requests;
      observed += canary.bad;
      expected += share * stable.bad;
      expectedVariance += share * share * stable.bad;
      requests += canary.requests;
      blockCount += 1;
    }
    if (observed + expected < FEWEST_BAD) return;
    // Half a request more on either side keeps a ratio of nothing finite.
    const rate = this.#common ? Math.min((observed + expected) / 2 / requests, 0.99) : 0;
    this.#observations.push({
      logRatio: Math.log((observed + 0.5) / (expected + 0.5)),
      variance: (1 - rate) * (1 / (observed + 0.5) + expectedVariance / (expected + 0.5) ** 2),
      units: blockCount * units,
    });
  }

  /**
   * The lasting ratios; `null` from fewer than ten deployments.
   *
   * @param squaredCv - squared CV of the comparison's short-lived noise per 10 s.
   * @param spread - standard deviation of the lasting log ratio of arms that the judge knows of.
   */
  result(from: NaturalRatios['from'], squaredCv: number, spread: number): NaturalRatios | null {
    const count = this.#observations.length;
    if (count < FEWEST_DEPLOYMENTS) return null;
    const values = this.#observations.map(({ logRatio, variance, units }) => ({
      value: logRatio,
      variance: variance + squaredCv / units,
    }));
    const fixed = weighted(values, 0);
    const squares = values.reduce((sum, { value, variance }) => sum + (value - fixed.mean) ** 2 / variance, 0);
    const between = Math.max(0, (squares - (count - 1)) / (fixed.weight - fixed.weightOfSquares / fixed.weight));
    const { mean, weight } = weighted(values, between);
    // The next deployment's ratio: what they differ by, and how well the mean is known.
    const at = (z: number, variance: number): number => Math.exp(mean + z * Math.sqrt(variance + 1 / weight));
    // A variance of so many values is known to within a part of itself; two such parts more than expected are no chance.
    const isMore = between > spread ** 2 * (1 + 2 * Math.sqrt(2 / (count - 1)));
    return {
      from,
      deployments: count,
      median: at(0, between),
      p95: at(Z95, between),
      p99: at(Z99, between),
      p95BeyondPods: at(Z95, isMore ? between - spread ** 2 : 0),
    };
  }
}

function weighted(
  values: readonly { value: number; variance: number }[],
  between: number,
): { mean: number; weight: number; weightOfSquares: number } {
  let weight = 0;
  let weightOfSquares = 0;
  let sum = 0;
  for (const { value, variance } of values) {
    const own = 1 / (variance + between);
    weight += own;
    weightOfSquares += own * own;
    sum += own * value;
  }
  return { mean: sum / weight, weight, weightOfSquares };
}
