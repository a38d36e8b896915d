import { logs, metrics, trace } from '@opentelemetry/api';
import { InMemoryLogRecordExporter } from '@opentelemetry/sdk-logs';
import { AggregationTemporality, InMemoryMetricExporter } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';
import { runPipelines } from './pipelines.ts';

const OFF = { traces: false, metrics: false, logs: false } as const;

function broken(): never {
  throw new Error('very-secret');
}

const BROKEN = {
  onStart: broken,
  onEnding: broken,
  onEnd: broken,
  onEmit: broken,
  forceFlush: broken,
  shutdown: broken,
};

function failures(problems: readonly { code: string; message: string }[]): string[] {
  return problems.filter(({ code }) => code === 'COMPONENT_FAILED').map(({ message }) => message);
}

test('a span processor that throws harms neither the app nor what is exported; it is named once', async () => {
  const traceExporter = new InMemorySpanExporter();
  // A method that needs its own object, as those of a class do.
  const counting = {
    started: 0,
    onStart(): void {
      this.started += 1;
    },
    onEnd: (): void => {},
    forceFlush: async (): Promise<void> => {},
    shutdown: async (): Promise<void> => {},
  };
  await using running = runPipelines({ export: OFF, traceExporter, spanProcessors: [BROKEN, counting] });
  for (const name of ['one', 'two']) trace.getTracer('app').startSpan(name).end();
  await expect(running.providers.tracer?.forceFlush()).resolves.toBeUndefined();
  expect(traceExporter.getFinishedSpans().map(({ name }) => name)).toEqual(['one', 'two']);
  expect(counting.started).toBe(2);
  expect(failures(running.problems)).toEqual([
    'spanProcessors[0] threw in onStart; the app goes on without it. Said once.',
  ]);
});

test('exporters that throw, or cannot be changed, harm neither the app nor each other, and are named once', async () => {
  const all = { export: broken, forceFlush: broken, shutdown: broken };
  const traceExporter = Object.freeze({ ...all });
  const metricExporter = Object.freeze({ ...all, selectAggregationTemporality: broken, selectAggregation: broken });
  const sent: unknown[] = [];
  const logRecordExporter = Object.freeze({
    export(records: unknown[], done: (result: { code: number }) => void): void {
      sent.push(...records);
      done({ code: 0 });
    },
    forceFlush: broken,
    shutdown: broken,
  });
  await using running = runPipelines({ traceExporter, metricExporter, logRecordExporter });
  for (const name of ['one', 'two']) {
    trace.getTracer('app').startSpan(name).end();
    metrics.getMeter('app').createCounter('jobs').add(1);
    logs.getLogger('app').emit({ body: name });
    await running.flush();
  }
  expect(sent).toHaveLength(2);
  expect(
    failures(running.problems)
      .map((message) => message.split(' ')[0])
      .toSorted(),
  ).toEqual(['logRecordExporter', 'metricExporter', 'traceExporter']);
});

test('a processor that throws at the end does not keep ours from sending the rest', async () => {
  const traceExporter = new InMemorySpanExporter();
  const sent: number[] = [];
  traceExporter.shutdown = async () => void sent.push(traceExporter.getFinishedSpans().length);
  const processor = { ...BROKEN, onStart: (): void => {}, onEnding: (): void => {}, onEnd: (): void => {} };
  {
    await using running = runPipelines({ export: OFF, traceExporter, spanProcessors: [processor] });
    trace.getTracer('app').startSpan('last').end();
    await expect(running.providers.tracer?.shutdown()).resolves.toBeUndefined();
    expect(failures(running.problems)[0]).toContain('threw in shutdown');
  }
  expect(sent[0]).toBe(1);
});

test('a log record processor that throws loses no record', async () => {
  const logRecordExporter = new InMemoryLogRecordExporter();
  const options = { export: OFF, logRecordExporter, logRecordProcessors: [{ ...BROKEN, enabled: broken }] };
  await using running = runPipelines(options);
  logs.getLogger('app').emit({ body: 'hello' });
  await running.flush();
  expect(logRecordExporter.getFinishedLogRecords()).toHaveLength(1);
  expect(failures(running.problems)).toHaveLength(1);
});

test.each([
  ['throws', broken],
  ['decides nothing', (): undefined => undefined],
])('a sampler that %s keeps the trace', async (_, shouldSample) => {
  const traceExporter = new InMemorySpanExporter();
  await using running = runPipelines({ export: OFF, traceExporter, sampler: { shouldSample } });
  trace.getTracer('app').startSpan('work').end();
  await running.flush();
  expect(traceExporter.getFinishedSpans()).toHaveLength(1);
});

test('a generator of ids that throws is stood in for', async () => {
  const traceExporter = new InMemorySpanExporter();
  const idGenerator = { generateTraceId: broken, generateSpanId: broken };
  await using running = runPipelines({ export: OFF, traceExporter, idGenerator });
  const { traceId, spanId } = trace.getTracer('app').startSpan('work').spanContext();
  expect([traceId, spanId]).toEqual([expect.stringMatching(/^[\da-f]{32}$/), expect.stringMatching(/^[\da-f]{16}$/)]);
  expect(failures(running.problems).join()).not.toContain('very-secret');
});

test('a view whose processor of attributes throws leaves them as they are', async () => {
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  const views = [{ instrumentName: 'jobs', attributesProcessors: [{ process: broken }] }];
  await using running = runPipelines({ export: OFF, metricExporter, views });
  metrics.getMeter('app').createCounter('jobs').add(1, { kind: 'a' });
  await running.flush();
  const [point] = metricExporter.getMetrics()[0]?.scopeMetrics[0]?.metrics[0]?.dataPoints ?? [];
  expect(point).toMatchObject({ value: 1, attributes: { kind: 'a' } });
  expect(failures(running.problems)).toHaveLength(1);
});
