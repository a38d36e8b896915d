/**
 * How Kubernetes reads a plain scalar. Its reader (sigs.k8s.io/yaml on go-yaml v2) follows YAML 1.1 for words and octal
 * numbers, knows no base 60, and leaves times as text.
 */

/** What a plain scalar can be. */
export type ScalarValue = string | number | boolean | null;

const WORDS: ReadonlyMap<string, number | boolean | null> = new Map<string, number | boolean | null>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, -Infinity] as const),
]);

const DECIMAL = /^[-+]?(?:0|[1-9]\d*)$/;
const OCTAL = /^([-+]?)0o?([0-7]+)$/i;
const OTHER_BASE = /^([-+]?)(0x[\da-f]+|0b[01]+)$/i;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?$/i;
const TIME = /^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt ])/;

/** The value of a plain scalar as Kubernetes reads it. NaN and infinities come out as such: JSON cannot hold them. */
export function plainValue(text: string): ScalarValue {
  // Most words can be neither.
  if (!/^(?:[-+.~\dyYnNtTfFoO]|$)/.test(text)) return text;
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (!/^[-+.\d]/.test(text) || TIME.test(text)) return text;
  return numberOf(text) ?? text;
}

/** The number that a plain scalar is, if it is one. */
function numberOf(text: string): number | null {
  // Underscores may group digits, but not behind a point that leads.
  const plain = text.startsWith('.') ? text : text.replaceAll('_', '');
  // An integer has no minus zero.
  if (DECIMAL.test(plain)) return Number(plain) || 0;
  const octal = OCTAL.exec(plain);
  if (octal) return Number(`0o${octal[2]}`) * (octal[1] === '-' ? -1 : 1);
  const other = OTHER_BASE.exec(plain);
  if (other) return Number(other[2]) * (other[1] === '-' ? -1 : 1);
  if (!FLOAT.test(plain)) return null;
  const number = Number(plain);
  // Too large for a float: the reader leaves it as text.
  return Number.isFinite(number) ? number : null;
}

/** True for a number whose leading zero makes it octal, such as `0777`. */
export function isOctal(text: string): boolean {
  return OCTAL.test(text.replaceAll('_', '')) && !/^[-+]?0o/i.test(text);
}

/** True for a word that is a boolean in YAML 1.1 only. */
export function isOldBoolean(text: string): boolean {
  return typeof WORDS.get(text) === 'boolean' && !/^(?:true|false)$/i.test(text);
}
