/** What a start leaves for the preamble and the doctor. */
import type { TelemetryPlan } from '../plan.ts';

/** What came of the plan. Parts fill it while they start. */
export interface Started {
  /** Names of the instrumentations, such as `@opentelemetry/instrumentation-http`. */
  readonly instrumentations: string[];
}

/** A telemetry that runs, as the doctor sees it. */
export interface RunningTelemetry {
  readonly plan: TelemetryPlan;
  readonly started: Started;
  /** Called when telemetry ends. */
  onStop(undo: () => void): void;
  /** Runs work of ours so that no span is made of it. */
  quietly<T>(work: () => T): T;
}
