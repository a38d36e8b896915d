/** Writes a value on one line, in the manner of what it replaces. */
import type { Scalar } from 'yaml';
import { inlineText, quotedText } from './scalar-text.ts';

/** A value in brackets and braces. @param isWide - whether braces have blanks inside. */
export function flowText(value: unknown, isWide: boolean): string {
  if (typeof value === 'string') return inlineText(value);
  if (typeof value !== 'object' || value === null) return scalarText(value);
  if (Array.isArray(value)) return `[${value.map((item) => flowText(item, isWide)).join(', ')}]`;
  const entries = Object.entries(value).map(([key, item]) => `${inlineText(key)}: ${flowText(item, isWide)}`);
  const blank = isWide && entries.length > 0 ? ' ' : '';
  return `{${blank}${entries.join(', ')}${blank}}`;
}

/** A value with the quotes of the one that it replaces. */
export function scalarLike(old: Scalar, value: unknown): string {
  if (typeof value !== 'string') return flowText(value, false);
  if (old.type === 'QUOTE_DOUBLE') return quotedText(value);
  const fitsSingle = old.type === 'QUOTE_SINGLE' && /^[\u0020-\u007e]*$/.test(value);
  return fitsSingle ? `'${value.replaceAll("'", "''")}'` : inlineText(value);
}

function scalarText(value: unknown): string {
  return Object.is(value, -0) ? '-0.0' : String(value ?? null);
}
