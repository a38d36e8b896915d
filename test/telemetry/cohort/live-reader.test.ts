import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  type IMetricReader,
  InMemoryMetricExporter,
  InstrumentType,
  MeterProvider,
  MetricReader,
  PeriodicExportingMetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { array, assert, asyncProperty, constant, constantFrom, integer, oneof, record } from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createCohort, type EmittedCohort, type LiveCohort } from '../../../src/telemetry/cohort/cohort.ts';
import { createLiveMetrics } from '../../../src/telemetry/cohort/live-metrics.ts';
import { type MetricReaderLike, withLiveResource } from '../../../src/telemetry/cohort/live-reader.ts';
import { liveResource } from '../../../src/telemetry/cohort/live-resource.ts';

const KEY = 'rolloutguard.cohort';
const NEVER_MS = 3_600_000;

/** An exporter that keeps what it is sent and answers when it is told to. */
class GatedExporter extends InMemoryMetricExporter {
  /** Set to hold answers back. */
  gate: Promise<void> | null = null;

  override export(metrics: ResourceMetrics, done: (result: { code: number }) => void): void {
    const { gate } = this;
    if (gate === null) super.export(metrics, done);
    else void gate.then(() => super.export(metrics, done));
  }
}

/** The next turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

class ManualReader extends MetricReader {
  override async onForceFlush(): Promise<void> {}
  override async onShutdown(): Promise<void> {}
}

interface Rig {
  readonly cohort: LiveCohort;
  readonly provider: MeterProvider;
}

function rig(initial: EmittedCohort, ...readers: MetricReaderLike[]): Rig {
  const cohort = createCohort({ initial, beforeChange: () => live.closeIntervals() });
  const live = createLiveMetrics(liveResource<Resource>(cohort, resourceFromAttributes));
  // Typed as the SDK types it: this also proves that the structural type fits.
  const followed: IMetricReader[] = readers.map((reader) => live.follow(reader));
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    readers: followed,
  });
  onTestFinished(() => provider.shutdown());
  return { cohort, provider };
}

function pushing(exporter: InMemoryMetricExporter): PeriodicExportingMetricReader {
  return new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: NEVER_MS });
}

/** Cohort and values of one metric, a row for each batch. */
function exported(batches: readonly ResourceMetrics[], name: string): [unknown, ...unknown[]][] {
  return batches.flatMap(({ resource, scopeMetrics }) => {
    const found = scopeMetrics.flatMap(({ metrics }) => metrics).filter(({ descriptor }) => descriptor.name === name);
    if (found.length === 0) return [];
    const values = found.flatMap(({ dataPoints }) => dataPoints.map(({ value }) => value));
    return [[resource.attributes[KEY], ...values]];
  });
}

/** Sum of the deltas under each cohort. */
function credited(batches: readonly ResourceMetrics[], name: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [cohort, ...values] of exported(batches, name)) {
    sums[String(cohort)] = values.reduce<number>((sum, value) => sum + Number(value), sums[String(cohort)] ?? 0);
  }
  return sums;
}

describe('a reader that exports by itself', () => {
  test('what was measured before a switch leaves under the old cohort, at once and without being asked', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
    const { cohort, provider } = rig('canary', pushing(exporter));
    const counter = provider.getMeter('test').createCounter('requests');
    counter.add(3);
    await cohort.set('stable');
    counter.add(5);
    await expect.poll(() => exported(exporter.getMetrics(), 'requests')).toEqual([['canary', 3]]);
    await provider.forceFlush();
    expect(exported(exporter.getMetrics(), 'requests')).toEqual([
      ['canary', 3],
      ['stable', 5],
    ]);
    expect(exporter.getMetrics()[0]?.resource.attributes).toMatchObject({ 'service.name': 'shop' });
  });

  test('cumulative: one series goes on under the other resource; gauges, up-down and async counters have no zombies', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const { cohort, provider } = rig('canary', pushing(exporter));
    const meter = provider.getMeter('test');
    const requests = meter.createCounter('requests');
    const active = meter.createUpDownCounter('active');
    meter.createObservableCounter('cpu').addCallback((result) => result.observe(100));
    const load = meter.createGauge('load');
    requests.add(3);
    active.add(1);
    load.record(7);
    await cohort.set('stable');
    requests.add(2);
    active.add(-1);
    await provider.forceFlush();
    const batches = exporter.getMetrics();
    expect(exported(batches, 'requests')).toEqual([
      ['canary', 3],
      ['stable', 5],
    ]);
    expect(exported(batches, 'active')).toEqual([
      ['canary', 1],
      ['stable', 0],
    ]);
    expect(exported(batches, 'cpu')).toEqual([
      ['canary', 100],
      ['stable', 100],
    ]);
    expect(exported(batches, 'load')).toEqual([
      ['canary', 7],
      ['stable', 7],
    ]);
  });

  test('delta: an async counter is not told again in full', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
    const { cohort, provider } = rig('canary', pushing(exporter));
    let total = 100;
    provider
      .getMeter('test')
      .createObservableCounter('cpu')
      .addCallback((result) => result.observe(total));
    await cohort.set('stable');
    total = 130;
    await provider.forceFlush();
    expect(exported(exporter.getMetrics(), 'cpu')).toEqual([
      ['canary', 100],
      ['stable', 30],
    ]);
  });

  test('a collector that hangs delays no switch; what was measured before it still leaves under the old cohort', async () => {
    const exporter = new GatedExporter(AggregationTemporality.DELTA);
    const { cohort, provider } = rig('canary', pushing(exporter));
    const counter = provider.getMeter('test').createCounter('requests');
    let open = (): void => {};
    exporter.gate = new Promise((resolve) => {
      open = resolve;
    });
    counter.add(1);
    const hanging = provider.forceFlush();
    await turn();
    counter.add(2);
    // Would time out, were the switch to wait: nothing opens the gate.
    await cohort.set('stable');
    counter.add(4);
    await cohort.set('canary');
    counter.add(8);
    expect(exported(exporter.getMetrics(), 'requests')).toEqual([]);
    exporter.gate = null;
    open();
    await hanging;
    await provider.forceFlush();
    expect(exported(exporter.getMetrics(), 'requests')).toEqual([
      ['canary', 1],
      ['canary', 2],
      ['stable', 4],
      ['canary', 8],
    ]);
  });

  test('a shutdown right after a switch loses neither side', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
    const sent: ResourceMetrics[] = [];
    exporter.shutdown = async () => void sent.push(...exporter.getMetrics());
    const { cohort, provider } = rig('canary', pushing(exporter));
    const counter = provider.getMeter('test').createCounter('requests');
    counter.add(3);
    const switched = cohort.set('stable');
    await switched;
    counter.add(5);
    await provider.shutdown();
    expect(credited(sent, 'requests')).toEqual({ canary: 3, stable: 5 });
  });

  test('a switch during and after a shutdown still switches', async () => {
    const exporter = new GatedExporter(AggregationTemporality.DELTA);
    const { cohort, provider } = rig('canary', pushing(exporter));
    provider.getMeter('test').createCounter('requests').add(1);
    let open = (): void => {};
    exporter.gate = new Promise((resolve) => {
      open = resolve;
    });
    const ending = provider.shutdown();
    await cohort.set('stable');
    expect(cohort.current).toBe('stable');
    open();
    await ending;
    await cohort.set('baseline');
    expect(cohort.current).toBe('baseline');
  });

  test('a callback that never answers delays the switch by half a second at most', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
    const reader = pushing(exporter);
    const due: { ms: number; callback: () => void }[] = [];
    const after = (ms: number, callback: () => void): (() => void) => {
      due.push({ ms, callback });
      return () => {};
    };
    const live = withLiveResource(reader, (resource: Resource) => resource, { after });
    const provider = new MeterProvider({ readers: [live] });
    const stuck = provider.getMeter('test').createObservableGauge('stuck');
    let release = (): void => {};
    const answer = new Promise<void>((resolve) => {
      release = resolve;
    });
    stuck.addCallback(() => answer);
    const closed = live.closeInterval();
    await expect.poll(() => due.length).toBe(1);
    expect(due[0]?.ms).toBe(500);
    due[0]?.callback();
    await closed;
    release();
    await provider.shutdown();
  });

  test('a cohort that flaps while the collector hangs costs bounded memory, and the newest is kept', async () => {
    const exporter = new GatedExporter(AggregationTemporality.DELTA);
    const { cohort, provider } = rig('canary', pushing(exporter));
    const counter = provider.getMeter('test').createCounter('requests');
    let open = (): void => {};
    exporter.gate = new Promise((resolve) => {
      open = resolve;
    });
    counter.add(1);
    const hanging = provider.forceFlush();
    for (let round = 0; round < 50; round++) {
      counter.add(1);
      await cohort.set(round % 2 === 0 ? 'stable' : 'canary');
    }
    exporter.gate = null;
    open();
    await hanging;
    counter.add(1000);
    await provider.forceFlush();
    const batches = exported(exporter.getMetrics(), 'requests');
    expect(batches.length).toBeLessThanOrEqual(10);
    expect(batches.at(-1)).toEqual(['canary', 1000]);
  });

  test('two views of the app on one instrument still count once each', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
    const cohort = createCohort({ initial: 'canary' });
    const live = withLiveResource(pushing(exporter), liveResource<Resource>(cohort, resourceFromAttributes));
    const provider = new MeterProvider({
      readers: [live],
      views: [
        { instrumentName: 'latency', name: 'latency' },
        {
          instrumentName: 'latency',
          name: 'latency.coarse',
          aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [1] } },
        },
      ],
    });
    provider.getMeter('test').createHistogram('latency').record(5);
    await provider.forceFlush();
    const [batch] = exporter.getMetrics();
    const counts = batch?.scopeMetrics.flatMap(({ metrics }) =>
      metrics.map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints.map(({ value }) => (value as { count: number }).count),
      ]),
    );
    expect(counts).toEqual([
      ['latency', [1]],
      ['latency.coarse', [1]],
    ]);
    expect(batch?.resource.attributes[KEY]).toBe('canary');
    await provider.shutdown();
  });

  test("the reader's own aggregation and temporality are kept", () => {
    const reader = new PeriodicExportingMetricReader({
      exporter: Object.assign(new InMemoryMetricExporter(AggregationTemporality.DELTA), {
        selectAggregation: () => ({ type: AggregationType.EXPONENTIAL_HISTOGRAM }),
      }),
      cardinalityLimits: { counter: 17 },
    });
    const live = withLiveResource(reader, (resource: Resource) => resource);
    expect(live.selectAggregation(InstrumentType.HISTOGRAM)).toEqual({ type: AggregationType.EXPONENTIAL_HISTOGRAM });
    expect(live.selectAggregationTemporality(InstrumentType.COUNTER)).toBe(AggregationTemporality.DELTA);
    expect(live.selectCardinalityLimit(InstrumentType.COUNTER)).toBe(17);
    expect(live).toBeInstanceOf(PeriodicExportingMetricReader);
  });
});

describe('a reader that is asked', () => {
  test('all series change with the cohort, and none of the past is told', async () => {
    const reader = new ManualReader();
    const { cohort, provider } = rig('canary', reader);
    const meter = provider.getMeter('test');
    const counter = meter.createCounter('requests');
    counter.add(3);
    const first = await reader.collect();
    await cohort.set('stable');
    counter.add(5);
    const second = await reader.collect();
    expect(exported([first.resourceMetrics, second.resourceMetrics], 'requests')).toEqual([
      ['canary', 3],
      ['stable', 8],
    ]);
  });

  test('one whose flush never ends delays the switch only for a while', async () => {
    const reader = new ManualReader();
    reader.onForceFlush = () => new Promise(() => {});
    let expire = (): void => {};
    const live = withLiveResource(reader, (resource: Resource) => resource, {
      after: (_ms, callback) => {
        expire = callback;
        return () => {};
      },
    });
    new MeterProvider({ readers: [live] });
    const closed = live.closeInterval();
    expire();
    await closed;
  });
});

test('readers of both kinds and both temporalities agree with what the app counted, whatever happens in which order', async () => {
  const step = oneof(
    record({ kind: constant('count' as const), by: integer({ min: 1, max: 9 }) }),
    record({ kind: constant('switch' as const), to: constantFrom('canary', 'stable', 'baseline' as const) }),
    record({ kind: constantFrom('flush' as const, 'turn' as const) }),
  );
  await assert(
    asyncProperty(array(step, { maxLength: 30 }), async (steps) => {
      const delta = new InMemoryMetricExporter(AggregationTemporality.DELTA);
      const cumulative = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
      const pulled = new ManualReader();
      const sent: ResourceMetrics[] = [];
      delta.shutdown = async () => void sent.push(...delta.getMetrics());
      const totals: ResourceMetrics[] = [];
      cumulative.shutdown = async () => void totals.push(...cumulative.getMetrics());
      const cohort = createCohort({ initial: 'canary', beforeChange: () => live.closeIntervals() });
      const live = createLiveMetrics(liveResource<Resource>(cohort, resourceFromAttributes));
      const readers = [pushing(delta), pushing(cumulative), pulled].map((reader) => live.follow(reader));
      const provider = new MeterProvider({ readers });
      const counter = provider.getMeter('test').createCounter('requests');
      const truth: Record<string, number> = {};
      const pending: Promise<void>[] = [];
      let total = 0;
      for (const todo of steps) {
        if (todo.kind === 'count') {
          counter.add(todo.by);
          total += todo.by;
          truth[cohort.current as string] = (truth[cohort.current as string] ?? 0) + todo.by;
        } else if (todo.kind === 'switch') pending.push(cohort.set(todo.to));
        else if (todo.kind === 'flush') pending.push(provider.forceFlush());
        // What the app does next, it does in a turn of its own.
        await turn();
      }
      await Promise.all(pending);
      const last = await pulled.collect();
      await provider.shutdown();
      expect(credited(sent, 'requests')).toEqual(truth);
      if (total > 0) expect(exported([last.resourceMetrics], 'requests')).toEqual([[cohort.current, total]]);
      const growth: Record<string, number> = {};
      let before = 0;
      for (const [name, value] of exported(totals, 'requests')) {
        const more = Number(value) - before;
        if (more > 0) growth[String(name)] = (growth[String(name)] ?? 0) + more;
        before = Number(value);
      }
      expect(growth).toEqual(truth);
    }),
    { numRuns: 60 },
  );
});
