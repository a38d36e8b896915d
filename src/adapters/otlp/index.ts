/**
 * `rolloutguard/otlp`: an embedded OTLP/HTTP receiver that is a metrics client. Services export their metrics to it; the
 * engine asks it for intervals per cohort and pod. No collector, no Prometheus.
 */

export { decodeJsonMetrics } from './decode-json.ts';
export { decodeProtobufMetrics } from './decode-protobuf.ts';
export type { DropCounts, DropReason } from './drop-counts.ts';
export type { IngestResult, IntakeStats } from './intake.ts';
export { createIntervalStore, type IntervalStore } from './interval-store.ts';
export type {
  Attributes,
  AttributeValue,
  CountingPoint,
  ExponentialPoint,
  HistogramPoint,
  Metric,
  MetricData,
  MetricsPayload,
  NumberPoint,
  ResourceMetrics,
  ScopeMetrics,
  Temporality,
} from './otlp-metrics.ts';
export type { ProblemCode } from './problems.ts';
export { type OtlpReceiver, type OtlpReceiverStats, startOtlpReceiver } from './receiver.ts';
export type { IntervalStoreOptions, OtlpReceiverOptions } from './receiver-options.ts';
