/** Kinds of values by letter: the notation in which operators and functions say what they take and return. */
import { ANY, type Value } from './value-type.ts';

const ARRAY: Value = { kind: 'array', of: ANY };

/**
 * `n` number, `i` integer, `s` string, `b` bool, `t` time, `d` duration, `z` time zone, `a` list, `m` object; `N` number or
 * string, `q` number or list, `l` anything with a length, `S` list of strings. `*` is anything.
 */
const KINDS: Readonly<Record<string, readonly Value['kind'][]>> = {
  ...{ n: ['number', 'int'], i: ['int'], s: ['string'], b: ['bool'], t: ['time'], d: ['duration'], z: ['timezone'] },
  ...{ a: ['array'], m: ['map'], N: ['number', 'int', 'string'], q: ['number', 'int', 'array'] },
  ...{ l: ['array', 'map', 'string'], S: ['array'] },
};

/** True when the compiler lets the value pass where that letter stands. A duration was an integer to expr 1.15. */
export function accepts(letter: string, { kind, of }: Value, modern: boolean): boolean {
  if (letter === '*' || kind === 'any') return true;
  if (letter === 'S' && of !== undefined && !/string|any/.test(of.kind)) return false;
  return KINDS[letter]!.includes(kind) || (kind === 'duration' && !modern && /[ni]/.test(letter));
}

/** The type that a letter stands for in a result. */
export function typeOf(letter: string): Value {
  if (letter === '*') return ANY;
  if (letter === 'S') return { kind: 'array', of: { kind: 'string' } };
  return letter === 'a' ? ARRAY : { kind: KINDS[letter]![0]! };
}
