import { emptyResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { describe, expect, test } from 'vitest';
import { createCohort } from '../../src/telemetry/cohort/cohort.ts';
import { liveResource } from '../../src/telemetry/cohort/live-resource.ts';
import { cohortLogRecordProcessor, cohortSpanProcessor } from '../../src/telemetry/cohort/processors.ts';

const KEY = 'rolloutguard.cohort';

describe('spans', () => {
  test('a span carries the cohort of its start, however it ends', async () => {
    const cohort = createCohort({ initial: 'canary' });
    const exporter = new InMemorySpanExporter();
    // Typed as the SDK types it: this also proves that the structural type fits.
    const processors: SpanProcessor[] = [cohortSpanProcessor(cohort), new SimpleSpanProcessor({ exporter })];
    const tracer = new TracerProvider({ spanProcessors: processors }).getTracer('test');
    const across = tracer.startSpan('across');
    await cohort.set('stable');
    tracer.startSpan('after').end();
    across.end();
    const stamped = exporter.getFinishedSpans().map(({ name, attributes }) => [name, attributes[KEY]]);
    expect(Object.fromEntries(stamped)).toEqual({ across: 'canary', after: 'stable' });
  });

  test('without a cohort nothing is stamped', () => {
    const exporter = new InMemorySpanExporter();
    const spanProcessors = [cohortSpanProcessor(createCohort()), new SimpleSpanProcessor({ exporter })];
    new TracerProvider({ spanProcessors }).getTracer('test').startSpan('work').end();
    expect(exporter.getFinishedSpans()[0]?.attributes).toEqual({});
  });
});

test('log records carry the cohort of their moment', async () => {
  const cohort = createCohort({ initial: 'baseline' });
  const seen: unknown[] = [];
  const collect: LogRecordProcessor = {
    onEmit: ({ body, attributes }) => void seen.push([body, attributes[KEY]]),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const processors: LogRecordProcessor[] = [cohortLogRecordProcessor(cohort), collect];
  const logger = new LoggerProvider({ processors }).getLogger('test');
  logger.emit({ body: 'one' });
  await cohort.set('stable');
  logger.emit({ body: 'two' });
  expect(seen).toEqual([
    ['one', 'baseline'],
    ['two', 'stable'],
  ]);
});

describe('live resource', () => {
  const base = resourceFromAttributes({ 'service.name': 'shop' });

  test('one object for one base and one cohort, the base itself while the cohort is unknown', async () => {
    const cohort = createCohort();
    const live = liveResource<Resource>(cohort, resourceFromAttributes);
    expect(live(base)).toBe(base);
    await cohort.set('canary');
    const canary = live(base);
    expect(canary.attributes).toEqual({ 'service.name': 'shop', [KEY]: 'canary' });
    expect(live(base)).toBe(canary);
    expect(live(emptyResource())).not.toBe(canary);
    await cohort.set('stable');
    expect(live(base).attributes[KEY]).toBe('stable');
    await cohort.set('canary');
    expect(live(base)).toBe(canary);
  });
});

test('spans, log records and metrics carry the cohort under the name that is asked for', async () => {
  const key = 'deployment.role';
  const cohort = createCohort({ initial: 'canary' });
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [cohortSpanProcessor(cohort, key), new SimpleSpanProcessor({ exporter })];
  new TracerProvider({ spanProcessors }).getTracer('test').startSpan('work').end();
  expect(exporter.getFinishedSpans()[0]?.attributes).toEqual({ [key]: 'canary' });
  const stamped: unknown[] = [];
  cohortLogRecordProcessor(cohort, key).onEmit({ setAttribute: (...attribute) => stamped.push(attribute) });
  expect(stamped).toEqual([[key, 'canary']]);
  const live = liveResource<Resource>(cohort, resourceFromAttributes, key);
  expect(live(emptyResource()).attributes).toEqual({ [key]: 'canary' });
});
