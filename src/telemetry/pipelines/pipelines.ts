/** Starts the signals, and says which of them another SDK has. */
import type { BootContext } from '../boot-context.ts';
import { reportUnreadableFiles } from './exporter-files.ts';
import { startLogs } from './logs.ts';
import { startMetrics } from './metrics.ts';
import type { Pipeline, Started } from './signal.ts';
import { startTraces } from './traces.ts';

/** Whose the traces are now. */
export interface StartedSignals {
  /** Another SDK had registered them before. */
  readonly tracesTaken: boolean;
}

/** Starts the signals that are wanted, and puts their providers into the context. */
export function startSignals(context: BootContext): StartedSignals {
  const { providers, plan } = context;
  reportUnreadableFiles(context);
  const metrics = startMetrics(context);
  if (accepted(context, 'metrics', metrics)) providers.meter = metrics.provider;
  const selfObserved = plan.settings.sdkMetrics ? providers.meter : undefined;
  const traces = startTraces(context, selfObserved);
  if (accepted(context, 'traces', traces)) providers.tracer = traces.provider;
  const logs = startLogs(context, selfObserved);
  if (accepted(context, 'logs', logs)) providers.logger = logs.provider;
  return { tracesTaken: traces === 'taken' };
}

function accepted<P>(context: BootContext, signal: string, started: Started<P>): started is Pipeline<P> {
  if (started === 'off') return false;
  if (started === 'taken') {
    const ours = signal === 'traces' ? 'our traces and HTTP instrumentation are off' : `our ${signal} are off`;
    const mend = 'start telemetry first, or add our processors to that SDK.';
    const message = `another OpenTelemetry SDK has registered ${signal} already, so ${ours}; ${mend}`;
    context.report({ code: 'PROVIDER_TAKEN', message });
    return false;
  }
  context.onFlush(started.provider);
  context.onStop(started.release);
  return true;
}
