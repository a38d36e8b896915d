import type { Sink } from '../../telemetry/otlp-sink.ts';

/** The environment of a canary that exports to `sink`, and nothing before its end. */
export function exportingTo(sink: Sink, deadlineMs: number): Record<string, string> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_METRIC_EXPORT_INTERVAL: '600000',
    OTEL_BSP_SCHEDULE_DELAY: '600000',
    OTEL_BLRP_SCHEDULE_DELAY: '600000',
    ROLLOUTGUARD_SERVICE_NAME: 'shop',
    ROLLOUTGUARD_DEPLOYMENT_ID: 'deploy-7',
    ROLLOUTGUARD_COHORT: 'canary',
    ROLLOUTGUARD_SHUTDOWN_DEADLINE_MS: String(deadlineMs),
  };
}
