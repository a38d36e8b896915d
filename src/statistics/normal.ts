/** The standard normal distribution: its function and its quantiles. */

const INVERSE_SQRT_TAU = 1 / Math.sqrt(2 * Math.PI);
/** From here on the continued fraction of the tail converges fast, and the series would lose the tail's digits. */
const TAIL = 3;
/** Beyond this nothing is left of 1 in a double. */
const CERTAIN = 8.3;

/** Probability that a standard normal is at most `z`; relative error below 1e-12 also far in the lower tail. */
export function normalCdf(z: number): number {
  if (z > CERTAIN) return 1;
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
 * The value that a standard normal stays below with probability `p`, strictly between 0 and 1. From a rational guess (Abramowitz
 * and Stegun 26.2.23, good to 5e-4) Halley's method reaches the last digits in two steps.
 */
export function normalQuantile(p: number): number {
  if (p === 0.5) return 0;
  // The lower half only: there the distribution function has all its digits.
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  let z = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let i = 0; i < 3; i++) {
    const step = (normalCdf(z) - p) / density(z);
    z -= step / (1 + (z * step) / 2);
  }
  return z;
}

/** Points and weights of Gauss and Legendre on [-1, 1], one half: the other is symmetric. */
const LEGENDRE: readonly (readonly [number, number])[] = [
  [0.1488743389816312, 0.2955242247147529],
  [0.4333953941292472, 0.2692667193099963],
  [0.6794095682990244, 0.219086362515982],
  [0.8650633666889845, 0.1494513491505806],
  [0.9739065285171717, 0.0666713443086881],
];

/**
 * Probability that two standard normals with a correlation stay below `x` and `y` (Drezner and Wesolowsky 1990: the integral
 * over the correlation, by ten points); good to 1e-6 up to a correlation of 0.9.
 */
export function bivariateNormalCdf(x: number, y: number, correlation: number): number {
  let sum = 0;
  for (const [point, weight] of LEGENDRE) {
    for (const sign of [-1, 1]) {
      const r = (correlation * (1 + sign * point)) / 2;
      const left = 1 - r * r;
      sum += (weight * Math.exp(-(x * x - 2 * x * y * r + y * y) / (2 * left))) / Math.sqrt(left);
    }
  }
  return normalCdf(x) * normalCdf(y) + (sum * correlation) / (4 * Math.PI);
}

/** Enough for 13 digits from the tail's beginning on. */
const TERMS = 60;

function density(z: number): number {
  return INVERSE_SQRT_TAU * Math.exp(-0.5 * z * z);
}

/** Probability beyond `z` > 0 (Laplace's continued fraction, from its far end). */
function upperTail(z: number): number {
  let fraction = z;
  for (let k = TERMS; k > 0; k--) fraction = z + k / fraction;
  return density(z) / fraction;
}
