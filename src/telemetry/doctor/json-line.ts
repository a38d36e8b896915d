/** JSON for a log: one line, bounded, and nothing in it that a terminal obeys. */

/** Control characters that JSON leaves as they are, and those that change how the text around them is shown. */
const DECEPTIVE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * The value as one line of JSON of at most `maxLength` characters. Where it would be longer, fields are left out, those of
 * `expendable` in their order, and `truncated` is true.
 */
export function jsonLine(
  value: Readonly<Record<string, unknown>>,
  maxLength: number,
  expendable: readonly string[],
): string {
  const fields: Record<string, unknown> = { ...value };
  let line = encode(fields);
  for (const name of expendable) {
    if (line.length <= maxLength) break;
    if (!(name in fields)) continue;
    delete fields[name];
    line = encode({ ...fields, truncated: true });
  }
  return line;
}

function encode(value: unknown): string {
  return JSON.stringify(value).replace(
    DECEPTIVE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
