import { normal, type Random, seededRandom } from 'rolloutguard/testing';

// Seeded: each process draws its own stream, and all of them follow from the one seed that the demo prints.
export { type Random, seededRandom };

/** A number from `low` to `high`, all equally likely. */
export function uniform(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

/** Time to the next event of a Poisson process: this is what makes arrivals look like independent users. */
export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random());
}

/** A duration with the long right tail of real service times. `spread` is the standard deviation of its logarithm. */
export function logNormal(random: Random, median: number, spread: number): number {
  return median * Math.exp(spread * normal(random));
}
