/** What a program may switch on in a {@link TelemetryProblem}. */
export type TelemetryProblemCode =
  /** A pair of OTEL_RESOURCE_ATTRIBUTES could not be read; the others are used. */
  | 'BAD_RESOURCE_ATTRIBUTE'
  /** A cohort that is not canary, stable or baseline (nor preview, active). It is not used. */
  | 'BAD_COHORT'
  /** A variable or a file says something about the deployment that cannot be right; the next source is asked. */
  | 'BAD_IDENTITY'
  /** A file that names the cohort cannot be read, understood or watched; the last cohort is kept. */
  | 'COHORT_FILE'
  /** What was to be told of a switch of the cohort threw. The cohort has switched. */
  | 'COHORT_LISTENER'
  /** An environment variable holds a value that is not understood; the next source or the default is used. */
  | 'BAD_SETTING'
  /** An environment variable begins with ROLLOUTGUARD_ and is none of ours: a slip of the pen. It is not used. */
  | 'UNKNOWN_VARIABLE'
  /** A file of identity attributes could not be read, or a line of it. */
  | 'IDENTITY_FILE'
  /** The deployment or the cohort is not known, so this telemetry cannot be judged. */
  | 'INCOMPLETE_IDENTITY'
  /** The app resolves a newer copy of \@opentelemetry/api than ours: what it records through it goes nowhere. */
  | 'DUPLICATE_API'
  /** A business metric was given a value that it cannot take; told once for each metric. */
  | 'BAD_MEASUREMENT'
  /** An exporter, reader or sampler of the app's own stands against the variable that chooses one; the variable has no effect. */
  | 'OVERRULED_SETTING'
  /** An exporter, processor, sampler, id generator or view of the app's own threw. Said once for each. */
  | 'COMPONENT_FAILED'
  /** Two views of the app's give one instrument one stream; the first of them is used. */
  | 'VIEW_CONFLICT'
  /** The collector did not take an export. Said once per signal. */
  | 'EXPORT_FAILED'
  /** The Prometheus endpoint cannot be opened; everything else goes on. */
  | 'PROMETHEUS_ENDPOINT'
  /** Another SDK has already registered this signal; we leave it alone. */
  | 'PROVIDER_TAKEN'
  /** A package that is instrumented was loaded before telemetry was started. */
  | 'LOADED_TOO_EARLY'
  /** An instrumentation could not be loaded or started, and is left out. */
  | 'INSTRUMENTATION_FAILED'
  /** Hosts are named that shall learn who calls them, but nothing can be sent. */
  | 'PROPAGATION_OFF'
  /** Something about a deployment event could not be sent and was left out. */
  | 'BAD_EVENT'
  /** A deployment event went nowhere: logs are off, or telemetry was shut down. */
  | 'EVENT_LOST'
  /** Telemetry was started before in this process; that one was returned and the new options were not used. */
  | 'ALREADY_STARTED';

/** Something that is wrong with the set-up but does not stop telemetry, nor the app. */
export interface TelemetryProblem {
  readonly code: TelemetryProblemCode;
  /** One sentence with the mend. Never holds a value that may be secret. */
  readonly message: string;
}

/** A list that people read. Something that goes wrong in each request must not fill the memory with it. */
const MOST_PROBLEMS = 200;

/** Adds a problem, unless the list has it already or is full. */
export function addProblem(problems: TelemetryProblem[], problem: TelemetryProblem): void {
  if (problems.length >= MOST_PROBLEMS) return;
  const { code, message } = problem;
  if (!problems.some((known) => known.code === code && known.message === message)) problems.push(problem);
}
