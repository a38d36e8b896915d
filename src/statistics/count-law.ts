/** Counts as a few values with their chances, so that what the judge makes of each can be added up. */
import { logGamma } from './log-gamma.ts';

/** A value and its chance. */
export type Outcome = readonly [value: number, chance: number];

/** Up to this mean every count is listed; above it a few quantiles of a smooth law stand for all. */
const LISTED_UP_TO = 40;
const NEGLIGIBLE = 1e-7;
/** Points of the smooth law, four standard deviations to either side. */
const POINTS = 21;
const REACH = 4;

/**
 * A count with a given mean and variance: Poisson, negative binomial where the variance is larger than the mean, binomial
 * where it is smaller; from a mean of 40 on a log-normal of the same mean and variance.
 */
export function countLaw(mean: number, variance: number): Outcome[] {
  if (!(mean > 0)) return [[0, 1]];
  if (!(variance > mean * 1e-6)) return [[mean, 1]];
  return mean < LISTED_UP_TO ? listed(mean, variance) : smooth(mean, variance);
}

/** Three values with the mean, the variance and the kurtosis of a normal: enough for what enters only weakly. */
export function threePoints(mean: number, variance: number): Outcome[] {
  const away = Math.sqrt(3 * variance);
  return [
    [Math.max(mean - away, 0), 1 / 6],
    [mean, 2 / 3],
    [mean + away, 1 / 6],
  ];
}

/** Log chance of `count` events where `mean` are expected (Poisson). */
export function logPoisson(count: number, mean: number): number {
  return count * Math.log(mean) - mean - logGamma(count + 1);
}

function listed(mean: number, variance: number): Outcome[] {
  const law = lawOf(mean, variance);
  const outcomes: Outcome[] = [];
  let total = 0;
  const most = Math.ceil(mean + 8 * Math.sqrt(Math.max(variance, mean)) + 6);
  for (let count = 0; count <= most; count++) {
    const chance = law(count);
    if (chance < NEGLIGIBLE) continue;
    outcomes.push([count, chance]);
    total += chance;
  }
  return outcomes.map(([count, chance]) => [count, chance / total]);
}

/** Chance of each count. */
function lawOf(mean: number, variance: number): (count: number) => number {
  const excess = variance / mean - 1;
  if (excess > 1e-4) {
    const size = mean / excess;
    return (count) =>
      Math.exp(
        logGamma(count + size) -
          logGamma(size) -
          logGamma(count + 1) +
          count * Math.log(mean / (mean + size)) -
          size * Math.log1p(mean / size),
      );
  }
  if (excess < -1e-4) {
    // Part of a trial: sometimes one more, sometimes none. A binomial of a broken number of trials is no law at all.
    const share = -excess;
    const trials = mean / share;
    const whole = Math.floor(trials + 1e-9);
    const more = Math.max(trials - whole, 0);
    return (count) => (1 - more) * binomial(count, whole, share) + more * binomial(count, whole + 1, share);
  }
  return (count) => Math.exp(logPoisson(count, mean));
}

function binomial(count: number, trials: number, share: number): number {
  if (count > trials) return 0;
  return Math.exp(
    logGamma(trials + 1) -
      logGamma(count + 1) -
      logGamma(trials - count + 1) +
      count * Math.log(share) +
      (trials - count) * Math.log1p(-share),
  );
}

function smooth(mean: number, variance: number): Outcome[] {
  const logVariance = Math.log1p(variance / (mean * mean));
  const logMean = Math.log(mean) - logVariance / 2;
  const deviation = Math.sqrt(logVariance);
  const points = Array.from({ length: POINTS }, (_, i) => REACH * ((2 * i) / (POINTS - 1) - 1));
  const total = points.reduce((sum, z) => sum + Math.exp(-0.5 * z * z), 0);
  return points.map((z) => [Math.exp(logMean + deviation * z), Math.exp(-0.5 * z * z) / total]);
}
