/** What is known of a value before it is measured. */

/** Kinds without parts. `number` is a Go float64, `int` a Go int: expr takes them for each other nearly everywhere. */
type PlainKind = 'number' | 'int' | 'string' | 'bool' | 'nil' | 'any' | 'time' | 'duration' | 'timezone' | 'function';

/** Type of the `result` that a condition meets. Argo compiles the condition against the value itself, so each alternative counts. */
export type ValueType =
  /** `nan`: it may be NaN. */
  | { readonly kind: PlainKind; readonly nan?: true }
  /** `filled`: it is never empty. */
  | { readonly kind: 'array'; readonly of: ValueType; readonly filled?: true }
  | { readonly kind: 'map'; readonly of: ValueType }
  | { readonly kind: 'struct'; readonly fields: Readonly<Record<string, ValueType>> }
  /** Either that or nil, when there is no data. */
  | { readonly kind: 'optional'; readonly of: ValueType }
  | { readonly kind: 'either'; readonly of: readonly ValueType[] };

/** A type with what is known of the very value, for one case such as "there is no data". */
export interface Value {
  readonly kind: Exclude<ValueType['kind'], 'optional' | 'either'>;
  readonly of?: Value;
  readonly fields?: Readonly<Record<string, ValueType>>;
  /** The value, when it is known: a number (NaN for what NaN makes), a bool, a string, `null`. */
  readonly is?: unknown;
  /** How many elements a list has, when it is known; 0 for an object whose lists are all empty. */
  readonly length?: number;
  /** What stands there at run time, when the compiler knows less. */
  readonly now?: Value;
}

/** One case that a condition must stand: a shape of the answer, no data, or NaN. */
export interface Case {
  readonly given: Value;
  readonly when: 'data' | 'none' | 'NaN';
}

export const ANY: Value = { kind: 'any' };
export const NIL: Value = { kind: 'nil', is: null };
export const NAN: Value = { kind: 'number', is: Number.NaN };

/** All that the value can be. */
export function casesOf(type: ValueType): Case[] {
  if (type.kind === 'either') return type.of.flatMap(casesOf);
  if (type.kind === 'optional') return [...casesOf(type.of), { given: NIL, when: 'none' }];
  const cases: Case[] = [{ given: partOf(type), when: 'data' }];
  if (type.kind === 'array') {
    const of = partOf(type.of);
    // A series without points is CloudWatch's way to say that there is no data.
    if (of.kind === 'struct') cases.push({ given: { kind: 'array', of: { ...of, length: 0 } }, when: 'none' });
    else if (type.filled !== true) cases.push({ given: { kind: 'array', of, length: 0 }, when: 'none' });
    if ('nan' in type.of) cases.push({ given: { kind: 'array', of: NAN, length: 1 }, when: 'NaN' });
  } else if ('nan' in type) cases.push({ given: NAN, when: 'NaN' });
  return cases;
}

/** A part of a value: what is inside an answer is unknown to the compiler where it may be this or that. */
export function partOf(type: ValueType): Value {
  if (type.kind === 'nil') return NIL;
  if (type.kind === 'optional' || type.kind === 'either') return ANY;
  if (type.kind === 'array' || type.kind === 'map') return { kind: type.kind, of: partOf(type.of) };
  return type.kind === 'struct' ? { kind: 'struct', fields: type.fields } : { kind: type.kind };
}

const NAMES: Readonly<Partial<Record<string, string>>> = {
  ...{ int: 'an integer', array: 'a list', map: 'an object', struct: 'an object', nil: 'nil', any: 'anything' },
};

/** Its name in a sentence: "a number", "a list of numbers". */
export function typeName({ kind, of }: Value): string {
  const name = NAMES[kind] ?? `a ${kind}`;
  return of !== undefined && NAMES[of.kind] === undefined ? `${name} of ${of.kind}s` : name;
}
