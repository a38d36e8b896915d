/** What functions take and return, and what is known of it (expr: builtin/builtin.go). */
import type { Signature } from './builtins.ts';
import { ANY, NIL, typeName, type Value } from './value-type.ts';

/** What a letter of a {@link Signature} stands for, beyond those of the operators. */
const LETTERS: Readonly<Record<string, readonly [kinds: string, name: string]>> = {
  n: ['number int', 'a number'],
  f: ['number int', 'a number'],
  i: ['int', 'an integer'],
  N: ['number int string', 'a number or a string'],
  s: ['string', 'a string'],
  b: ['bool', 'a bool'],
  a: ['array bytes', 'a list'],
  S: ['array', 'a list of strings'],
  q: ['number int array bytes', 'numbers or a list'],
  l: ['array map string bytes', 'a list, an object or a string'],
  m: ['map', 'an object'],
  z: ['timezone', 'a time zone'],
};

/** The word for what a function takes. */
export function letterName(letter: string): string {
  return LETTERS[letter]![1];
}

/** True when the compiler lets that value pass there. */
export function accepts(letter: string, value: Value, modern: boolean): boolean {
  const { kind } = value;
  if (letter === '*' || kind === 'any') return true;
  if (letter === 'S' && value.of !== undefined && !/^(?:string|any)$/.test(value.of.kind)) return false;
  // Its Go kind is that of an integer, and most functions look at no more.
  if (kind === 'duration') return (modern ? 'nNq' : 'nNqfi').includes(letter);
  return LETTERS[letter]![0].split(' ').includes(kind);
}

const RESULTS: Readonly<Record<string, Value>> = {
  ...{ i: { kind: 'int' }, f: { kind: 'number' }, s: { kind: 'string' }, b: { kind: 'bool' }, t: { kind: 'time' } },
  ...{ d: { kind: 'duration' }, z: { kind: 'timezone' }, A: { kind: 'array', of: ANY }, '*': ANY },
  S: { kind: 'array', of: { kind: 'string' } },
};

interface Call {
  readonly name: string;
  readonly signature: Signature;
  readonly values: readonly Value[];
  /** The condition's `result`. */
  readonly result: Value;
  readonly modern: boolean;
  readonly fault: (message: string, value: Value) => void;
}

/** What a call returns. */
export function resultOf(call: Call): Value {
  const type = typeOf(call);
  const now = valueOfCall(call, type);
  if (now === undefined) return type;
  return now.kind === type.kind ? now : { ...type, now };
}

function typeOf({ name, signature, values }: Call): Value {
  const first = values[0] ?? ANY;
  const last = values.at(-1) ?? ANY;
  const element = first.kind === 'array' ? (first.of ?? ANY) : ANY;
  switch (signature.result) {
    case '0':
      if (name === 'filter' && first.kind !== 'array') return { kind: 'array', of: ANY };
      // Over a list, the numbers of these are unknown to the compiler.
      if (!/^(?:filter|take|sortBy)$/.test(name) && values.some(({ kind }) => !/^(?:number|int)$/.test(kind)))
        return ANY;
      return first.of === undefined ? { kind: first.kind } : { kind: first.kind, of: first.of };
    case 'e':
      return element;
    case 'p':
      return name === 'sum' && values.length === 1 ? element : last;
    case 'P':
      return { kind: 'array', of: last };
    default:
      if (name === 'get' && (first.kind === 'array' || first.kind === 'map')) return first.of ?? ANY;
      return RESULTS[signature.result]!;
  }
}

/** What the call is known to return: for NaN, for an empty list, and for the functions that look at the whole result. */
function valueOfCall({ name, values, result, modern, fault }: Call, type: Value): Value | undefined {
  const [first = ANY, second] = values.map((value) => value.now ?? value);
  const nan = (value: Value | undefined): boolean => Number.isNaN(value?.is) || Number.isNaN(value?.of?.is);
  const bool = (is: boolean): Value => ({ kind: 'bool', is });
  switch (name) {
    case 'isNil':
      return result.kind === 'any' ? undefined : bool(result.kind === 'nil');
    case 'default':
      return result.kind === 'any' ? undefined : result.kind === 'nil' ? second : result;
    case 'isNaN':
      return typeof first.is === 'number' ? bool(Number.isNaN(first.is)) : undefined;
    case 'asInt':
    case 'asFloat':
      if (!accepts('N', first, modern)) fault(`${name} takes ${letterName('N')}, not ${typeName(first)}`, first);
      return name === 'asFloat' && nan(first) ? { kind: 'number', is: Number.NaN } : undefined;
    case 'len':
      return first.length === undefined ? undefined : { kind: 'int', is: first.length };
  }
  if (first.length === 0) return ofNothing(name, type, values, fault);
  if (second !== undefined && typeof second.is === 'boolean') return ofAll(name, second.is, first);
  if (values.some(nan) && /^(?:abs|ceil|floor|round|float|max|min|mean|median|sum)$/.test(name)) {
    return { kind: 'number', is: Number.NaN };
  }
  return undefined;
}

function ofNothing(name: string, type: Value, values: readonly Value[], fault: Call['fault']): Value | undefined {
  if (/^(?:first|last|find|findLast|max|min|get)$/.test(name)) return NIL;
  if (/^(?:sum|count|mean|median)$/.test(name)) return { kind: name === 'count' ? 'int' : 'number', is: 0 };
  if (/^(?:all|none)$/.test(name)) return { kind: 'bool', is: true };
  if (/^(?:any|one)$/.test(name)) return { kind: 'bool', is: false };
  if (name === 'reduce' && values.length < 3) fault('an empty list has nothing to reduce', NIL);
  return type.kind === 'array' ? { ...type, length: 0 } : undefined;
}

/** The predicate is the same for every element. */
function ofAll(name: string, is: boolean, list: Value): Value | undefined {
  if (name === 'all' || name === 'any') return { kind: 'bool', is };
  if (name === 'none') return { kind: 'bool', is: !is };
  if (name === 'one' && !is) return { kind: 'bool', is };
  if (name === 'count' && !is) return { kind: 'int', is: 0 };
  return name === 'filter' && !is ? { ...list, length: 0 } : undefined;
}
