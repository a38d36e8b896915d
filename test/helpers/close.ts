import { expect } from 'vitest';

/** Fails unless `actual` is within `relative` of `expected`, plus `rounding` at the size of the sums behind it. */
export function expectClose(
  actual: number,
  expected: number,
  relative: number,
  label = 'value',
  rounding = 1e-13,
): void {
  const tolerance = relative * Math.abs(expected) + rounding;
  if (!(Math.abs(actual - expected) <= tolerance)) {
    expect.fail(`${label}: ${actual} differs from ${expected} by more than ${tolerance}`);
  }
}
