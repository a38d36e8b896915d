/** Seeded random numbers, so that every simulated run can be repeated. */

/** A stream of uniform numbers in [0, 1). */
export type Random = () => number;

/** Small fast counter-based generator (mulberry32 of a hashed seed); good enough for simulations, never for secrets. */
export function seededRandom(...seed: readonly (number | string)[]): Random {
  let state = 2166136261;
  for (const char of seed.join('/')) state = Math.imul(state ^ char.charCodeAt(0), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Standard normal (Box and Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Gamma with the given shape and scale (Marsaglia and Tsang 2000). */
export function gamma(random: Random, shape: number, scale: number): number {
  if (shape < 1) return gamma(random, shape + 1, scale) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v * scale;
  }
}

/** Poisson: by multiplication for small means, by halving through the gamma and binomial for large ones (Ahrens and Dieter). */
export function poisson(random: Random, mean: number): number {
  if (mean <= 0) return 0;
  if (mean > 30) {
    const order = Math.floor(mean * 0.875);
    const time = gamma(random, order, 1);
    return time > mean ? binomial(random, order - 1, mean / time) : order + poisson(random, mean - time);
  }
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

/** Binomial: by waiting times for small means, by splitting at a beta-distributed order statistic for large ones. */
export function binomial(random: Random, trials: number, probability: number): number {
  if (trials <= 0 || probability <= 0) return 0;
  if (probability >= 1) return trials;
  if (probability > 0.5) return trials - binomial(random, trials, 1 - probability);
  if (trials * probability > 30) {
    const order = Math.floor((trials + 1) * probability);
    const a = gamma(random, order, 1);
    const split = a / (a + gamma(random, trials + 1 - order, 1));
    return split > probability
      ? binomial(random, order - 1, probability / split)
      : order + binomial(random, trials - order, (probability - split) / (1 - split));
  }
  let count = 0;
  const logMiss = Math.log1p(-probability);
  for (let at = Math.floor(Math.log(1 - random()) / logMiss); at < trials; count++) {
    at += 1 + Math.floor(Math.log(1 - random()) / logMiss);
  }
  return count;
}
