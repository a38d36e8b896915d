/**
 * Where an outgoing request goes: everybody who will read its headers, as far as the request itself says.
 *
 * A request may name more than one host: the one that it is sent to, the one in an absolute path (a proxy passes it on), the
 * one in the Host header (a gateway routes by it). All of them count.
 */
import { normalHost, portNumber, splitPort } from './hosts.ts';

/** A host in normal form, with its port. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}

/** Options of `http.request`, as far as they say where the request goes. */
export interface HttpRequestLike {
  readonly protocol?: unknown;
  readonly hostname?: unknown;
  readonly host?: unknown;
  readonly port?: unknown;
  readonly defaultPort?: unknown;
  readonly path?: unknown;
  readonly method?: unknown;
  readonly socketPath?: unknown;
  readonly headers?: object | undefined;
}

/** A request of undici, as far as it says where it goes. */
export interface UndiciRequestLike {
  readonly origin?: unknown;
  readonly path?: unknown;
  readonly method?: unknown;
  /** The Host header, when the app set one. */
  readonly host?: unknown;
  headers?: unknown;
}

/** Where a request of `node:http` or `node:https` goes; null when that is not known for sure. */
export function httpDestinations(options: HttpRequestLike): Destination[] | null {
  // The path of a socket is no host. (Node prefers it to the host, too.)
  if (options.socketPath) return null;
  const port = defaultPort(options.protocol);
  const host = destination(
    String(options.hostname || options.host || 'localhost'),
    options.port || options.defaultPort || port,
  );
  return allOf(host, options.method, options.path, headerOf(options.headers, 'host'), port);
}

/** Where a request of undici or the global `fetch` goes; null when that is not known for sure. */
export function undiciDestinations(
  { origin, path, method, host }: UndiciRequestLike,
  originOf: (text: string) => Origin = readOrigin,
): Destination[] | null {
  const { first, schemePort } = originOf(String(origin));
  return allOf(first, method, path, host, schemePort);
}

/** The host of an origin, and the port of its scheme. */
export interface Origin {
  readonly first: Destination | null;
  readonly schemePort: number;
}

/** A service calls a few origins, again and again. */
const MAX_ORIGINS = 100;
const MAX_ORIGIN_LENGTH = 300;

/** Reads origins and remembers them: parsing one takes longer than all the rest. */
export function originReader(): (text: string) => Origin {
  const known = new Map<string, Origin>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const origin = readOrigin(text);
    if (known.size >= MAX_ORIGINS) known.clear();
    if (text.length <= MAX_ORIGIN_LENGTH) known.set(text, origin);
    return origin;
  };
}

function readOrigin(text: string): Origin {
  const url = URL.canParse(text) ? new URL(text) : null;
  const schemePort = defaultPort(url?.protocol);
  return { first: url === null ? null : destination(url.hostname, url.port || schemePort), schemePort };
}

function allOf(
  first: Destination | null,
  method: unknown,
  path: unknown,
  hostHeader: unknown,
  port: number,
): Destination[] | null {
  // The headers of CONNECT are for the proxy.
  if (first === null || (typeof method === 'string' && method.toUpperCase() === 'CONNECT')) return null;
  const all: (Destination | null)[] = [first];
  if (typeof path === 'string' && !path.startsWith('/') && /^[a-z]+:/i.test(path)) all.push(inPath(path));
  if (hostHeader !== undefined && hostHeader !== null) {
    const named = inHeader(hostHeader, port);
    if (named === null || named.host !== first.host) all.push(named);
  }
  return all.every((found) => found !== null) ? all : null;
}

function inPath(path: string): Destination | null {
  if (!URL.canParse(path)) return null;
  const { hostname, port, protocol } = new URL(path);
  return destination(hostname, port || defaultPort(protocol));
}

function inHeader(value: unknown, port: number): Destination | null {
  if (typeof value !== 'string') return null;
  const [name, ownPort] = splitPort(value.trim());
  return destination(name, ownPort ?? port);
}

function destination(name: string, portText: unknown): Destination | null {
  const host = normalHost(name);
  const port = portNumber(String(portText));
  return host === null || port === undefined ? null : { host, port };
}

function defaultPort(protocol: unknown): number {
  return protocol === 'https:' ? 443 : 80;
}

function headerOf(headers: object | undefined, name: string): unknown {
  for (const [key, value] of Object.entries(headers ?? {})) {
    if (key.length === name.length && key.toLowerCase() === name) return value;
  }
  return undefined;
}
