/**
 * The HTTP server of the endpoint. It answers one path, keeps no process alive, and its requests are not the app's: they
 * are neither traced nor counted, else the judge would take each scrape for a request of a user.
 */
import { EventEmitter } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { visibleText } from '../../visible-text.ts';

/** Options of {@link startMetricsServer}. */
export interface MetricsServerOptions {
  /** All addresses when absent. */
  readonly host?: string;
  readonly port: number;
  readonly path: string;
  /** The answer to a scrape. */
  readonly scrape: () => Promise<string>;
  /** Told why the server is not there, in a sentence. */
  readonly onFailure: (message: string) => void;
}

/** The format that Prometheus falls back to anyway. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** A handful of scrapers ask. Whoever opens more connections must not use up the file descriptors of the app. */
const MAX_CONNECTIONS = 50;

/** Longest time that a request may take to come in, in milliseconds. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Starts to listen; returns a function that ends it at once. Never throws. */
export function startMetricsServer({ host, port, path, scrape, onFailure }: MetricsServerOptions): () => void {
  let ongoing: Promise<string> | undefined;
  // Two Prometheis at the same moment get one answer: collecting costs the app.
  const sharedScrape = (): Promise<string> => {
    ongoing ??= scrape().finally(() => {
      ongoing = undefined;
    });
    return ongoing;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [asked] = (request.url ?? '').split('?', 1);
    if (asked !== path) return end(response, 404, 'Not found.\n');
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, 'Only GET.\n');
    try {
      const text = await sharedScrape();
      response.setHeader('content-type', CONTENT_TYPE);
      end(response, 200, text);
    } catch {
      // No reason given: it may hold what is nobody's business.
      end(response, 503, 'The metrics cannot be collected.\n');
    }
  };

  // Loaded only here: most processes have no endpoint, and this file is loaded by all that have telemetry.
  const { createServer } = process.getBuiltinModule('node:http');
  const server = untraced(createServer((request, response) => void answer(request, response)));
  server.maxConnections = MAX_CONNECTIONS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.on('connection', (socket) => socket.unref());
  server.on('error', (error: NodeJS.ErrnoException) => {
    const place = `${host === undefined ? 'port' : `${visibleText(host)}, port`} ${port}`;
    onFailure(`the Prometheus endpoint cannot be opened on ${place} (${error.code ?? 'no reason given'}).`);
  });
  server.listen({ port, ...(host === undefined ? {} : { host }) });
  server.unref();
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.end(text);
}

/** The HTTP instrumentation patches `emit` of the class; an instance with an `emit` of its own is not seen by it. */
function untraced(server: Server): Server {
  return Object.assign(server, { emit: EventEmitter.prototype.emit });
}
