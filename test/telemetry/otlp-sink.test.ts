import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogs } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufMetrics } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraces } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { AggregationType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';
import { type Sink, startSink } from './otlp-sink.ts';

async function post(url: string): Promise<number | string> {
  try {
    const signal = AbortSignal.timeout(300);
    const headers = { 'content-type': 'application/json', connection: 'close' };
    return (await fetch(`${url}/v1/traces`, { method: 'POST', headers, body: '{}', signal })).status;
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code: string } };
    return cause?.code ?? name;
  }
}

test('a collector can be bad in each way, and recover on the same port', async () => {
  await using sink = await startSink({ mode: 'refused', slowMs: 20 });
  expect(await post(sink.url)).toBe('ECONNREFUSED');
  const seen: unknown[] = [];
  for (const mode of ['ok', '503', 'reset', 'hang', 'refused', 'slow', 'ok'] as const) {
    await sink.setMode(mode);
    seen.push([mode, await post(sink.url)]);
  }
  expect(seen).toEqual([
    ['ok', 200],
    ['503', 503],
    ['reset', 'ECONNRESET'],
    ['hang', 'TimeoutError'],
    ['refused', 'ECONNREFUSED'],
    ['slow', 200],
    ['ok', 200],
  ]);
  expect(sink.requests.map(({ mode, taken }) => [mode, taken])).toEqual([
    ['ok', true],
    ['503', false],
    ['reset', false],
    ['hang', false],
    ['slow', true],
    ['ok', true],
  ]);
});

/** Sends one of everything, in protobuf and in JSON, each to a sink of its own. */
async function exportTwice(json: Sink, protobuf: Sink): Promise<void> {
  const resource = resourceFromAttributes({ 'service.name': 'läden', ports: [80, 443], load: 0.5, big: -7 });
  const to = (sink: Sink, signal: string): { url: string } => ({ url: `${sink.url}/v1/${signal}` });
  const spanProcessors = [new JsonTraces(to(json, 'traces')), new ProtobufTraces(to(protobuf, 'traces'))].map(
    (exporter) => new BatchSpanProcessor({ exporter }),
  );
  const processors = [new JsonLogs(to(json, 'logs')), new ProtobufLogs(to(protobuf, 'logs'))].map(
    (exporter) => new BatchLogRecordProcessor({ exporter }),
  );
  const readers = [new JsonMetrics(to(json, 'metrics')), new ProtobufMetrics(to(protobuf, 'metrics'))].map(
    (exporter) => new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 600_000 }),
  );
  const views = [{ instrumentName: 'size', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const }];
  const traces = new TracerProvider({ resource, spanProcessors });
  const metrics = new MeterProvider({ resource, readers, views });
  const logs = new LoggerProvider({ resource, processors });

  const span = traces.getTracer('app').startSpan('work', { kind: SpanKind.CLIENT, attributes: { ok: true, n: 3 } });
  span.recordException(new TypeError('bad'));
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'bad' }).end();
  const meter = metrics.getMeter('app');
  meter.createCounter('done').add(3, { 'http.route': '/a' });
  meter.createUpDownCounter('open').add(-2);
  meter.createGauge('load').record(0.25);
  const [latency, size] = [meter.createHistogram('latency', { unit: 's' }), meter.createHistogram('size')];
  for (const value of [0.01, 7, 300]) for (const histogram of [latency, size]) histogram.record(value);
  logs.getLogger('app').emit({ eventName: 'shop.opened', body: { door: ['front', 1] }, severityNumber: 9 });
  await Promise.all([traces.shutdown(), metrics.shutdown(), logs.shutdown()]);
}

test('what is sent in protobuf is read like what is sent in JSON', async () => {
  await using json = await startSink();
  await using protobuf = await startSink();
  await exportTwice(json, protobuf);
  expect(json.spans()).toMatchObject([{ name: 'work', kind: 'CLIENT', status: { code: 'ERROR' }, scope: 'app' }]);
  expect(protobuf.spans()).toEqual(json.spans());
  expect(json.logs()).toMatchObject([{ eventName: 'shop.opened', body: { door: ['front', 1] } }]);
  expect(protobuf.logs()).toEqual(json.logs());
  // Each exporter has a reader of its own, which collects at its own moment.
  const timeless = (sink: Sink): object[] => sink.points().map(({ startMs, endMs, ...point }) => point);
  const counts = Object.fromEntries(json.points().map(({ metric, count }) => [metric, count]));
  expect(counts).toEqual({ done: 3, open: -2, load: 0.25, latency: 3, size: 3 });
  expect(timeless(protobuf)).toEqual(timeless(json));
});
