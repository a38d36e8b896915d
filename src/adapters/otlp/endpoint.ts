/** Answers the requests of OTLP/HTTP: checks them, reads the body, hands decoded metrics to the store. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ErrorCode, isRolloutGuardError, messageOf } from '../../errors.ts';
import { decodeJsonMetrics } from './decode-json.ts';
import { decodeProtobufMetrics } from './decode-protobuf.ts';
import type { IntervalStore } from './interval-store.ts';
import { type BodyLimits, isRestSmall, readBody } from './request-body.ts';
import { type BodyFormat, emptyResponse, errorResponse, exportResponse } from './responses.ts';

/** Paths of OTLP/HTTP. Traces and logs are welcome, so that one endpoint will do for an SDK, but not kept. */
const PATHS: ReadonlySet<string> = new Set(['/v1/metrics', '/v1/traces', '/v1/logs']);

const FORMATS: ReadonlyMap<string, BodyFormat> = new Map([
  ['application/json', 'application/json'],
  ['application/x-protobuf', 'application/x-protobuf'],
]);

const STATUS: Partial<Record<ErrorCode, number>> = {
  INVALID_REQUEST: 400,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
};

/** How long a client may take to read the answer before the connection with its unread body is cut. */
const HANG_UP_MS = 1000;

/** Answers requests, one by one. */
export class Endpoint {
  /** Metrics exports that were read. */
  exports = 0;
  /** Metrics exports that were refused whole. */
  refused = 0;
  readonly #store: IntervalStore;
  readonly #limits: BodyLimits;
  readonly #now: () => number;

  constructor(store: IntervalStore, limits: BodyLimits, now: () => number) {
    this.#store = store;
    this.#limits = limits;
    this.#now = now;
  }

  /** Answers one request. Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?', 1)[0]!;
    const format = FORMATS.get((request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase());
    const refuse = (status: number, message: string): void => {
      if (path === '/v1/metrics' && request.method === 'POST') this.#noteRefused();
      const answerFormat = format ?? 'application/json';
      this.#answer(request, response, status, answerFormat, errorResponse(answerFormat, message));
    };
    if (!PATHS.has(path)) return refuse(404, `No such path. Known paths: ${[...PATHS].join(', ')}.`);
    if (request.method !== 'POST') return refuse(405, 'Use POST.');
    if (format === undefined)
      return refuse(415, `Unknown content type. Known types: ${[...FORMATS.keys()].join(', ')}.`);
    try {
      const body = await readBody(request, this.#limits);
      const content = path === '/v1/metrics' ? this.#takeMetrics(body, format) : emptyResponse(format);
      this.#answer(request, response, 200, format, content);
    } catch (error) {
      // The client is gone. Nothing of its export was taken, and nobody is left to hear about it.
      if (isRolloutGuardError(error, 'ABORTED')) return;
      refuse(isRolloutGuardError(error) ? (STATUS[error.code] ?? 500) : 500, messageOf(error));
    }
  }

  /** Decodes the whole body before any of it counts. */
  #takeMetrics(body: Buffer, format: BodyFormat): Buffer {
    const payload = format === 'application/json' ? decodeJsonMetrics(body) : decodeProtobufMetrics(body);
    const result = this.#store.ingest(payload, this.#now());
    this.exports += 1;
    return exportResponse(format, result);
  }

  #noteRefused(): void {
    this.refused += 1;
    this.#store.noteUnreadable(this.#now());
  }

  #answer(
    request: IncomingMessage,
    response: ServerResponse,
    status: number,
    format: BodyFormat,
    content: Buffer,
  ): void {
    const allow = status === 405 ? { allow: 'POST' } : {};
    const headers = { 'content-type': format, 'content-length': content.length, ...allow };
    if (isRestSmall(request, this.#limits)) {
      response.writeHead(status, headers).end(content);
      return;
    }
    // The rest of the body stays unread. The answer is complete, but the connection is cut a little later: closing it with
    // unread data resets it, and the client might lose the answer.
    response.writeHead(status, { ...headers, connection: 'close' }).write(content);
    const hangUp = setTimeout(() => request.socket.destroy(), HANG_UP_MS);
    hangUp.unref();
    response.once('close', () => clearTimeout(hangUp));
  }
}
