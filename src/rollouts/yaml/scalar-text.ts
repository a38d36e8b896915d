/** Writes one string so that YAML 1.1 and 1.2 both read it as that string. */
import { plainValue } from './scalar.ts';

/** What every reader takes as text, in maps and lists of both styles, if it is no word or number. */
const PLAIN = /^[A-Za-z0-9_/(][\w./@+=%$^~()<>|;&*?!\\'"`: #-]*$/;
/** Colons and number signs that end a plain text, and a blank at its end. */
const BROKEN = /:(?:\s|$)|\s#|\s$/;
/** Base 60 of YAML 1.1, and what looks like a time. */
const OLD_NUMBER = /^[-+]?[\d_]+(?::[0-5]?\d)+(?:\.[\d_]*)?$|^\d{4}-\d/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\p{Cs}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const ESCAPED = /[\u0000-\u001f"\\\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\p{Cs}/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '"': '\\"', '\\': '\\\\' };

/** A key or a value on one line: plain where that is safe, else in double quotes. */
export function inlineText(text: string): string {
  return isPlain(text) ? text : quotedText(text);
}

/**
 * A value as a literal block, or `null` when it cannot be one or needs none.
 *
 * @param indent - blanks before each line.
 */
export function blockText(text: string, indent: string): string | null {
  if (!text.includes('\n') || UNPRINTABLE.test(text) || /^\n*$/.test(text)) return null;
  // By hand: an expression would look for the end anew at each line break.
  let end = text.length;
  while (text[end - 1] === '\n') end--;
  const body = text.slice(0, end);
  // Tabs and blanks at the ends of lines are kept by a block, but not by editors; at the beginning they need a number.
  if (/^\s/.test(body) || /[ \t](?:\n|$)/.test(text)) return null;
  const ends = text.length - end;
  const chomp = ends === 0 ? '-' : ends === 1 ? '' : '+';
  const lines = (chomp === '+' ? text.slice(0, -1) : body).split('\n');
  return `|${chomp}\n${lines.map((line) => (line === '' ? '' : indent + line)).join('\n')}`;
}

/** In double quotes, with every escape that JSON and YAML share where there is one. */
export function quotedText(text: string): string {
  return `"${text.replace(ESCAPED, (character) => SHORT[character] ?? escapeOf(character))}"`;
}

function isPlain(text: string): boolean {
  return (
    PLAIN.test(text) &&
    !BROKEN.test(text) &&
    !OLD_NUMBER.test(text) &&
    typeof plainValue(text) === 'string' &&
    !/^(?:0o?[\d_]*|e\d+)$/i.test(text)
  );
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
