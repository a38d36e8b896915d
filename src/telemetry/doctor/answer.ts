/** What the first bytes of an answer say: an HTTP status, or that something else than HTTP is spoken there. */

/** An answer that was understood. */
export type Answer =
  | {
      readonly outcome: 'answered';
      readonly status: number;
      /** The collector's clock minus ours, in milliseconds; null when it did not say. Its resolution is a second. */
      readonly clockSkewMs: number | null;
    }
  | { readonly outcome: 'foreign'; readonly speaks: 'http2' | 'tls' | 'unknown' };

/** Servers answer so when they expect TLS. */
const WANTS_TLS = /HTTP request (?:was sent )?to (?:an )?HTTPS/i;

/** A Date header tells the second that had begun. */
const HALF_A_SECOND_MS = 500;

/** Reads an answer; null while more of it is needed. `complete` when no more will come. */
export function readAnswer(bytes: Buffer, complete: boolean, nowMs: number): Answer | null {
  if (bytes.length < 5) {
    if (!complete || bytes.length === 0) return null;
    return { outcome: 'foreign', speaks: 'unknown' };
  }
  if (bytes.toString('latin1', 0, 5) !== 'HTTP/') return { outcome: 'foreign', speaks: languageOf(bytes) };
  const text = bytes.toString('latin1');
  const headEnds = text.search(/\r?\n\r?\n/);
  if (headEnds < 0 && !complete) return null;
  const head = headEnds < 0 ? text : text.slice(0, headEnds);
  const status = Number(/^HTTP\/\d(?:\.\d)? (\d{3})\b/.exec(head)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) return { outcome: 'foreign', speaks: 'unknown' };
  // Only its text tells why.
  if (status === 400 && !complete) return null;
  if (status === 400 && WANTS_TLS.test(text)) return { outcome: 'foreign', speaks: 'tls' };
  return { outcome: 'answered', status, clockSkewMs: skew(head, nowMs) };
}

/** An alert of TLS, or the first frame of HTTP/2, which is SETTINGS, or GOAWAY when it is refused. */
function languageOf(bytes: Buffer): 'http2' | 'tls' | 'unknown' {
  if (bytes[0] === 0x15 && bytes[1] === 0x03) return 'tls';
  return bytes[0] === 0 && (bytes[3] === 4 || bytes[3] === 7) ? 'http2' : 'unknown';
}

function skew(head: string, nowMs: number): number | null {
  const date = Date.parse(/^date:[ \t]*([^\r\n]{1,64})/im.exec(head)?.[1] ?? '');
  return Number.isNaN(date) ? null : date + HALF_A_SECOND_MS - nowMs;
}
