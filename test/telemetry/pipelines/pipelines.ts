/** Runs the pipelines alone in the process of the tests: no instrumentation, no exit handlers, nothing left behind. */
import type { BootContext, Providers } from '../../../src/telemetry/boot-context.ts';
import { createCohort } from '../../../src/telemetry/cohort/cohort.ts';
import { envReader } from '../../../src/telemetry/env-reader.ts';
import type { DeploymentTelemetryOptions } from '../../../src/telemetry/options/options.ts';
import { loadPeers } from '../../../src/telemetry/packages/peers.ts';
import { startSignals } from '../../../src/telemetry/pipelines/pipelines.ts';
import { makePlan } from '../../../src/telemetry/plan.ts';
import type { TelemetryProblem } from '../../../src/telemetry/problems.ts';
import { createLifecycle, type Flushable } from '../../../src/telemetry/shutdown/shutdown.ts';

export interface RunningPipelines extends AsyncDisposable {
  readonly context: BootContext;
  readonly providers: Providers;
  readonly problems: TelemetryProblem[];
  flush(): Promise<void>;
}

/** Starts the signals that `options` and their `env` ask for. */
export function runPipelines(options: DeploymentTelemetryOptions): RunningPipelines {
  const plan = makePlan({ env: {}, ...options });
  const peers = loadPeers();
  const problems: TelemetryProblem[] = [...plan.problems];
  const targets: Flushable[] = [];
  const undo: (() => void)[] = [];
  const providers: Providers = {};
  const { defaultResource, resourceFromAttributes } = peers('@opentelemetry/resources');
  const context: BootContext = {
    plan,
    peers,
    providers,
    env: envReader(plan.options.env ?? {}),
    resource: defaultResource().merge(resourceFromAttributes({ ...plan.attributes })),
    cohort: createCohort({ initial: plan.identity.cohort }),
    lifecycle: createLifecycle({ targets, deadlineMs: 1_000 }),
    report: (problem) => void problems.push(problem),
    onFlush: (target) => void targets.push(target),
    onStop: (step) => void undo.push(step),
  };
  startSignals(context);
  return {
    context,
    providers,
    problems,
    flush: async () => void (await context.lifecycle.flush()),
    async [Symbol.asyncDispose](): Promise<void> {
      await context.lifecycle.shutdown();
      for (const step of undo.reverse()) step();
    },
  };
}
