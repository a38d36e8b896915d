/**
 * What plans are held against: the time to see a fault in closed form, a random walk with drift that has to climb to the bound.
 * It is the formula of the simulation study, and good to about 20 % for the study's judge; it knows neither windows nor a warm-up.
 */
import { normalQuantile } from '../../src/statistics/normal.ts';

/** What is compared, and how it is judged. */
export interface WalkToBound {
  /** Requests of both arms in 10 s. */
  canaryRequests: number;
  stableRequests: number;
  /** Stable's share of bad requests, and the ratio of the canary's to it. */
  rate: number;
  ratio: number;
  /** Ratio that is tolerated. */
  toleratedRatio: number;
  /** Squared CV, per 10 s, of the noise on the comparison of the arms. */
  squaredCv: number;
  /** Evidence at which the judge rolls back, in nats. */
  bound: number;
  /** Evidence that 10 s may add at most, in nats. */
  clipNats: number;
  /** Chance to have seen the fault by then: 0.5 for the median. */
  power: number;
}

/** What the formula gives. */
export interface WalkTime {
  /** Units of 10 s until the bound is reached, not rounded. */
  units: number;
  /** Mean and variance of the evidence that 10 s add. */
  drift: number;
  variance: number;
  /** Factor that the likelihood is divided by. */
  temper: number;
}

/** Evidence that the mixture over ratios and the innocent explanation cost on the way, in nats. */
const MIXTURE_NATS = 3.5;
/** From so many bad canary requests in 10 s on the cap is at work; fewer are hardly ever capped. */
const CAPPED_FROM = 2;

/**
 * Units of 10 s until the evidence of a walk with the drift and the variance of the log likelihood ratio has reached the
 * bound with the chance `power`:
 *
 *     1 + ((z sqrt(V) + sqrt(z^2 V + 4 I L)) / (2 I))^2,   L = bound + 3.5
 *
 * @returns Infinity units where the evidence does not grow.
 */
export function walkToBound(walk: WalkToBound): WalkTime {
  const { canaryRequests, stableRequests, rate, ratio, toleratedRatio, squaredCv, bound, clipNats, power } = walk;
  const canaryBad = canaryRequests * rate * ratio;
  const stableBad = stableRequests * rate;
  const shareAt = (times: number): number => (canaryRequests * times) / (canaryRequests * times + stableRequests);
  const [faulty, tolerated] = [shareAt(ratio), shareAt(toleratedRatio)];
  const perCanaryBad = Math.log(faulty / tolerated);
  const perStableBad = Math.log((1 - faulty) / (1 - tolerated));
  const bad = canaryBad + stableBad;
  const pooled = bad / (canaryRequests + stableRequests);
  const temper =
    (1 - tolerated) * (1 - Math.min(toleratedRatio * pooled, 0.99)) +
    tolerated * (1 - pooled) +
    bad * tolerated * (1 - tolerated) * squaredCv;
  let drift = (canaryBad * perCanaryBad + stableBad * perStableBad) / temper;
  let variance = (canaryBad * perCanaryBad ** 2 + stableBad * perStableBad ** 2) / temper;
  if (canaryBad > CAPPED_FROM && drift > clipNats) {
    variance *= (clipNats / drift) ** 2;
    drift = clipNats;
  }
  if (!(drift > 0)) return { units: Infinity, drift, variance, temper };
  const z = normalQuantile(power);
  const spread = z * Math.sqrt(variance);
  const root = (spread + Math.sqrt(spread * spread + 4 * drift * (bound + MIXTURE_NATS))) / (2 * drift);
  return { units: 1 + root * root, drift, variance, temper };
}
