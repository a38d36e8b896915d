/** A contradiction of two sources, as a sentence. */
import type { IdentityConflict } from '../identity/identity.ts';
import { HIDDEN, shownName, shownText } from '../shown-text.ts';

/** Attributes of the app's own may be anything. */
const SECRET_NAME = /key|token|secret|passw|auth|credential/i;

/** Which attribute, what is used, and what the others say. */
export function conflictText({ attribute, used, ignored }: IdentityConflict): string {
  const quoted = (value: unknown): string =>
    SECRET_NAME.test(attribute) ? HIDDEN : JSON.stringify(shownText(String(value)));
  const others = ignored.map(({ source, value }) => `${shownName(source)} says ${quoted(value)}`).join(', ');
  return `${shownName(attribute)} is ${quoted(used.value)} from ${shownName(used.source)}, but ${others}.`;
}
