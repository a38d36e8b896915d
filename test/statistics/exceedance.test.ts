import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseEdges, countAbove, countFrom } from '../../src/statistics/exceedance.ts';
import { toExplicit } from '../../src/statistics/histogram.ts';
import { expectClose } from '../helpers/close.ts';
import { anyExponential, explicit, exponential } from '../helpers/histograms.ts';

describe('countAbove', () => {
  it('counts slower requests at a bound, in any unit', () => {
    expect(countAbove(explicit([10, 20], [1, 2, 3]), 10)).toBe(5);
    expect(countAbove(explicit([0.01, 0.07], [1, 2, 3], 's'), 70)).toBe(3);
    // Buckets (0.125 s, 0.25 s] and (0.25 s, 0.5 s].
    expect(countAbove(exponential(0, -3, [1, 2], { unit: 's' }), 250)).toBe(2);
  });
  it('knows the bound 0, with which the default buckets of OpenTelemetry begin', () => {
    expect(countAbove(explicit([0, 5], [1, 2, 3]), 0)).toBe(5);
  });
  it('refuses an edge that is no bound instead of guessing', () => {
    expect(countAbove(explicit([10, 20], [1, 2, 3]), 15)).toBeNull();
    expect(countAbove(exponential(0, 0, [1, 2]), 3)).toBeNull();
  });
  it('refuses an edge inside the zero bucket, unless that is empty', () => {
    const zeros = (zeroCount: number) => exponential(0, 2, [5], { zeroCount, zeroThreshold: 2 });
    expect(countAbove(zeros(1), 1)).toBeNull();
    expect(countAbove(zeros(1), 2)).toBe(5);
    expect(countAbove(zeros(0), 1)).toBe(5);
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

describe('countFrom', () => {
  const histogram = explicit([10, 100, 1000], [1, 2, 4, 8]);
  it('counts what is slower than the first edge at or beyond a time', () => {
    expect(countFrom(histogram, 100)).toBe(12);
    expect(countFrom(histogram, 101)).toBe(8);
    expect(countFrom(histogram, 5)).toBe(14);
    expect(countFrom(exponential(0, 1, [1, 2, 4], { zeroCount: 8 }), 3)).toBe(6);
  });
  it('takes an edge in seconds for the same time in milliseconds, rounded or not', () => {
    expect(countFrom(explicit([0.0699999999999999, 0.1], [1, 2, 4], 's'), 70)).toBe(6);
    expect(countFrom(explicit([0.07, 0.1], [1, 2, 4], 's'), 70)).toBe(6);
  });
});

describe('chooseEdges', () => {
  const reference = explicit([5, 10, 25, 50, 100, 250, 500, 1000], [10, 70, 630, 1350, 1910, 1350, 120, 60, 5]);
  it('takes the bounds nearest to the median, p90, p97, p99, p99.9 and beyond', () => {
    expect(chooseEdges(reference, 0.99, 0.1, 0.25).map(({ edgeMs }) => edgeMs)).toEqual([50, 100, 250, 500, 1000]);
    const fine = explicit([1, 2, 3, 4, 5, 6, 7], [500_000, 400_000, 70_000, 20_000, 9000, 800, 180, 20]);
    const edges = chooseEdges(fine, 0.99, 0.1, 0.25);
    expect(edges.map(({ share }) => share)).toEqual([0.5, 0.1, 0.03, 0.01, 0.001, 0.0002]);
  });
  it('adds the one nearest to the quantile of the policy, in ascending order', () => {
    expect(chooseEdges(reference, 0.15, 0.1, 0.25).map(({ edgeMs }) => edgeMs)).toEqual([25, 50, 100, 250, 500, 1000]);
  });
  it('gives the edges of a histogram in seconds in milliseconds', () => {
    const inSeconds = explicit([0.05, 0.1, 1], [50, 40, 9, 1], 's');
    expect(chooseEdges(inSeconds, 0.99, 0.1, 0.25).map(({ edgeMs }) => edgeMs)).toEqual([50, 100, 1000]);
  });
  it('takes the lower of two edges with the same share: it sees a slowdown sooner', () => {
    expect(chooseEdges(explicit([10, 20, 40], [50, 0, 50, 0]), 0.5, 0.1, 0.25)[0]!.edgeMs).toBe(10);
  });
  it('tolerates on the time axis: what stable itself has at an edge that much lower', () => {
    const share = (from: number) =>
      [10, 70, 630, 1350, 1910, 1350, 120, 60, 5].slice(from).reduce((a, b) => a + b) / 5505;
    const ratio = (at: number, slowdown: number) => (share(at) / share(at + 1)) ** (Math.log1p(slowdown) / Math.log(2));
    const [, at100, , at500] = chooseEdges(reference, 0.99, 0.1, 0.5);
    expectClose(at100!.share, share(5), 1e-12);
    expectClose(at100!.toleratedRatio, ratio(4, 0.1), 1e-12);
    expectClose(at100!.promoteWithin, ratio(4, 0.5), 1e-12);
    expectClose(at500!.toleratedRatio, ratio(6, 0.1), 1e-12);
    // Between bounds that do not double.
    const [, uneven] = chooseEdges(explicit([10, 35], [20, 60, 20]), 0.5, 0.1, 1.2);
    expectClose(uneven!.toleratedRatio, (0.8 / 0.2) ** (Math.log(1.1) / Math.log(3.5)), 1e-12);
    expectClose(uneven!.promoteWithin, (0.8 / 0.2) ** (Math.log(2.2) / Math.log(3.5)), 1e-12);
  });
  it('never looks beyond the neighbour, nor below the first bound further than half of it', () => {
    const [first, second] = chooseEdges(explicit([10, 11], [60, 30, 10]), 0.9, 0.2, 2);
    // From 0.4 at 10 ms to 1 at 5 ms; twice as slow is all of it.
    expectClose(first!.toleratedRatio, (1 / 0.4) ** (Math.log(1.2) / Math.LN2), 1e-12);
    expectClose(first!.promoteWithin, 1 / 0.4, 1e-12);
    expectClose(second!.promoteWithin, 0.4 / 0.1, 1e-12);
  });
  it('tolerates no less than 5 % and no more than 50 %, and never widens what it promotes within', () => {
    const [flat] = chooseEdges(explicit([10, 20, 40], [5, 450, 5, 540]), 0.5, 0.1, 0.25);
    expect(flat).toMatchObject({ edgeMs: 40, toleratedRatio: 1.05 });
    expect(flat!.promoteWithin).toBeLessThan(1.05);
    const [, steep] = chooseEdges(explicit([10, 11, 20], [100, 800, 90, 10]), 0.9, 0.1, 0.01);
    expect(steep).toMatchObject({ edgeMs: 11, toleratedRatio: 1.5 });
    expect(steep!.promoteWithin).toBeLessThan(1.5);
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
  it('has nothing to say about nothing, nor without bounds', () => {
    expect(chooseEdges(explicit([10], [0, 0]), 0.99, 0.1, 0.25)).toEqual([]);
    expect(chooseEdges(explicit([], [100]), 0.99, 0.1, 0.25)).toEqual([]);
  });
});

describe('counts from a time beyond the last bound', () => {
  it('are none: how far the values there lie is not known', () => {
    expect(countFrom(explicit([10, 100], [0, 0, 5]), 1000)).toBe(0);
    expect(countFrom(explicit([10, 100], [3, 2, 5]), 100)).toBe(5);
  });
});
