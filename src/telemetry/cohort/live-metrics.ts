/** All metric readers of this process, so that a switch of the cohort closes the interval of each. */
import { type LiveMetricReader, type MetricReaderLike, withLiveResource } from './live-reader.ts';

/** The readers that follow the cohort. */
export interface LiveMetrics {
  /** Wraps a reader; the result is what the `MeterProvider` gets. */
  follow(reader: MetricReaderLike): LiveMetricReader;
  /** Sets aside, in all readers, what was measured under the cohort of this moment. Never rejects. */
  closeIntervals(): Promise<void>;
}

/** Makes an empty set of readers. */
export function createLiveMetrics<R>(toLive: (base: R) => R): LiveMetrics {
  const readers: LiveMetricReader[] = [];
  return {
    follow(reader: MetricReaderLike): LiveMetricReader {
      const live = withLiveResource(reader, toLive);
      readers.push(live);
      return live;
    },
    closeIntervals: async () => void (await Promise.allSettled(readers.map((reader) => reader.closeInterval()))),
  };
}
