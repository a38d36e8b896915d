import { logs, metrics, propagation, ROOT_CONTEXT, type TextMapPropagator, trace } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import { InMemoryLogRecordExporter } from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  AggregationType,
  InMemoryMetricExporter,
  type MetricData,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { AlwaysOffSampler, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { describe, expect, test } from 'vitest';
import { isRolloutGuardError } from '../../../src/errors.ts';
import { packageLoader } from '../../../src/telemetry/packages/install.ts';
import { startPropagation } from '../../../src/telemetry/pipelines/globals.ts';
import { runPipelines } from './pipelines.ts';

const OFF = { traces: false, metrics: false, logs: false } as const;
const inMemoryMetrics = (): InMemoryMetricExporter => new InMemoryMetricExporter(AggregationTemporality.DELTA);

function codes(problems: readonly { code: string }[]): string[] {
  return problems.map(({ code }) => code).filter((code) => code !== 'INCOMPLETE_IDENTITY');
}

function points(exporter: InMemoryMetricExporter, name: string): MetricData['dataPoints'][number][] {
  return exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap((scope) => scope.metrics)
    .filter(({ descriptor }) => descriptor.name === name)
    .flatMap(({ dataPoints }) => dataPoints as MetricData['dataPoints'][number][]);
}

describe('exporters of the app', () => {
  test('take the place of OTLP, whose packages are not even loaded', async () => {
    const traceExporter = new InMemorySpanExporter();
    const metricExporter = inMemoryMetrics();
    const logRecordExporter = new InMemoryLogRecordExporter();
    const loaded: string[] = [];
    const load = packageLoader();
    const loadPackage = (name: string): unknown => {
      loaded.push(name);
      return load(name);
    };
    const options = { traceExporter, metricExporter, logRecordExporter, cohort: 'canary' } as const;
    await using running = runPipelines({ ...options, loadPackage });
    trace.getTracer('app').startSpan('work').end();
    metrics.getMeter('app').createCounter('jobs').add(1);
    logs.getLogger('app').emit({ body: 'hello' });
    await running.flush();
    expect(traceExporter.getFinishedSpans().map(({ name }) => name)).toEqual(['work']);
    expect(points(metricExporter, 'jobs')).toMatchObject([{ value: 1 }]);
    expect(metricExporter.getMetrics()[0]?.resource.attributes).toMatchObject({ 'rolloutguard.cohort': 'canary' });
    expect(logRecordExporter.getFinishedLogRecords().map(({ body }) => body)).toEqual(['hello']);
    expect(loaded.filter((name) => name.includes('exporter'))).toEqual([]);
    expect(codes(running.problems)).toEqual([]);
  });

  test('stay, whatever the environment says: it chooses what is configured automatically. That it has no effect is said', async () => {
    const traceExporter = new InMemorySpanExporter();
    const metricExporter = inMemoryMetrics();
    const logRecordExporter = new InMemoryLogRecordExporter();
    const env = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'console', OTEL_LOGS_EXPORTER: 'otlp' };
    await using running = runPipelines({ env, traceExporter, metricExporter, logRecordExporter });
    trace.getTracer('app').startSpan('work').end();
    metrics.getMeter('app').createCounter('jobs').add(1);
    logs.getLogger('app').emit({ body: 'hello' });
    await running.flush();
    expect(traceExporter.getFinishedSpans()).toHaveLength(1);
    expect(points(metricExporter, 'jobs')).toHaveLength(1);
    expect(logRecordExporter.getFinishedLogRecords()).toHaveLength(1);
    const said = running.problems.filter(({ code }) => code === 'OVERRULED_SETTING').map(({ message }) => message);
    expect(said.map((message) => message.split(' ')[0]).sort()).toEqual(Object.keys(env).sort());
  });
});

describe('processors and readers of the app', () => {
  test('run beside our exporters, and where we export nothing', async () => {
    const spans = new InMemorySpanExporter();
    const counted = inMemoryMetrics();
    await using running = runPipelines({
      export: OFF,
      cohort: 'canary',
      spanProcessors: [new SimpleSpanProcessor({ exporter: spans })],
      metricReaders: [new PeriodicExportingMetricReader({ exporter: counted, exportIntervalMillis: 60_000 })],
    });
    trace.getTracer('app').startSpan('work').end();
    metrics.getMeter('app').createCounter('jobs').add(1);
    await running.context.cohort.set('stable');
    metrics.getMeter('app').createCounter('jobs').add(2);
    await running.flush();
    expect(spans.getFinishedSpans().map(({ attributes }) => attributes)).toEqual([{ 'rolloutguard.cohort': 'canary' }]);
    const byCohort = counted
      .getMetrics()
      .map(({ resource, scopeMetrics }) => [
        resource.attributes['rolloutguard.cohort'],
        scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.value,
      ]);
    expect(byCohort).toEqual([
      ['canary', 1],
      ['stable', 2],
    ]);
    expect(running.providers.logger).toBeUndefined();
  });

  test('a reader that belongs to another provider is refused, with its path', () => {
    const reader = new PeriodicExportingMetricReader({ exporter: inMemoryMetrics() });
    reader.setMetricProducer({
      collect: async () => ({ resourceMetrics: { resource: emptyResource(), scopeMetrics: [] }, errors: [] }),
    });
    expect(() => runPipelines({ export: OFF, metricReaders: [reader] })).toThrow(
      expect.toSatisfy(
        (error) => isRolloutGuardError(error, 'INVALID_OPTION') && error.path === 'views, metricReaders',
      ),
    );
  });
});

test('a sampler of the app wins over the variable, and this is said', async () => {
  const env = { OTEL_TRACES_SAMPLER: 'always_on' };
  await using running = runPipelines({
    env,
    traceExporter: new InMemorySpanExporter(),
    sampler: new AlwaysOffSampler(),
  });
  expect(trace.getTracer('app').startSpan('work').isRecording()).toBe(false);
  expect(codes(running.problems)).toEqual(['OVERRULED_SETTING']);
});

test('ids and limits of the app are used; a variable wins over a limit', async () => {
  const traceExporter = new InMemorySpanExporter();
  await using running = runPipelines({
    env: { OTEL_SPAN_EVENT_COUNT_LIMIT: '1' },
    traceExporter,
    idGenerator: { generateTraceId: () => '1'.repeat(32), generateSpanId: () => '2'.repeat(16) },
    spanLimits: { attributeCountLimit: 1, eventCountLimit: 5 },
  });
  const span = trace.getTracer('app').startSpan('work', { attributes: { a: 1, b: 2 } });
  span.addEvent('one').addEvent('two').end();
  await running.flush();
  const [finished] = traceExporter.getFinishedSpans();
  expect(finished?.spanContext()).toMatchObject({ traceId: '1'.repeat(32), spanId: '2'.repeat(16) });
  expect([Object.keys(finished!.attributes).length, finished!.events.length]).toEqual([1, 1]);
});

test('OTEL_NODE_EXPERIMENTAL_SDK_METRICS: the SDK counts its own work, also behind a reader that follows the cohort', async () => {
  const names = async (value: string): Promise<string[]> => {
    const metricExporter = inMemoryMetrics();
    const env = { OTEL_NODE_EXPERIMENTAL_SDK_METRICS: value };
    await using running = runPipelines({ env, metricExporter, traceExporter: new InMemorySpanExporter(), export: OFF });
    trace.getTracer('app').startSpan('work').end();
    await running.flush();
    await running.flush();
    return metricExporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap((scope) => scope.metrics.map(({ descriptor }) => descriptor.name));
  };
  const on = await names('true');
  expect(on).toEqual(expect.arrayContaining(['otel.sdk.span.started', 'otel.sdk.processor.span.processed']));
  expect(on.some((name) => name.startsWith('otel.sdk.metric_reader.'))).toBe(true);
  expect(await names('false')).toEqual([]);
});

describe('propagator of the app', () => {
  const own: TextMapPropagator = {
    inject: (_, carrier) => Object.assign(carrier as object, { own: 'yes' }),
    extract: (context) => context,
    fields: () => ['own'],
  };

  test.each([
    ['one', own, ['own']],
    ['none', null, []],
  ] as const)('%s: it alone travels', async (_, textMapPropagator, expected) => {
    const env = { OTEL_PROPAGATORS: 'tracecontext' };
    await using running = runPipelines({ env, export: OFF, textMapPropagator });
    const stop = startPropagation(running.context);
    const sent: Record<string, string> = {};
    const spanContext = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
    propagation.inject(trace.setSpanContext(ROOT_CONTEXT, spanContext), sent);
    stop();
    expect(Object.keys(sent)).toEqual(expected);
    expect(codes(running.problems)).toEqual(['OVERRULED_SETTING']);
  });

  test.each([
    () => {
      throw new Error('broken');
    },
    () => undefined as unknown as string[],
  ])('one that cannot tell its fields (%s) does not end the start', async (fields) => {
    await using running = runPipelines({ export: OFF, textMapPropagator: { ...own, fields } });
    const stop = startPropagation(running.context);
    const sent: Record<string, string> = {};
    propagation.inject(ROOT_CONTEXT, sent);
    const found = propagation.fields();
    stop();
    expect([sent, found]).toEqual([{ own: 'yes' }, []]);
  });
});

test('detectors of the app take the place of ours; identity stays above them', async () => {
  const detector = { detect: () => ({ attributes: { 'cloud.region': 'north', 'deployment.id': 'theirs' } }) };
  const broken = {
    detect: (): never => {
      throw new Error('no metadata');
    },
  };
  await using running = runPipelines({ export: OFF, deploymentId: 'ours', resourceDetectors: [broken, detector] });
  const { attributes } = running.context.resource;
  expect(attributes).toMatchObject({ 'cloud.region': 'north', 'deployment.id': 'ours' });
  expect(Object.keys(attributes).filter((key) => /^(?:host|os|process|container)\./.test(key))).toEqual([]);
});

describe('views of the app', () => {
  const boundaries = { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [1, 2] } };

  async function counts(views: readonly object[]): Promise<[counts: unknown[], problems: string[]]> {
    const metricExporter = inMemoryMetrics();
    await using running = runPipelines({ metricExporter, export: OFF, views });
    metrics.getMeter('app').createHistogram('wait', { unit: 's' }).record(5);
    metrics.getMeter('app').createCounter('jobs').add(3);
    await running.flush();
    const values = ['wait', 'jobs', 'wait.renamed'].map((name) =>
      points(metricExporter, name).map(({ value }) =>
        typeof value === 'number' ? value : (value as { count: number }).count,
      ),
    );
    return [values, codes(running.problems)];
  }

  test.each([
    ['none', [], [[1], [3], []], []],
    ['one for all', [{ instrumentName: '*' }], [[1], [3], []], []],
    [
      'one for all and one for one',
      [{ instrumentName: '*' }, { instrumentName: 'wait', aggregation: boundaries }],
      [[1], [3], []],
      ['VIEW_CONFLICT'],
    ],
    [
      'two for one',
      [{ instrumentName: 'wait', aggregation: boundaries }, { instrumentName: 'wa*' }],
      [[1], [3], []],
      ['VIEW_CONFLICT'],
    ],
    [
      'three of the same',
      [{ instrumentName: '*' }, { instrumentUnit: 's' }, { meterName: 'app' }],
      [[1], [3], []],
      ['VIEW_CONFLICT'],
    ],
    [
      'one that adds a stream',
      [{ instrumentName: 'wait' }, { instrumentName: 'wait', name: 'wait.renamed' }],
      [[1], [3], [1]],
      [],
    ],
  ])('%s: every measurement counts once', async (_, views, expected, problems) => {
    expect(await counts(views)).toEqual([expected, problems]);
  });

  test('one that the SDK does not take is refused, with its path', () => {
    expect(() => runPipelines({ export: OFF, metricExporter: inMemoryMetrics(), views: [{ name: 'x' }] })).toThrow(
      expect.toSatisfy(
        (error) => isRolloutGuardError(error, 'INVALID_OPTION') && error.path === 'views, metricReaders',
      ),
    );
  });

  test('exponential histograms by the variable and by the option, and the variable wins', async () => {
    const type = async (options: Parameters<typeof runPipelines>[0]): Promise<unknown> => {
      await using running = runPipelines(options);
      // biome-ignore lint/suspicious/noExplicitAny: a private field.
      const [{ _metricReader: reader }] = (running.providers.meter as any)._sharedState.metricCollectors;
      return [reader.selectAggregation('HISTOGRAM').type, reader.selectAggregation('COUNTER').type];
    };
    const variable = 'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION';
    const exponential = [AggregationType.EXPONENTIAL_HISTOGRAM, AggregationType.DEFAULT];
    const usual = [AggregationType.DEFAULT, AggregationType.DEFAULT];
    expect(await type({})).toEqual(usual);
    expect(await type({ latencyHistogram: 'exponential' })).toEqual(exponential);
    expect(await type({ env: { [variable]: 'base2_exponential_bucket_histogram' } })).toEqual(exponential);
    expect(await type({ env: { [variable]: 'explicit_bucket_histogram' }, latencyHistogram: 'exponential' })).toEqual(
      usual,
    );
  });
});
