import type { Socket } from 'node:net';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';
import { agentFactory } from '../../../src/telemetry/pipelines/agent.ts';
import { SINK_CERTIFICATE, startSink } from '../otlp-sink.ts';

interface Connecting {
  createConnection(options: object): Socket;
}

test('a connection that does not come about is given up', async () => {
  const agent = await agentFactory({}, 'TRACES', 5)('http:');
  // A name that is looked up for ever.
  const socket = (agent as unknown as Connecting).createConnection({ host: 'x', port: 1, lookup: () => {} });
  const error = await new Promise((resolve) => socket.on('error', resolve));
  expect(error).toMatchObject({ code: 'ETIMEDOUT' });
});

/** Exports nothing at all, which is a request like any other. */
function exported(url: string, env: Record<string, string>): Promise<number> {
  const httpAgentOptions = agentFactory(env, 'TRACES', 1_000);
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces`, httpAgentOptions, timeoutMillis: 2_000 });
  const spans: ReadableSpan[] = [];
  return new Promise((resolve) => exporter.export(spans, ({ code }) => resolve(code)));
}

test('certificates of the environment are used: the signal’s own first, then the general one', async () => {
  await using sink = await startSink({ tls: true });
  const bad = '/does/not/exist.pem';
  expect(await exported(sink.url, { OTEL_EXPORTER_OTLP_CERTIFICATE: SINK_CERTIFICATE })).toBe(0);
  expect(
    await exported(sink.url, {
      OTEL_EXPORTER_OTLP_CERTIFICATE: bad,
      OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: SINK_CERTIFICATE,
    }),
  ).toBe(0);
  expect(await exported(sink.url, {})).toBe(1);
  expect(await exported(sink.url, { OTEL_EXPORTER_OTLP_CERTIFICATE: bad })).toBe(1);
});

test('connections are kept for the next export', async () => {
  const agent = await agentFactory({}, 'LOGS', 1_000)('http:');
  expect(agent).toMatchObject({ keepAlive: true });
});
