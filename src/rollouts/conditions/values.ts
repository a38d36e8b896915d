import { checkOf } from '../builders/options.ts';
import { all, any, type Clause, negated, print } from './clause.ts';
import { allOf, anyOf, checkPredicate, type Predicate } from './predicate.ts';

const CHECK = /* @__PURE__ */ checkOf('condition');

/** A limit: a finite number, or an argument of the template, `arg('limit')`, whose value must be one. */
export type Limit = number | `{{args.${string}}}`;

/** A number of the result. Comparing it with a limit gives a statement that is unknown while the number is missing or NaN. */
export interface NumberValue {
  below(limit: Limit): Predicate;
  atMost(limit: Limit): Predicate;
  above(limit: Limit): Predicate;
  atLeast(limit: Limit): Predicate;
  equals(limit: Limit): Predicate;
  /** From `low` to `high`, both included. */
  between(low: Limit, high: Limit): Predicate;
  /** Below `low` or above `high`. */
  outside(low: Limit, high: Limit): Predicate;
  /** This number divided by another one of the result; missing where that one is 0. */
  dividedBy(other: NumberValue): NumberValue;
  /** There is a number: always true or false, never unknown. */
  readonly isPresent: Predicate;
  /** Its expression. */
  readonly expression: string;
  /** What must hold before the expression may be read. */
  readonly guards: readonly Clause[];
}

/** A text of the result. A value of another type equals no text. */
export interface TextValue {
  equals(text: string): Predicate;
  oneOf(texts: readonly string[]): Predicate;
}

/** A list of numbers, such as one per series. */
export interface NumberList {
  /** Missing where the list is empty, or the number is NaN; so are `last` and `at`. */
  readonly first: NumberValue;
  readonly last: NumberValue;
  /** Counted from 0; missing behind the end. */
  at(index: number): NumberValue;
  /** How many there are: a number also when there are none. */
  readonly count: NumberValue;
  /** Missing where the list is empty or has a NaN, as the next two. */
  readonly mean: NumberValue;
  readonly median: NumberValue;
  readonly sum: NumberValue;
  /** True of each number. Unknown for an empty list, or when a NaN leaves it open. For "the highest is at most". */
  every(test: (value: NumberValue) => Predicate): Predicate;
  /** True of at least one. Unknown for an empty list, or when a NaN leaves it open. */
  some(test: (value: NumberValue) => Predicate): Predicate;
  /** The numbers that are none of them NaN: for series without traffic, whose ratio is 0/0. */
  withoutNaN(): NumberList;
}

/** A value of decoded JSON: choose of which type it is to be. */
export interface JsonValue {
  readonly number: NumberValue;
  readonly text: TextValue;
  /** A value of another type equals neither. */
  readonly boolean: { equals(value: boolean): Predicate };
  /** A field below, by its keys and indices. */
  field(...path: readonly (string | number)[]): JsonValue;
}

/** A number at `expression`, which may be read once `guards` hold. */
export function numberValue(expression: string, guards: readonly Clause[]): NumberValue {
  const known = all(...guards);
  const compare = (yes: string, no: string) => (limit: Limit) => {
    const text = limitText(limit);
    const whenTrue = all(known, `${expression} ${yes} ${text}`);
    return { whenTrue, whenFalse: all(known, `${expression} ${no} ${text}`), known };
  };
  const atLeast = compare('>=', '<');
  const atMost = compare('<=', '>');
  const below = compare('<', '>=');
  const above = compare('>', '<=');
  return {
    expression,
    guards,
    below,
    atMost,
    above,
    atLeast,
    equals: compare('==', '!='),
    between: (low, high) => allOf(atLeast(low), atMost(high)),
    outside: (low, high) => anyOf(below(low), above(high)),
    dividedBy(other) {
      if (!Array.isArray(other?.guards)) CHECK.fail('other', other, 'Use another number of the result.');
      const quotient = `${expression} / ${other.expression}`;
      return numberValue(quotient, [
        ...guards,
        ...other.guards,
        `${other.expression} != 0`,
        // Infinity by infinity.
        `!isNaN(${quotient})`,
      ]);
    },
    isPresent: { whenTrue: known, whenFalse: negated(known), known: all() },
  };
}

/** A text at `expression`. */
export function textValue(expression: string, guards: readonly Clause[]): TextValue {
  return {
    equals(text) {
      return equality(expression, quoted(CHECK.text('text', text)), guards);
    },
    oneOf(texts) {
      if (!Array.isArray(texts) || texts.length === 0) CHECK.fail('texts', texts, 'Use a list of at least one text.');
      return anyOf(...texts.map(this.equals));
    },
  };
}

/** A value of JSON at `expression`. `root` stands for it where a field of it is asked, if that is another expression. */
export function jsonValue(expression: string, guards: readonly Clause[], root: string = expression): JsonValue {
  return {
    number: numberValue(expression, guards),
    text: textValue(expression, guards),
    boolean: { equals: (value) => equality(expression, String(value === true), guards) },
    field(...path) {
      let at = root;
      const asked = [...guards];
      for (const [index, part] of path.entries()) {
        if (typeof part === 'number') {
          asked.push(`len(${at}) > ${indexOf(part, `path[${index}]`)}`);
          at += `[${part}]`;
        } else {
          at += `[${quoted(CHECK.text(`path[${index}]`, part))}]`;
        }
        asked.push(`${at} != nil`);
      }
      return jsonValue(at, asked);
    },
  };
}

/** How an element of a list is read: its expression by that of the element, and what must hold of it. */
export type ReadElement = (element: string) => { readonly expression: string; readonly guards: readonly Clause[] };

/** A list of numbers at `list`, which may be read once `guards` hold. */
export function numberList(list: string, guards: readonly Clause[], read: ReadElement): NumberList {
  const filled = [...guards, `len(${list}) > 0`];
  const element = (expression: string, asked: readonly Clause[]): NumberValue => {
    const { expression: value, guards: needed } = read(expression);
    return numberValue(value, [...asked, ...needed]);
  };
  const numbers = read('#').expression === '#' ? list : `map(${list}, {${read('#').expression}})`;
  const own = read('#').guards;
  const usable = own.length === 0 ? [] : [closure('all', list, all(...own))];
  const aggregate = (name: string): NumberValue => {
    const value = `${name}(${numbers})`;
    // Infinities of both signs add up to NaN.
    return numberValue(value, [...filled, ...usable, `!isNaN(${value})`]);
  };
  return {
    first: element(`${list}[0]`, filled),
    last: element(`${list}[len(${list}) - 1]`, filled),
    at(index) {
      const at = indexOf(index);
      return element(`${list}[${at}]`, [...guards, `len(${list}) > ${at}`]);
    },
    count: numberValue(`len(${list})`, guards),
    mean: aggregate('mean'),
    median: aggregate('median'),
    sum: aggregate('sum'),
    every: (test) => quantified('all', list, filled, test, element('#', [])),
    some: (test) => quantified('any', list, filled, test, element('#', [])),
    withoutNaN() {
      if (own.length === 0) return this;
      const kept = `filter(${list}, {${print(all(...own))}})`;
      return numberList(kept, guards, (at) => ({ expression: read(at).expression, guards: [] }));
    },
  };
}

/** A statement about every element (`all`) or about some (`any`). */
export function quantified<V>(
  kind: 'all' | 'any',
  list: string,
  filled: readonly Clause[],
  test: (element: V) => Predicate,
  element: V,
): Predicate {
  if (typeof test !== 'function') CHECK.fail('test', test, 'Use a function: (value) => value.atMost(0.01).');
  const { whenTrue, whenFalse } = checkPredicate(CHECK, 'test', test(element));
  const opposite = kind === 'all' ? 'any' : 'all';
  const yes = all(...filled, closure(kind, list, whenTrue));
  const no = all(...filled, closure(opposite, list, whenFalse));
  return { whenTrue: yes, whenFalse: no, known: any(yes, no) };
}

/** A place in a list. @defaultValue 0 */
export function indexOf(value: unknown, path = 'index'): number {
  return CHECK.number(path, value, 0, { min: 0, integer: true });
}

function closure(name: string, list: string, test: Clause): string {
  return `${name}(${list}, {${print(test)}})`;
}

function equality(expression: string, value: string, guards: readonly Clause[]): Predicate {
  const known = all(...guards);
  return {
    whenTrue: all(known, `${expression} == ${value}`),
    whenFalse: all(known, `${expression} != ${value}`),
    known,
  };
}

/** The language reads the escapes of JSON. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function limitText(limit: Limit): string {
  if (typeof limit === 'string' && /^\{\{args\.[^{}]+\}\}$/.test(limit)) return limit;
  return String(CHECK.number('limit', limit ?? null, 0));
}
