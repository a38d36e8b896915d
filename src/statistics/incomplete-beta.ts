/** The regularised incomplete beta function in log space: tails of the binomial distribution, however far out. */
import { logGamma } from './log-gamma.ts';

/** Terms of the continued fraction; it needs about the square root of the larger parameter. */
const MOST_TERMS = 10_000;
const TINY = 1e-300;
const PRECISION = 1e-16;

/** `ln I_x(a, b)` and `ln (1 - I_x(a, b))`. */
export interface LogTails {
  lower: number;
  upper: number;
}

/**
 * Both tails for `a, b > 0` and `0 < x < 1`, by the continued fraction on the side where it converges fast (DLMF 8.17.22).
 * The smaller tail keeps its relative precision where the other one is 1 but for rounding.
 */
export function logIncompleteBeta(x: number, a: number, b: number): LogTails {
  if (x > (a + 1) / (a + b + 2)) {
    const { lower, upper } = logIncompleteBeta(1 - x, b, a);
    return { lower: upper, upper: lower };
  }
  const logFront = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x) - Math.log(a);
  const lower = Math.min(logFront - Math.log(fraction(x, a, b)), 0);
  // On this side the tail is not near 1, so its complement loses nothing.
  return { lower, upper: Math.log1p(-Math.exp(lower)) };
}

/** The continued fraction, by Lentz's method. */
function fraction(x: number, a: number, b: number): number {
  let value = 1;
  let c = 1;
  let d = 0;
  for (let i = 1; i <= MOST_TERMS; i++) {
    const m = Math.floor(i / 2);
    const term =
      i % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 + term * d;
    d = 1 / (Math.abs(d) < TINY ? TINY : d);
    c = 1 + term / c;
    if (Math.abs(c) < TINY) c = TINY;
    value *= c * d;
    if (Math.abs(c * d - 1) < PRECISION) break;
  }
  return value;
}
