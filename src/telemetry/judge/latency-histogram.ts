/**
 * Gives the buckets of `latency-boundaries.ts` to the histogram of the server.
 *
 * As advice to the instrument, not by a view: a view of ours would count a second time as soon as one of the app's matched
 * too. The app's own views still win, as they do over any advice.
 */
import type { Meter, MeterProvider, MetricOptions } from '@opentelemetry/api';

const METRIC = 'http.server.request.duration';

/** What OpenTelemetry's conventions advise, and every instrumentation repeats. */
const CONVENTIONAL_S = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * Lets the meters of a provider make the histogram with these bounds. An instrumentation makes its instruments on the global
 * provider before it is given another, and the first ones stay: so the provider itself is changed, before any of them.
 */
export function tuneLatencyHistogram(provider: MeterProvider, boundaries: readonly number[]): void {
  const tuned = new WeakSet<Meter>();
  const getMeter = provider.getMeter.bind(provider);
  provider.getMeter = (name, version, options) => {
    const meter = getMeter(name, version, options);
    // Meters of one scope are one object.
    if (!tuned.has(meter)) {
      tuned.add(meter);
      tuneMeter(meter, boundaries);
    }
    return meter;
  };
}

function tuneMeter(meter: Meter, boundaries: readonly number[]): void {
  const createHistogram = meter.createHistogram.bind(meter) as Meter['createHistogram'];
  meter.createHistogram = (name, options) =>
    createHistogram(name, isUnchosen(name, options) ? withBoundaries(options, boundaries) : options);
}

/** An app that has chosen bounds of its own keeps them. */
function isUnchosen(name: string, options: MetricOptions | undefined): boolean {
  if (name !== METRIC || options?.unit !== 's') return false;
  const advised = options.advice?.explicitBucketBoundaries;
  return advised === undefined || String(advised) === String(CONVENTIONAL_S);
}

function withBoundaries(options: MetricOptions | undefined, boundaries: readonly number[]): MetricOptions {
  return { ...options, advice: { ...options?.advice, explicitBucketBoundaries: [...boundaries] } };
}
