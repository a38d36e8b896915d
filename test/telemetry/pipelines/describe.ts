// biome-ignore-all lint/suspicious/noExplicitAny: private fields of another package.
/**
 * What an SDK has become, read from the private fields of OpenTelemetry's own classes: by them alone it can be told that
 * two set-ups are the same. For telemetry that is registered globally.
 */
import { context, logs, metrics, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';

/** Plain data, to be compared. */
export type Description = Readonly<Record<string, unknown>>;

/** Describes what is registered now. The readers are those of the metrics: a wrapped one hides its fields. */
export async function describeGlobals(readers: readonly any[]): Promise<Description> {
  const traceOptions = delegateOf(trace.getTracerProvider())?._tracerOptions;
  const processors: any[] = traceOptions?.spanProcessor._spanProcessors ?? [];
  const logState = delegateOf(logs.getLoggerProvider())?._sharedState;
  const resource =
    traceOptions?.resource ?? logState?.resource ?? (metrics.getMeterProvider() as any)._sharedState?.resource;
  await resource?.waitForAsyncAttributes();
  return plain({
    sampler: traceOptions?.sampler.toString(),
    spanLimits: traceOptions?.spanLimits,
    spanProcessors: await all(processors.filter(exports), batching),
    tracesObserved: traceOptions?.meterProvider.constructor.name.startsWith('MeterProvider'),
    readers: await all(readers, reader),
    logRecordLimits: logState?.logRecordLimits,
    logRecordProcessors: await all((logState?.registeredLogRecordProcessors ?? []).filter(exports), batching),
    propagation: propagated(),
    resource: resource?.attributes,
  });
}

/** Gives back everything that is registered globally, and stops the timers of these readers. */
export function forgetGlobals(readers: readonly any[]): void {
  for (const { _interval } of readers) clearInterval(_interval);
  for (const api of [trace, metrics, logs, propagation, context]) api.disable();
}

function delegateOf(provider: any): any {
  const delegate = provider.getDelegate?.() ?? provider._getDelegate?.() ?? provider;
  return delegate._tracerOptions === undefined && delegate._sharedState === undefined ? undefined : delegate;
}

function exports(processor: any): boolean {
  return processor._exporter !== undefined;
}

async function batching(processor: any): Promise<Description> {
  return {
    class: processor.constructor.name,
    queue: processor._maxQueueSize,
    batch: processor._maxExportBatchSize,
    delayMs: processor._scheduledDelayMillis,
    timeoutMs: processor._exportTimeoutMillis,
    exporter: await exporter(processor._exporter),
  };
}

async function reader(of: any): Promise<Description> {
  // Of the SDK's InstrumentType.
  const types = [
    'COUNTER',
    'UP_DOWN_COUNTER',
    'HISTOGRAM',
    'GAUGE',
    'OBSERVABLE_COUNTER',
    'OBSERVABLE_UP_DOWN_COUNTER',
  ];
  return {
    class: of.constructor.name,
    intervalMs: of._exportInterval,
    timeoutMs: of._exportTimeout,
    temporality: types.map((type) => of.selectAggregationTemporality(type)),
    aggregation: types.map((type) => of.selectAggregation(type)),
    exporter: await exporter(of._exporter),
  };
}

async function exporter(of: any): Promise<Description> {
  const base = { class: of.constructor.name };
  if (of._urlStr !== undefined) return { ...base, url: of._urlStr };
  const delegate = of._delegate;
  if (delegate === undefined) return base;
  const parameters = (delegate._transport._transport ?? delegate._transport)._parameters;
  const timeoutMs = delegate._timeout;
  if (parameters.address !== undefined) {
    const { address, compression } = parameters;
    const metadata = parameters.metadata().getMap();
    return { ...base, timeoutMs, address, compression, metadata, secure: parameters.credentials()._isSecure() };
  }
  const { url, compression, userAgent } = parameters;
  const { options } = await parameters.agentFactory('https:');
  const headers = lowerCase(await parameters.headers());
  const agent = { keepAlive: options.keepAlive, ca: `${options.ca}`, cert: `${options.cert}`, key: `${options.key}` };
  return { ...base, timeoutMs, url, compression, userAgent, headers, agent };
}

/** By what it does: which headers go out, and whom it believes when two callers contradict each other. */
function propagated(): Description {
  const parent = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
  const baggage = propagation.createBaggage({ key: { value: 'value' } });
  const sent: Record<string, string> = {};
  propagation.inject(propagation.setBaggage(trace.setSpanContext(ROOT_CONTEXT, parent), baggage), sent);
  const received = {
    traceparent: `00-${'a'.repeat(32)}-${'a'.repeat(16)}-01`,
    b3: `${'b'.repeat(32)}-${'b'.repeat(16)}-1`,
    'x-b3-traceid': 'c'.repeat(32),
    'x-b3-spanid': 'c'.repeat(16),
    'x-b3-sampled': '1',
    baggage: 'key=value',
  };
  const read = propagation.extract(ROOT_CONTEXT, received);
  const { traceId } = trace.getSpanContext(read) ?? {};
  return { fields: propagation.fields().sort(), sent, traceId, baggage: propagation.getBaggage(read)?.getAllEntries() };
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

async function all<T>(list: readonly T[], describe: (item: T) => Promise<Description>): Promise<Description[]> {
  return Promise.all(list.map(describe));
}

/** As JSON shows it, infinite numbers too. */
function plain(value: unknown): Description {
  return JSON.parse(JSON.stringify(value, (_, item) => (item === Number.POSITIVE_INFINITY ? 'Infinity' : item)));
}
