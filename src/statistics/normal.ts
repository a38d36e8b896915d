/** The standard normal distribution: its function and its quantiles. */

const INVERSE_SQRT_TAU = 1 / Math.sqrt(2 * Math.PI);
/** From here on the continued fraction of the tail converges fast, and the series would lose the tail's digits. */
const TAIL = 3;

/** Probability that a standard normal is at most `z`; relative error below 1e-12 also far in the lower tail. */
function normalCdf(z: number): number {
  if (z > TAIL) return 1 - upperTail(z);
  if (z < -TAIL) return upperTail(-z);
  let term = z;
  let sum = z;
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 + sum * density(z);
}

/**
 * The value that a standard normal stays below with probability `p`, which lies strictly between 0 and 1. Bisection to
 * about nine digits, then Newton's method to the last ones.
 */
export function normalQuantile(p: number): number {
  if (p === 0.5) return 0;
  // The lower half only: there the distribution function has all its digits.
  if (p > 0.5) return -normalQuantile(1 - p);
  let [low, high] = [-38.5, 0];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  const z = (low + high) / 2;
  return z - (normalCdf(z) - p) / density(z);
}

function density(z: number): number {
  return INVERSE_SQRT_TAU * Math.exp(-0.5 * z * z);
}

/** Probability beyond `z` > 0 (Laplace's continued fraction, from its far end). */
function upperTail(z: number): number {
  let fraction = z;
  for (let k = 200; k > 0; k--) fraction = z + k / fraction;
  return density(z) / fraction;
}
