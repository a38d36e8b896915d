/** OTLP exporters, built from settings. */
import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Peers } from '../packages/peers.ts';
import type { SignalSettings, Temporality } from './settings.ts';

/** Makes the trace exporter. Compression and certificates are read from `OTEL_EXPORTER_OTLP_*` by the exporter itself. */
export function createTraceExporter(peers: Peers, settings: SignalSettings): SpanExporter {
  const { OTLPTraceExporter } =
    settings.protocol === 'http/json'
      ? peers('@opentelemetry/exporter-trace-otlp-http')
      : peers('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter(exporterConfig(settings));
}

/** Makes the metric exporter. */
export function createMetricExporter(
  peers: Peers,
  settings: SignalSettings,
  temporality: Temporality,
): PushMetricExporter {
  const { OTLPMetricExporter } =
    settings.protocol === 'http/json'
      ? peers('@opentelemetry/exporter-metrics-otlp-http')
      : peers('@opentelemetry/exporter-metrics-otlp-proto');
  return new OTLPMetricExporter({ ...exporterConfig(settings), temporalityPreference: PREFERENCE[temporality] });
}

/** Makes the log record exporter. */
export function createLogRecordExporter(peers: Peers, settings: SignalSettings): LogRecordExporter {
  const { OTLPLogExporter } =
    settings.protocol === 'http/json'
      ? peers('@opentelemetry/exporter-logs-otlp-http')
      : peers('@opentelemetry/exporter-logs-otlp-proto');
  return new OTLPLogExporter(exporterConfig(settings));
}

/** Values of AggregationTemporalityPreference, which only one of the two exporter packages exports. */
const PREFERENCE = { delta: 0, cumulative: 1, lowmemory: 2 } as const;

function exporterConfig(settings: SignalSettings): {
  url: string;
  headers: Record<string, string>;
  timeoutMillis: number;
} {
  return { url: settings.url, headers: { ...settings.headers }, timeoutMillis: settings.timeoutMs };
}
