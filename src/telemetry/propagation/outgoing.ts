/**
 * Tells the propagator which request it is injecting into.
 *
 * `inject(context, carrier)` does not know where a request goes, and a span that is not sampled has no attributes to read it
 * from. But both HTTP instrumentations call a hook just before, with the request itself. What the hook saw is used only when the
 * injection is provably of the same request: for `node:http` when the carrier is the headers object of those very options,
 * for undici when the context holds the span that the hook was given. Every other injection, into a message of a queue for
 * example, finds nothing and gets nothing.
 */

import { withoutCallerEntries } from './baggage-text.ts';
import {
  type Destination,
  type HttpRequestLike,
  httpDestinations,
  originReader,
  type UndiciRequestLike,
  undiciDestinations,
} from './destinations.ts';

/** Hooks for the configuration of the HTTP instrumentations. They never throw. Call them after hooks of the app's own. */
export interface OutgoingHooks {
  /** `startOutgoingSpanHook` of the instrumentation of `node:http`. It adds no attributes. */
  readonly onHttpRequest: (options: HttpRequestLike) => Record<string, never>;
  /** `requestHook` of the instrumentation of undici. */
  readonly onUndiciRequest: (span: object, request: UndiciRequestLike) => void;
}

/** The hooks, and the question that the propagator asks. */
export interface OutgoingRequests {
  readonly hooks: OutgoingHooks;
  /**
   * Where the request goes that is being injected into: null when that is not known for sure, undefined when this is no HTTP
   * request. May be asked once an injection.
   */
  takeDestinations(span: object | undefined, carrier: unknown): Destination[] | null | undefined;
}

/** Makes a pair of hooks and question. */
export function watchOutgoing(): OutgoingRequests {
  const originOf = originReader();
  let http: HttpRequestLike | undefined;
  let undici: { readonly span: object; readonly request: UndiciRequestLike } | undefined;
  return {
    hooks: {
      onHttpRequest(options): Record<string, never> {
        http = options;
        return {};
      },
      onUndiciRequest(span, request): void {
        undici = { span, request };
        try {
          cleanHeaders(request);
        } catch {
          // A shape of headers that no known undici has; its own instrumentation leaves it alone, too.
        }
      },
    },
    takeDestinations(span, carrier): Destination[] | null | undefined {
      if (http !== undefined && http.headers === carrier) {
        const options = http;
        http = undefined;
        return httpDestinations(options);
      }
      if (undici !== undefined && undici.span === span) {
        const { request } = undici;
        undici = undefined;
        return undiciDestinations(request, originOf);
      }
      return undefined;
    },
  };
}

/** A service that passes the headers of its callers on would pass on what they said of themselves. */
function cleanHeaders(request: UndiciRequestLike): void {
  const { headers } = request;
  if (Array.isArray(headers)) cleanPairs(headers as unknown[]);
  // undici 5 holds them as the text that it will send.
  else if (typeof headers === 'string' && /^baggage:/im.test(headers)) request.headers = cleanLines(headers);
}

function cleanPairs(headers: unknown[]): void {
  for (let index = headers.length - 2; index >= 0; index -= 2) {
    const name = headers[index];
    if (typeof name !== 'string' || name.length !== 7 || name.toLowerCase() !== 'baggage') continue;
    const values = [headers[index + 1]].flat().map((value) => withoutCallerEntries(String(value)));
    const kept = values.filter((value) => value !== '');
    if (kept.length === 0) headers.splice(index, 2);
    else headers[index + 1] = kept.length === 1 ? kept[0] : kept;
  }
}

function cleanLines(headers: string): string {
  const lines = headers.split('\r\n').flatMap((line) => {
    if (!/^baggage:/i.test(line)) return [line];
    const value = line.slice('baggage:'.length).trim();
    const kept = withoutCallerEntries(value);
    if (kept === value) return [line];
    return kept === '' ? [] : [`baggage: ${kept}`];
  });
  return lines.join('\r\n');
}
