/**
 * The type of an expression, and what happens in it for one shape of the answer: expr's checker (checker/checker.go) with
 * what is known of the values, so that a guard such as `len(result) == 0 || result[0] < 1` is seen to hold.
 */
import { nearestName } from '../../nearest.ts';
import { argoFunctions, builtinsOf, type Signature } from './builtins.ts';
import { resultOf } from './calls.ts';
import { accepts } from './kinds.ts';
import { decisionOf, isFolded, outcomeOf } from './operators.ts';
import { partOfValue } from './parts.ts';
import { type Expression, ExpressionError, type Grammar } from './syntax.ts';
import { ANY, NIL, typeName, type Value } from './value-type.ts';

/** One thing that goes wrong. */
export interface Fault {
  /** expr does not compile it; else it fails when it is evaluated: always (`sure`), or when it gets so far. */
  readonly compiles: boolean;
  readonly sure: boolean;
  /** It is a name that nobody knows. */
  readonly unknown: boolean;
  readonly message: string;
  readonly offset: number;
  readonly mend: string;
}

/** What {@link infer} found. */
export interface Inference {
  /** In the order of the evaluation; one that does not compile ends it. */
  readonly faults: readonly Fault[];
  readonly value: Value;
  /** Calls of `isNil` and `default`, which look at the whole result whatever their argument is. */
  readonly guards: readonly { readonly name: string; readonly offset: number; readonly whole: boolean }[];
  /** True when it looks at the result, or at the clock. */
  readonly looks: boolean;
}

/** A tree that shares its branches (`a < b < c`) can be far longer to walk than to write. */
const MAX_STEPS = 20_000;

/** How certain it is that the evaluation comes to a place. */
const [CERTAIN, PERHAPS, NEVER] = [0, 1, 2];

const MENDS: Readonly<Partial<Record<Value['kind'], string>>> = {
  array: 'Take one value, such as result[0], or look at all: all(result, # < 0.05).',
  struct: 'Take its number: result[0].Values[0].',
  map: 'Take one of its fields, such as result.value.',
  string: 'Make it a number: asFloat(...).',
};

/** How certain a branch is that is taken when the value is `taken`. */
function levelOf(is: unknown, taken: boolean): number {
  return is === taken ? CERTAIN : is === undefined ? PERHAPS : NEVER;
}

const EXPECTED = 'Write what expr accepts there.';

/** Ends the walk: expr does not compile it. */
const REFUSED = Symbol('refused');

/** @param result - the `result` of a condition, or `null` for a time: there is none. */
export function infer(root: Expression, result: Value | null, grammar: Grammar): Inference {
  const modern = grammar === '1.17';
  const functions = argoFunctions(result === null ? 'time' : 'condition');
  const builtins = builtinsOf(grammar);
  const faults: Fault[] = [];
  const guards: { name: string; offset: number; whole: boolean }[] = [];
  const variables = new Map<string, Value>();
  const scopes: ReadonlyMap<string, Value>[] = [];
  let doubt = CERTAIN;
  let steps = 0;
  let looks = false;

  const fault = (at: Expression, message: string, mend = EXPECTED, more: Partial<Fault> = {}): void => {
    if (doubt === NEVER && more.compiles !== false) return;
    faults.push({ compiles: true, sure: doubt === CERTAIN, unknown: false, message, offset: at.from, mend, ...more });
  };
  const refuse = (at: Expression, message: string, mend?: string, more?: Partial<Fault>): never => {
    fault(at, message, mend, { ...more, compiles: false, sure: true });
    throw REFUSED;
  };
  /** Something does not take these values: to the compiler (`refuse`), or when it comes to them (`fault`). */
  const odd = (say: typeof fault, at: Expression, who: string, ...values: readonly Value[]): void => {
    const mend = values.map(({ kind }) => MENDS[kind]).find(Boolean);
    say(at, `${who} does not take ${values.map(typeName).join(' and ')}`, mend);
  };
  const actual = (value: Value): Value => value.now ?? value;

  /** Sees that the value, as the compiler and as the evaluation know it, is of the letter's kind. */
  const need = (letter: string, value: Value, at: Expression, who: string): void => {
    // expr 1.15 lets nil pass where it looks at no more than the type, and fails when it comes there.
    const late = !modern && value.kind === 'nil' && /[sni]/.test(letter) && at.type !== 'unary';
    if (!late && !accepts(letter, value, modern)) odd(refuse, at, who, value);
    if (!accepts(letter, actual(value), modern)) odd(fault, at, who, actual(value));
  };

  const within = (level: number, at: Expression): Value => {
    const before = doubt;
    doubt = Math.max(doubt, level);
    const value = visit(at);
    doubt = before;
    return value;
  };

  function visit(at: Expression): Value {
    if (++steps > MAX_STEPS) throw new ExpressionError('The expression takes too long to check', at.from, true);
    switch (at.type) {
      case 'literal':
        return at.kind === 'nil' ? NIL : { kind: at.kind, is: at.value };
      case 'name':
        return named(at, at.name);
      case 'pointer':
        return scopes.at(-1)?.get(at.name) ?? refuse(at, `#${at.name} means nothing here`);
      case 'unary': {
        const operand = visit(at.operand);
        const negates = !/[-+]/.test(at.operator);
        need(negates ? 'b' : 'n', operand, at, at.operator);
        const { is } = actual(operand);
        if (negates) return { kind: 'bool', is: typeof is === 'boolean' ? !is : undefined };
        return { kind: operand.kind, is: typeof is === 'number' && at.operator === '-' ? -is : is };
      }
      case 'binary':
        return binary(at, at.operator);
      case 'conditional': {
        const test = visit(at.test);
        need('b', test, at.test, '? :');
        const { is } = actual(test);
        return either(within(levelOf(is, true), at.yes), within(levelOf(is, false), at.no), is);
      }
      case 'chain':
        return visit(at.inner);
      case 'predicate':
        return visit(at.body);
      case 'member':
        return member(at);
      case 'slice': {
        const object = visit(at.object);
        for (const bound of [at.start, at.end]) if (bound !== null) need('i', visit(bound), bound, '[:]');
        if (!/any|string|array/.test(object.kind)) odd(refuse, at, '[:]', object);
        return object;
      }
      case 'call': {
        const { callee } = at;
        const signature =
          callee.type === 'name' && !variables.has(callee.name) ? functions.get(callee.name) : undefined;
        if (callee.type === 'name' && signature !== undefined) return apply(at, callee.name, signature, at.args);
        const value = visit(callee);
        if (!/any|function/.test(value.kind)) odd(refuse, at, '()', value);
        return ANY;
      }
      case 'builtin':
        return apply(at, at.name, builtins.get(at.name)!, at.args);
      case 'let': {
        const { name } = at;
        if (name === 'result' || functions.has(name) || builtins.has(name) || variables.has(name)) {
          refuse(at, `${name} is taken`);
        }
        variables.set(name, visit(at.value));
        const value = visit(at.body);
        variables.delete(name);
        return value;
      }
      case 'sequence':
        return at.items.map(visit).at(-1)!;
      case 'array': {
        const items = at.items.map(visit);
        const { kind, of = ANY } = items[0] ?? ANY;
        const same = modern && items.every((item) => item.kind === kind);
        return { kind: 'array', of: same ? { kind, of } : ANY, length: items.length };
      }
      case 'map':
        for (const pair of at.pairs) pair.forEach(visit);
        return { kind: 'map', of: ANY };
    }
  }

  function named(at: Expression, name: string): Value {
    // `$_` stands for an argument of the template until it is filled in.
    if (/^\$(?:env$|_)/.test(name)) return ANY;
    if (name === 'result' && result !== null) {
      looks = true;
      return result;
    }
    const variable = variables.get(name);
    if (variable !== undefined) return variable;
    if (functions.has(name) || builtins.has(name)) return { kind: 'function' };
    const known = [...variables.keys(), ...functions.keys(), ...builtins.keys()];
    const near = nearestName(name, result === null ? known : ['result', ...known]);
    const mend = near === null ? 'Only result and the functions of expr and of Argo are known.' : `Write ${near}.`;
    return refuse(at, `${name} is unknown`, mend, { unknown: true });
  }

  function binary(at: Expression & { type: 'binary' }, operator: string): Value {
    const decides = decisionOf(operator);
    const left = within(isFolded(at) ? NEVER : CERTAIN, at.left);
    const before = actual(left);
    if (operator === '??') {
      const there = before.kind === 'any' ? undefined : before.kind !== 'nil';
      return either(left, within(levelOf(there, false), at.right), there);
    }
    const right = decides === null ? visit(at.right) : within(levelOf(before.is, !decides), at.right);
    const after = actual(right);
    const found = outcomeOf(operator, left, right, modern);
    if (found === null) {
      odd(refuse, at, operator, left, right);
      return ANY;
    }
    if (decides !== null) {
      const both = [before.is, after.is];
      const is = both.includes(decides) ? decides : both.includes(undefined) ? undefined : !decides;
      return { kind: 'bool', is };
    }
    if ((before === left && after === right) || before.kind === 'any' || after.kind === 'any') return found;
    const now = outcomeOf(operator, before, after, modern);
    if (now !== null) return found.kind === now.kind ? now : { ...found, now };
    // Comparing for equality, and looking for nothing in nothing, never fails.
    if (!/^[!=]=$|^[a-z]/i.test(operator)) {
      odd(fault, at, operator, before, after);
    }
    return found;
  }

  /** The outcome of two branches, of which `first` says, when it is known, whether the first is taken. */
  function either(one: Value, two: Value, first: unknown): Value {
    const { is, now: _, ...same } = one.kind === two.kind || two.kind === 'nil' ? one : one.kind === 'nil' ? two : ANY;
    if (typeof first === 'boolean') {
      const taken = first ? one : two;
      return taken.kind === same.kind ? taken : { ...same, now: actual(taken) };
    }
    return one.kind === two.kind && one.is === two.is && is !== undefined ? { ...same, is } : same;
  }

  function member(at: Expression & { type: 'member' }): Value {
    const object = visit(at.object);
    const property = visit(at.property);
    const found = partOfValue(object, property, modern);
    if (found === null) {
      const what = typeof property.is === 'string' ? `field ${property.is}` : 'such element';
      return refuse(at, `${typeName(object)} has no ${what}`, MENDS[object.kind]);
    }
    const now = actual(object);
    if (now.kind === 'array' && now.length === 0) fault(at, 'an empty list has no element');
    if (now === object) return found;
    // At run time a string has elements too.
    const inside =
      now.kind === 'nil' && at.optional ? NIL : now.kind === 'string' ? ANY : partOfValue(now, property, modern);
    if (inside !== null) return { ...found, now: inside };
    fault(at, `${typeName(now)} has no such element`, MENDS[now.kind]);
    return found;
  }

  function apply(at: Expression, name: string, signature: Signature, args: readonly Expression[]): Value {
    const { required, optional, variadic } = signature;
    const letters = required + optional;
    if (args.length < required.length || (args.length > letters.length && !variadic)) {
      refuse(at, `${name} does not take ${args.length} arguments`);
    }
    looks ||= /^(?:now|isNil|default)$/.test(name);
    const whole = args[0]?.type === 'name' && args[0].name === 'result';
    if (/^(?:isNil|default)$/.test(name)) guards.push({ name, offset: at.from, whole });
    const values: Value[] = [];
    for (const arg of args) {
      const letter = letters[Math.min(values.length, letters.length - 1)]!;
      const value = letter === 'c' ? predicate(name, arg, values[0]!) : visit(arg);
      // The Go kind of a duration is that of an integer, and these look at no more.
      const duration = value.kind === 'duration' && /[nNq]/.test(letter) && !/^is/.test(name);
      if (letter !== 'c' && !duration) need(letter, value, arg, name);
      values.push(value);
    }
    const [first = ANY, second = ANY] = values;
    if (/^as[IF]/.test(name)) need('N', { kind: 'any', now: actual(first) }, at, name);
    if (name === 'get' && partOfValue(first, second, modern) === null) odd(refuse, at, name, first, second);
    if (name === 'reduce' && actual(first).length === 0 && values.length < 3) fault(at, 'an empty list has no element');
    return resultOf({ name, signature, values, result: result ?? ANY });
  }

  function predicate(name: string, at: Expression, list: Value): Value {
    const scope = new Map<string, Value>([['', (list.kind === 'array' && list.of) || ANY]]);
    if (/^(?:map|reduce)$/.test(name)) scope.set('index', { kind: 'int' });
    if (name === 'reduce') scope.set('acc', ANY);
    scopes.push(scope);
    const value = within(actual(list).length === 0 ? NEVER : PERHAPS, at);
    scopes.pop();
    if (!/^(?:map|sum|groupBy|sortBy|reduce)$/.test(name)) need('b', value, at, name);
    else if (value.kind === 'nil') odd(refuse, at, name, value);
    return value;
  }

  try {
    const value = visit(root);
    return { value, faults, guards, looks };
  } catch (error) {
    if (error !== REFUSED) throw error;
    return { value: ANY, faults, guards, looks };
  }
}
