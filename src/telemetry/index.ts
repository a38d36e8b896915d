/**
 * Deployment-aware OpenTelemetry: every span, metric and log says which deployment and which cohort made it.
 *
 * Importing this loads no OpenTelemetry package; they are loaded when telemetry is started.
 *
 * @packageDocumentation
 */
export { ATTRIBUTE, type AttributeValue } from './attributes.ts';
export {
  type CohortInput,
  type CohortListener,
  type CohortOptions,
  type CohortSource,
  createCohort,
  EMITTED_COHORTS,
  type EmittedCohort,
  type LiveCohort,
  parseCohort,
} from './cohort.ts';
export { currentTelemetry, type TelemetryHandle } from './handle.ts';
export {
  COMMIT_VARIABLES,
  type Environment,
  IDENTITY_VARIABLES,
  type Identity,
  type IdentityConflict,
  type IdentityInput,
  type IdentityOptions,
  type PackageIdentity,
  resolveIdentity,
} from './identity.ts';
export type { IdentityFile } from './identity-files.ts';
export {
  liveResource,
  type MergeableResource,
  type MetricExporterLike,
  type ResourceFactory,
  type WrappedMetricExporter,
  withLiveResource,
} from './live-resource.ts';
export type {
  DeploymentTelemetryOptions,
  InstrumentationLike,
  LogRecordProcessorLike,
  PeerImporter,
  SpanProcessorLike,
} from './options.ts';
export type { TelemetryProblem, TelemetryProblemCode } from './problems.ts';
export {
  type CohortLogRecordProcessor,
  type CohortSpanProcessor,
  cohortLogRecordProcessor,
  cohortSpanProcessor,
  type Stampable,
} from './processors.ts';
export type { ExportOptions, OtlpProtocol, Temporality } from './settings.ts';
export type { FlushOptions } from './shutdown.ts';
export { startDeploymentTelemetry } from './start.ts';
