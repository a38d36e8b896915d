import { EventEmitter } from 'node:events';
import { type TracerProvider as ApiTracerProvider, context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchLogRecordProcessor, InMemoryLogRecordExporter, LoggerProvider } from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, test } from 'vitest';
import type { BootContext } from '../../../src/telemetry/boot-context.ts';
import { createCohort } from '../../../src/telemetry/cohort/cohort.ts';
import { createLiveMetrics } from '../../../src/telemetry/cohort/live-metrics.ts';
import { envReader } from '../../../src/telemetry/env-reader.ts';
import { loadPeers } from '../../../src/telemetry/packages/peers.ts';
import { resolveSettings } from '../../../src/telemetry/pipelines/settings.ts';
import { type CrashSeams, startCrashSpans } from '../../../src/telemetry/shutdown/crash.ts';
import { type Letter, postAndWait, type WorkerLike } from '../../../src/telemetry/shutdown/crash-post.ts';
import { takeLogRecords, takeMetrics, takeSpans } from '../../../src/telemetry/shutdown/crash-records.ts';
import { exceptionAttributes, recordCrash } from '../../../src/telemetry/shutdown/crash-span.ts';
import { decodeExport } from '../otlp-protobuf.ts';
import { spansOf } from '../otlp-records.ts';

const peers = loadPeers();
const NEVER_MS = 600_000;

function tracing(): TracerProvider {
  const exporter = new OTLPTraceExporter({ url: 'http://127.0.0.1:1' });
  return new TracerProvider({
    spanProcessors: [
      new BatchSpanProcessor({ exporter: new InMemorySpanExporter(), scheduledDelayMillis: NEVER_MS }),
      new BatchSpanProcessor({ exporter, scheduledDelayMillis: NEVER_MS }),
    ],
  });
}

describe('what the SDK has not exported yet', () => {
  test('spans and log records are taken from the queue of the exporting processor, once', () => {
    const tracer = tracing();
    for (const name of ['a', 'b']) tracer.getTracer('app').startSpan(name).end();
    tracer.getTracer('app').startSpan('still open');
    expect(takeSpans(tracer).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(takeSpans(tracer)).toEqual([]);

    const exporter = new OTLPLogExporter({ url: 'http://127.0.0.1:1' });
    const other = new BatchLogRecordProcessor({ exporter: new InMemoryLogRecordExporter() });
    const logger = new LoggerProvider({ processors: [other, new BatchLogRecordProcessor({ exporter })] });
    logger.getLogger('app').emit({ body: 'hello' });
    expect(takeLogRecords(logger).map(({ body }) => body)).toEqual(['hello']);
    expect(takeLogRecords(logger)).toEqual([]);
  });

  test.each(['bare', 'wrapped'])(
    'metrics are those since the last export, with the scope and the temporality of the periodic reader, %s',
    async (kind) => {
      const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
      const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: NEVER_MS });
      const live = createLiveMetrics((base) => base).follow(reader) as unknown as typeof reader;
      const meter = new MeterProvider({ readers: [kind === 'bare' ? reader : live] });
      expect(takeMetrics(meter, 1)).toBeNull();
      const counter = meter.getMeter('app').createCounter('done');
      counter.add(2);
      await meter.forceFlush();
      counter.add(3);
      const nowMs = Date.now();
      const taken = takeMetrics(meter, nowMs);
      expect(taken?.scopeMetrics).toMatchObject([
        { scope: { name: 'app' }, metrics: [{ descriptor: { name: 'done' }, dataPoints: [{ value: 3 }] }] },
      ]);
      const [seconds, nanos] = taken?.scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.endTime ?? [0, 0];
      expect(seconds * 1e3 + nanos / 1e6).toBe(nowMs);
      await meter.shutdown();
    },
  );

  test('an SDK that looks different inside gives nothing, and nothing breaks', () => {
    for (const provider of [{}, { _activeSpanProcessor: {} }, { _sharedState: {} }, { _sharedState: null }]) {
      expect(takeSpans(provider)).toEqual([]);
      expect(takeLogRecords(provider)).toEqual([]);
      expect(takeMetrics(provider, 0)).toBeNull();
    }
  });
});

describe('an exception as attributes', () => {
  const hostile = Object.defineProperty(new Error('x'), 'message', {
    get: () => {
      throw new Error('no');
    },
  });
  test.each<[string, unknown, string, string]>([
    ['an error', new TypeError('bad'), 'TypeError', 'bad'],
    ['text', 'text', 'string', 'text'],
    ['undefined', undefined, 'undefined', 'undefined'],
    ['null', null, 'object', 'null'],
    ['a symbol', Symbol('s'), 'symbol', 'Symbol(s)'],
    ['a bare object', Object.create(null), 'object', ''],
    ['a getter that throws', hostile, 'Error', ''],
    ['a long message', new RangeError('y'.repeat(1e6)), 'RangeError', 'y'.repeat(4_096)],
  ])('%s', (_name, error, type, message) => {
    expect(exceptionAttributes(error)).toMatchObject({ 'exception.type': type, 'exception.message': message });
  });
});

test('an exception that quotes credentials does not send them, not in its stack and not where it is cut', () => {
  for (const length of [0, 4_090, 4_096, 8_180]) {
    const error = new Error(`${'x'.repeat(length)} connect postgres://app:s3cr3t-word@db failed, token=s3cr3t-word`);
    const attributes = exceptionAttributes(error);
    expect(JSON.stringify(attributes)).not.toContain('s3cr3t');
  }
  expect(exceptionAttributes('Bearer s3cr3t-word')['exception.message']).toBe('Bearer [redacted]');
});

describe('a crash span', () => {
  afterEach(() => {
    context.disable();
  });

  test('is a child of the span that was active, which ends as failed', () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const request = provider.getTracer('http').startSpan('GET');
    context.with(trace.setSpan(context.active(), request), () =>
      recordCrash(peers, provider as ApiTracerProvider, new TypeError('bad'), 'uncaughtException'),
    );
    const [crash, active] = exporter.getFinishedSpans() as [ReadableSpan, ReadableSpan];
    expect(crash).toMatchObject({
      name: 'uncaughtException',
      parentSpanContext: { spanId: request.spanContext().spanId },
      status: { code: 2, message: 'bad' },
      attributes: { 'rolloutguard.crash': true, 'error.type': 'TypeError' },
      events: [{ name: 'exception', attributes: { 'exception.type': 'TypeError' } }],
    });
    expect(active).toMatchObject({ name: 'GET', status: { code: 2 }, attributes: { 'rolloutguard.crash': true } });
  });
});

class FakeProcess extends EventEmitter {
  captured = false;
  hasUncaughtExceptionCaptureCallback(): boolean {
    return this.captured;
  }
}

interface Run {
  readonly target: FakeProcess;
  readonly posts: { readonly letters: readonly Letter[]; readonly deadlineMs: number }[];
  stop(): void;
}

function start(
  { options = {}, env = {} }: { options?: object; env?: Record<string, string> } = {},
  seams: CrashSeams = {},
): Run {
  const undo: (() => void)[] = [];
  const posts: { letters: readonly Letter[]; deadlineMs: number }[] = [];
  const target = new FakeProcess();
  const settings = resolveSettings(env);
  const bootContext = {
    plan: { options, settings, env, keys: { cohort: 'rolloutguard.cohort', strategy: 'rolloutguard.strategy' } },
    env: envReader(env),
    peers,
    cohort: createCohort(),
    providers: { tracer: tracing() },
    onStop: (step: () => void) => void undo.push(step),
  } as unknown as BootContext;
  const post: typeof postAndWait = (letters, deadlineMs) => {
    posts.push({ letters, deadlineMs });
    return true;
  };
  startCrashSpans(bootContext, { target, mainThread: true, post, ...seams });
  return { target, posts, stop: () => undo.forEach((step) => void step()) };
}

const EVENT = 'uncaughtExceptionMonitor';

describe('the monitor', () => {
  test('sends the crash span before it returns, and waits two seconds at most', () => {
    const { target, posts } = start({ env: { OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=k' } });
    target.emit(EVENT, new Error('boom'), 'uncaughtException');
    expect(posts).toMatchObject([
      { deadlineMs: 2_000, letters: [{ url: 'http://localhost:4318/v1/traces', headers: { 'x-api-key': 'k' } }] },
    ]);
    const body = Buffer.from(posts[0]?.letters[0]?.body as Uint8Array);
    expect(spansOf(decodeExport('Traces', body))).toMatchObject([
      { name: 'uncaughtException', events: [{ name: 'exception', attributes: { 'exception.message': 'boom' } }] },
    ]);
  });

  test('a shorter shutdown deadline is the limit', () => {
    const { target, posts } = start({ env: { ROLLOUTGUARD_SHUTDOWN_DEADLINE_MS: '300' } });
    target.emit(EVENT, new Error('boom'), 'unhandledRejection');
    expect(posts[0]?.deadlineMs).toBe(300);
  });

  test('does nothing when somebody else handles the exception', () => {
    const listened = start();
    listened.target.on('uncaughtException', () => {});
    listened.target.emit(EVENT, new Error('boom'), 'uncaughtException');
    const captured = start();
    captured.target.captured = true;
    captured.target.emit(EVENT, new Error('boom'), 'uncaughtException');
    expect([listened.posts, captured.posts]).toEqual([[], []]);
  });

  test('whatever fails, it does not throw: that would replace the app’s exception in Node’s report', () => {
    const { target } = start(
      {},
      {
        post: () => {
          throw new Error('ERR_ACCESS_DENIED');
        },
      },
    );
    expect(() => target.emit(EVENT, new Error('boom'), 'uncaughtException')).not.toThrow();
  });

  test.each<[string, object, CrashSeams]>([
    ['the option', { options: { crashSpans: false } }, {}],
    ['the variable', { env: { ROLLOUTGUARD_CRASH_SPANS: 'false' } }, {}],
    ['no exit handlers at all', { options: { exitHandlers: false } }, {}],
    ['a worker', {}, { mainThread: false }],
  ])('is not there: %s', (_name, set, seams) => {
    expect(start(set, seams).target.listenerCount(EVENT)).toBe(0);
  });

  test('the option wins over the variable, and stopping removes the monitor', () => {
    const { target, stop } = start({ options: { crashSpans: true }, env: { ROLLOUTGUARD_CRASH_SPANS: 'false' } });
    expect(target.listenerCount(EVENT)).toBe(1);
    stop();
    expect(target.eventNames()).toEqual([]);
  });
});

describe('sending while the event loop stands still', () => {
  const letter: Letter = { url: 'http://127.0.0.1:9', headers: {}, body: new Uint8Array(), tls: {} };
  const worker: WorkerLike = { unref: () => {}, on: () => {} };

  test('nothing to send starts no worker', () => {
    const start = (): WorkerLike => {
      throw new Error('must not be started');
    };
    expect(postAndWait([], 1_000, start)).toBe(true);
  });

  test('a worker that never answers costs the deadline', () => {
    expect(postAndWait([letter], 1, () => worker)).toBe(false);
  });

  test('a worker that has answered costs nothing', () => {
    const done = (_script: string, data: unknown): WorkerLike => {
      Atomics.store((data as { done: Int32Array }).done, 0, 1);
      return worker;
    };
    expect(postAndWait([letter], NEVER_MS, done)).toBe(true);
  });
});
