/** What a program holds while telemetry runs, and the one place where the running one is found. */
import type { AttributeValue } from './attributes.ts';
import type { LiveCohort } from './cohort/cohort.ts';
import type { RunningTelemetry } from './doctor/started.ts';
import type { DeploymentEventDetails } from './events/details.ts';
import type { DeploymentEventName } from './events/names.ts';
import type { EventRecord } from './events/record.ts';
import type { DeploymentIdentity } from './identity/deployment-identity.ts';
import type { IdentityConflict } from './identity/identity.ts';
import type { TelemetryProblem } from './problems.ts';
import type { FlushOptions } from './shutdown/shutdown.ts';

/** The telemetry of this process. Metrics and spans of the app's own go through the global `@opentelemetry/api`. */
export interface TelemetryHandle {
  /** False when OTEL_SDK_DISABLED is true: then nothing is recorded, and every method still works. */
  readonly enabled: boolean;
  /** What is known about this deployment, each value with its source; what nobody said is absent. */
  readonly identity: DeploymentIdentity;
  /** The resource attributes in effect, the cohort left out: it changes. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** Attributes about which two sources contradict each other. */
  readonly conflicts: readonly IdentityConflict[];
  /** What is wrong with the set-up, each thing once, at most 200. Grows when something goes wrong later. */
  readonly problems: readonly TelemetryProblem[];
  /** The cohort of this process. Set it when the canary is promoted. */
  readonly cohort: LiveCohort;
  /** Exports what is there. Never rejects; ends at the deadline at the latest. */
  flush(options?: FlushOptions): Promise<void>;
  /**
   * Exports what is there and stops for good. Never rejects; ends at the deadline at the latest; safe to call twice.
   * Call it after the last request was answered, before `process.exit`. It is final: what was patched once cannot be
   * patched again, so a process has one telemetry.
   */
  shutdown(options?: FlushOptions): Promise<void>;
  /**
   * Emits an OpenTelemetry event, `rolloutguard.deployment.started`, `.promoted` or `.rolled_back`, with the identity. Never
   * throws: what cannot be sent is left out and added to the problems, as is an event that goes nowhere because logs are off.
   */
  emitDeploymentEvent(type: DeploymentEventName, details?: DeploymentEventDetails): void;
}

interface Running {
  readonly handle: TelemetryHandle;
  report(problem: TelemetryProblem): void;
  /** Absent when an older version of this package was started. */
  emit?(event: EventRecord): void;
  /** Absent when telemetry is disabled. */
  readonly inside?: RunningTelemetry;
}

/** Global, not a module variable: the preload and the app may load this package from two places. */
const RUNNING = Symbol.for('rolloutguard.telemetry.running');
const globals = globalThis as { [RUNNING]?: Running };

/** The telemetry that was started in this process, for instance by `--import rolloutguard/register`; undefined when none was. */
export function currentTelemetry(): TelemetryHandle | undefined {
  return globals[RUNNING]?.handle;
}

/** What the doctor wants to know of the telemetry of this process; undefined when none runs, or one of another release. */
export function insideCurrent(): RunningTelemetry | undefined {
  return globals[RUNNING]?.inside;
}

/** Puts a telemetry in its place; returns a function that takes it out. */
export function occupy(running: Running): () => void {
  globals[RUNNING] = running;
  return () => {
    if (globals[RUNNING] === running) delete globals[RUNNING];
  };
}

/** Reports a problem to the telemetry of this process and gives its handle; undefined when there is none. */
export function reportToCurrent(problem: TelemetryProblem): TelemetryHandle | undefined {
  globals[RUNNING]?.report(problem);
  return currentTelemetry();
}

/** Emits an event through the telemetry of this process; false when there is none. */
export function emitThroughCurrent(event: EventRecord): boolean {
  const running = globals[RUNNING];
  running?.emit?.(event);
  return running?.emit !== undefined;
}
