import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { LATENCY_BOUNDARIES_S } from '../../../src/telemetry/judge/latency-boundaries.ts';
import { runScript } from '../child-app.ts';
import { type Sink, startSink } from '../otlp-sink.ts';

/** A port on which nobody listens. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

interface JsonMetric {
  readonly name: string;
  readonly histogram?: {
    readonly dataPoints: { readonly explicitBounds: number[]; readonly attributes: { key: string }[] }[];
  };
}

function metricsNamed(sink: Sink, name: string): JsonMetric[] {
  const bodies = sink.requests
    .filter(({ path }) => path === '/v1/metrics')
    .map(({ body }) => JSON.parse(body.toString()));
  return bodies
    .flatMap(({ resourceMetrics }) => resourceMetrics)
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap(({ metrics }) => metrics)
    .filter((metric) => metric.name === name);
}

test('a process under the preload reports what it is judged by, and no failure of its own exports', async ({
  signal,
}) => {
  await using sink = await startSink();
  const dead = await deadPort();
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    // Traces find nobody.
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `http://127.0.0.1:${dead}/v1/traces`,
    OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '500',
    ROLLOUTGUARD_UNANSWERED_TARGETS: `127.0.0.1:${dead}=payments;cohort=canary`,
    DEAD_PORT: String(dead),
  };
  expect(await runScript('judged.mjs', { signal, env })).toMatchObject({ code: 0, stdout: '' });

  const sum = (metric: string, key: string): Record<string, number> => {
    const found: Record<string, number> = {};
    for (const { attributes, count } of sink.points(metric))
      found[String(attributes[key])] = (found[String(attributes[key])] ?? 0) + count;
    return found;
  };
  expect(sum('rolloutguard.business.checkout_completion', 'rolloutguard.outcome')).toEqual({ good: 1, bad: 1 });
  expect(sum('rolloutguard.unanswered', 'error.type')).toEqual({ refused: 2 });
  expect(sink.points('rolloutguard.unanswered')[0]?.attributes).toEqual({
    'error.type': 'refused',
    'server.address': '127.0.0.1',
    'server.port': dead,
    'rolloutguard.target.service': 'payments',
    'rolloutguard.target.cohort': 'canary',
  });

  // What a client makes up may not make a series: neither paths, nor host names, nor methods.
  expect(sum('http.server.request.duration', 'http.request.method')).toEqual({ GET: 1, _OTHER: 1 });
  const [histogram] = metricsNamed(sink, 'http.server.request.duration').flatMap(
    (metric) => metric.histogram?.dataPoints ?? [],
  );
  expect(histogram?.explicitBounds).toEqual([...LATENCY_BOUNDARIES_S]);
  expect(histogram?.attributes.map(({ key }) => key).sort()).toEqual([
    'http.request.method',
    'http.response.status_code',
    'network.protocol.version',
    'url.scheme',
  ]);
});
