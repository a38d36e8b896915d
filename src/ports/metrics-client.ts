import type { AggregateTelemetry, DeploymentRef, DeploymentTelemetry, WeightChange } from './telemetry.ts';

/** Options of every call to a port. */
export interface CallOptions {
  /** Aborts the call; the engine aborts it at its deadline. */
  signal: AbortSignal;
}

/** What is asked of a metrics client: one deployment, a time range and the wanted interval length, all in milliseconds. */
export interface TelemetryQuery extends DeploymentRef {
  fromMs: number;
  toMs: number;
  intervalMs: number;
  /** When the rollout began, and what the canary gets since its last step, where the rollout system has been asked. */
  deployedAtMs?: number;
  routed?: WeightChange;
}

/** Where telemetry comes from: a Prometheus, an OTLP receiver, a file. Reject when the source is broken; an empty answer means "nothing happened". */
export interface MetricsClient {
  /** Short name for problems and reports, such as `otlp`. */
  readonly name: string;
  /** Telemetry of the whole service up to a watermark (`completeUntilMs`). */
  getTelemetry(query: TelemetryQuery, options: CallOptions): Promise<DeploymentTelemetry | AggregateTelemetry>;
}
