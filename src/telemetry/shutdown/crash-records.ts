/**
 * What the SDK has not exported yet, read without waiting.
 *
 * The SDK gives its queues away asynchronously only, and after an uncaught exception nothing asynchronous runs. So this
 * looks into fields that the SDK does not promise. Where a release has other fields, nothing is found, and nothing breaks;
 * a test holds them against the releases that are supported.
 */
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

interface Collector {
  readonly _metricReader?: object;
}

interface Storage {
  collect(collector: Collector, time: [number, number]): unknown;
}

interface MeterState {
  readonly _instrumentationScope: ResourceMetrics['scopeMetrics'][number]['scope'];
  readonly metricStorageRegistry: { getStorages(collector: Collector): Storage[] };
}

/** Takes the spans that have ended and wait for their export. */
export function takeSpans(provider: object): ReadableSpan[] {
  const { _activeSpanProcessor } = provider as { _activeSpanProcessor?: { _spanProcessors?: unknown[] } };
  return takeQueue(_activeSpanProcessor?._spanProcessors, '_finishedSpans');
}

/** Takes the log records that wait for their export. */
export function takeLogRecords(provider: object): ReadableLogRecord[] {
  const { _sharedState } = provider as { _sharedState?: { processors?: unknown[] } };
  return takeQueue(_sharedState?.processors, '_finishedLogRecords');
}

/** Takes what was measured since the last export of the periodic reader. Asynchronous instruments are not asked again. */
export function takeMetrics(provider: object, nowMs: number): ResourceMetrics | null {
  const { _sharedState: state } = provider as {
    _sharedState?: {
      resource: ResourceMetrics['resource'];
      metricCollectors?: Collector[];
      meterSharedStates?: Map<string, MeterState>;
    };
  };
  // By a method, not by a field: the reader may be wrapped, and the wrapper has only its methods.
  const collector = state?.metricCollectors?.find(({ _metricReader: reader }) => reader && '_runOnce' in reader);
  if (state?.meterSharedStates === undefined || collector === undefined) return null;
  const time: [number, number] = [Math.trunc(nowMs / 1e3), Math.round((nowMs % 1e3) * 1e6)];
  const scopeMetrics = [...state.meterSharedStates.values()].flatMap((meter) => {
    const storages = meter.metricStorageRegistry.getStorages(collector);
    const metrics = storages.map((storage) => storage.collect(collector, time)).filter((data) => data != null);
    return metrics.length === 0 ? [] : [{ scope: meter._instrumentationScope, metrics }];
  }) as ResourceMetrics['scopeMetrics'];
  return scopeMetrics.length === 0 ? null : { resource: state.resource, scopeMetrics };
}

/** Every batching processor has the same records; the first is the exporting one unless the app has brought its own. */
function takeQueue<T>(processors: readonly unknown[] | undefined, field: string): T[] {
  for (const processor of processors ?? []) {
    const queue = (processor as Record<string, unknown> | null)?.[field];
    if (Array.isArray(queue) && isOtlp(processor)) return queue.splice(0) as T[];
  }
  return [];
}

function isOtlp(processor: unknown): boolean {
  const exporter = (processor as { _exporter?: object | null })._exporter;
  return exporter?.constructor?.name.startsWith('OTLP') === true;
}
