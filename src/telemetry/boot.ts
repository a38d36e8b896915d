/** Wires the parts together. Synchronous: between the first patched module and the last nothing of the app may run. */
import type { Resource } from '@opentelemetry/resources';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { findApiClash } from './api-copies.ts';
import { createCohort } from './cohort.ts';
import { occupy, type TelemetryHandle } from './handle.ts';
import { startInstrumentations } from './instrumentations.ts';
import { installLoaderHook } from './loader-hook.ts';
import type { Peers } from './peers.ts';
import {
  type Pipeline,
  type PipelineContext,
  startContext,
  startLogs,
  startMetrics,
  startPropagation,
  startTraces,
} from './pipelines.ts';
import type { TelemetryPlan } from './plan.ts';
import type { TelemetryProblem } from './problems.ts';
import type { TelemetrySettings } from './settings.ts';
import { createLifecycle, endsInTime, type Flushable, installExitHandlers, type Lifecycle } from './shutdown.ts';

/** Longest time a switch of the cohort waits for the metrics of the old one, in milliseconds. */
const COHORT_FLUSH_DEADLINE_MS = 2_000;

/** Starts everything that the plan asks for. When it throws, nothing of it is left. */
export function boot(plan: TelemetryPlan, peers: Peers): TelemetryHandle {
  const targets: Flushable[] = [];
  const undo: (() => void)[] = [];
  const lifecycle = createLifecycle({
    targets,
    deadlineMs: plan.settings.shutdownDeadlineMs,
    onShutdown: () => undoAll(undo),
  });
  try {
    return wire(plan, peers, lifecycle, targets, undo);
  } catch (error) {
    for (const target of targets) void target.shutdown().catch(() => {});
    undoAll(undo);
    throw error;
  }
}

function wire(
  plan: TelemetryPlan,
  peers: Peers,
  lifecycle: Lifecycle,
  targets: Flushable[],
  undo: (() => void)[],
): TelemetryHandle {
  const { options, settings, identity } = plan;
  const problems: TelemetryProblem[] = [...plan.problems];
  showDiagnostics(peers, settings);
  const clash = findApiClash(process.argv[1]);
  if (clash !== null) problems.push(clash);

  const { defaultResource, resourceFromAttributes } = peers('@opentelemetry/resources');
  const resource: Resource = defaultResource().merge(resourceFromAttributes({ ...plan.attributes }));
  let metrics: Flushable | undefined;
  const cohort = createCohort({
    initial: identity.cohort,
    beforeChange: async () => {
      if (metrics !== undefined) await endsInTime(metrics.forceFlush(), COHORT_FLUSH_DEADLINE_MS);
    },
  });
  const context: PipelineContext = { peers, settings, resource, cohort };

  const started = <S, P>(
    name: string,
    wanted: S | null,
    start: (wanted: S) => Pipeline<P> | null,
  ): (P & Flushable) | undefined => {
    if (wanted === null) return undefined;
    const pipeline = start(wanted);
    if (pipeline === null) {
      problems.push(taken(name));
      return undefined;
    }
    targets.push(pipeline.provider);
    undo.push(pipeline.release);
    return pipeline.provider;
  };
  const spanProcessors = (options.spanProcessors ?? []) as SpanProcessor[];
  const logProcessors = (options.logRecordProcessors ?? []) as LogRecordProcessor[];
  const tracerProvider = started('traces', settings.traces, (to) => startTraces(context, to, spanProcessors));
  const meterProvider = started('metrics', settings.metrics, (to) => startMetrics(context, to));
  const loggerProvider = started('logs', logProcessors.length > 0 ? logProcessors : null, (processors) =>
    startLogs(context, processors),
  );
  metrics = meterProvider;

  // Always: without a context our own exports could not be told from the app's calls.
  undo.push(startContext(peers));
  // An SDK that has the traces has its own HTTP instrumentation, and a second one would take its place.
  if (settings.traces === null || tracerProvider !== undefined) {
    undo.push(startPropagation(peers, settings));
    const providers = { tracerProvider, meterProvider, loggerProvider };
    const instrumented = startInstrumentations(peers, providers, options.instrumentations);
    undo.push(instrumented.stop);
    // Last, see loader-hook.ts.
    if (options.loaderHook ?? true) installLoaderHook(instrumented.modules);
  }
  if (options.exitHandlers ?? true) undo.push(installExitHandlers(lifecycle));

  const handle: TelemetryHandle = {
    enabled: true,
    identity: plan.attributes,
    conflicts: identity.conflicts,
    problems,
    cohort,
    flush: async (limits) => void (await lifecycle.flush(limits)),
    shutdown: async (limits) => void (await lifecycle.shutdown(limits)),
  };
  occupy({ handle, report: (problem) => void problems.push(problem) });
  return handle;
}

function taken(signal: string): TelemetryProblem {
  const ours = signal === 'traces' ? 'our traces and HTTP instrumentation are off' : `our ${signal} are off`;
  const mend = 'start telemetry first, or add our processors to that SDK.';
  const message = `another OpenTelemetry SDK has registered ${signal} already, so ${ours}; ${mend}`;
  return { code: 'PROVIDER_TAKEN', message };
}

function showDiagnostics(peers: Peers, { logLevel }: TelemetrySettings): void {
  if (logLevel === undefined) return;
  const { diag, DiagConsoleLogger } = peers('@opentelemetry/api');
  const level = peers('@opentelemetry/core').diagLogLevelFromString(logLevel);
  if (level !== undefined) diag.setLogger(new DiagConsoleLogger(), { logLevel: level, suppressOverrideMessage: true });
}

function undoAll(undo: (() => void)[]): void {
  for (const step of undo.splice(0).reverse()) {
    try {
      step();
    } catch {
      // An instrumentation of the app's own that cannot be taken off must not make a shutdown fail.
    }
  }
}
