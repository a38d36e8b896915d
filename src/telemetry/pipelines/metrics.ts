/** The pipeline of metrics: from the global API through a periodic reader to the exporters. */
import type { MeterProvider as ApiMeterProvider } from '@opentelemetry/api';
import type { BootContext } from '../boot-context.ts';
import { createMetricExporter } from './exporters.ts';
import { type Started, taken } from './signal.ts';

/** Starts metrics. */
export function startMetrics({
  peers,
  plan: { settings },
  resource,
  liveMetrics,
}: BootContext): Started<ApiMeterProvider> {
  if (settings.metrics === null) return 'off';
  const { metrics } = peers('@opentelemetry/api');
  const { MeterProvider, PeriodicExportingMetricReader } = peers('@opentelemetry/sdk-metrics');
  const reader = new PeriodicExportingMetricReader({
    exporter: createMetricExporter(peers, settings.metrics, settings.temporality),
    exportIntervalMillis: settings.metricIntervalMs,
    exportTimeoutMillis: settings.metricTimeoutMs,
  });
  const provider = new MeterProvider({ resource, readers: [liveMetrics.follow(reader)] });
  if (!metrics.setGlobalMeterProvider(provider)) return taken(provider);
  return { provider, release: () => metrics.disable() };
}
