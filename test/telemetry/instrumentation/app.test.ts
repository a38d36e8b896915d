import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runScript } from '../child-app.ts';
import { startSink } from '../otlp-sink.ts';

// One of the matrix in test/processes: the case that takes the most parts.
test('an Express app of ES modules has its routes on the request metric, and its log is exported within the trace', async ({
  signal,
}) => {
  await using sink = await startSink();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ROLLOUTGUARD_DEPLOYMENT_ID: 'd', ROLLOUTGUARD_COHORT: 'canary' };
  const app = fileURLToPath(new URL('../../processes/fixtures/modules/express.mjs', import.meta.url));
  const { code, stderr } = await runScript(app, { signal, env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const routes = sink.points('http.server.request.duration').map(({ attributes }) => attributes['http.route']);
  expect(routes.toSorted()).toEqual(['/api/broken', '/api/items/:id', undefined]);
  expect(sink.points('nodejs.eventloop.utilization')).toHaveLength(1);
  const servers = sink.spans().filter(({ kind }) => kind === 'SERVER');
  expect(servers.map(({ name }) => name).toSorted()).toEqual(['GET', 'GET /api/broken', 'GET /api/items/:id']);
  const record = sink.logs().find(({ body }) => body === 'item 7');
  expect(servers.map(({ traceId }) => traceId)).toContain(record?.traceId);
});
