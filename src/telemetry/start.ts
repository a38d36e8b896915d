/** The two ways to start telemetry: from a program, and from the preload. */
import { boot } from './boot.ts';
import { createCohort } from './cohort.ts';
import { currentTelemetry, occupy, reportToCurrent, type TelemetryHandle } from './handle.ts';
import { type DeploymentTelemetryOptions, validateOptions } from './options.ts';
import { importPeers, requirePeers } from './peers.ts';
import { makePlan, peersOf, type TelemetryPlan } from './plan.ts';

/**
 * Starts OpenTelemetry for this process, so that every span and metric says which deployment and which cohort made it.
 *
 * Traces and metrics go out over OTLP/HTTP; HTTP servers and clients are instrumented. Call it before the app is loaded,
 * in a file given to `node --import`. Without options of your own, `node --import rolloutguard/register` does the same.
 * A process has one telemetry: when it was started before, that handle is returned and the options are not used.
 *
 * @throws RolloutGuardError `INVALID_OPTION` for a bad option; `MISSING_PEER` with the install command when an
 * OpenTelemetry package is absent.
 */
export async function startDeploymentTelemetry(options: DeploymentTelemetryOptions = {}): Promise<TelemetryHandle> {
  validateOptions(options);
  const running = startedBefore();
  if (running !== undefined) return running;
  const plan = makePlan(options);
  if (plan.settings.disabled) return idle(plan);
  const peers = await importPeers(peersOf(plan), options.importPeer);
  // Another start may have finished while the packages were loading.
  return startedBefore() ?? boot(plan, peers);
}

/**
 * The same for the preload: from the environment alone, without awaiting anything.
 *
 * @throws RolloutGuardError `MISSING_PEER`, as above.
 */
export function startFromEnvironment(): TelemetryHandle {
  const running = currentTelemetry();
  if (running !== undefined) return running;
  const plan = makePlan({});
  return plan.settings.disabled ? idle(plan) : boot(plan, requirePeers(peersOf(plan)));
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
    identity: plan.attributes,
    conflicts: plan.identity.conflicts,
    problems,
    cohort: createCohort({ initial: plan.identity.cohort }),
    flush: async () => {},
    // Nothing was patched, so unlike the real one this may be started again.
    shutdown: async () => leave(),
  };
  leave = occupy({ handle, report: (problem) => void problems.push(problem) });
  return handle;
}
