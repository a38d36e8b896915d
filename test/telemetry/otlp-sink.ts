/**
 * A collector for tests: an OTLP/HTTP server on a free port that keeps what it is sent, lets tests wait for it, and can be
 * as bad as real ones are, from the start or in the middle of a test.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, createServer as createNetServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { decodeExport } from './otlp-protobuf.ts';
import { logsOf, pointsOf, type SinkLog, type SinkPoint, type SinkSpan, spansOf } from './otlp-records.ts';

/**
 * What the collector does with an export: takes it at once; reads it and never answers; answers 503; lets nobody connect;
 * cuts the connection when the export is there; takes it and answers late.
 */
export type SinkMode = 'ok' | 'hang' | '503' | 'refused' | 'reset' | 'slow';

export interface SinkRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** As sent, but without its compression. */
  readonly body: Buffer;
  /** The mode that it met. */
  readonly mode: SinkMode;
  /** Whether it was answered with success. */
  readonly taken: boolean;
}

export interface SinkOptions {
  /** @defaultValue ok */
  readonly mode?: SinkMode;
  /** It speaks HTTPS, with the certificate of fixtures/tls. @defaultValue false */
  readonly tls?: boolean;
  /** How late `slow` answers, in milliseconds. @defaultValue 500 */
  readonly slowMs?: number;
}

export interface Sink extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Every request that arrived, in this order; a mode other than `ok` and `slow` does not take it. */
  readonly requests: readonly SinkRequest[];
  /** What was in the requests that were taken; an export that is sent again is there once. */
  spans(): SinkSpan[];
  /** The points of one metric, or of all. */
  points(metric?: string): SinkPoint[];
  logs(): SinkLog[];
  /** From now on. Requests that hang are let go: their connections are cut when the mode changes. */
  setMode(mode: SinkMode): Promise<void>;
  /** Waits until `condition` holds; it is asked after each request. The test's own timeout ends a wait in vain. */
  until(condition: () => boolean): Promise<void>;
}

export async function startSink({ mode: initial = 'ok', slowMs = 500, tls = false }: SinkOptions = {}): Promise<Sink> {
  const requests: SinkRequest[] = [];
  const waiting = new Set<() => void>();
  let mode: SinkMode = initial;
  let held: Socket | undefined;

  const keep = (request: IncomingMessage, sent: Buffer, taken: boolean): void => {
    const { url = '', headers } = request;
    const body = headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    requests.push({ path: url, headers, body, mode, taken });
    for (const check of [...waiting]) check();
  };
  const answer = (request: IncomingMessage, response: ServerResponse, body: Buffer): void => {
    if (mode === 'reset') request.socket.resetAndDestroy();
    else if (mode === '503') response.writeHead(503).end();
    else if (mode !== 'hang') {
      const type = request.headers['content-type'] ?? '';
      response.setHeader('content-type', type).end(type.includes('json') ? '{}' : '');
    }
    keep(request, body, mode === 'ok' || mode === 'slow');
  };

  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      if (mode !== 'slow') return answer(request, response, body);
      setTimeout(() => answer(request, response, body), slowMs).unref();
    });
  };
  const server: Server = tls ? createTlsServer(identity(), take) : createServer(take);
  // What a held-up export does not hear must not make the test fail.
  server.on('clientError', (_error, socket) => void socket.destroy());
  const open = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };

  const port = await open(0);
  const setMode = async (next: SinkMode): Promise<void> => {
    mode = next;
    if (next === 'refused') {
      await close();
      held ??= await holdPort(port);
    } else if (!server.listening) {
      held?.destroy();
      if (held !== undefined) await once(held, 'close');
      held = undefined;
      await open(port);
    } else {
      server.closeAllConnections();
    }
  };
  if (initial === 'refused') await setMode('refused');

  const taken = <T>(path: string, signal: 'Traces' | 'Metrics' | 'Logs', read: (request: unknown) => T[]): T[] =>
    requests
      .filter((request) => request.path === path && request.taken)
      .flatMap(({ headers, body }) => {
        const json = headers['content-type']?.includes('json');
        return read(json ? JSON.parse(body.toString()) : decodeExport(signal, body));
      });

  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    requests,
    spans: () => taken('/v1/traces', 'Traces', spansOf),
    points: (metric) =>
      taken('/v1/metrics', 'Metrics', pointsOf).filter((point) => metric === undefined || point.metric === metric),
    logs: () => taken('/v1/logs', 'Logs', logsOf),
    setMode,
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
      held?.destroy();
      await close();
    },
  };
}

/** Path of the certificate that a sink shows; it is its own authority. */
export const SINK_CERTIFICATE: string = fileURLToPath(new URL('fixtures/tls/cert.pem', import.meta.url));

function identity(): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(SINK_CERTIFICATE), key: readFileSync(new URL('fixtures/tls/key.pem', import.meta.url)) };
}

/**
 * Keeps a port from being given to somebody else while nobody listens on it: a connection that goes out from it. Who
 * connects to it is refused. So is who connects to a port that somebody was faster to get for a connection of theirs: then
 * there is nothing to hold.
 */
async function holdPort(port: number): Promise<Socket | undefined> {
  const far = createNetServer().listen(0, '127.0.0.1');
  await once(far, 'listening');
  const socket = connect({ port: (far.address() as AddressInfo).port, host: '127.0.0.1', localPort: port });
  try {
    await once(socket, 'connect');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  } finally {
    far.close();
    far.unref();
  }
  socket.on('error', () => {});
  return socket;
}
