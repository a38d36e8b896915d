/** Wires the parts together. Synchronous: between the first patched module and the last nothing of the app may run. */
import type { Resource } from '@opentelemetry/resources';
import type { BootContext } from './boot-context.ts';
import { createCohort } from './cohort/cohort.ts';
import { createLiveMetrics } from './cohort/live-metrics.ts';
import { liveResource } from './cohort/live-resource.ts';
import { startCohort } from './cohort/start.ts';
import { LOG_LEVEL_VARIABLE, LOG_LEVELS } from './doctor/log-level.ts';
import type { RunningTelemetry } from './doctor/started.ts';
import { envReader } from './env-reader.ts';
import { type DeploymentEvents, startDeploymentEvents } from './events/deployment-events.ts';
import { occupy, type TelemetryHandle } from './handle.ts';
import { startInstrumentations } from './instrumentation/instrumentations.ts';
import { startJudge } from './judge/start.ts';
import { startUnanswered } from './judge/unanswered/start.ts';
import { findApiClash } from './packages/api-copies.ts';
import type { Peers } from './packages/peers.ts';
import { startDiagnostics } from './pipelines/diagnostics.ts';
import { startContext, startPropagation } from './pipelines/globals.ts';
import { startSignals } from './pipelines/pipelines.ts';
import { createResource } from './pipelines/resource.ts';
import type { TelemetryPlan } from './plan.ts';
import { addProblem, type TelemetryProblem } from './problems.ts';
import { createCallerPropagation } from './propagation/propagation.ts';
import { startCrashSpans } from './shutdown/crash.ts';
import { createLifecycle, type Flushable, installExitHandlers } from './shutdown/shutdown.ts';

/** Starts everything that the plan asks for. When it throws, nothing of it is left. */
export function boot(plan: TelemetryPlan, peers: Peers): TelemetryHandle {
  const targets: Flushable[] = [];
  const undo: (() => void)[] = [];
  const problems: TelemetryProblem[] = [...plan.problems];
  try {
    const context = createContext(plan, peers, targets, undo, problems);
    startParts(context);
    const events = startDeploymentEvents(context);
    for (const problem of context.env.problems) addProblem(problems, problem);
    return occupied(context, events, problems);
  } catch (error) {
    for (const target of targets) void target.shutdown().catch(() => {});
    undoAll(undo);
    throw error;
  }
}

/** What the parts share. */
export function createContext(
  plan: TelemetryPlan,
  peers: Peers,
  targets: Flushable[],
  undo: (() => void)[],
  problems: TelemetryProblem[],
): BootContext {
  startDiagnostics(peers, plan.settings);
  const providers: BootContext['providers'] = {};
  const env = envReader(plan.env);
  const report = (problem: TelemetryProblem): void => addProblem(problems, problem);
  const cohort = createCohort({
    initial: plan.identity.cohort,
    beforeChange: () => liveMetrics.closeIntervals(),
  });
  const { resourceFromAttributes } = peers('@opentelemetry/resources');
  const liveMetrics = createLiveMetrics(liveResource<Resource>(cohort, resourceFromAttributes, plan.keys.cohort));
  return {
    plan,
    peers,
    providers,
    env,
    started: { instrumentations: [] },
    resource: createResource(peers, plan),
    cohort,
    liveMetrics,
    caller: createCallerPropagation({ plan, env, peers, cohort, report }),
    lifecycle: createLifecycle({
      targets,
      deadlineMs: plan.settings.shutdownDeadlineMs,
      onShutdown: () => undoAll(undo),
    }),
    report,
    onFlush: (target) => void targets.push(target),
    onStop: (step) => void undo.push(step),
  };
}

/** The order matters: what is instrumented must find providers, and the loader hook comes last. */
function startParts(context: BootContext): void {
  const { plan, peers, lifecycle, onStop, report } = context;
  // Read before anything can be said; here only what is not understood is reported.
  context.env.choice(LOG_LEVEL_VARIABLE, LOG_LEVELS);
  const clash = findApiClash(process.argv[1]);
  if (clash !== null) report(clash);
  const { tracesTaken } = startSignals(context);
  startCohort(context);
  startJudge(context);
  // Always: without a context our own exports could not be told from the app's calls.
  onStop(startContext(peers));
  startUnanswered(context);
  // An SDK that has the traces has its own HTTP instrumentation, and a second one would take its place.
  if (!tracesTaken) {
    onStop(startPropagation(context));
    startInstrumentations(context);
  }
  if (plan.options.exitHandlers ?? true) onStop(installExitHandlers(lifecycle));
  startCrashSpans(context);
}

function occupied(
  context: BootContext,
  { emit, emitDeploymentEvent }: DeploymentEvents,
  problems: TelemetryProblem[],
): TelemetryHandle {
  const { plan, cohort, lifecycle, report } = context;
  const handle: TelemetryHandle = {
    enabled: true,
    identity: plan.identity.known,
    attributes: plan.attributes,
    conflicts: plan.identity.conflicts,
    problems,
    cohort,
    flush: async (limits) => void (await lifecycle.flush(limits)),
    shutdown: async (limits) => void (await lifecycle.shutdown(limits)),
    emitDeploymentEvent,
  };
  occupy({ handle, report, emit, inside: insideOf(context) });
  return handle;
}

/** For the preamble and the doctor. */
function insideOf({ plan, started, peers, onStop }: BootContext): RunningTelemetry {
  const quietly = <T>(work: () => T): T => {
    const { context } = peers('@opentelemetry/api');
    return context.with(peers('@opentelemetry/core').suppressTracing(context.active()), work);
  };
  return { plan, started, onStop, quietly };
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
