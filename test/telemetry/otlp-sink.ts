/** A collector for tests: an OTLP/HTTP server on a free port that keeps what it is sent and lets tests wait for it. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SinkRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface SinkSpan {
  readonly name: string;
  readonly kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'OTHER';
  readonly traceId: string;
  readonly parentSpanId: string;
  readonly attributes: Record<string, unknown>;
  readonly resource: Record<string, unknown>;
}

export interface SinkPoint {
  readonly metric: string;
  readonly temporality: 'delta' | 'cumulative' | undefined;
  readonly count: number;
  readonly attributes: Record<string, unknown>;
  readonly resource: Record<string, unknown>;
}

export interface Sink extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly SinkRequest[];
  spans(): SinkSpan[];
  points(metric: string): SinkPoint[];
  /** Waits until `condition` holds; it is asked after each request. The test's own timeout ends a wait in vain. */
  until(condition: () => boolean): Promise<void>;
}

/** `answer: false` accepts requests and never answers, as a collector that hangs. */
export async function startSink({ answer = true }: { answer?: boolean } = {}): Promise<Sink> {
  const requests: SinkRequest[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
      if (answer) response.setHeader('content-type', 'application/json').end('{}');
      for (const check of [...waiting]) check();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    spans: () => requests.filter(({ path }) => path === '/v1/traces').flatMap(({ body }) => spansOf(body)),
    points: (metric) =>
      requests
        .filter(({ path }) => path === '/v1/metrics')
        .flatMap(({ body }) => pointsOf(body))
        .filter((point) => point.metric === metric),
    until: (condition) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!condition()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    async [Symbol.asyncDispose](): Promise<void> {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: Record<string, unknown>;
}

function attributesOf(list: readonly OtlpAttribute[] = []): Record<string, unknown> {
  return Object.fromEntries(
    list.map(({ key, value }) => [key, 'intValue' in value ? Number(value['intValue']) : Object.values(value)[0]]),
  );
}

function spansOf(body: Buffer): SinkSpan[] {
  const kinds = ['OTHER', 'INTERNAL', 'SERVER', 'CLIENT'] as const;
  // biome-ignore lint/suspicious/noExplicitAny: OTLP JSON, read leniently.
  return JSON.parse(body.toString()).resourceSpans.flatMap(({ resource, scopeSpans }: any) =>
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    scopeSpans.flatMap(({ spans }: any) =>
      // biome-ignore lint/suspicious/noExplicitAny: as above.
      spans.map((span: any) => ({
        name: span.name,
        kind: kinds[span.kind] ?? 'OTHER',
        traceId: span.traceId,
        parentSpanId: span.parentSpanId ?? '',
        attributes: attributesOf(span.attributes),
        resource: attributesOf(resource.attributes),
      })),
    ),
  );
}

function pointsOf(body: Buffer): SinkPoint[] {
  const temporalities = [undefined, 'delta', 'cumulative'] as const;
  // biome-ignore lint/suspicious/noExplicitAny: OTLP JSON, read leniently.
  return JSON.parse(body.toString()).resourceMetrics.flatMap(({ resource, scopeMetrics }: any) =>
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    scopeMetrics.flatMap(({ metrics }: any) =>
      // biome-ignore lint/suspicious/noExplicitAny: as above.
      metrics.flatMap((metric: any) => {
        const data = metric.histogram ?? metric.sum ?? metric.gauge;
        // biome-ignore lint/suspicious/noExplicitAny: as above.
        return data.dataPoints.map((point: any) => ({
          metric: metric.name,
          temporality: temporalities[data.aggregationTemporality],
          count: Number(point.count ?? point.asInt ?? point.asDouble),
          attributes: attributesOf(point.attributes),
          resource: attributesOf(resource.attributes),
        }));
      }),
    ),
  );
}
