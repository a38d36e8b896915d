import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogramQuantile, histogramTotal } from '../../src/statistics/histogram.ts';
import { quantileInterval } from '../../src/statistics/quantile-interval.ts';
import { binomial, seededRandom } from '../../src/testing/random.ts';
import { expectClose } from '../helpers/close.ts';
import { anyExponential, explicit } from '../helpers/histograms.ts';
import { itSimulates } from '../helpers/simulation.ts';

const BOUNDS = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];
/** So many requests in every bucket: the quantile `q` lies at `100 q` ms. */
const even = (each: number) => explicit(BOUNDS, [...BOUNDS.map(() => each), 0]);

describe('the interval of a quantile', () => {
  it('reaches as far as the ranks that chance explains', () => {
    const found = quantileInterval(even(1000), 0.5, 0)!;
    // 10,000 requests: variance 2,500 + 20.
    const radius = Math.sqrt(2520 * Math.log(2520 / (20 * 0.0025))) / 10_000;
    expectClose(found.estimate, 50, 1e-12);
    expectClose(found.low, 50 - 100 * radius, 1e-9);
    expectClose(found.high!, 50 + 100 * radius, 1e-9);
  });

  it('is wider where the share of slow requests is noisy', () => {
    const [calm, noisy] = [0, 0.01].map((squaredCv) => quantileInterval(even(1000), 0.9, squaredCv)!);
    expect(noisy!.low).toBeLessThan(calm!.low);
    expect(noisy!.high!).toBeGreaterThan(calm!.high!);
  });

  it('has no upper end beyond the last bound', () => {
    const overflow = explicit([10, 20], [50, 46, 4]);
    expect(quantileInterval(overflow, 0.99, 0)).toMatchObject({ estimate: 20, high: null });
    expect(quantileInterval(even(1), 0.99, 0)).toMatchObject({ high: null });
  });

  it('does not exist without requests or without bounds', () => {
    expect(quantileInterval(explicit([10], [0, 0]), 0.5, 0)).toBeNull();
    expect(quantileInterval(explicit([], [7]), 0.5, 0)).toBeNull();
  });

  it('holds the estimate, whatever the histogram', () => {
    fc.assert(
      fc.property(
        anyExponential.filter((histogram) => histogramTotal(histogram) > 0 && histogram.counts.length > 0),
        fc.double({ min: 0.01, max: 0.999, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (histogram, quantile, squaredCv) => {
          const { estimate, low, high } = quantileInterval(histogram, quantile, squaredCv)!;
          expect(estimate).toBe(histogramQuantile(histogram, quantile));
          expect(low).toBeLessThanOrEqual(estimate);
          if (high !== null) expect(high).toBeGreaterThanOrEqual(estimate);
        },
      ),
    );
  });

  itSimulates('holds the true quantile all the time in 95 % of runs', () => {
    const random = seededRandom('quantile');
    let broken = 0;
    for (let run = 0; run < 300; run++) {
      const counts = [0, 0, 0];
      let holds = true;
      for (let i = 0; i < 100; i++) {
        // Nine tenths up to 10 ms and the rest up to 20: the p95 is at 15 ms.
        const slow = binomial(random, 50, 0.1);
        counts[0]! += 50 - slow;
        counts[1]! += slow;
        const { low, high } = quantileInterval(explicit([10, 20], counts), 0.95, 0)!;
        holds &&= low <= 15 && (high === null || high >= 15);
      }
      if (!holds) broken += 1;
    }
    expect(broken / 300).toBeLessThan(0.05);
  });
});
