/**
 * The rates above a limit that its evidence is a mixture of.
 *
 * They are kept as log ratios `d` to the limit (for `binomial` of the odds, so that a rate of 1 stays in reach), because
 * then the exact log likelihood ratio of a count is `bad * d - exposure * cost` for both models, also at counts of 1e12.
 */
import { normalise } from './log-space.ts';

/** What is counted: bad ones out of many, or events in an amount of time. */
export type RateModel = 'binomial' | 'poisson';

/** Events and what they are out of: requests, or an amount of time. */
export interface RateCounts {
  exposure: number;
  bad: number;
}

/** Number of rates that are tried. */
export const ALTERNATIVES = 32;
/** Log ratio of the lowest. */
const LOWEST_LOG_RATIO = 0.05;
/** That of the highest: 1,000 times the limit, or odds of 1,000 to 1. */
const LOG_THOUSAND = Math.log(1000);

/** A mixture over rates above a limit; log weights sum to one. */
export interface LimitAlternatives {
  /** Nats that each bad event adds. */
  readonly perBad: Float64Array;
  /** Nats that each unit of exposure costs. */
  readonly perExposure: Float64Array;
  readonly logWeights: Float64Array;
}

/** The mixture for one limit. */
export function alternativesTo(model: RateModel, limit: number): LimitAlternatives {
  const ratios = logRatios(model, limit);
  return {
    perBad: Float64Array.from(ratios),
    perExposure: Float64Array.from(ratios, (ratio) => costOf(model, limit, ratio)),
    logWeights: priorOver(ratios),
  };
}

/** Log ratios (`binomial`: of the odds) to the limit, ascending, geometric so that small excesses are resolved too. */
function logRatios(model: RateModel, limit: number): number[] {
  const toEvens = model === 'binomial' ? Math.max(Math.log1p(-limit) - Math.log(limit), 0) : 0;
  const highest = toEvens + LOG_THOUSAND;
  return Array.from(
    { length: ALTERNATIVES },
    (_, k) => LOWEST_LOG_RATIO * (highest / LOWEST_LOG_RATIO) ** (k / (ALTERNATIVES - 1)),
  );
}

/** Denser near the limit, as in ratio-grid.ts: each point stands for the width to its neighbours. */
function priorOver(ratios: readonly number[]): Float64Array {
  const last = ratios.length - 1;
  return normalise(
    ratios.map((ratio, k) => {
      const [from, to] = [Math.max(k - 1, 0), Math.min(k + 1, last)];
      return Math.log((ratios[to]! - ratios[from]!) / (to - from)) - Math.log(ratio + 0.3);
    }),
  );
}

/**
 * What a unit of exposure costs an alternative.
 *
 *     binomial   log(1 + limit (e^d - 1)),  d = log odds ratio
 *     poisson    limit (e^d - 1),           d = log rate ratio
 */
function costOf(model: RateModel, limit: number, logRatio: number): number {
  const excess = limit * Math.expm1(logRatio);
  return model === 'binomial' ? Math.log1p(excess) : excess;
}
