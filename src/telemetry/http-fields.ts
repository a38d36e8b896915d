/**
 * What may stand in a URL and in the headers of an export request. Whatever Node's HTTP client refuses would make every
 * single export fail, minutes after the start and without a word; so it is refused where it is given.
 */

/** RFC 9110, 5.6.2: a field name is a token. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** RFC 9110, 5.5: visible characters, blanks and tabs between them, and old texts above 0x7f. No line break, ever. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** They frame the message or the connection: with a value from outside a request would hang or be cut. */
const FRAMING: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What is wrong with a header, in words that do not show its value; null when nothing is. */
export function faultOfHeader(name: string, value: string): string | null {
  if (!TOKEN.test(name)) return 'a name that is no token (RFC 9110)';
  if (FRAMING.has(name.toLowerCase())) return 'a header that the exporter sets itself';
  return FIELD_VALUE.test(value) ? null : 'a value with a line break or another character that HTTP forbids';
}

/** Whether this is an http or https URL that a request can be sent to. */
export function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && isPercentEncoded(username) && isPercentEncoded(password);
}

/** Whether gRPC can be told this as its target: an http or https URL, a bare `host:port`, or `unix:path`. */
export function isGrpcTarget(text: string): boolean {
  if (isHttpUrl(text) || /^unix:\S+$/.test(text)) return true;
  return /^[\w.-]+(?::\d{1,5})?$/.test(text) && URL.canParse(`https://${text}`);
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
