/** What the judge reads, among the metrics of this process. */
import type { BootContext } from '../boot-context.ts';
import { LATENCY_BOUNDARIES_S } from './latency-boundaries.ts';
import { tuneLatencyHistogram } from './latency-histogram.ts';
import { sharedMeterHub } from './meter.ts';

/**
 * Sets the buckets of our own metrics, and lets business metrics record, those that are defined already and later ones; these
 * also where another SDK has the metrics. Before any instrumentation, and after the providers.
 */
export function startJudge({ peers, plan: { options }, providers, onStop }: BootContext): void {
  const { latencyHistogram: wanted } = options;
  if (providers.meter !== undefined) {
    tuneLatencyHistogram(providers.meter, typeof wanted === 'object' ? wanted.boundaries : LATENCY_BOUNDARIES_S);
  }
  onStop(sharedMeterHub().offer(peers('@opentelemetry/api')));
}
