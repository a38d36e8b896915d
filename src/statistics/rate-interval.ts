/** Confidence interval of one rate, valid at every moment and not only at a planned end. */

/** What is counted: bad ones out of many, or events in an amount of time. */
export type RateModel = 'binomial' | 'poisson';

/** Events and what they are out of: requests, or pod-hours. */
export interface RateCounts {
  exposure: number;
  bad: number;
}

/** A rate with its 95 % interval. */
export interface RateEstimate {
  rate: number;
  low: number;
  high: number;
}

/** Log of one over the level of 5 %. */
const LOG_LEVEL = Math.log(20);
/** Halvings of a search; the last one is below the resolution of a double. */
const HALVINGS = 80;

/**
 * All rates that a mixture over rates has not rejected at 5 %. The mixture is Jeffreys' (beta(1/2, 1/2), or gamma with
 * shape 1/2 and the mean `typicalRate`), through lower bounds of its logarithm that need no gamma function:
 *
 *     binomial   max_r l(r) - log(2 sqrt(n))                         (Krichevsky and Trofimov 1981)
 *     poisson    k log(k / (n + b)) - k + 1/2 log(b / (n + b))       (from gamma(k + 1/2) >= sqrt(pi) (k / e)^k)
 *
 * @param counts - may be tempered, so they need not be whole; `exposure` above 0, at most as many bad ones for `binomial`.
 */
export function rateInterval(model: RateModel, counts: RateCounts, typicalRate: number): RateEstimate {
  const rate = counts.bad / counts.exposure;
  const reach = LOG_LEVEL + (model === 'binomial' ? binomialRegret(counts) : poissonRegret(counts, typicalRate));
  const lost = model === 'binomial' ? binomialLoss : poissonLoss;
  const isRejected = (candidate: number): boolean => lost(counts, candidate) > reach;
  let highest = model === 'binomial' ? 1 : rate + 1 / counts.exposure;
  while (model === 'poisson' && !isRejected(highest)) highest *= 2;
  return { rate, low: search(isRejected, 0, rate), high: search(isRejected, highest, rate) };
}

/** Log likelihood lost at a rate, against the rate that was observed. */
function binomialLoss({ exposure, bad }: RateCounts, rate: number): number {
  const good = exposure - bad;
  const excess = exposure * rate - bad;
  return (bad === 0 ? 0 : -bad * Math.log1p(excess / bad)) + (good === 0 ? 0 : -good * Math.log1p(-excess / good));
}

function poissonLoss({ exposure, bad }: RateCounts, rate: number): number {
  const excess = exposure * rate - bad;
  return bad === 0 ? excess : excess - bad * Math.log1p(excess / bad);
}

/** The most that the mixture loses against the observed rate. */
function binomialRegret({ exposure }: RateCounts): number {
  return 0.5 * Math.log(Math.max(exposure, 1)) + Math.LN2;
}

function poissonRegret({ exposure, bad }: RateCounts, typicalRate: number): number {
  const priorExposure = 0.5 / typicalRate;
  return (bad + 0.5) * Math.log1p(priorExposure / exposure) + 0.5 * Math.log(exposure / priorExposure);
}

/** The rate nearest to `outside` that is not rejected; `inside` is not. */
function search(isRejected: (rate: number) => boolean, outside: number, inside: number): number {
  if (!isRejected(outside)) return outside;
  let [rejected, kept] = [outside, inside];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (rejected + kept) / 2;
    if (isRejected(middle)) rejected = middle;
    else kept = middle;
  }
  return kept;
}
