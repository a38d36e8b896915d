/** One pipeline a signal: from the global API through our processors to an exporter. */
import type {
  LoggerProvider as ApiLoggerProvider,
  MeterProvider as ApiMeterProvider,
  TracerProvider as ApiTracerProvider,
} from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { CohortSource } from './cohort.ts';
import { createMetricExporter, createTraceExporter } from './exporters.ts';
import { liveResource, withLiveResource } from './live-resource.ts';
import type { Peers } from './peers.ts';
import { cohortLogRecordProcessor, cohortSpanProcessor } from './processors.ts';
import { createSampler } from './sampling.ts';
import type { SignalSettings, TelemetrySettings } from './settings.ts';
import type { Flushable } from './shutdown.ts';

/** A signal that is running. */
export interface Pipeline<P> {
  readonly provider: P & Flushable;
  /** Gives the global registration back, so that telemetry can be started again. */
  release(): void;
}

/** What every pipeline is made of. */
export interface PipelineContext {
  readonly peers: Peers;
  readonly settings: TelemetrySettings;
  readonly resource: Resource;
  readonly cohort: CohortSource;
}

/** Starts traces; null when another SDK has the signal already. */
export function startTraces(
  { peers, settings, resource, cohort }: PipelineContext,
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
export function startMetrics(
  { peers, settings, resource, cohort }: PipelineContext,
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
export function startLogs(
  { peers, resource, cohort }: PipelineContext,
  processors: readonly LogRecordProcessor[],
): Pipeline<ApiLoggerProvider> | null {
  const { logs } = peers('@opentelemetry/api');
  const { LoggerProvider } = peers('@opentelemetry/sdk-logs');
  const provider = new LoggerProvider({ resource, processors: [cohortLogRecordProcessor(cohort), ...processors] });
  if (!logs.setGlobalLoggerProvider(provider)) return refused(provider);
  return { provider, release: () => logs.disable() };
}

/** Registers the context manager, unless there is one; returns a function that takes it back. */
export function startContext(peers: Peers): () => void {
  const { context } = peers('@opentelemetry/api');
  const manager = new (peers('@opentelemetry/context-async-hooks').AsyncLocalStorageContextManager)().enable();
  if (context.setGlobalContextManager(manager)) return () => context.disable();
  manager.disable();
  return () => {};
}

/** Registers the propagators, unless there are some; returns a function that takes them back. */
export function startPropagation(peers: Peers, settings: TelemetrySettings): () => void {
  const { propagation } = peers('@opentelemetry/api');
  const { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } = peers('@opentelemetry/core');
  const propagators = settings.propagators.flatMap((name) => {
    if (name === 'tracecontext') return [new W3CTraceContextPropagator()];
    return name === 'baggage' ? [new W3CBaggagePropagator()] : [];
  });
  return propagation.setGlobalPropagator(new CompositePropagator({ propagators }))
    ? () => propagation.disable()
    : () => {};
}

/** A provider that was not accepted holds a timer and an exporter for nothing. */
function refused(provider: Flushable): null {
  void provider.shutdown().catch(() => {});
  return null;
}
