/**
 * A metric reader whose metrics leave under the cohort that they were measured in.
 *
 * The resource is swapped in what the reader is given, so push, pull and the app's own readers are alike. A switch of the
 * cohort must not wait for a collector, which may hang: what belongs to the old cohort is collected at the switch, kept,
 * and handed to the reader the next time it asks. Collecting takes no I/O, so the switch is done within the same turn of
 * the event loop, unless an observable's callback is slow.
 */
import { type After, afterMs, atMost } from './timers.ts';

/** A metric reader; fits the SDK's `IMetricReader`. */
export interface MetricReaderLike {
  // biome-ignore lint/suspicious/noExplicitAny: producers, options and aggregations are the SDK's own types, which stay out of ours.
  setMetricProducer(metricProducer: any): void;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  selectAggregation(instrumentType: any): any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  selectAggregationTemporality(instrumentType: any): any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  selectCardinalityLimit(instrumentType: any): number;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  collect(options?: any): Promise<any>;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  forceFlush(options?: any): Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  shutdown(options?: any): Promise<void>;
}

/** A reader that follows the cohort. Give it to the `MeterProvider` in place of the one that it wraps. */
export interface LiveMetricReader extends MetricReaderLike {
  /**
   * Sets aside what was measured so far, under the cohort of this moment; to be awaited before the cohort switches. Never
   * rejects. Takes at most half a second, whatever the collector does.
   */
  closeInterval(): Promise<void>;
}

/** Options of {@link withLiveResource}. */
export interface LiveReaderOptions {
  /** @defaultValue Node's timers */
  readonly after?: After;
}

/** Longest time that a switch waits for callbacks of observables, in milliseconds. */
const CLOSE_DEADLINE_MS = 500;

/** Batches that wait for an export at most. More means that the cohort flaps while the collector hangs. */
const MAX_HELD = 8;

interface Collected<R> {
  readonly resourceMetrics: { readonly resource: R; readonly scopeMetrics: readonly unknown[] };
  readonly errors: readonly unknown[];
}

interface Producer<R> {
  collect(options?: { timeoutMillis?: number }): Promise<Collected<R>>;
}

/**
 * Wraps a metric reader so that all it reads stands under the resource that `toLive` gives.
 *
 * A reader that exports by itself, such as `PeriodicExportingMetricReader`, gets what was measured before a switch as a
 * batch of its own. One that is asked, such as a Prometheus endpoint, changes the cohort of all its series at once.
 *
 * For set-ups with an SDK of your own: give what it returns to the `MeterProvider`, and its `closeInterval` to
 * `createCohort({ beforeChange })`. Readers in the option `metricReaders` are wrapped already.
 */
export function withLiveResource<R>(
  reader: MetricReaderLike,
  toLive: (base: R) => R,
  { after = afterMs }: LiveReaderOptions = {},
): LiveMetricReader {
  const held: Collected<R>[] = [];
  const ongoing = new Set<Promise<unknown>>();
  let producer: Producer<R> | undefined;
  let closing: Promise<void> | undefined;
  let ended = false;

  const read = async (from: Producer<R>, options?: { timeoutMillis?: number }): Promise<Collected<R>> => {
    const work = from.collect(options);
    ongoing.add(work);
    try {
      const { resourceMetrics, ...rest } = await work;
      return { ...rest, resourceMetrics: { ...resourceMetrics, resource: toLive(resourceMetrics.resource) } };
    } finally {
      ongoing.delete(work);
    }
  };

  const setAside = async (from: Producer<R>): Promise<void> => {
    // A collection that has begun belongs to the old cohort and must end before the switch.
    await Promise.allSettled(ongoing);
    const batch = await read(from, { timeoutMillis: CLOSE_DEADLINE_MS });
    if (batch.resourceMetrics.scopeMetrics.length === 0) return;
    held.push(batch);
    if (held.length > MAX_HELD) held.shift();
  };

  /** One export takes one batch, so each that is set aside costs a round. Bounded: a reader that ended exports none. */
  const exportHeld = async (): Promise<void> => {
    await closing;
    for (let rounds = held.length; rounds > 0 && held.length > 0; rounds--) await flushed(reader);
  };

  return Object.assign(Object.create(Object.getPrototypeOf(reader)), {
    setMetricProducer(metricProducer: Producer<R>): void {
      producer = metricProducer;
      reader.setMetricProducer({
        collect: async (options?: { timeoutMillis?: number }): Promise<Collected<R>> => {
          await closing;
          return held.shift() ?? read(metricProducer, options);
        },
      });
    },
    selectAggregation: (type: unknown) => reader.selectAggregation(type),
    selectAggregationTemporality: (type: unknown) => reader.selectAggregationTemporality(type),
    selectCardinalityLimit: (type: unknown) => reader.selectCardinalityLimit(type),
    collect: (options?: unknown) => reader.collect(options),
    async forceFlush(options?: unknown): Promise<void> {
      await exportHeld();
      await reader.forceFlush(options);
    },
    async shutdown(options?: unknown): Promise<void> {
      await exportHeld();
      ended = true;
      await reader.shutdown(options);
    },
    async closeInterval(): Promise<void> {
      if (ended || producer === undefined) return;
      if (!exportsByItself(reader)) return atMost(flushed(reader), CLOSE_DEADLINE_MS, after);
      closing ??= atMost(setAside(producer), CLOSE_DEADLINE_MS, after).finally(() => {
        closing = undefined;
      });
      await closing;
      void exportHeld();
    },
    /** The SDK's way to measure its own readers. */
    _setSelfObsMeterProvider: (provider: unknown) =>
      (reader as { _setSelfObsMeterProvider?(from: unknown): void })._setSelfObsMeterProvider?.(provider),
  } satisfies LiveMetricReader & Record<string, unknown>);
}

/** An export that fails is the exporter's to report; it must not keep the next one from being tried. */
async function flushed(reader: MetricReaderLike): Promise<void> {
  try {
    await reader.forceFlush();
  } catch {}
}

/**
 * Whether a reader asks for metrics in order to export them. A pulled one must not get a batch of the past: its next
 * answer would name the old cohort. Told by the exporter that `PeriodicExportingMetricReader` keeps, not by its class:
 * the app may have a copy of its own.
 */
function exportsByItself(reader: object): boolean {
  const exporter = (reader as { _exporter?: { export?: unknown } | null })._exporter;
  return typeof exporter?.export === 'function';
}
