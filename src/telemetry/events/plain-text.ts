/** Text of an event, as it is sent. */
import { redact } from '../../errors.ts';

/** Longest text of one attribute, in UTF-16 code units. */
const MAX_LENGTH = 1024;

/** The text without credentials, bounded, and without halves of characters at its end. */
export function plainText(text: string): string {
  // Cut twice: what is redacted may get longer, and a text of megabytes need not be read.
  return redact(text.slice(0, MAX_LENGTH))
    .slice(0, MAX_LENGTH)
    .replace(/\p{Cs}/gu, '\ufffd');
}
