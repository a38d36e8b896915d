import { describe, expect, test } from 'vitest';
import { loadPeers } from '../../src/telemetry/packages/peers.ts';
import { createMetricExporter, createTraceExporter } from '../../src/telemetry/pipelines/exporters.ts';
import { SAMPLERS } from '../../src/telemetry/pipelines/sampler-settings.ts';
import { createSampler } from '../../src/telemetry/pipelines/sampling.ts';
import { type ExportOptions, resolveSettings } from '../../src/telemetry/pipelines/settings.ts';

describe('defaults', () => {
  test('protobuf to localhost, metrics every 10 s as deltas, exports of at most 3 s, everything sampled', () => {
    const signal = { protocol: 'http/protobuf', headers: {}, timeoutMs: 3_000, compression: 'none' };
    expect(resolveSettings({})).toEqual({
      disabled: false,
      exporters: { traces: ['otlp'], metrics: ['otlp'], logs: ['otlp'] },
      traces: { ...signal, url: 'http://localhost:4318/v1/traces' },
      metrics: { ...signal, url: 'http://localhost:4318/v1/metrics' },
      logs: { ...signal, url: 'http://localhost:4318/v1/logs' },
      zipkinUrl: 'http://localhost:9411/api/v2/spans',
      metricIntervalMs: 10_000,
      metricTimeoutMs: 10_000,
      temporality: 'delta',
      sampler: { name: 'parentbased_always_on', ratio: 1 },
      propagators: ['tracecontext', 'baggage'],
      spanBatch: {},
      spanLimits: {},
      logRecordBatch: {},
      logRecordLimits: {},
      detectors: ['container', 'host', 'os', 'process'],
      sdkMetrics: false,
      shutdownDeadlineMs: 5_000,
      problems: [],
    });
  });
});

describe('precedence: OTEL_* over options over defaults', () => {
  const options: ExportOptions = {
    endpoint: 'http://options:4318/',
    protocol: 'http/json',
    headers: { 'X-Team': 'options', other: 'kept' },
    timeoutMs: 100,
    metricIntervalMs: 200,
    temporality: 'cumulative',
    metrics: false,
  };

  test('options alone', () => {
    const { traces, metrics, metricIntervalMs, temporality } = resolveSettings(
      {},
      { export: options, shutdownDeadlineMs: 900 },
    );
    expect(traces).toEqual({
      url: 'http://options:4318/v1/traces',
      protocol: 'http/json',
      headers: { 'x-team': 'options', other: 'kept' },
      timeoutMs: 100,
      compression: 'none',
    });
    expect({ metrics, metricIntervalMs, temporality }).toEqual({
      metrics: null,
      metricIntervalMs: 200,
      temporality: 'cumulative',
    });
  });

  test('the environment over them', () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://env:4318/base/',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-team=env,authorization=Bearer%20a.b==',
      OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
      OTEL_METRIC_EXPORT_INTERVAL: '2000',
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'LowMemory',
      OTEL_METRICS_EXPORTER: 'otlp',
    };
    const settings = resolveSettings(env, { export: options });
    expect(settings.traces).toEqual({
      url: 'http://env:4318/base/v1/traces',
      protocol: 'http/protobuf',
      headers: { 'x-team': 'env', other: 'kept', authorization: 'Bearer a.b==' },
      timeoutMs: 1_000,
      compression: 'none',
    });
    expect(settings.metrics?.url).toBe('http://env:4318/base/v1/metrics');
    expect(settings).toMatchObject({
      metricIntervalMs: 2_000,
      metricTimeoutMs: 2_000,
      temporality: 'lowmemory',
      problems: [],
    });
  });

  test('a variable of one signal over the general one; its endpoint is taken as it is', () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://env:4318',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'https://metrics.example/otlp',
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: '50',
      OTEL_TRACES_EXPORTER: 'none',
    };
    const { traces, metrics } = resolveSettings(env);
    expect(traces).toBeNull();
    expect(metrics).toMatchObject({ url: 'https://metrics.example/otlp', protocol: 'http/json', timeoutMs: 50 });
  });
});

describe('a value that is not understood is named once, without its value, and the default is used', () => {
  test.each([
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc-secret'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector-secret:4318'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'secret'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '-1secret'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '3000000000'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '0'],
    ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'secret'],
    ['OTEL_TRACES_SAMPLER', 'secret'],
    ['OTEL_PROPAGATORS', 'secret'],
    ['OTEL_METRICS_EXPORTER', 'prometheus-secret'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', '1.5'],
    ['ROLLOUTGUARD_SHUTDOWN_DEADLINE_MS', 'secret'],
  ])('%s=%s', (name, value) => {
    const { problems, ...settings } = resolveSettings({ [name]: value });
    expect(problems.map(({ code }) => code)).toEqual(['BAD_SETTING']);
    expect(problems[0]?.message).toContain(name);
    expect(problems[0]?.message).not.toContain('secret');
    const { problems: _, ...defaults } = resolveSettings({});
    expect(settings).toEqual(defaults);
  });

  test('of a list, what is understood is used', () => {
    const { propagators, problems } = resolveSettings({ OTEL_PROPAGATORS: 'xray, tracecontext,' });
    expect(propagators).toEqual(['tracecontext']);
    expect(problems).toHaveLength(1);
  });
});

test('a metric export never gets more time than its interval: the reader refuses that', () => {
  const env = { OTEL_METRIC_EXPORT_INTERVAL: '500', OTEL_METRIC_EXPORT_TIMEOUT: '30000' };
  expect(resolveSettings(env).metricTimeoutMs).toBe(500);
});

test.each([
  ['true', true],
  ['TRUE', true],
  ['false', false],
  ['1', false],
])('OTEL_SDK_DISABLED=%s', (value, disabled) => {
  expect(resolveSettings({ OTEL_SDK_DISABLED: value }).disabled).toBe(disabled);
});

describe('what the settings build', () => {
  test.each(['http/json', 'http/protobuf'] as const)(
    '%s metric exporter asks for deltas by default',
    async (protocol) => {
      const { metrics, temporality } = resolveSettings({}, { export: { protocol } });
      const peers = loadPeers();
      const { AggregationTemporality, InstrumentType } = peers('@opentelemetry/sdk-metrics');
      const ask = (preference: typeof temporality, type: keyof typeof InstrumentType): unknown =>
        createMetricExporter(peers, {}, metrics!, { temporality: preference }).selectAggregationTemporality?.(
          InstrumentType[type],
        );
      expect(ask(temporality, 'HISTOGRAM')).toBe(AggregationTemporality.DELTA);
      expect(ask(temporality, 'OBSERVABLE_COUNTER')).toBe(AggregationTemporality.DELTA);
      expect(ask(temporality, 'UP_DOWN_COUNTER')).toBe(AggregationTemporality.CUMULATIVE);
      expect(ask('cumulative', 'HISTOGRAM')).toBe(AggregationTemporality.CUMULATIVE);
      expect(ask('lowmemory', 'OBSERVABLE_COUNTER')).toBe(AggregationTemporality.CUMULATIVE);
      expect(createTraceExporter(peers, {}, metrics!).export).toBeTypeOf('function');
    },
  );

  test.each([
    ['always_on', undefined, 'AlwaysOnSampler'],
    ['always_off', undefined, 'AlwaysOffSampler'],
    ['traceidratio', '0.25', 'TraceIdRatioBased{0.25}'],
    ['parentbased_always_on', undefined, 'ParentBased{root=AlwaysOnSampler,'],
    ['parentbased_always_off', undefined, 'ParentBased{root=AlwaysOffSampler,'],
    ['parentbased_traceidratio', '0.5', 'ParentBased{root=TraceIdRatioBased{0.5},'],
  ])('OTEL_TRACES_SAMPLER=%s, argument %s', async (name, argument, expected) => {
    const { sampler } = resolveSettings({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: argument });
    const built = createSampler(loadPeers(), sampler);
    expect(built.toString().replaceAll(/\s/g, '')).toContain(expected);
    expect(SAMPLERS).toContain(name);
  });

  test('a ratio out of range is named and everything is sampled', () => {
    const env = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '25' };
    const { sampler, problems } = resolveSettings(env);
    expect(sampler.ratio).toBe(1);
    expect(problems[0]?.message).toContain('OTEL_TRACES_SAMPLER_ARG');
  });
});

describe('where OTLP goes', () => {
  const of = (env: Record<string, string>, options: Parameters<typeof resolveSettings>[1] = {}): unknown => {
    const { traces, metrics, logs, exporters } = resolveSettings(env, options);
    return [traces?.url, metrics?.url, logs?.url, exporters.metrics];
  };
  const base = 'http://localhost:4318/v1';

  test('nowhere for a signal that the program exports by itself: a crash or the doctor would else send there', () => {
    const own = {};
    expect(of({}, { traceExporter: own })).toEqual([undefined, `${base}/metrics`, `${base}/logs`, ['otlp']]);
    expect(of({}, { metricExporter: own })).toEqual([`${base}/traces`, undefined, `${base}/logs`, []]);
    expect(of({ OTEL_LOGS_EXPORTER: 'otlp' }, { logRecordExporter: own })).toEqual([
      `${base}/traces`,
      `${base}/metrics`,
      undefined,
      ['otlp'],
    ]);
  });

  test('an endpoint for Prometheus stands beside other exporters, or alone', () => {
    const metrics = (OTEL_METRICS_EXPORTER: string, options = {}): unknown =>
      resolveSettings({ OTEL_METRICS_EXPORTER }, options).exporters.metrics;
    expect(metrics('prometheus, otlp')).toEqual(['prometheus', 'otlp']);
    expect(metrics('prometheus')).toEqual(['prometheus']);
    expect(metrics('prometheus,none')).toEqual([]);
    expect(metrics('otlp,prometheus', { metricExporter: {} })).toEqual(['prometheus']);
  });
});
