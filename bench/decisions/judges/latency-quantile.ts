/** An arm's p99 over stretches of time, as Prometheus would give it, for judges that know only that. */
import { histogramQuantile } from '../../../src/statistics/histogram.ts';
import { LATENCY_BUCKETS, type LatencySeries } from '../latency.ts';

/** An arm's p99. */
export class P99 {
  readonly #counts: Float64Array;
  readonly #upperBoundsMs: readonly number[];

  constructor(series: LatencySeries, arm: 'canary' | 'stable', intervals: number) {
    this.#upperBoundsMs = series.upperBoundsMs;
    this.#counts = new Float64Array(intervals * LATENCY_BUCKETS);
    const perInterval = series[arm].length / intervals;
    series[arm].forEach((count, at) => {
      this.#counts[Math.floor(at / perInterval) * LATENCY_BUCKETS + (at % LATENCY_BUCKETS)]! += count;
    });
  }

  /** In ms, over intervals `from` (inclusive) to `to` (exclusive); `null` without requests. */
  over(from: number, to: number): number | null {
    const counts = new Array<number>(LATENCY_BUCKETS).fill(0);
    for (let at = Math.max(from, 0) * LATENCY_BUCKETS; at < to * LATENCY_BUCKETS; at++) {
      counts[at % LATENCY_BUCKETS]! += this.#counts[at]!;
    }
    return histogramQuantile({ type: 'explicit', unit: 'ms', upperBounds: [...this.#upperBoundsMs], counts }, 0.99);
  }
}
