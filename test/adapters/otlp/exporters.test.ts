/** The receiver against the bytes of OpenTelemetry's own SDK and exporters. */
import {
  AggregationTemporalityPreference,
  OTLPMetricExporter as JsonExporter,
} from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { afterEach, describe, expect, test } from 'vitest';
import { type OtlpReceiver, startOtlpReceiver } from '../../../src/adapters/otlp/index.ts';
import { validateTelemetry } from '../../../src/engine/validate-telemetry.ts';
import type { DeploymentTelemetry, LatencyHistogram } from '../../../src/ports/telemetry.ts';
import { mergeHistograms } from '../../../src/statistics/histogram.ts';
import { totals } from './support/exports.ts';

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const FIRST = [0.001, 0.005, 0.0051, 0.3, 0.3, 12];
const SECOND = [0.003, 0.3, 4];

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A receiver on real time, since the SDK reads the real clock; it is asked as if two minutes had passed. */
async function start(): Promise<{ receiver: OtlpReceiver; ask: () => Promise<DeploymentTelemetry> }> {
  let aheadMs = 0;
  const receiver = await startOtlpReceiver({ port: 0, now: () => Date.now() + aheadMs });
  cleanups.push(() => receiver.close());
  return {
    receiver,
    async ask() {
      aheadMs = 120_000;
      const nowMs = Date.now() + aheadMs;
      const query = { service: 'api', deploymentId: 'd1', fromMs: nowMs - 3_600_000, toMs: nowMs, intervalMs: 10_000 };
      const telemetry = await receiver.getTelemetry(query, { signal: AbortSignal.timeout(1000) });
      aheadMs = 0;
      validateTelemetry(telemetry);
      return telemetry;
    },
  };
}

/**
 * Exports now, and lets the clock move on. The SDK dates its exports to the millisecond, and two of one millisecond are
 * to the receiver the same export twice, which they never are in a service that exports every few seconds.
 */
async function flush(provider: MeterProvider): Promise<void> {
  const before = Date.now();
  await provider.forceFlush();
  while (Date.now() <= before + 1);
}

type ExporterConfig = NonNullable<ConstructorParameters<typeof JsonExporter>[0]>;

interface SdkOptions {
  Exporter: typeof JsonExporter | typeof ProtobufExporter;
  temporality: AggregationTemporalityPreference;
  exponential?: boolean;
  service?: string;
  compression?: ExporterConfig['compression'];
}

/** An SDK as in a service, with a cohort that can change while it runs. */
function startSdk(
  receiver: OtlpReceiver,
  options: SdkOptions,
): { provider: MeterProvider; setCohort: (cohort: string) => void } {
  const { Exporter, temporality, exponential = false, service = 'api', compression } = options;
  const url = `${receiver.url}/v1/metrics`;
  const exporter: PushMetricExporter = new Exporter({
    url,
    temporalityPreference: temporality,
    ...(compression === undefined ? {} : { compression }),
  });
  const identity = { 'service.name': service, 'service.instance.id': `${service}-1`, 'deployment.id': 'd1' };
  let resource = resourceFromAttributes({ ...identity, 'rolloutguard.cohort': 'canary' });
  const exportAs = exporter.export.bind(exporter);
  exporter.export = (data: ResourceMetrics, done) => exportAs({ ...data, resource }, done);
  const type = AggregationType.EXPONENTIAL_HISTOGRAM;
  const provider = new MeterProvider({
    readers: [
      new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000, exportTimeoutMillis: 5000 }),
    ],
    views: exponential ? [{ instrumentName: 'http.server.request.duration', aggregation: { type } }] : [],
  });
  cleanups.push(() => provider.shutdown());
  return {
    provider,
    setCohort(cohort) {
      resource = resourceFromAttributes({ ...identity, 'rolloutguard.cohort': cohort });
    },
  };
}

function serve(provider: MeterProvider, seconds: readonly number[], status: number): void {
  const histogram = provider
    .getMeter('@opentelemetry/instrumentation-http', '0.300.0')
    .createHistogram('http.server.request.duration', {
      unit: 's',
      advice: { explicitBucketBoundaries: BOUNDS },
    });
  for (const value of seconds) {
    histogram.record(value, {
      'http.request.method': 'GET',
      'http.route': '/cart',
      'http.response.status_code': status,
    });
  }
}

function latencyOf({ intervals }: DeploymentTelemetry): LatencyHistogram {
  return intervals.map(({ latency }) => latency!).reduce((a, b) => mergeHistograms(a, b)!);
}

const { DELTA, CUMULATIVE } = AggregationTemporalityPreference;
const GZIP = 'gzip' as NonNullable<ExporterConfig['compression']>;

describe.each([
  { format: 'protobuf', Exporter: ProtobufExporter },
  { format: 'JSON', Exporter: JsonExporter },
  { format: 'protobuf in gzip', Exporter: ProtobufExporter, compression: GZIP },
])('the $format exporter', ({ Exporter, ...rest }) => {
  describe.each([
    ['delta', DELTA],
    ['cumulative', CUMULATIVE],
  ])('with %s temporality', (_name, temporality) => {
    test('explicit buckets arrive as they were recorded', async () => {
      const { receiver, ask } = await start();
      const { provider } = startSdk(receiver, { Exporter, temporality, ...rest });
      serve(provider, FIRST, 200);
      await flush(provider);
      serve(provider, SECOND, 200);
      serve(provider, [0.02, 0.02], 503);
      await flush(provider);
      // Nothing happened since: a delta is not sent, a total is the same.
      await flush(provider);
      const telemetry = await ask();
      expect(totals(telemetry)).toEqual({ requests: 11, errors: 2 });
      expect(telemetry.intervals[0]).toMatchObject({ cohort: 'canary', pod: 'api-1' });
      const counts = BOUNDS.map(() => 0).concat(0);
      for (const value of [...FIRST, ...SECOND, 0.02, 0.02]) {
        const bucket = BOUNDS.findIndex((bound) => value <= bound);
        counts[bucket === -1 ? BOUNDS.length : bucket]! += 1;
      }
      expect(latencyOf(telemetry)).toEqual({ type: 'explicit', unit: 's', upperBounds: BOUNDS, counts });
      expect(telemetry.problems).toBeUndefined();
    });

    test('exponential buckets arrive as they were recorded, also when the SDK has to make them wider', async () => {
      const { receiver, ask } = await start();
      const { provider } = startSdk(receiver, { Exporter, temporality, exponential: true, ...rest });
      serve(provider, [0.3, 0.3001], 200);
      await flush(provider);
      serve(provider, [...FIRST, ...SECOND], 200);
      await flush(provider);
      const telemetry = await ask();
      expect(totals(telemetry)).toEqual({ requests: 11, errors: 0 });
      const latency = latencyOf(telemetry);
      if (latency.type !== 'exponential') return expect.unreachable();
      expect(latency.scale).toBeLessThan(10);
      const expected = new Map<number, number>();
      for (const value of [0.3, 0.3001, ...FIRST, ...SECOND]) {
        const index = Math.ceil(Math.log2(value) * 2 ** latency.scale) - 1;
        expected.set(index, (expected.get(index) ?? 0) + 1);
      }
      const found = latency.counts.map((count, i): [number, number] => [latency.offset + i, count]);
      expect(new Map(found.filter(([, count]) => count > 0))).toEqual(new Map([...expected].sort(([a], [b]) => a - b)));
      expect(telemetry.problems).toBeUndefined();
    });

    test('a cohort flip and a restart lose nothing and count nothing twice', async () => {
      const { receiver, ask } = await start();
      const first = startSdk(receiver, { Exporter, temporality, ...rest });
      serve(first.provider, FIRST, 200);
      await flush(first.provider);
      first.setCohort('stable');
      serve(first.provider, SECOND, 500);
      await flush(first.provider);
      await first.provider.shutdown();
      cleanups.pop();
      const second = startSdk(receiver, { Exporter, temporality, ...rest });
      second.setCohort('stable');
      serve(second.provider, [0.1], 200);
      await flush(second.provider);
      const telemetry = await ask();
      const of = (cohort: string): DeploymentTelemetry => ({
        ...telemetry,
        intervals: telemetry.intervals.filter((interval) => interval.cohort === cohort),
      });
      expect(totals(of('canary'))).toEqual({ requests: 6, errors: 0 });
      expect(totals(of('stable'))).toEqual({ requests: 4, errors: 3 });
    });

    test('requests without an answer are counted for their target', async () => {
      const { receiver, ask } = await start();
      const { provider } = startSdk(receiver, { Exporter, temporality, service: 'proxy', ...rest });
      const counter = provider.getMeter('proxy').createCounter('rolloutguard.unanswered');
      const target = {
        'rolloutguard.target.service': 'api',
        'rolloutguard.target.cohort': 'canary',
        'rolloutguard.target.pod': 'api-1',
        'rolloutguard.target.deployment.id': 'd1',
      };
      counter.add(3, target);
      await flush(provider);
      counter.add(1, target);
      await flush(provider);
      const { intervals } = await ask();
      expect(totals({ intervals } as DeploymentTelemetry)).toEqual({ requests: 4, errors: 4 });
      expect(intervals[0]).toMatchObject({ cohort: 'canary', pod: 'api-1' });
    });
  });
});
