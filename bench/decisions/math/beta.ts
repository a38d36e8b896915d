/**
 * The beta distribution in log space, both tails, for evidence over large counts. Written around the deviance of Loader's
 * saddle point form: three log gammas would cancel to nothing at 1e9 errors, and `1 - betainc` underflows.
 */

/** From here on the asymptotic series of the Stirling error is exact to rounding. */
const SERIES_FROM = 12;
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
/** The continued fraction needs about the square root of its parameters in steps. */
const MOST_STEPS = 1_000_000;
const PRECISION = 1e-16;
/** Stands for a denominator of zero in Lentz's method. */
const TINY = 1e-300;

/** `ln gamma(x) - ((x - 1/2) ln x - x + ln(2 pi) / 2)` for `x > 0` (Abramowitz and Stegun 6.1.41, and the recurrence below 12). */
function stirlingError(x: number): number {
  let recurrence = 0;
  let shifted = x;
  for (; shifted < SERIES_FROM; shifted++) recurrence += (shifted + 0.5) * Math.log1p(1 / shifted) - 1;
  const inverse = 1 / shifted;
  const square = inverse * inverse;
  const tail = 1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - square * (691 / 360360)));
  return recurrence + inverse * (1 / 12 - square * (1 / 360 - square * tail));
}

/** `ln B(a, b)` for positive arguments. */
export function logBeta(a: number, b: number): number {
  const [small, large] = a < b ? [a, b] : [b, a];
  const share = small / (small + large);
  return (
    HALF_LOG_TWO_PI -
    0.5 * Math.log(large) +
    (small - 0.5) * Math.log(share) +
    large * Math.log1p(-share) +
    stirlingError(small) +
    stirlingError(large) -
    stirlingError(small + large)
  );
}

/** `a ln x + b ln(1 - x) - ln B(a, b)`, accurate where the three terms are huge and nearly cancel (Loader 2000). */
export function logBetaKernel(x: number, a: number, b: number): number {
  const sum = a + b;
  return (
    0.5 * (Math.log(a) + Math.log(b / sum)) -
    HALF_LOG_TWO_PI -
    deviance(a, sum * x) -
    deviance(b, sum * (1 - x)) -
    stirlingError(a) -
    stirlingError(b) +
    stirlingError(sum)
  );
}

/** `x ln(x / mean) + mean - x`, by a series where the two are close. */
function deviance(x: number, mean: number): number {
  const difference = x - mean;
  if (Math.abs(difference) >= 0.1 * (x + mean)) return x * Math.log(x / mean) - difference;
  const v = difference / (x + mean);
  let sum = difference * v;
  let power = 2 * x * v;
  for (let j = 1; ; j++) {
    power *= v * v;
    const next = sum + power / (2 * j + 1);
    if (next === sum) return sum;
    sum = next;
  }
}

/** Logs of the lower and the upper tail of the beta distribution at `x`, `0 < x < 1`; each accurate however small it is. */
export function logBetaTails(x: number, a: number, b: number): { lower: number; upper: number } {
  if (x <= (a + 1) / (a + b + 2)) {
    const lower = logSmallerTail(x, a, b);
    return { lower, upper: logOneMinusExp(lower) };
  }
  const upper = logSmallerTail(1 - x, b, a);
  return { lower: logOneMinusExp(upper), upper };
}

/**
 * The lower tail below about the mean: the continued fraction of Didonato and Morris (1992), whose terms are positive where
 * the usual one cancels, by Lentz's method.
 */
function logSmallerTail(x: number, a: number, b: number): number {
  const excess = a * (1 - x) - b * x + 1;
  let fraction = nonZero((a * excess) / (a + 1));
  let c = fraction;
  let d = 0;
  for (let m = 1; m < MOST_STEPS; m++) {
    const near = a + 2 * m - 1;
    const numerator = ((a + m - 1) / near) * ((a + b + m - 1) / near) * m * (b - m) * x * x;
    const denominator = m + (m * (b - m) * x) / near + ((a + m) * (excess + m * (2 - x))) / (near + 2);
    d = 1 / nonZero(denominator + numerator * d);
    c = nonZero(denominator + numerator / c);
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) <= PRECISION) break;
  }
  return logBetaKernel(x, a, b) - Math.log(fraction);
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** `ln(1 - exp(v))` for `v <= 0` (Mächler 2012). */
function logOneMinusExp(v: number): number {
  return v > -Math.LN2 ? Math.log(-Math.expm1(v)) : Math.log1p(-Math.exp(v));
}
