/** What may be shown of texts that came from outside: no credentials, nothing that a terminal obeys, and not too much. */
import { redact } from '../errors.ts';
import { visibleText } from '../visible-text.ts';

/** In the place of what is not shown. */
export const HIDDEN = '[redacted]';

/** Longest text that is shown of one value, in characters. */
const MAX_SHOWN = 200;

/** Segments of a path that OTLP endpoints have. Any other may be a token. */
const KNOWN_SEGMENT =
  /^(?:v\d{1,2}|api|apis|otlp|otel|opentelemetry|traces|metrics|logs|ingest|collector|http|spans)?$/i;

const URL_IN_TEXT = /\b[a-z][a-z\d+.-]{0,20}:\/\/[^\s"'<>]+/gi;

/** A text of the identity, such as a version or the address of a pipeline run: its URLs without credentials and query. */
export function shownText(value: string): string {
  // Cut before anything is looked for: a value may be megabytes.
  const start = value.slice(0, 4 * MAX_SHOWN);
  if (!start.includes('://')) return cut(visibleText(redact(start)));
  // What is no URL as a whole may hold credentials in ways that no pattern finds.
  if (!URL.canParse(start) && (start.includes('@') || start.length < value.length)) return HIDDEN;
  return cut(visibleText(redact(start.replace(URL_IN_TEXT, (url) => withoutSecrets(url, (path) => path)))));
}

/** The address of a collector: scheme, host, port and the parts of the path that such addresses have. */
export function shownUrl(value: string): string {
  const start = value.trim().slice(0, 4 * MAX_SHOWN);
  if (/^[\w.-]{1,100}:\d{1,5}$/.test(start)) return start;
  if (!/^https?:\/\//i.test(start)) return HIDDEN;
  return cut(
    visibleText(
      withoutSecrets(start, (path) =>
        path
          .split('/')
          .map((segment) => (KNOWN_SEGMENT.test(segment) ? segment : HIDDEN))
          .join('/'),
      ),
    ),
  );
}

/** A name from outside, such as that of a variable or a file. */
export function shownName(name: string): string {
  return cut(visibleText(name.slice(0, 2 * MAX_SHOWN)));
}

function withoutSecrets(text: string, ofPath: (path: string) => string): string {
  if (!URL.canParse(text)) return HIDDEN;
  const { protocol, host, pathname } = new URL(text);
  const path = ofPath(pathname);
  return `${protocol}//${host}${path === '/' && !text.endsWith('/') ? '' : path}`;
}

function cut(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
}
