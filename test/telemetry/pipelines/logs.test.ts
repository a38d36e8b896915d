import { logs } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { startSink } from '../otlp-sink.ts';
import { runPipelines } from './pipelines.ts';

/** What the collector got on its path for logs: bodies of the records, with attributes and resource by name. */
function records(body: Buffer): { body: string; attributes: unknown; resource: unknown }[] {
  const named = (list: { key: string; value: { stringValue?: string } }[]): unknown =>
    Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue]));
  // biome-ignore lint/suspicious/noExplicitAny: OTLP JSON, read leniently.
  return JSON.parse(body.toString()).resourceLogs.flatMap(({ resource, scopeLogs }: any) =>
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    scopeLogs.flatMap(({ logRecords }: any) =>
      // biome-ignore lint/suspicious/noExplicitAny: as above.
      logRecords.map((record: any) => ({
        body: record.body.stringValue,
        attributes: named(record.attributes),
        resource: named(resource.attributes),
      })),
    ),
  );
}

describe('logs go out without an option', () => {
  test('under the identity, with the cohort of the moment that each record was emitted in', async () => {
    await using sink = await startSink();
    await using running = runPipelines({
      deploymentId: 'deploy-7',
      cohort: 'canary',
      export: { endpoint: sink.url, protocol: 'http/json' },
    });
    logs.getLogger('app').emit({ body: 'one' });
    await running.context.cohort.set('stable');
    logs.getLogger('app').emit({ body: 'two' });
    await running.flush();
    const got = sink.requests.filter(({ path }) => path === '/v1/logs').flatMap(({ body }) => records(body));
    expect(got).toMatchObject([
      { body: 'one', attributes: { 'rolloutguard.cohort': 'canary' }, resource: { 'deployment.id': 'deploy-7' } },
      { body: 'two', attributes: { 'rolloutguard.cohort': 'stable' }, resource: { 'deployment.id': 'deploy-7' } },
    ]);
  });

  test('and not at all when they are not wanted', () => {
    expect(runPipelines({ export: { traces: false, metrics: false, logs: false } }).providers).toEqual({});
    const off = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
    expect(runPipelines({ env: off }).providers).toEqual({});
  });
});
