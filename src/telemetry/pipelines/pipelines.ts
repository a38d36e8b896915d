/** One pipeline a signal: from the global API through our processors to an exporter. */
import type {
  LoggerProvider as ApiLoggerProvider,
  MeterProvider as ApiMeterProvider,
  TracerProvider as ApiTracerProvider,
} from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { BootContext } from '../boot-context.ts';
import { liveResource, withLiveResource } from '../cohort/live-resource.ts';
import { cohortLogRecordProcessor, cohortSpanProcessor } from '../cohort/processors.ts';
import type { Flushable } from '../shutdown/shutdown.ts';
import { createMetricExporter, createTraceExporter } from './exporters.ts';
import { createSampler } from './sampling.ts';
import type { SignalSettings } from './settings.ts';

/** A signal that is running. */
interface Pipeline<P> {
  readonly provider: P & Flushable;
  /** Gives the global registration back, so that telemetry can be started again. */
  release(): void;
}

/** Starts the signals that are wanted, and puts their providers into the context. */
export function startSignals(context: BootContext): void {
  const { providers, plan } = context;
  const { settings, options } = plan;
  const spanProcessors = (options.spanProcessors ?? []) as SpanProcessor[];
  const logProcessors = (options.logRecordProcessors ?? []) as LogRecordProcessor[];
  if (settings.traces !== null) {
    const traces = startTraces(context, settings.traces, spanProcessors);
    if (accepted(context, 'traces', traces)) providers.tracer = traces.provider;
  }
  if (settings.metrics !== null) {
    const metrics = startMetrics(context, settings.metrics);
    if (accepted(context, 'metrics', metrics)) providers.meter = metrics.provider;
  }
  if (logProcessors.length > 0) {
    const logs = startLogs(context, logProcessors);
    if (accepted(context, 'logs', logs)) providers.logger = logs.provider;
  }
}

function accepted<P>(context: BootContext, signal: string, pipeline: Pipeline<P> | null): pipeline is Pipeline<P> {
  if (pipeline === null) {
    const ours = signal === 'traces' ? 'our traces and HTTP instrumentation are off' : `our ${signal} are off`;
    const mend = 'start telemetry first, or add our processors to that SDK.';
    const message = `another OpenTelemetry SDK has registered ${signal} already, so ${ours}; ${mend}`;
    context.report({ code: 'PROVIDER_TAKEN', message });
    return false;
  }
  context.onFlush(pipeline.provider);
  context.onStop(pipeline.release);
  return true;
}

/** Starts traces; null when another SDK has the signal already. */
function startTraces(
  { peers, plan: { settings }, resource, cohort }: BootContext,
  exportTo: SignalSettings,
  extra: readonly SpanProcessor[],
): Pipeline<ApiTracerProvider> | null {
  const { trace } = peers('@opentelemetry/api');
  const { BatchSpanProcessor, TracerProvider } = peers('@opentelemetry/sdk-trace');
  const { batchSize, delayMs, queueSize, timeoutMs } = settings.spanBatch;
  const batching = new BatchSpanProcessor({
    exporter: createTraceExporter(peers, exportTo),
    ...(delayMs === undefined ? {} : { scheduledDelayMillis: delayMs }),
    ...(timeoutMs === undefined ? {} : { exportTimeoutMillis: timeoutMs }),
    ...(queueSize === undefined ? {} : { maxQueueSize: queueSize }),
    ...(batchSize === undefined ? {} : { maxExportBatchSize: batchSize }),
  });
  const provider = new TracerProvider({
    resource,
    sampler: createSampler(peers, settings.sampler),
    spanProcessors: [cohortSpanProcessor(cohort), ...extra, batching],
  });
  if (!trace.setGlobalTracerProvider(provider)) return refused(provider);
  return { provider, release: () => trace.disable() };
}

/** Starts metrics; null when another SDK has the signal already. */
function startMetrics(
  { peers, plan: { settings }, resource, cohort }: BootContext,
  exportTo: SignalSettings,
): Pipeline<ApiMeterProvider> | null {
  const { metrics } = peers('@opentelemetry/api');
  const { MeterProvider, PeriodicExportingMetricReader } = peers('@opentelemetry/sdk-metrics');
  const toLive = liveResource<Resource>(cohort, peers('@opentelemetry/resources').resourceFromAttributes);
  const reader = new PeriodicExportingMetricReader({
    exporter: withLiveResource(createMetricExporter(peers, exportTo, settings.temporality), toLive),
    exportIntervalMillis: settings.metricIntervalMs,
    exportTimeoutMillis: settings.metricTimeoutMs,
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  if (!metrics.setGlobalMeterProvider(provider)) return refused(provider);
  return { provider, release: () => metrics.disable() };
}

/** Starts logs for the app's own processors; null when another SDK has the signal already. */
function startLogs(
  { peers, resource, cohort }: BootContext,
  processors: readonly LogRecordProcessor[],
): Pipeline<ApiLoggerProvider> | null {
  const { logs } = peers('@opentelemetry/api');
  const { LoggerProvider } = peers('@opentelemetry/sdk-logs');
  const provider = new LoggerProvider({ resource, processors: [cohortLogRecordProcessor(cohort), ...processors] });
  if (!logs.setGlobalLoggerProvider(provider)) return refused(provider);
  return { provider, release: () => logs.disable() };
}

/** A provider that was not accepted holds a timer and an exporter for nothing. */
function refused(provider: Flushable): null {
  void provider.shutdown().catch(() => {});
  return null;
}
