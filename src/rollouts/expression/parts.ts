/** What stands inside a value. */
import { accepts } from './kinds.ts';
import { ANY, partOf, type Value } from './value-type.ts';

/** The element or the field of a value, or `null` where expr refuses to look for one (expr: checker/checker.go, memberNode). */
export function partOfValue(object: Value, property: Value, modern: boolean): Value | null {
  const name = typeof property.is === 'string' ? property.is : '';
  const { kind, of = ANY, fields } = object;
  if (kind === 'any') return ANY;
  if (kind === 'array') return accepts('i', property, modern) ? of : null;
  if (kind === 'map') return accepts('s', property, modern) ? of : null;
  // Go's own methods, such as now().Unix().
  if (/time|duration/.test(kind)) return /^[A-Z]/.test(name) ? ANY : null;
  if (fields === undefined || !Object.hasOwn(fields, name)) return null;
  const field = partOf(fields[name]!);
  return field.kind === 'array' && object.length === 0 ? { ...field, length: 0 } : field;
}
