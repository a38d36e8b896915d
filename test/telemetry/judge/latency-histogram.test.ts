import { metrics } from '@opentelemetry/api';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import {
  AggregationTemporality,
  AggregationType,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isRolloutGuardError } from '../../../src/errors.ts';
import { LATENCY_BOUNDARIES_S } from '../../../src/telemetry/judge/latency-boundaries.ts';
import { tuneLatencyHistogram } from '../../../src/telemetry/judge/latency-histogram.ts';
import { validateOptions } from '../../../src/telemetry/options/options.ts';

const NAME = 'http.server.request.duration';
const CONVENTIONAL = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

function startSdk(
  boundaries: readonly number[] = LATENCY_BOUNDARIES_S,
  views: ViewOptions[] = [],
): { provider: MeterProvider; histograms: () => Promise<{ name: string; boundaries: number[]; count: number }[]> } {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })], views });
  onTestFinished(() => provider.shutdown());
  tuneLatencyHistogram(provider, boundaries);
  return {
    provider,
    async histograms() {
      await provider.forceFlush();
      return exporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
        .flatMap(({ descriptor: { name }, dataPoints }) =>
          (dataPoints as { value: Histogram }[]).map(({ value }) => ({
            name,
            boundaries: value.buckets.boundaries,
            count: value.count,
          })),
        );
    },
  };
}

/** As instrumentations make it. */
function conventional(provider: MeterProvider, name = NAME): { record: (value: number) => void } {
  const advice = { explicitBucketBoundaries: CONVENTIONAL };
  return provider.getMeter('some-instrumentation').createHistogram(name, { unit: 's', advice });
}

test('the bounds ascend, and hold the limits that people set', () => {
  expect([...LATENCY_BOUNDARIES_S]).toEqual(LATENCY_BOUNDARIES_S.toSorted((a, b) => a - b));
  expect(new Set(LATENCY_BOUNDARIES_S).size).toBe(LATENCY_BOUNDARIES_S.length);
  for (const limit of [0.001, 0.01, 0.05, 0.1, 0.2, 0.25, 0.4, 0.5, 0.8, 1, 2, 2.5, 5, 10, 30, 60])
    expect(LATENCY_BOUNDARIES_S).toContain(limit);
  // Else a canary with the new buckets could not be compared with a stable one that still has the usual.
  expect(CONVENTIONAL.filter((bound) => LATENCY_BOUNDARIES_S.includes(bound)).length).toBeGreaterThan(10);
});

describe('the histogram of the server', () => {
  test('has the bounds, and counts a request once', async () => {
    const sdk = startSdk();
    conventional(sdk.provider).record(0.3);
    conventional(sdk.provider).record(0.3);
    expect(await sdk.histograms()).toEqual([{ name: NAME, boundaries: [...LATENCY_BOUNDARIES_S], count: 2 }]);
  });

  test('has them with the real instrumentation, which makes its instruments on the global provider first', async () => {
    const sdk = startSdk();
    metrics.setGlobalMeterProvider(sdk.provider);
    onTestFinished(() => metrics.disable());
    const instrumentation = new HttpInstrumentation({ enabled: false });
    instrumentation.setMeterProvider(sdk.provider);
    Reflect.get(instrumentation, '_httpServerDurationHistogram').record(0.3);
    Reflect.get(instrumentation, '_httpClientDurationHistogram').record(0.3);
    expect(await sdk.histograms()).toEqual([
      { name: NAME, boundaries: [...LATENCY_BOUNDARIES_S], count: 1 },
      { name: 'http.client.request.duration', boundaries: CONVENTIONAL, count: 1 },
    ]);
  });

  test("has the bounds of the app's view instead, and still counts once", async () => {
    const boundaries = [1, 2];
    const aggregation = { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries } } as const;
    const sdk = startSdk(LATENCY_BOUNDARIES_S, [{ instrumentName: NAME, aggregation }]);
    conventional(sdk.provider).record(0.3);
    expect(await sdk.histograms()).toEqual([{ name: NAME, boundaries, count: 1 }]);
  });

  test("has the bounds of the app's own instrument, and of no other unit", async () => {
    const sdk = startSdk();
    const advice = { explicitBucketBoundaries: [1, 2] };
    sdk.provider.getMeter('a').createHistogram(NAME, { unit: 's', advice }).record(0.3);
    sdk.provider
      .getMeter('b')
      .createHistogram(NAME, { unit: 'ms', advice: { explicitBucketBoundaries: CONVENTIONAL } })
      .record(3);
    expect((await sdk.histograms()).map(({ boundaries }) => boundaries)).toEqual([[1, 2], CONVENTIONAL]);
  });

  test('leaves other histograms alone', async () => {
    const sdk = startSdk();
    conventional(sdk.provider, 'db.client.operation.duration').record(0.3);
    sdk.provider.getMeter('a').createHistogram('plain').record(0.3);
    const [first, second] = await sdk.histograms();
    expect(first?.boundaries).toEqual(CONVENTIONAL);
    expect(second?.boundaries).not.toEqual(LATENCY_BOUNDARIES_S);
  });
});

describe('the option latencyHistogram', () => {
  test.each(['explicit', 'exponential', { boundaries: [0.1] }, { boundaries: [0.1, 0.2, 30] }] as const)(
    'may be %j',
    (value) => {
      validateOptions({ latencyHistogram: value });
    },
  );

  test.each([
    ['explicitly', 'must be explicit, exponential or { boundaries }'],
    [{}, 'must be an array'],
    [{ boundaries: [] }, 'must be an array'],
    [{ boundaries: Array.from({ length: 201 }, (_, i) => i + 1) }, '1 to 200'],
    [{ boundaries: [0, 1] }, 'boundaries[0]'],
    [{ boundaries: [2, 1] }, 'boundaries[1]'],
    [{ boundaries: [1, 1] }, 'boundaries[1]'],
    [{ boundaries: [1, Number.POSITIVE_INFINITY] }, 'boundaries[1]'],
    [{ boundaries: ['1'] }, 'boundaries[0]'],
    [{ bounds: [1] }, 'latencyHistogram.bounds'],
    [null, 'must be an object'],
  ])('is refused as %j', (value, message) => {
    const start = (): void => validateOptions({ latencyHistogram: value as 'explicit' });
    expect(start).toThrow(message);
    try {
      start();
    } catch (error) {
      expect(isRolloutGuardError(error, 'INVALID_OPTION')).toBe(true);
    }
  });
});
