/** JSON that is safe to print, whatever its strings came from. */

/**
 * A value as JSON, indented by two spaces, with a line break at its end. Control characters and overrides of text direction
 * are written as `\u` escapes. The order of keys is that of the value.
 *
 * @param replacer as that of `JSON.stringify`.
 */
export function jsonText(value: unknown, replacer?: (key: string, value: unknown) => unknown): string {
  // Inside JSON these characters can only stand in strings, where an escape means the same.
  return `${JSON.stringify(value, replacer, 2).replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, escapeUnit)}\n`;
}

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
