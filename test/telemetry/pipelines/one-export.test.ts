import { InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { oneExportAtATime } from '../../../src/telemetry/pipelines/one-export.ts';

interface Export {
  readonly values: readonly unknown[];
  done(code?: number): Promise<void>;
}

/** A reader whose interval never comes: `tick` is the interval. Exports end when they are told to. */
function running(now?: () => number): {
  provider: MeterProvider;
  add(count: number): void;
  tick(): Promise<void>;
  exports: Export[];
} {
  const exports: Export[] = [];
  const exporter = new InMemoryMetricExporter(0);
  exporter.export = (batch, done): void => {
    const metrics = batch.scopeMetrics.flatMap((scope) => scope.metrics);
    const points = metrics.flatMap(({ dataPoints }) => dataPoints as { value: unknown }[]);
    exports.push({
      values: points.map(({ value }) => value),
      done: async (code = 0) => {
        done({ code });
        await settled();
      },
    });
  };
  const options = { exporter, exportIntervalMillis: 600_000, exportTimeoutMillis: 1 };
  const reader = oneExportAtATime(new PeriodicExportingMetricReader(options), exporter, {}, now);
  const provider = new MeterProvider({ readers: [reader] });
  const counter = provider.getMeter('app').createCounter('done');
  const interval = reader as unknown as { _runOnce(): Promise<void> };
  return {
    provider,
    exports,
    add: (count) => counter.add(count),
    // It gives up after a millisecond, as a short interval does; the exporter does not.
    tick: () => interval._runOnce().catch(() => {}),
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('while an export is under way no other begins, and what is measured meanwhile goes out with the next', async () => {
  const { add, tick, exports, provider } = running();
  add(1);
  await tick();
  add(2);
  await tick();
  add(4);
  await tick();
  expect(exports.map(({ values }) => values)).toEqual([[1]]);
  await exports[0]?.done(1);
  await tick();
  expect(exports.map(({ values }) => values)).toEqual([[1], [6]]);
  await exports[1]?.done();
  await provider.shutdown();
});

test('a flush waits for the export that is under way, and then sends the rest', async () => {
  const { add, tick, exports, provider } = running();
  add(1);
  await tick();
  add(2);
  const ended = provider.shutdown();
  await settled();
  expect(exports).toHaveLength(1);
  await exports[0]?.done();
  await settled();
  expect(exports.map(({ values }) => values)).toEqual([[1], [2]]);
  await exports[1]?.done();
  await ended;
});

test('an exporter of the app that never says it has ended is waited for for two minutes, and no longer', async () => {
  let nowMs = 0;
  const { add, tick, exports, provider } = running(() => nowMs);
  add(1);
  await tick();
  nowMs = 120_000;
  add(2);
  await tick();
  expect(exports).toHaveLength(1);
  nowMs += 1;
  await tick();
  // What the lost export says in the end does not end the one that is under way now.
  await exports[0]?.done();
  add(4);
  await tick();
  expect(exports.map(({ values }) => values)).toEqual([[1], [2]]);
  await exports[1]?.done();
  const ended = provider.shutdown();
  await settled();
  await exports[2]?.done();
  await ended;
});

test('an exporter of the app that throws once is asked again at the next interval', async () => {
  const exporter = new InMemoryMetricExporter(0);
  const values: unknown[] = [];
  let broken = true;
  exporter.export = (batch, done): void => {
    if (broken) throw new Error('no exporter today');
    values.push(
      ...batch.scopeMetrics.flatMap(({ metrics }) => metrics.flatMap(({ dataPoints }): unknown[] => dataPoints)),
    );
    done({ code: 0 });
  };
  const options = { exporter, exportIntervalMillis: 600_000 };
  const reader = oneExportAtATime(new PeriodicExportingMetricReader(options), exporter, {});
  const provider = new MeterProvider({ readers: [reader] });
  const interval = reader as unknown as { _runOnce(): Promise<void> };
  const counter = provider.getMeter('app').createCounter('done');
  counter.add(1);
  await interval._runOnce();
  broken = false;
  counter.add(2);
  await interval._runOnce();
  expect(values).toMatchObject([{ value: 2 }]);
  await provider.shutdown();
});
