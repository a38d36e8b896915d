/**
 * Tries the way to a collector: DNS, TCP, TLS, and a POST of an empty OTLP request, which collectors answer and count as
 * nothing.
 *
 * It speaks HTTP by itself on a plain socket. So each step can be told apart, no instrumentation of HTTP makes a span of it,
 * no agent keeps the connection, and at exit nobody waits for it.
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { VERSION } from '../../version.ts';
import type { Timers } from '../shutdown/shutdown.ts';
import { type Answer, readAnswer } from './answer.ts';
import type { Destination } from './destinations.ts';

/** The steps of a connection. */
export type ProbePhase = 'dns' | 'connect' | 'tls' | 'http';

/** What came of it. */
export type ProbeResult =
  | Answer
  /** `code` is that of Node or OpenSSL, such as `ECONNREFUSED`. */
  | { readonly outcome: 'failed'; readonly phase: ProbePhase; readonly code: string }
  | { readonly outcome: 'timeout'; readonly phase: ProbePhase }
  /** gRPC: somebody listens, and speaks TLS where it is wanted. More cannot be asked without a client of gRPC. */
  | { readonly outcome: 'connected' }
  | { readonly outcome: 'skipped' };

/** Files for TLS, in PEM. */
export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** What a probe may be given. */
export interface ProbeOptions {
  /** Longest time of all steps together, in milliseconds. @defaultValue 2000 */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /** Whether the process may end while the probe runs. */
  readonly background?: boolean;
  readonly tls?: TlsFiles;
  readonly timers?: Timers;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

const DEADLINE_MS = 2_000;

/** What of an answer is read at most, in bytes. */
const MAX_ANSWER = 16_384;

/** Headers that the probe writes itself. */
const OWN_HEADERS = new Set([
  'host',
  'connection',
  'content-length',
  'content-type',
  'transfer-encoding',
  'user-agent',
]);

const realTimers: Timers = {
  set: (callback, ms) => setTimeout(callback, ms).unref(),
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** Tries one address. Never rejects. */
export function probe(destination: Destination, options: ProbeOptions = {}): Promise<ProbeResult> {
  const { deadlineMs = DEADLINE_MS, signal, background = false, timers = realTimers, now = Date.now } = options;
  const url = addressOf(destination);
  if (signal?.aborted || url === null) return Promise.resolve({ outcome: 'skipped' });
  return new Promise((resolve) => {
    let phase: ProbePhase = isIP(hostOf(url)) === 0 ? 'dns' : 'connect';
    let socket: Socket | undefined;
    let answer = Buffer.alloc(0);
    const end = (result: ProbeResult): void => {
      timers.clear(timer);
      signal?.removeEventListener('abort', abort);
      socket?.destroy();
      resolve(result);
    };
    const abort = (): void => end({ outcome: 'skipped' });
    const timer = timers.set(() => end({ outcome: 'timeout', phase }), deadlineMs);
    signal?.addEventListener('abort', abort, { once: true });
    const fail = (error: unknown): void => end({ outcome: 'failed', phase, code: codeOf(error) });
    try {
      const secure = url.protocol === 'https:';
      const ready = (): void => {
        phase = 'http';
        if (destination.protocol === 'grpc') end({ outcome: 'connected' });
        else socket?.write(requestText(url, destination));
      };
      socket = open(url, destination.protocol === 'grpc' ? 'h2' : 'http/1.1', options.tls);
      if (background) socket.unref();
      socket
        .on('lookup', () => {
          phase = 'connect';
        })
        .on('connect', () => {
          if (secure) phase = 'tls';
          else ready();
        })
        .on('secureConnect', ready)
        .on('error', fail)
        .on('data', (chunk: Buffer) => {
          answer = Buffer.concat([answer, chunk]).subarray(0, MAX_ANSWER);
          const read = readAnswer(answer, answer.length === MAX_ANSWER, now());
          if (read !== null) end(read);
        })
        .on('close', () => end(readAnswer(answer, true, now()) ?? { outcome: 'failed', phase, code: 'CLOSED' }));
    } catch (error) {
      fail(error);
    }
  });
}

/** The address as a URL; null when there is none to try. That of gRPC may be `host:port` alone. */
function addressOf({ url, protocol }: Destination): URL | null {
  const text = protocol === 'grpc' && /^[\w.-]+:\d{1,5}$/.test(url) ? `http://${url}` : url;
  return /^https?:/i.test(text) && URL.canParse(text) ? new URL(text) : null;
}

function open(url: URL, alpn: string, tls: TlsFiles = {}): Socket {
  const secure = url.protocol === 'https:';
  const host = hostOf(url);
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  if (!secure) return connectTcp({ host, port });
  return connectTls({ host, port, ...tls, ALPNProtocols: [alpn], ...(isIP(host) === 0 && { servername: host }) });
}

/** Without the brackets of an IPv6 address. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function requestText(url: URL, { protocol, headers }: Destination): string {
  const body = protocol === 'http/json' ? '{}' : '';
  const sent = Object.entries(headers).filter(
    ([name, value]) =>
      !OWN_HEADERS.has(name.toLowerCase()) && /^[\w!#$%&'*+.^`|~-]+$/.test(name) && isHeaderValue(value),
  );
  if (url.username !== '' && !sent.some(([name]) => name.toLowerCase() === 'authorization')) {
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    sent.push(['authorization', `Basic ${Buffer.from(credentials).toString('base64')}`]);
  }
  const lines = [
    `POST ${url.pathname}${url.search} HTTP/1.1`,
    `host: ${url.host}`,
    'connection: close',
    `content-type: ${protocol === 'http/json' ? 'application/json' : 'application/x-protobuf'}`,
    `content-length: ${body.length}`,
    `user-agent: rolloutguard-doctor/${VERSION}`,
    ...sent.map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** Without line breaks, which would begin another header. */
function isHeaderValue(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

/** Several addresses may have been tried; what went wrong with the first tells enough. */
function codeOf(error: unknown): string {
  const { code, errors } = (error ?? {}) as { code?: unknown; errors?: readonly unknown[] };
  if (typeof code === 'string') return code;
  return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : 'FAILED';
}
