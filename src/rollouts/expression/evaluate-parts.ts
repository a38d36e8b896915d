/** Pieces of the evaluation that need no state. */
import { stop, unsupported } from './go-values.ts';
import type { Expression } from './syntax.ts';
import { ANY, NIL, partOf, type Value, type ValueType } from './value-type.ts';

/** More than any condition needs; the length of a list is limited by expr itself. */
export const MAX_STEPS = 1_000_000;

/** expr gives nil where there is none. */
export function foundAt(index: number): bigint | null {
  return index < 0 ? null : BigInt(index);
}

/** The compiler makes integers that are written out floats where a float is wanted; one that is computed stays what it is. */
export function isWritten(at: Expression): boolean {
  if (at.type === 'unary') return isWritten(at.operand);
  if (at.type === 'binary') return /^[-+*]$/.test(at.operator) && (isWritten(at.left) || isWritten(at.right));
  return at.type === 'literal';
}

export function grouped(list: readonly unknown[], keys: readonly unknown[]): Map<unknown, unknown[]> {
  const groups = new Map<unknown, unknown[]>();
  list.forEach((item, index) => {
    const group = groups.get(keys[index]);
    if (group === undefined) groups.set(keys[index], [item]);
    else group.push(item);
  });
  return groups;
}

export function range(from: bigint, to: bigint): bigint[] {
  if (to - from >= MAX_STEPS - 1) stop('The list is too long');
  return Array.from({ length: Math.max(0, Number(to - from) + 1) }, (_, index) => from + BigInt(index));
}

export function ofText(operator: string, text: string, part: string): boolean {
  if (operator === 'contains') return text.includes(part);
  if (operator === 'startsWith') return text.startsWith(part);
  if (operator === 'endsWith') return text.endsWith(part);
  // Go's expressions take linear time; JavaScript's do not when a group is repeated.
  const [, flags = '', pattern = ''] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(part)!;
  if (/\)[*+{]|\(\?|\\[\dpPQAzC]/.test(pattern)) unsupported('This regular expression');
  try {
    return new RegExp(pattern, flags).test(text);
  } catch {
    return stop('This is no regular expression');
  }
}

/** The Go type of a result. */
export function typed(value: unknown, type?: ValueType): Value {
  const hints =
    type?.kind === 'either' ? type.of : type?.kind === 'optional' ? [type.of] : type === undefined ? [] : [type];
  if (value === null || value === undefined) return NIL;
  if (Array.isArray(value)) {
    const hint = hints.find(({ kind }) => kind === 'array');
    if (hint !== undefined) return partOf(hint);
    const numbers = hints.length === 0 && value.length > 0 && value.every((item) => typeof item === 'number');
    return { kind: 'array', of: numbers ? { kind: 'number' } : ANY };
  }
  if (typeof value === 'object') {
    const hint = hints.find(({ kind }) => kind === 'struct' || kind === 'map');
    return hint === undefined ? { kind: 'map', of: ANY } : partOf(hint);
  }
  if (typeof value === 'number') return { kind: 'number' };
  return typeof value === 'boolean' ? { kind: 'bool' } : { kind: 'string' };
}
