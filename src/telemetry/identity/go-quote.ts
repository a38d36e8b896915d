/** Strings as Go quotes them (`%q`, strconv.Quote): so does the Kubernetes downward API write labels and annotations. */

const SINGLE: Readonly<Record<string, number>> = {
  a: 0x07,
  b: 0x08,
  t: 0x09,
  n: 0x0a,
  v: 0x0b,
  f: 0x0c,
  r: 0x0d,
  '"': 0x22,
  '\\': 0x5c,
};

/** One piece: plain characters, or one escape: byte, octal byte, code point, or a letter. */
const PIECE = /([^"\\\n]+)|\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([abtnvfr"\\]))/y;

/** The string inside of the quotes; null when it is not quoted as Go quotes. Bytes that are no UTF-8 become U+FFFD. */
export function unquoteGo(quoted: string): string | null {
  if (quoted.length < 2 || !quoted.startsWith('"') || !quoted.endsWith('"')) return null;
  const inner = quoted.slice(1, -1);
  if (!/["\\\n]/.test(inner)) return inner;
  const pieces: Buffer[] = [];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < inner.length) {
    const piece = PIECE.exec(inner);
    const bytes = piece === null ? null : bytesOf(piece);
    if (bytes === null) return null;
    pieces.push(bytes);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function bytesOf([, plain, hex, octal, short, long, letter]: RegExpExecArray): Buffer | null {
  if (plain !== undefined) return Buffer.from(plain, 'utf8');
  if (hex !== undefined) return Buffer.of(Number.parseInt(hex, 16));
  if (octal !== undefined) return Number.parseInt(octal, 8) > 0xff ? null : Buffer.of(Number.parseInt(octal, 8));
  if (letter !== undefined) return Buffer.of(SINGLE[letter] as number);
  const codePoint = Number.parseInt((short ?? long) as string, 16);
  const isCharacter = codePoint <= 0x10ffff && (codePoint < 0xd800 || codePoint > 0xdfff);
  return isCharacter ? Buffer.from(String.fromCodePoint(codePoint), 'utf8') : null;
}
