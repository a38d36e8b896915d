/** Sees the requests of undici and the global `fetch` fail, through their diagnostics channels. A retry is a request of its own. */
import { reasonOf } from './failure.ts';
import type { Peer } from './targets.ts';
import { type WatchSeams, watchChannels } from './watch-http.ts';

interface UndiciRequest {
  readonly origin?: string | URL;
}

/** Starts to watch; returns a function that ends it. */
export function watchUndici({ onUnanswered, isOwn }: WatchSeams): () => void {
  const open = new WeakSet<UndiciRequest>();
  return watchChannels({
    'undici:request:create': (message) => {
      if (!isOwn()) open.add(requestOf(message));
    },
    // Who has begun to answer counts that request himself.
    'undici:request:headers': (message) => void open.delete(requestOf(message)),
    'undici:request:error': (message) => {
      const request = requestOf(message);
      if (!open.delete(request)) return;
      const reason = reasonOf((message as { error: unknown }).error);
      if (reason !== null) onUnanswered(peerOf(request), reason);
    },
  });
}

function requestOf(message: unknown): UndiciRequest {
  return (message as { request: UndiciRequest }).request;
}

function peerOf({ origin }: UndiciRequest): Peer {
  if (origin === undefined) return { host: undefined, port: undefined };
  const { hostname, port, protocol } = new URL(origin);
  // As `node:http` writes addresses of IPv6.
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}
