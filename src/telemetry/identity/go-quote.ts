/** Strings as Go quotes them (`%q`, strconv.Quote): so does the Kubernetes downward API write labels and annotations. */

const LETTERS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  '"': '"',
  '\\': '\\',
};

/** An escape: a byte, an octal byte, a code point, a letter; or what may not stand there as it is. */
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([abtnvfr"\\])|)|["\n]/g;

/** The string inside of the quotes; null when it is not quoted as Go quotes. Bytes that are no UTF-8 become U+FFFD. */
export function unquoteGo(quoted: string): string | null {
  if (quoted.length < 2 || !quoted.startsWith('"') || !quoted.endsWith('"')) return null;
  const inner = quoted.slice(1, -1);
  if (!/["\\\n]/.test(inner)) return inner;
  let wrong = false;
  // Go's escapes are bytes, several of which may make one character: so all of it is bytes until the end, one a letter.
  const bytes = asBytes(inner).replace(ESCAPE, (...[, hex, octal, short, long, letter]: string[]) => {
    const byte = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16);
    if (byte <= 0xff) return String.fromCharCode(byte);
    if (letter !== undefined) return LETTERS[letter] as string;
    const codePoint = Number.parseInt(short ?? long ?? '', 16);
    if (codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff)) {
      return asBytes(String.fromCodePoint(codePoint));
    }
    wrong = true;
    return '';
  });
  return wrong ? null : Buffer.from(bytes, 'latin1').toString('utf8');
}

function asBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
