import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogramQuantile, histogramTotal, mergeHistograms, toExplicit } from '../../src/statistics/histogram.ts';
import { anyExponential, explicit, exponential } from '../helpers/histograms.ts';

describe('mergeHistograms', () => {
  it('adds equal buckets', () => {
    expect(mergeHistograms(explicit([10, 20], [1, 2, 3]), explicit([10, 20], [10, 20, 30]))).toEqual(
      explicit([10, 20], [11, 22, 33]),
    );
  });
  it('coarsens to the bounds that both have, across units', () => {
    const merged = mergeHistograms(
      explicit([10, 70, 100], [1, 2, 3, 4]),
      explicit([0.07, 0.1, 0.2], [5, 6, 7, 8], 's'),
    );
    expect(merged).toEqual(explicit([70, 100], [8, 9, 19]));
  });
  it('keeps the unit of the first', () => {
    expect(mergeHistograms(explicit([0.5, 1], [1, 2, 3], 's'), explicit([500, 1000], [4, 5, 6]))).toEqual(
      explicit([0.5, 1], [5, 7, 9], 's'),
    );
  });
  it('takes no list of bounds for another that it begins with, or that shares one place', () => {
    const short = explicit([10], [1, 2]);
    const long = explicit([10, 20], [3, 4, 5]);
    expect(mergeHistograms(short, long)).toEqual(explicit([10], [4, 11]));
    expect(mergeHistograms(long, short)).toEqual(explicit([10], [4, 11]));
    expect(mergeHistograms(long, explicit([10, 30], [6, 7, 8]))).toEqual(explicit([10], [9, 24]));
  });
  it('knows the bound 0, with which the default buckets of OpenTelemetry begin', () => {
    expect(mergeHistograms(explicit([0, 5], [1, 2, 3]), explicit([0, 10], [4, 5, 6]))).toEqual(explicit([0], [5, 16]));
  });
  it('tells buckets of microseconds apart', () => {
    expect(mergeHistograms(explicit([0.00001], [1, 2], 's'), explicit([0.00002], [3, 4], 's'))).toBeNull();
  });
  it('adds up what has no bounds at all', () => {
    expect(mergeHistograms(explicit([], [3]), explicit([], [4]))).toEqual(explicit([], [7]));
  });
  it('refuses buckets without a common bound', () => {
    expect(mergeHistograms(explicit([10], [1, 2]), explicit([11], [1, 2]))).toBeNull();
  });
  it('brings exponential and explicit buckets to the bounds that both have', () => {
    const powers = exponential(0, 1, [1, 2, 4], { zeroCount: 8 });
    const bounds = explicit([4, 10, 16], [10, 20, 30, 40]);
    expect(mergeHistograms(powers, bounds)).toEqual(explicit([4, 16], [19, 56, 40]));
    expect(mergeHistograms(bounds, powers)).toEqual(explicit([4, 16], [19, 56, 40]));
  });
  it('does not add seconds to milliseconds because both are powers of two', () => {
    expect(mergeHistograms(exponential(0, 0, [1]), exponential(0, 0, [1], { unit: 's' }))).toBeNull();
  });
  it('brings exponential buckets to the coarser scale', () => {
    // Scale 1 buckets 2..5 are scale 0 buckets 1..2.
    expect(mergeHistograms(exponential(1, 2, [1, 2, 3, 4]), exponential(0, 2, [10]))).toEqual(
      exponential(0, 1, [3, 17]),
    );
    expect(mergeHistograms(exponential(0, -3, [1]), exponential(0, -1, [2]))).toEqual(exponential(0, -3, [1, 0, 2]));
  });
  it('adds the zero buckets, up to the higher of both thresholds', () => {
    const fine = exponential(0, 3, [1], { zeroCount: 2, zeroThreshold: 0.5 });
    const coarse = exponential(0, 3, [4], { zeroCount: 8, zeroThreshold: 2 });
    const both = exponential(0, 3, [5], { zeroCount: 10, zeroThreshold: 2 });
    expect(mergeHistograms(fine, coarse)).toEqual(both);
    expect(mergeHistograms(coarse, fine)).toEqual(both);
  });
  it('loses no resolution to a pod without traffic', () => {
    // 5 ms in seconds lies 1,957 buckets below the 0 of an empty histogram: more than a merge may span.
    const busy = exponential(8, -1957, [3, 4], { unit: 's' });
    for (const scale of [8, 20]) {
      const idle = exponential(scale, 0, [], { unit: 's' });
      expect(mergeHistograms(busy, idle)).toEqual(busy);
      expect(mergeHistograms(idle, busy)).toEqual(busy);
    }
    const elsewhere = exponential(20, 2 ** 20 + 1, [], { unit: 's' });
    expect(mergeHistograms(busy, elsewhere)).toEqual(busy);
    expect(mergeHistograms(elsewhere, busy)).toEqual(busy);
  });
  it('keeps the scale while 1024 buckets are enough', () => {
    const widest = mergeHistograms(exponential(3, 0, [1]), exponential(3, 1023, [1]));
    expect(widest).toMatchObject({ scale: 3, counts: { length: 1024 } });
    expect(mergeHistograms(exponential(3, 0, [1]), exponential(3, 1024, [1]))).toMatchObject({ scale: 2 });
  });
  it('loses no count, whatever is merged, and stays small', () => {
    fc.assert(
      fc.property(anyExponential, anyExponential, (a, b) => {
        const merged = mergeHistograms(a, b);
        expect(merged && histogramTotal(merged)).toBe(histogramTotal(a) + histogramTotal(b));
        expect(merged?.counts.length).toBeLessThanOrEqual(1024);
      }),
      { seed: 2 },
    );
  });
  it('does not let a sender ask for gigabytes', () => {
    const far = mergeHistograms(exponential(8, -(2 ** 30), [1]), exponential(8, 2 ** 30, [1]));
    expect(far?.counts.length).toBeLessThanOrEqual(1024);
  });
});

describe('histogramQuantile', () => {
  it('has no answer for an empty histogram', () => {
    expect(histogramQuantile(explicit([10], [0, 0]), 0.5)).toBeNull();
    expect(histogramQuantile(exponential(0, 0, []), 0.5)).toBeNull();
  });
  it('has no answer without bounds, and the largest bound for what lies above all of them', () => {
    expect(histogramQuantile(explicit([], [5]), 0.5)).toBeNull();
    expect(histogramQuantile(explicit([10, 20], [1, 0, 9]), 0.5)).toBe(20);
  });
  it('counts the first bucket from 0', () => {
    expect(histogramQuantile(explicit([10, 20], [4, 0, 0]), 0.5)).toBe(5);
    expect(histogramQuantile(explicit([-2, 20], [4, 0, 0]), 0.5)).toBe(-2);
  });
  it('does not jump over an empty gap before the rank is passed', () => {
    expect(histogramQuantile(explicit([10, 20, 30], [5, 0, 5, 0]), 0.5)).toBe(10);
  });
  it('gives for the quantile 0 the lower end of the first bucket with values', () => {
    expect(histogramQuantile(explicit([10, 20, 30], [0, 3, 5, 0]), 0)).toBe(10);
  });
  it('lies inside the exponential bucket that holds the rank', () => {
    const value = histogramQuantile(exponential(0, 3, [10]), 0.5)!;
    expect(value).toBeGreaterThan(8);
    expect(value).toBeLessThanOrEqual(16);
  });
});

describe('histogramTotal', () => {
  it('counts the zeros of exponential histograms', () => {
    expect(histogramTotal(explicit([10], [1, 2]))).toBe(3);
    expect(histogramTotal(exponential(0, 0, [1, 2], { zeroCount: 4 }))).toBe(7);
  });
});

describe('toExplicit', () => {
  it('puts the zeros and all that lies below into the first bucket, and nothing above the last', () => {
    // Scale 1: bounds are powers of the square root of two.
    expect(toExplicit(exponential(1, 2, [3, 5], { zeroCount: 7, unit: 's' }))).toEqual(
      explicit([2, 2 ** 1.5, 4], [7, 3, 5, 0], 's'),
    );
  });
});
