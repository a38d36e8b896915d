import { createNoopMeter, metrics } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type DataPoint,
  type IMetricReader,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isRolloutGuardError } from '../../../src/errors.ts';
import { createCohort } from '../../../src/telemetry/cohort/cohort.ts';
import { createLiveMetrics } from '../../../src/telemetry/cohort/live-metrics.ts';
import { liveResource } from '../../../src/telemetry/cohort/live-resource.ts';
import { occupy } from '../../../src/telemetry/handle.ts';
import { defineBusinessMetric } from '../../../src/telemetry/judge/business-metric.ts';
import { BusinessRegistry } from '../../../src/telemetry/judge/business-registry.ts';
import { MeterHub, type MetricsApi, sharedMeterHub } from '../../../src/telemetry/judge/meter.ts';
import { UnansweredCounter } from '../../../src/telemetry/judge/unanswered/counter.ts';
import type { TelemetryProblem } from '../../../src/telemetry/problems.ts';

/** Names are known to the whole process, so each test has its own. */
let used = 0;
function fresh(): string {
  used += 1;
  return `test_${used}`;
}

/** A service's SDK. `points` exports what there is and returns `attribute=value` texts of the newest export. */
function startSdk(temporality = AggregationTemporality.DELTA): {
  stop: () => void;
  points: (name: string) => Promise<string[]>;
} {
  const exporter = new InMemoryMetricExporter(temporality);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const stop = sharedMeterHub().offer(apiOf(provider));
  onTestFinished(async () => {
    stop();
    await provider.shutdown();
  });
  return {
    stop,
    async points(name) {
      exporter.reset();
      await provider.forceFlush();
      return exporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
        .filter(({ descriptor }) => descriptor.name === `rolloutguard.business.${name}`)
        .flatMap((metric) => metric.dataPoints as DataPoint<number>[])
        .map(({ attributes, value }) => `${Object.values(attributes).join(' ')}=${value}`);
    },
  };
}

function apiOf(provider: MeterProvider): MetricsApi {
  return { metrics: provider, createNoopMeter };
}

function problemsOfThisProcess(): TelemetryProblem[] {
  const problems: TelemetryProblem[] = [];
  const handle = {} as Parameters<typeof occupy>[0]['handle'];
  onTestFinished(occupy({ handle, report: (problem) => void problems.push(problem) }));
  return problems;
}

describe('each export tells', () => {
  test('of a ratio the good and the bad outcomes since the last one, zeros too', async () => {
    const sdk = startSdk();
    const name = fresh();
    const checkout = defineBusinessMetric(name, { type: 'ratio' });
    checkout.good();
    checkout.record(true);
    checkout.record(false);
    checkout.bad();
    checkout.bad();
    expect(await sdk.points(name)).toEqual(['good=2', 'bad=3']);
    checkout.good();
    expect(await sdk.points(name)).toEqual(['good=1', 'bad=0']);
    // A version that has lost the metric is silent; one without a customer is not.
    expect(await sdk.points(name)).toEqual(['good=0', 'bad=0']);
  });

  test('of a mean the sum, the count and the sum of squares', async () => {
    const sdk = startSdk();
    const name = fresh();
    const value = defineBusinessMetric(name, { type: 'mean' });
    for (const amount of [0, 2, 10]) value.record(amount);
    expect(await sdk.points(name)).toEqual(['sum=12', 'count=3', 'sum_of_squares=104']);
  });

  test('of a counter how often', async () => {
    const sdk = startSdk();
    const name = fresh();
    const orders = defineBusinessMetric(name, { type: 'counter' });
    orders.add();
    orders.add(2.5);
    expect(await sdk.points(name)).toEqual(['=3.5']);
  });

  test('of a gauge the level of that moment', async () => {
    const sdk = startSdk();
    const [name, other] = [fresh(), fresh()];
    const queue = defineBusinessMetric(name, { type: 'gauge' });
    expect(await sdk.points(name)).toEqual([]);
    queue.record(-7);
    expect(await sdk.points(name)).toEqual(['=-7']);
    expect(await sdk.points(name)).toEqual(['=-7']);
    let depth: number | null = 3;
    defineBusinessMetric(other, { type: 'gauge' }).observe(() => depth);
    expect(await sdk.points(other)).toEqual(['=3']);
    depth = null;
    expect(await sdk.points(other)).toEqual([]);
  });

  test('cumulative totals, where those are asked for', async () => {
    const sdk = startSdk(AggregationTemporality.CUMULATIVE);
    const name = fresh();
    const checkout = defineBusinessMetric(name, { type: 'ratio' });
    checkout.good();
    expect(await sdk.points(name)).toEqual(['good=1', 'bad=0']);
    checkout.good();
    expect(await sdk.points(name)).toEqual(['good=2', 'bad=0']);
  });

  test('segments apart, and what was not announced as one', async () => {
    const sdk = startSdk();
    const name = fresh();
    const orders = defineBusinessMetric(name, { type: 'counter', segments: ['card', '__proto__'] });
    for (const segment of ['card', 'card', '__proto__', 'customer 1', 'customer 2']) orders.add(1, segment);
    expect(await sdk.points(name)).toEqual(['card=2', '__proto__=1', '_OTHER=2']);
    orders.add();
    expect(await sdk.points(name)).toEqual(['card=0', '__proto__=0', '_OTHER=0', '=1']);
  });
});

test.each([AggregationTemporality.DELTA, AggregationTemporality.CUMULATIVE])(
  'what is recorded before a switch of the cohort stands under the old one, and nothing is told twice (%s)',
  async (temporality) => {
    const exporter = new InMemoryMetricExporter(temporality);
    const cohort = createCohort({ initial: 'canary', beforeChange: () => live.closeIntervals() });
    const live = createLiveMetrics(liveResource<Resource>(cohort, resourceFromAttributes));
    const readers: IMetricReader[] = [live.follow(new PeriodicExportingMetricReader({ exporter }))];
    const provider = new MeterProvider({ readers });
    onTestFinished(() => provider.shutdown());
    const hub = new MeterHub(() => null);
    hub.offer(apiOf(provider));
    const registry = new BusinessRegistry(hub);
    const checkout = registry.define('checkout', { type: 'ratio' });
    const value = registry.define('value', { type: 'mean' });
    checkout.good();
    value.record(7);
    await cohort.set('stable');
    checkout.good();
    checkout.bad();
    await provider.forceFlush();
    const told = exporter.getMetrics().map(({ resource, scopeMetrics }) => [
      resource.attributes['rolloutguard.cohort'],
      ...scopeMetrics
        .flatMap(({ metrics: found }) => found)
        .flatMap((metric) => metric.dataPoints as DataPoint<number>[])
        .map((point) => point.value),
    ]);
    const isDelta = temporality === AggregationTemporality.DELTA;
    expect(told).toEqual([
      ['canary', 1, 0, 7, 1, 49],
      ['stable', ...(isDelta ? [1, 1, 0, 0, 0] : [2, 1, 7, 1, 49])],
    ]);
  },
);

test('Prometheus has them under these names', async () => {
  const hub = new MeterHub(() => null);
  const reader = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ readers: [reader] });
  onTestFinished(() => provider.shutdown());
  hub.offer(apiOf(provider));
  const registry = new BusinessRegistry(hub);
  registry.define('checkout.completion', { type: 'ratio' }).good();
  registry.define('order_value', { type: 'mean' }).record(3);
  registry.define('orders', { type: 'counter', segments: ['card'] }).add(2, 'card');
  registry.define('queue', { type: 'gauge' }).record(5);
  new UnansweredCounter(hub).addTold({ service: 'pay', cohort: 'canary' }, 'reset');
  const { resourceMetrics } = await reader.collect();
  const text = new PrometheusSerializer('', false, undefined, true, true).serialize(resourceMetrics);
  const samples = text.split('\n').filter((line) => line.startsWith('rolloutguard_'));
  expect(samples.map((line) => line.replace(/otel_scope_\w+="[^"]*",?|,(?=\})/g, '').replace('{}', ''))).toEqual([
    'rolloutguard_business_checkout_completion_total{rolloutguard_outcome="good"} 1',
    'rolloutguard_business_checkout_completion_total{rolloutguard_outcome="bad"} 0',
    'rolloutguard_business_order_value_total{rolloutguard_statistic="sum"} 3',
    'rolloutguard_business_order_value_total{rolloutguard_statistic="count"} 1',
    'rolloutguard_business_order_value_total{rolloutguard_statistic="sum_of_squares"} 9',
    'rolloutguard_business_orders_total{rolloutguard_segment="card"} 2',
    'rolloutguard_business_queue 5',
    'rolloutguard_unanswered_total{error_type="reset",rolloutguard_target_service="pay",rolloutguard_target_cohort="canary"} 1',
  ]);
});

describe('an instrument', () => {
  test('counts before telemetry is started, and loses nothing of it', async () => {
    const name = fresh();
    const checkout = defineBusinessMetric(name, { type: 'ratio' });
    checkout.good();
    const sdk = startSdk();
    checkout.good();
    expect(await sdk.points(name)).toEqual(['good=2', 'bad=0']);
  });

  test('finds an SDK that is not ours and starts late', async () => {
    const name = fresh();
    const checkout = defineBusinessMetric(name, { type: 'ratio' });
    const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
    const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
    metrics.setGlobalMeterProvider(provider);
    onTestFinished(async () => {
      metrics.disable();
      await provider.shutdown();
    });
    checkout.bad();
    await provider.forceFlush();
    const [sum] = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    expect(sum?.descriptor.name).toBe(`rolloutguard.business.${name}`);
    expect(sum?.dataPoints.map(({ value }) => value)).toEqual([0, 1]);
  });

  test('does not tell the next telemetry what it has told the last one', async () => {
    const name = fresh();
    const first = startSdk();
    const checkout = defineBusinessMetric(name, { type: 'ratio' });
    checkout.good();
    await first.points(name);
    first.stop();
    const second = startSdk();
    checkout.bad();
    expect(await second.points(name)).toEqual(['good=0', 'bad=1']);
  });

  test('is one for one name, however often and wherever it is defined', () => {
    const name = fresh();
    const options = { type: 'ratio', segments: ['a'] } as const;
    expect(defineBusinessMetric(name, options)).toBe(defineBusinessMetric(name, { ...options }));
  });

  test('never throws into the app, and tells once of values that it cannot take', async () => {
    const problems = problemsOfThisProcess();
    const sdk = startSdk();
    const names = { mean: fresh(), gauge: fresh() };
    const value = defineBusinessMetric(names.mean, { type: 'mean' });
    const queue = defineBusinessMetric(names.gauge, { type: 'gauge' });
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e300, '5', undefined, {}])
      value.record(bad as number);
    queue.observe(() => {
      throw new Error('secret');
    });
    value.record(4);
    expect(await sdk.points(names.mean)).toEqual(['sum=4', 'count=1', 'sum_of_squares=16']);
    expect(await sdk.points(names.gauge)).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['BAD_MEASUREMENT', 'BAD_MEASUREMENT']);
    expect(problems[0]?.message).toContain(names.mean);
    expect(problems[1]?.message).not.toContain('secret');
  });

  test('made of data, one for each customer say, does not fill the memory and every export', () => {
    const problems = problemsOfThisProcess();
    const made: string[] = [];
    const createObservableCounter = (name: string): object => {
      made.push(name);
      return { addCallback: () => {} };
    };
    const meter = { createObservableCounter };
    const hub = new MeterHub(() => ({ metrics: { getMeter: () => meter }, createNoopMeter }) as unknown as MetricsApi);
    const registry = new BusinessRegistry(hub);
    for (let i = 0; i < 600; i++) registry.define(`orders_of_${i}`, { type: 'counter' }).add();
    expect(made).toHaveLength(500);
    expect(problems[0]).toMatchObject({
      code: 'BAD_MEASUREMENT',
      message: expect.stringContaining('500 business metrics are defined'),
    });
    registry.define('orders_of_7', { type: 'counter' }).add();
    expect(made).toHaveLength(500);
  });

  test('survives a provider that throws', () => {
    const broken = {
      getMeter(): never {
        throw new Error('broken');
      },
    };
    onTestFinished(sharedMeterHub().offer({ metrics: broken, createNoopMeter }));
    defineBusinessMetric(fresh(), { type: 'ratio' }).good();
  });
});

describe('a definition is refused', () => {
  const refused = (name: unknown, options: unknown): string => {
    try {
      defineBusinessMetric(name as string, options as { type: 'ratio' });
    } catch (error) {
      if (isRolloutGuardError(error, 'INVALID_OPTION')) return error.message;
    }
    return 'accepted';
  };

  test.each(['', ' ', '1st', 'größe', 'a b', 'a\nb', 'x'.repeat(234), 7, null])('for the name %j', (name) => {
    expect(refused(name, { type: 'ratio' })).toMatch(/^defineBusinessMetric: invalid value at name/);
  });

  test('for a name that is taken, also in what metric stores take for the same name', () => {
    const name = `${fresh()}.value`;
    defineBusinessMetric(name, { type: 'mean' });
    expect(refused(name, { type: 'ratio' })).toContain(`${name} is defined already with other options`);
    expect(refused(name.toUpperCase(), { type: 'mean' })).toContain('too much like');
    expect(refused(name.replace('.', '_'), { type: 'mean' })).toContain('too much like');
  });

  test.each([
    [undefined, 'at options'],
    [{}, 'options.type'],
    [{ type: 'histogram' }, 'Use one of: ratio, mean, counter, gauge'],
    [{ type: 'constructor' }, 'Use one of'],
    [{ type: 'ratio', unit: 's' }, 'Known options: type, description, segments'],
    [{ type: 'ratio', segments: ['a', ''] }, 'options.segments[1]'],
    [{ type: 'ratio', segments: ['x'.repeat(65)] }, 'at most 64 characters'],
    [{ type: 'ratio', segments: Array.from({ length: 51 }, (_, i) => `s${i}`) }, 'at most 50'],
    [{ type: 'gauge', segments: ['a'] }, 'has no segments'],
  ])('with %j', (options, message) => {
    expect(refused(fresh(), options)).toContain(message);
  });
});
