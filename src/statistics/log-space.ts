/**
 * Sums of probabilities kept as natural logarithms. Evidence spans hundreds of orders of magnitude, so nothing here
 * leaves log space: `1 - p` and products of probabilities underflow, and an underflow once rolled back every healthy
 * deployment of a simulated cell.
 */

/** The exponential of less than this is lost beside 1 in a double; leaving it out saves most of the time. */
const NEGLIGIBLE = -45;

/** `log(sum(exp(values)))` without overflow; `-Infinity` for an empty list or one of only `-Infinity`. */
export function logSumExp(values: ArrayLike<number>): number {
  let max = -Infinity;
  for (let i = 0; i < values.length; i++) max = Math.max(max, values[i]!);
  if (max === -Infinity) return -Infinity;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i]! - max);
  return max + Math.log(sum);
}

/** `log(sum(exp(a[k] + b[k])))` over the given positions `k`: a mixture with log weights `b`, without a temporary array. */
export function logMixture(a: ArrayLike<number>, b: ArrayLike<number>, positions: readonly number[]): number {
  let max = -Infinity;
  for (let i = 0; i < positions.length; i++) {
    const k = positions[i]!;
    max = Math.max(max, a[k]! + b[k]!);
  }
  if (max === -Infinity) return -Infinity;
  let sum = 0;
  for (let i = 0; i < positions.length; i++) {
    const k = positions[i]!;
    const value = a[k]! + b[k]! - max;
    if (value > NEGLIGIBLE) sum += Math.exp(value);
  }
  return max + Math.log(sum);
}

/** Log weights scaled so that the weights sum to 1. `-Infinity` stays a weight of zero. */
export function normalise(logWeights: readonly number[]): Float64Array {
  const total = logSumExp(logWeights);
  const normalised = new Float64Array(logWeights.length);
  for (let i = 0; i < normalised.length; i++) normalised[i] = logWeights[i]! - total;
  return normalised;
}
