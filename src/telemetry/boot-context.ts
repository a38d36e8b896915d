/** What the parts of a start hand to each other. */
import type { LoggerProvider, MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { LiveCohort } from './cohort/cohort.ts';
import type { LiveMetrics } from './cohort/live-metrics.ts';
import type { Started } from './doctor/started.ts';
import type { EnvReader } from './env-reader.ts';
import type { Peers } from './packages/peers.ts';
import type { TelemetryPlan } from './plan.ts';
import type { TelemetryProblem } from './problems.ts';
import type { CallerPropagation } from './propagation/contract.ts';
import type { Flushable, Lifecycle } from './shutdown/shutdown.ts';

/** The providers that are ours; an absent one means that the signal is off, or somebody else's. */
export interface Providers {
  tracer?: TracerProvider & Flushable;
  meter?: MeterProvider & Flushable;
  logger?: LoggerProvider & Flushable;
}

/** What every part of a start gets. A part that throws ends the start, and what the others did is undone. */
export interface BootContext {
  readonly plan: TelemetryPlan;
  /** For the settings of single parts; what it does not understand is reported with the rest. */
  readonly env: EnvReader;
  readonly peers: Peers;
  /** Everything about this process that does not change. */
  readonly resource: Resource;
  readonly cohort: LiveCohort;
  /** Every metric reader goes through its `follow`, so that its metrics leave under the cohort of their time. */
  readonly liveMetrics: LiveMetrics;
  /** What other services learn of this one, and what is believed of them. */
  readonly caller: CallerPropagation;
  readonly lifecycle: Lifecycle;
  /** Filled while the signals start. */
  readonly providers: Providers;
  /** Filled while the parts start, for the preamble and the doctor. */
  readonly started: Started;
  /** Adds to the problems of the handle, also after the start. */
  report(problem: TelemetryProblem): void;
  /** Takes part in every flush, and in the shutdown. */
  onFlush(target: Flushable): void;
  /** Called at the end, or when the start fails; the last one first. */
  onStop(undo: () => void): void;
}
