/** The logarithm of the gamma function for positive arguments: what counts with varying rates need. */

/** Stirling's series is used from here on; smaller arguments are shifted up by the recurrence. */
const STIRLING_FROM = 12;
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * `ln gamma(x)` for `x > 0`, by Stirling's series after the recurrence `gamma(x + 1) = x gamma(x)` (Abramowitz and Stegun
 * 6.1.40 and 6.1.15).
 */
export function logGamma(x: number): number {
  let shifted = x;
  let product = 1;
  while (shifted < STIRLING_FROM) {
    product *= shifted;
    shifted += 1;
  }
  const inverse = 1 / shifted;
  const square = inverse * inverse;
  const series =
    inverse *
    (1 / 12 -
      square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - (square * 691) / 360360)))));
  return (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LOG_TWO_PI + series - Math.log(product);
}
