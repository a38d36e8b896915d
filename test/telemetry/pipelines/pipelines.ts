/** Runs the pipelines alone in the process of the tests: no instrumentation, no exit handlers, nothing left behind. */

import type { Resource } from '@opentelemetry/resources';
import type { BootContext, Providers } from '../../../src/telemetry/boot-context.ts';
import { createCohort } from '../../../src/telemetry/cohort/cohort.ts';
import { createLiveMetrics } from '../../../src/telemetry/cohort/live-metrics.ts';
import { liveResource } from '../../../src/telemetry/cohort/live-resource.ts';
import { envReader } from '../../../src/telemetry/env-reader.ts';
import type { DeploymentTelemetryOptions } from '../../../src/telemetry/options/options.ts';
import { loadPeers } from '../../../src/telemetry/packages/peers.ts';
import { startSignals } from '../../../src/telemetry/pipelines/pipelines.ts';
import { makePlan } from '../../../src/telemetry/plan.ts';
import type { TelemetryProblem } from '../../../src/telemetry/problems.ts';
import { createCallerPropagation } from '../../../src/telemetry/propagation/propagation.ts';
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
  const env = envReader(plan.options.env ?? {});
  const cohort = createCohort({ initial: plan.identity.cohort });
  const report = (problem: TelemetryProblem): void => void problems.push(problem);
  const context: BootContext = {
    plan,
    peers,
    providers,
    env,
    resource: defaultResource().merge(resourceFromAttributes({ ...plan.attributes })),
    cohort,
    liveMetrics: createLiveMetrics(liveResource<Resource>(cohort, resourceFromAttributes)),
    caller: createCallerPropagation({ plan, env, peers, cohort, report }),
    lifecycle: createLifecycle({ targets, deadlineMs: 1_000 }),
    report,
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
