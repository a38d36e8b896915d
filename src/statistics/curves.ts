/**
 * Sums and multiples of log-likelihood curves, written into memory that is there already. A curve is weighed for every
 * criterion and edge after every interval: `map` of a typed array costs ten times as much as a loop, and a fresh array as much
 * again.
 */

/** `into = a + b`; returns `into`, which may be one of them. */
export function plus(a: Float64Array, b: Float64Array, into: Float64Array): Float64Array {
  for (let k = 0; k < into.length; k++) into[k] = a[k]! + b[k]!;
  return into;
}

/** `into = a - b`; returns `into`. */
export function minus(a: Float64Array, b: Float64Array, into: Float64Array): Float64Array {
  for (let k = 0; k < into.length; k++) into[k] = a[k]! - b[k]!;
  return into;
}

/** `into = factor * a`; returns `into`. */
export function times(factor: number, a: Float64Array, into: Float64Array): Float64Array {
  for (let k = 0; k < into.length; k++) into[k] = factor * a[k]!;
  return into;
}

/** `into = a / divisor`; returns `into`, which may be `a`. */
export function over(a: Float64Array, divisor: number, into: Float64Array): Float64Array {
  for (let k = 0; k < into.length; k++) into[k] = a[k]! / divisor;
  return into;
}
