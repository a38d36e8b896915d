import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseEdges, countAbove } from '../../src/statistics/exceedance.ts';
import {
  type ExponentialHistogram,
  histogramQuantile,
  histogramTotal,
  type LatencyHistogram,
  mergeHistograms,
  toExplicit,
} from '../../src/statistics/histogram.ts';
import { expectClose } from '../helpers/close.ts';

const explicit = (upperBounds: number[], counts: number[], unit: 's' | 'ms' = 'ms'): LatencyHistogram => ({
  type: 'explicit',
  unit,
  upperBounds,
  counts,
});
const exponential = (scale: number, offset: number, counts: number[], zeroCount = 0): ExponentialHistogram => ({
  type: 'exponential',
  unit: 'ms',
  scale,
  zeroThreshold: 0,
  zeroCount,
  offset,
  counts,
});
const anyExponential = fc
  .record({
    scale: fc.integer({ min: -1, max: 8 }),
    offset: fc.integer({ min: -300, max: 300 }),
    counts: fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 40 }),
    zeroCount: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ scale, offset, counts, zeroCount }) => exponential(scale, offset, counts, zeroCount));

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
  it('refuses buckets without a common bound', () => {
    expect(mergeHistograms(explicit([10], [1, 2]), explicit([11], [1, 2]))).toBeNull();
  });
  it('brings exponential buckets to the coarser scale', () => {
    // Scale 1 buckets 2..5 are scale 0 buckets 1..2.
    expect(mergeHistograms(exponential(1, 2, [1, 2, 3, 4]), exponential(0, 2, [10]))).toEqual(
      exponential(0, 1, [3, 17]),
    );
    expect(mergeHistograms(exponential(0, -3, [1]), exponential(0, -1, [2]))).toEqual(exponential(0, -3, [1, 0, 2]));
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
  it('lies inside the exponential bucket that holds the rank', () => {
    const value = histogramQuantile(exponential(0, 3, [10]), 0.5)!;
    expect(value).toBeGreaterThan(8);
    expect(value).toBeLessThanOrEqual(16);
  });
});

describe('countAbove', () => {
  it('counts slower requests at a bound, in any unit', () => {
    expect(countAbove(explicit([10, 20], [1, 2, 3]), 10)).toBe(5);
    expect(countAbove(explicit([0.01, 0.07], [1, 2, 3], 's'), 70)).toBe(3);
  });
  it('refuses an edge that is no bound instead of guessing', () => {
    expect(countAbove(explicit([10, 20], [1, 2, 3]), 15)).toBeNull();
    expect(countAbove(exponential(0, 0, [1, 2]), 3)).toBeNull();
  });
  it('agrees with the explicit form of an exponential histogram at every bound', () => {
    fc.assert(
      fc.property(anyExponential, (histogram) => {
        const { upperBounds } = toExplicit(histogram);
        for (const bound of upperBounds)
          expect(countAbove(histogram, bound)).toBe(countAbove(toExplicit(histogram), bound));
      }),
      { seed: 3 },
    );
  });
});

describe('chooseEdges', () => {
  const reference = explicit([5, 10, 25, 50, 100, 250, 500, 1000], [10, 70, 630, 1350, 1910, 1350, 120, 60, 5]);
  it('takes the bounds nearest to the median, p90, p99 and p99.9', () => {
    expect(chooseEdges(reference, 0.99, 0.1, 0.25).map(({ edgeMs }) => edgeMs)).toEqual([50, 100, 500, 1000]);
  });
  it('tolerates on the time axis: what stable itself has at an edge that much lower', () => {
    const [, edge] = chooseEdges(reference, 0.99, 0.1, 0.25);
    const share = (from: number) =>
      [10, 70, 630, 1350, 1910, 1350, 120, 60, 5].slice(from).reduce((a, b) => a + b) / 5505;
    const faster = Math.exp(
      Math.log(share(5)) + (Math.log(share(4)) - Math.log(share(5))) * (Math.log(1.1) / Math.log(2)),
    );
    expectClose(edge!.toleratedRatio, faster / share(5), 1e-12);
    expect(edge!.promoteWithin).toBeGreaterThan(edge!.toleratedRatio);
  });
  it('keeps to a coarse scale, so that later histograms still have the edge', () => {
    const fine = exponential(
      6,
      300,
      Array.from({ length: 300 }, () => 10),
    );
    const edges = chooseEdges(fine, 0.99, 0.1, 0.25);
    expect(edges.length).toBeGreaterThan(2);
    for (const { edgeMs } of edges) expectClose((Math.log2(edgeMs) * 4) % 1, 0, 1e-9);
  });
  it('has nothing to say about nothing', () => {
    expect(chooseEdges(explicit([10], [0, 0]), 0.99, 0.1, 0.25)).toEqual([]);
  });
});
