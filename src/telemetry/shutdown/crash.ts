/**
 * What is left of telemetry when an uncaught exception ends the process.
 *
 * The exception is never handled: a monitor, which Node calls before it gives up, records it, sends what was not exported
 * yet, and returns. So Node's own report and exit code stay as they are, and nothing of the app runs after its exception.
 * (To handle it and throw it again would show our line as the place of the error, and run a broken app for seconds.)
 */
import { isMainThread } from 'node:worker_threads';
import type { Resource } from '@opentelemetry/resources';
import type { BootContext } from '../boot-context.ts';
import { liveResource } from '../cohort/live-resource.ts';
import { tlsFiles } from '../pipelines/agent.ts';
import type { Signal, SignalSettings } from '../pipelines/otlp.ts';
import { type Letter, postAndWait } from './crash-post.ts';
import { takeLogRecords, takeMetrics, takeSpans } from './crash-records.ts';
import { recordCrash } from './crash-span.ts';

/** Longest time that a crashed process lives on, in milliseconds. */
const CRASH_DEADLINE_MS = 2_000;

/** The part of `process` that is needed here. */
export interface CrashingProcess {
  on(event: 'uncaughtExceptionMonitor', listener: (error: unknown, origin: string) => void): unknown;
  removeListener(event: 'uncaughtExceptionMonitor', listener: (error: unknown, origin: string) => void): unknown;
  listenerCount(event: 'uncaughtException'): number;
  hasUncaughtExceptionCaptureCallback(): boolean;
}

/** What is asked from outside. */
export interface CrashSeams {
  readonly target?: CrashingProcess;
  readonly mainThread?: boolean;
  readonly post?: typeof postAndWait;
  readonly now?: () => number;
}

/** Installs the monitor, unless crash spans are switched off. Not in a worker, whose end the main thread may survive. */
export function startCrashSpans(context: BootContext, seams: CrashSeams = {}): void {
  const { target = process, mainThread = isMainThread, post = postAndWait, now = Date.now } = seams;
  const { options, settings } = context.plan;
  const wanted = options.crashSpans ?? context.env.flag('ROLLOUTGUARD_CRASH_SPANS') ?? options.exitHandlers ?? true;
  if (!wanted || !mainThread) return;

  const onCrash = (error: unknown, origin: string): void => {
    // Somebody will handle it, and the process may live on.
    if (target.listenerCount('uncaughtException') > 0 || target.hasUncaughtExceptionCaptureCallback()) return;
    try {
      if (context.providers.tracer !== undefined) recordCrash(context.peers, context.providers.tracer, error, origin);
      post(lettersOf(context, now()), Math.min(CRASH_DEADLINE_MS, settings.shutdownDeadlineMs));
    } catch {
      // An exception here would take the place of the app's own in Node's report.
    }
  };
  target.on('uncaughtExceptionMonitor', onCrash);
  context.onStop(() => void target.removeListener('uncaughtExceptionMonitor', onCrash));
}

type Serializer = 'TraceSerializer' | 'MetricsSerializer' | 'LogsSerializer';

/** One request for each signal that has something to tell and goes out over OTLP/HTTP. */
function lettersOf({ peers, plan: { settings, keys, env }, providers, cohort }: BootContext, nowMs: number): Letter[] {
  const serializers = peers('@opentelemetry/otlp-transformer');
  const letter = (to: SignalSettings | null, name: Serializer, signal: Signal, records: unknown): Letter[] => {
    if (to === null || records === null || (Array.isArray(records) && records.length === 0)) return [];
    // gRPC needs more than one request; what it has not sent yet is lost.
    if (!to.protocol.startsWith('http/')) return [];
    const json = to.protocol === 'http/json';
    const body = serializers[`${json ? 'Json' : 'Protobuf'}${name}`].serializeRequest(records);
    if (body === undefined) return [];
    const headers = { ...to.headers, 'content-type': json ? 'application/json' : 'application/x-protobuf' };
    return [{ url: to.url, headers, body, tls: tlsFiles(env, signal) }];
  };
  const { tracer, meter, logger } = providers;
  const metrics = meter === undefined ? null : takeMetrics(meter, nowMs);
  const toLive = liveResource<Resource>(cohort, peers('@opentelemetry/resources').resourceFromAttributes, keys.cohort);
  const liveMetrics = metrics === null ? null : { ...metrics, resource: toLive(metrics.resource as Resource) };
  return [
    ...letter(settings.traces, 'TraceSerializer', 'TRACES', tracer === undefined ? null : takeSpans(tracer)),
    ...letter(settings.metrics, 'MetricsSerializer', 'METRICS', liveMetrics),
    ...letter(settings.logs, 'LogsSerializer', 'LOGS', logger === undefined ? null : takeLogRecords(logger)),
  ];
}
