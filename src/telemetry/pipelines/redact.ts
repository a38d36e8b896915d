/**
 * Keeps credentials of the export out of everything that people read: messages, diagnostics, reports. They hide in headers,
 * in the user and query of a URL, and at some vendors in its path.
 */
import { redact } from '../../errors.ts';
import { visibleText } from '../../visible-text.ts';

const REDACTED = '[redacted]';

/** Shorter texts are no secrets, and taking them out would garble every message. */
const SHORTEST_SECRET = 4;

/** Where telemetry is sent, as far as credentials go. */
export interface Destination {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Every text by which the credentials of these destinations may appear in a message, the longest first. */
export function secretsOf(destinations: Iterable<Destination>): string[] {
  const secrets = new Set<string>();
  for (const { url, headers } of destinations) {
    // "Bearer abc": the token may be shown alone, too.
    for (const value of Object.values(headers))
      for (const text of [value, ...value.split(/[\s,;]+/)]) secrets.add(text);
    const parsed = parse(url);
    if (parsed === null) continue;
    const { username, password, pathname, searchParams } = parsed;
    const query = [...searchParams.values()];
    for (const text of [username, password, ...query, ...pathname.split('/').filter(isToken)]) {
      for (const form of [text, decoded(text), encodeURIComponent(text)]) secrets.add(form);
    }
    // What HTTP makes of them.
    secrets.add(Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64'));
  }
  return [...secrets].filter((text) => text.length >= SHORTEST_SECRET).sort((a, b) => b.length - a.length);
}

/** A message from outside as it may be shown: on one line, without these secrets and whatever else looks like one. */
export function redactedText(text: string, secrets: readonly string[]): string {
  let shown = text;
  for (const secret of secrets) {
    shown = shown.replaceAll(secret, REDACTED).replaceAll(JSON.stringify(secret).slice(1, -1), REDACTED);
  }
  return redact(visibleText(shown));
}

function parse(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

/** Long, and of letters and digits mixed: a word or a version is not like that. */
function isToken(part: string): boolean {
  return part.length >= 20 && /\d/.test(part) && /[a-z]/i.test(part);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
