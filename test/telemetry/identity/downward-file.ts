/** Writes label files as the kubelet does: one `key=%q` a line, sorted by key. After Go's strconv.Quote. */

const LETTERS: ReadonlyMap<string, string> = new Map([
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['"', '\\"'],
  ['\\', '\\\\'],
]);

/** Go prints letters, marks, numbers, punctuation, symbols and the ASCII space; the rest it escapes. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** Halves of surrogate pairs cannot be written. */
export function asUtf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

export function quoteGo(text: string): string {
  return `"${[...asUtf8(text)].map(quoteCharacter).join('')}"`;
}

function quoteCharacter(character: string): string {
  const letter = LETTERS.get(character);
  if (letter !== undefined) return letter;
  if (PRINTABLE.test(character)) return character;
  const codePoint = character.codePointAt(0) as number;
  const hex = (digits: number): string => codePoint.toString(16).padStart(digits, '0');
  if (codePoint < 0x20 || codePoint === 0x7f) return `\\x${hex(2)}`;
  return codePoint > 0xffff ? `\\U${hex(8)}` : `\\u${hex(4)}`;
}

export function renderDownwardFile(entries: Readonly<Record<string, string>>): string {
  return Object.keys(entries)
    .sort()
    .map((key) => `${key}=${quoteGo(entries[key] as string)}\n`)
    .join('');
}
