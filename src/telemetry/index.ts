/**
 * Deployment-aware OpenTelemetry: every span, metric and log says which deployment and which cohort made it.
 *
 * Importing this loads no OpenTelemetry package; they are loaded when telemetry is started.
 *
 * @packageDocumentation
 */
export { ATTRIBUTE, type AttributeValue } from './attributes.ts';
export {
  type CohortChangeSource,
  type CohortInput,
  type CohortListener,
  type CohortOptions,
  type CohortSource,
  createCohort,
  EMITTED_COHORTS,
  type EmittedCohort,
  type LiveCohort,
  parseCohort,
} from './cohort/cohort.ts';
export {
  type LiveMetricReader,
  type LiveReaderOptions,
  type MetricReaderLike,
  withLiveResource,
} from './cohort/live-reader.ts';
export { liveResource, type MergeableResource, type ResourceFactory } from './cohort/live-resource.ts';
export type { CohortChange, LiveCohortOptions } from './cohort/options.ts';
export {
  type CohortLogRecordProcessor,
  type CohortSpanProcessor,
  cohortLogRecordProcessor,
  cohortSpanProcessor,
  type Stampable,
} from './cohort/processors.ts';
export type { DiagnoseOptions } from './doctor/diagnose.ts';
export type { DiagnosedDestination, TelemetryDiagnosis } from './doctor/diagnosis.ts';
export { diagnoseTelemetry } from './doctor/doctor.ts';
export type { FindingSeverity, TelemetryFinding } from './doctor/finding.ts';
export type { DoctorOptions, LogLevel } from './doctor/log-level.ts';
export type { Environment } from './environment.ts';
export type { DeploymentEventDetails } from './events/details.ts';
export { type DeploymentEventLike, type TelemetryEventSink, telemetryEventSink } from './events/event-sink.ts';
export type { DeploymentEventName } from './events/names.ts';
export type { EventOptions } from './events/options.ts';
export { currentTelemetry, type TelemetryHandle } from './handle.ts';
export type { AttributeKeys } from './identity/attribute-keys.ts';
export { IDENTITY_VARIABLES } from './identity/candidates.ts';
export type { DeploymentIdentity, IdentityField, Sourced } from './identity/deployment-identity.ts';
export type { IdentityFile } from './identity/files.ts';
export { type Identity, type IdentityConflict, resolveIdentity } from './identity/identity.ts';
export type { IdentityInput, PackageIdentity } from './identity/input.ts';
export type { IdentityOptions } from './identity/options.ts';
export type { InstrumentationLike, InstrumentationOptions } from './instrumentation/options.ts';
export type { InstrumentationConfigs } from './instrumentation/selection.ts';
export { defineBusinessMetric } from './judge/business-metric.ts';
export type {
  BusinessMetricDefinition,
  BusinessMetrics,
  BusinessMetricType,
  CounterMetric,
  GaugeMetric,
  MeanMetric,
  RatioMetric,
} from './judge/business-types.ts';
export { countUnanswered } from './judge/count-unanswered.ts';
export { LATENCY_BOUNDARIES_S } from './judge/latency-boundaries.ts';
export type { JudgeOptions, LatencyBoundaries } from './judge/options.ts';
export type { HostTarget, UnansweredTarget } from './judge/unanswered/targets.ts';
export type { DeploymentTelemetryOptions, SurroundingsOptions } from './options/options.ts';
export type { PackageLoader } from './packages/install.ts';
export type {
  IdGeneratorLike,
  LogRecordExporterLike,
  LogRecordProcessorLike,
  PushMetricExporterLike,
  ResourceDetectorLike,
  SamplerLike,
  SpanExporterLike,
  SpanProcessorLike,
  TextMapPropagatorLike,
  ViewLike,
} from './pipelines/components.ts';
export type { SpanLimits } from './pipelines/limits.ts';
export type { PipelineOptions } from './pipelines/options.ts';
export type { Compression, OtlpOptions, OtlpProtocol } from './pipelines/otlp.ts';
export type { ExportOptions, Temporality } from './pipelines/settings.ts';
export type { TelemetryProblem, TelemetryProblemCode } from './problems.ts';
export type { PrometheusEndpointOptions, PrometheusOptions } from './prometheus/options.ts';
export { CALLER } from './propagation/caller.ts';
export type { PropagationOptions } from './propagation/options.ts';
export type { ShutdownOptions } from './shutdown/options.ts';
export type { FlushOptions } from './shutdown/shutdown.ts';
export { startDeploymentTelemetry } from './start.ts';
