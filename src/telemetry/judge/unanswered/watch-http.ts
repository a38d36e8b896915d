/**
 * Sees the requests of `node:http` and `node:https` fail, through Node's diagnostics channels: nothing is patched, and nothing
 * is done for a request that succeeds but to listen for its `timeout`.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { reasonOf, type UnansweredReason } from './failure.ts';
import type { Peer } from './targets.ts';

/** Told of a request without an answer. */
export type OnUnanswered = (peer: Peer, reason: UnansweredReason) => void;

/** What a watch needs from outside. */
export interface WatchSeams {
  readonly onUnanswered: OnUnanswered;
  /** True when the request that begins now is an export of our own. */
  readonly isOwn: () => boolean;
}

/** Starts to watch; returns a function that ends it. */
export function watchHttp({ onUnanswered, isOwn }: WatchSeams): () => void {
  const own = new WeakSet<ClientRequest>();
  const late = new WeakSet<ClientRequest>();
  const seen = new WeakSet<ClientRequest>();
  function onTimeout(this: ClientRequest): void {
    late.add(this);
  }
  const onBegin = (message: unknown): void => {
    const { request } = message as { request: ClientRequest };
    if (seen.has(request)) return;
    seen.add(request);
    if (isOwn()) own.add(request);
    else request.once('timeout', onTimeout);
  };
  const onError = (message: unknown): void => {
    const { request, error } = message as { request: ClientRequest; error: unknown };
    if (own.has(request) || isAnswered(request)) return;
    const reason = failureOf(request, error, late.has(request));
    if (reason !== null) onUnanswered(peerOf(request, error), reason);
  };
  // Both tell of the beginning: the first one at once, which not every release of Node does.
  return watchChannels({
    'http.client.request.created': onBegin,
    'http.client.request.start': onBegin,
    'http.client.request.error': onError,
  });
}

/** Subscribes to channels; a handler that throws would end the app. */
export function watchChannels(handlers: Readonly<Record<string, (message: unknown) => void>>): () => void {
  const undo = Object.entries(handlers).map(([channel, handle]) => {
    const safely = (message: unknown): void => {
      try {
        handle(message);
      } catch {
        // A release of Node or undici that tells something else.
      }
    };
    subscribe(channel, safely);
    return () => unsubscribe(channel, safely);
  });
  return () => {
    for (const step of undo) step();
  };
}

/** Who has begun to answer counts that request himself. */
function isAnswered(request: ClientRequest): boolean {
  return ((request as { res?: unknown }).res ?? null) !== null;
}

/**
 * A request that was destroyed before the error came was given up by its caller: because it had become late, which is the
 * server's failure, or for a reason of its own.
 */
function failureOf(request: ClientRequest, error: unknown, isLate: boolean): UnansweredReason | null {
  const reason = reasonOf(error);
  if (!request.destroyed) return reason ?? '_OTHER';
  return reason === 'timeout' || isLate ? 'timeout' : null;
}

function peerOf(request: ClientRequest, error: unknown): Peer {
  // Of a socket in the file system there is no address.
  if ((request as { socketPath?: unknown }).socketPath !== undefined) return { host: undefined, port: undefined };
  return { host: request.host, port: portOf(request, error) };
}

/** A request does not tell its port; the header does, where it names the same host. */
function portOf(request: ClientRequest, error: unknown): number | undefined {
  const { port } = error as { port?: unknown };
  if (typeof port === 'number') return port;
  const header = request.getHeader('host');
  if (typeof header === 'string') {
    const [, host, written] = /^(.*?)(?::(\d+))?$/.exec(header) ?? [];
    const isHost = host === request.host || host === `[${request.host}]`;
    if (isHost) return written === undefined ? (request.protocol === 'https:' ? 443 : 80) : Number(written);
  }
  return request.socket?.remotePort;
}
