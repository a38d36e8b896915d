import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalCdf } from '../../src/statistics/normal.ts';
import { shareSlower } from '../../src/statistics/share-slower.ts';
import { expectClose } from '../helpers/close.ts';
import { explicit, exponential } from '../helpers/histograms.ts';

const BOUNDS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500];

/** Ten million requests whose share above each bound is known. */
function histogramOf(slower: (ms: number) => number) {
  const shares = [1, ...BOUNDS.map(slower), 0];
  return explicit(
    BOUNDS,
    shares.slice(1).map((share, i) => Math.round(1e7 * (shares[i]! - share))),
  );
}

const SHAPES = {
  'log-normal': (ms: number) => 1 - normalCdf(Math.log(ms / 60) / 0.8),
  Weibull: (ms: number) => Math.exp(-((ms / 80) ** 0.7)),
};

describe('the share of slower requests', () => {
  test.each(Object.entries(SHAPES))('is within 2 %% between the bounds of %s times', (_name, slower) => {
    const histogram = histogramOf(slower);
    for (const ms of [18, 40, 66, 80, 166, 200, 333, 400, 800]) {
      expectClose(shareSlower(histogram, ms), slower(ms), 0.02, `${ms} ms`);
    }
  });

  test('is what was counted at a bound, in any unit and kind of histogram', () => {
    const counts = [10, 20, 30, 40];
    for (const histogram of [
      explicit([100, 200, 400], counts),
      explicit([0.1, 0.2, 0.4], counts, 's'),
      exponential(0, 7, counts),
    ]) {
      const at = histogram.type === 'explicit' ? 200 : 256;
      expectClose(shareSlower(histogram, at), histogram.type === 'explicit' ? 0.7 : 0.9, 0.01);
    }
  });

  test('never rises with the time, whatever the buckets', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 10, maxLength: 10 }), (counts) => {
        const histogram = explicit(BOUNDS, counts);
        const shares = Array.from({ length: 60 }, (_, i) => shareSlower(histogram, 2 * 1.15 ** i));
        shares.forEach((share, i) => {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
          if (i > 0) expect(share).toBeLessThanOrEqual(shares[i - 1]! + 1e-12);
        });
      }),
    );
  });

  test.each([0, -1])('is all at %d ms, though senders may have such a bound', (ms) => {
    expect(shareSlower(explicit([ms, 100, 200], [500, 300, 150, 50]), ms)).toBe(1);
    expect(shareSlower(explicit([ms, 100], [500, 300, 50]), ms)).toBe(1);
  });

  test('is none where nothing was measured', () => {
    expect(shareSlower(explicit([10], [0, 0]), 5)).toBe(0);
    expect(shareSlower(explicit([], [7]), 5)).toBe(0);
  });
});
