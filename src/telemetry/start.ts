/** The two ways to start telemetry: from a program, and from the preload. */
import { boot } from './boot.ts';
import { createCohort } from './cohort/cohort.ts';
import { announce, writeToStderr } from './doctor/announce.ts';
import { logLevelOf } from './doctor/log-level.ts';
import { currentTelemetry, occupy, reportToCurrent, type TelemetryHandle } from './handle.ts';
import { type DeploymentTelemetryOptions, validateOptions } from './options/options.ts';
import { loadPeers } from './packages/peers.ts';
import { makePlan, type TelemetryPlan } from './plan.ts';
import { addProblem } from './problems.ts';

/**
 * Starts OpenTelemetry for this process, so that every span, metric and log says which deployment and which cohort made it.
 *
 * Traces, metrics and logs go out over OTLP/HTTP; HTTP, and what else OpenTelemetry has an instrumentation for, is
 * instrumented. Call it before the app is loaded, in a file given to `node --import`. Without options of your own,
 * `node --import rolloutguard/register` does the same.
 * A process has one telemetry: when it was started before, that handle is returned and the options are not used.
 *
 * @throws RolloutGuardError `INVALID_OPTION` for a bad option; `MISSING_PEER` with the install command when an
 * OpenTelemetry package is absent.
 */
export function startDeploymentTelemetry(options: DeploymentTelemetryOptions = {}): TelemetryHandle {
  validateOptions(options);
  const before = startedBefore();
  if (before !== undefined) return before;
  const handle = start(options);
  // The program has the handle, so nothing is written unless somebody asks for it.
  announce(handle, options.logLevel ?? logLevelOf(options.env ?? process.env) ?? 'none', writeToStderr);
  return handle;
}

/**
 * The same for the preload: from the environment alone, and without a word when telemetry runs already.
 *
 * @throws RolloutGuardError `MISSING_PEER`, as above.
 */
export function startFromEnvironment(): TelemetryHandle {
  return currentTelemetry() ?? start({});
}

function start(options: DeploymentTelemetryOptions): TelemetryHandle {
  const plan = makePlan(options);
  return plan.settings.disabled ? idle(plan) : boot(plan, loadPeers(options.loadPackage));
}

function startedBefore(): TelemetryHandle | undefined {
  const message = 'telemetry was started a second time; the first one is used and the new options are not.';
  return reportToCurrent({ code: 'ALREADY_STARTED', message });
}

/** OTEL_SDK_DISABLED=true: the same shape with nothing behind it, no handler and no timer. */
function idle(plan: TelemetryPlan): TelemetryHandle {
  const problems = [...plan.problems];
  let leave = (): void => {};
  const handle: TelemetryHandle = {
    enabled: false,
    identity: plan.identity.known,
    attributes: plan.attributes,
    conflicts: plan.identity.conflicts,
    problems,
    cohort: createCohort({ initial: plan.identity.cohort }),
    flush: async () => {},
    // Nothing was patched, so unlike the real one this may be started again.
    shutdown: async () => leave(),
    emitDeploymentEvent: () => {},
  };
  leave = occupy({ handle, report: (problem) => addProblem(problems, problem), emit: () => {} });
  return handle;
}
