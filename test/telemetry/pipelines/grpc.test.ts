import { createServer, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { logs, metrics, trace } from '@opentelemetry/api';
import { expect, onTestFinished, test } from 'vitest';
import { runPipelines } from './pipelines.ts';

/** A collector that answers every call with an empty message. */
async function grpcCollector(): Promise<{ port: number; calls: IncomingHttpHeaders[] }> {
  const calls: IncomingHttpHeaders[] = [];
  const server = createServer();
  server.on('stream', (stream, headers) => {
    calls.push(headers);
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true });
    stream.resume();
    stream.end(Buffer.alloc(5));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, calls };
}

test('all signals go out over gRPC, with the headers of the program and of the environment', async () => {
  const { port, calls } = await grpcCollector();
  const env = {
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_ENDPOINT: `127.0.0.1:${port}`,
    OTEL_EXPORTER_OTLP_INSECURE: 'true',
    OTEL_EXPORTER_OTLP_HEADERS: 'team=a%2Cb',
  };
  await using running = runPipelines({
    env,
    export: { headers: { 'X-Api-Key': 'secret=, key' } },
    deploymentId: 'd',
    cohort: 'canary',
  });
  trace.getTracer('app').startSpan('work').end();
  metrics.getMeter('app').createCounter('jobs').add(1);
  logs.getLogger('app').emit({ body: 'hello' });
  await running.flush();
  expect(calls.map((headers) => headers[':path']).sort()).toEqual([
    '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
    '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
    '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  ]);
  for (const call of calls) expect(call).toMatchObject({ 'x-api-key': 'secret=, key', team: 'a,b' });
  expect(running.problems).toEqual([]);
});
