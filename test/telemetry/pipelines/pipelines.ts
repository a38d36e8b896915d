/** Runs the pipelines alone in the process of the tests: no instrumentation, no exit handlers, nothing left behind. */
import { createContext } from '../../../src/telemetry/boot.ts';
import type { BootContext, Providers } from '../../../src/telemetry/boot-context.ts';
import type { DeploymentTelemetryOptions } from '../../../src/telemetry/options/options.ts';
import { loadPeers } from '../../../src/telemetry/packages/peers.ts';
import { startSignals } from '../../../src/telemetry/pipelines/pipelines.ts';
import { makePlan } from '../../../src/telemetry/plan.ts';
import type { TelemetryProblem } from '../../../src/telemetry/problems.ts';
import type { Flushable } from '../../../src/telemetry/shutdown/shutdown.ts';

export interface RunningPipelines extends AsyncDisposable {
  readonly context: BootContext;
  readonly providers: Providers;
  readonly problems: TelemetryProblem[];
  flush(): Promise<void>;
}

/** Starts the signals that `options` and their `env` ask for. */
export function runPipelines(options: DeploymentTelemetryOptions): RunningPipelines {
  const plan = makePlan({ env: {}, ...options });
  const peers = loadPeers(options.loadPackage);
  const problems: TelemetryProblem[] = [...plan.problems];
  const targets: Flushable[] = [];
  const undo: (() => void)[] = [];
  const context = createContext(plan, peers, targets, undo, problems);
  startSignals(context);
  return {
    context,
    providers: context.providers,
    problems,
    flush: async () => void (await context.lifecycle.flush()),
    async [Symbol.asyncDispose](): Promise<void> {
      await context.lifecycle.shutdown();
      for (const step of undo.reverse()) step();
    },
  };
}
