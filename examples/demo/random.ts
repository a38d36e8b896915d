/** Numbers in [0, 1), like `Math.random`, but the same ones again for the same seed. */
export type Random = () => number;

/**
 * A small seeded generator (mulberry32). `stream` keeps the processes of one run apart: each draws its own numbers,
 * and all of them follow from the one seed that the demo prints.
 */
export function seededRandom(seed: number, stream = ''): Random {
  let state = seed >>> 0;
  for (const character of stream) state = Math.imul(state ^ character.charCodeAt(0), 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

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
  // Box-Muller; 1 - random() because the logarithm of 0 is not a number to work with.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(spread * normal);
}
