/** What a call returns, and what is known of it (expr: builtin/builtin.go). */
import type { Signature } from './builtins.ts';
import { accepts, typeOf } from './kinds.ts';
import { ANY, NAN, NIL, type Value } from './value-type.ts';

/** A call whose arguments fit. */
export interface Call {
  readonly name: string;
  readonly signature: Signature;
  readonly values: readonly Value[];
  /** The condition's `result`. */
  readonly result: Value;
}

/** What a call returns: to the compiler, and in `now` what is known besides. */
export function resultOf(call: Call): Value {
  const type = typeOfCall(call);
  const now = knownOf(call, type);
  if (now === undefined) return type;
  return now.kind === type.kind ? now : { ...type, now };
}

function typeOfCall({ name, signature: { result }, values }: Call): Value {
  const [first = ANY, predicate = first] = values;
  const element = (first.kind === 'array' && first.of) || ANY;
  if (result === 'e' || (result === 'p' && values.length === 1)) return element;
  if (result === 'p') return predicate;
  if (result === 'P') return { kind: 'array', of: predicate };
  if (result !== '0') return typeOf(result);
  const list = /^(?:filter|take|sortBy)$/.test(name);
  // Over a list, the largest number is unknown to the compiler.
  if (!list && values.some((value) => value.kind !== 'duration' && !accepts('n', { ...value, of: ANY }, true)))
    return ANY;
  if (list) return { kind: 'array', of: element };
  return { kind: first.kind };
}

/** What the call is known to return: for NaN, for an empty list, and for the functions that look at the whole result. */
function knownOf({ name, values, result }: Call, type: Value): Value | undefined {
  const [first = ANY, second = ANY] = values.map((value) => value.now ?? value);
  const bool = (is: boolean): Value => ({ kind: 'bool', is });
  const int = (is: number): Value => ({ kind: 'int', is });
  if (name === 'isNil') return result.kind === 'any' ? undefined : bool(result === NIL);
  if (name === 'default') return result.kind === 'any' ? undefined : result === NIL ? second : result;
  if (name === 'isNaN') return typeof first.is === 'number' ? bool(Number.isNaN(first.is)) : undefined;
  if (name === 'len') return first.length === undefined ? undefined : int(first.length);
  if (first.length === 0) {
    // Of several arguments an empty list is none.
    if (/^m.*[^p]$/.test(name) && values.length > 1) return undefined;
    if (/^(?:first|last|find|findLast|max|min|get)$/.test(name)) return NIL;
    if (/^(?:sum|count|mean|median)$/.test(name)) return int(0);
    if (/^(?:all|none|any|one)$/.test(name)) return bool(/^[an]..?$|none/.test(name) && name !== 'any');
    return type.kind === 'array' ? { ...type, length: 0 } : undefined;
  }
  // The predicate is the same for every element.
  if (typeof second.is === 'boolean') {
    if (/^(?:all|any|none)$/.test(name)) return bool(second.is !== (name === 'none'));
    if (second.is) return undefined;
    return name === 'count' ? int(0) : name === 'filter' ? { ...type, length: 0 } : undefined;
  }
  const nan = values.some(({ is, of, now }) => [is, of?.is, now?.is, now?.of?.is].some(Number.isNaN));
  return nan && /^(?:abs|ceil|floor|round|float|asFloat|max|min|mean|median|sum)$/.test(name) ? NAN : undefined;
}
