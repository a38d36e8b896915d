/**
 * The type of an expression, and what happens in it for one shape of the answer: expr's checker (checker/checker.go) with
 * what is known of the values, so that a guard such as `len(result) == 0 || result[0] < 1` is seen to hold.
 */
import { nearestName } from '../../nearest.ts';
import { argoFunctions, builtinsOf, type Signature } from './builtins.ts';
import { accepts, letterName, resultOf } from './calls.ts';
import { outcomeOf } from './operators.ts';
import { type Expression, ExpressionError, type Grammar } from './syntax.ts';
import { ANY, NIL, partOf, typeName, type Value } from './value-type.ts';

/** expr does not compile it. */
export interface Refusal {
  readonly message: string;
  readonly offset: number;
  /** It is a name that nobody knows. */
  readonly unknown: boolean;
  readonly mend: string;
}

/** It compiles, and fails when it is evaluated: always (`sure`), or when it gets so far. */
export interface Fault {
  readonly message: string;
  readonly offset: number;
  readonly sure: boolean;
  readonly mend: string;
}

/** What {@link infer} found. */
export interface Inference {
  readonly refusal: Refusal | null;
  readonly value: Value;
  readonly faults: readonly Fault[];
  /** Calls of `isNil` and `default`, which look at the whole result whatever their argument is. */
  readonly guards: readonly { readonly name: string; readonly offset: number; readonly whole: boolean }[];
  /** True when it looks at the result, or at the clock. */
  readonly looks: boolean;
}

/** What stands for an argument of the template, `{{args.x}}`, until it is filled in. */
export const PLACEHOLDER: RegExp = /^\$_/;

/** A tree that shares its branches (`a < b < c`) can be far longer to walk than to write. */
const MAX_STEPS = 20_000;

const MENDS: Readonly<Partial<Record<Value['kind'], string>>> = {
  array: 'Take one value, such as result[0], or look at all: all(result, # < 0.05).',
  struct: 'Take its number: result[0].Values[0].',
  map: 'Take one of its fields, such as result.value.',
  string: 'Make it a number: asFloat(...).',
  nil: 'Write default(result, 0) in place of result.',
};

function mendOf(values: readonly Value[]): string {
  const odd = values.find(({ kind }) => MENDS[kind] !== undefined);
  return odd === undefined ? 'Write what expr accepts there.' : MENDS[odd.kind]!;
}

class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super();
    this.refusal = refusal;
  }
}

/** @param result - the `result` of a condition, or `null` for a time: there is none. */
export function infer(root: Expression, result: Value | null, grammar: Grammar): Inference {
  const modern = grammar === '1.17';
  const functions = argoFunctions(result === null ? 'time' : 'condition');
  const builtins = builtinsOf(grammar);
  const faults: Fault[] = [];
  const guards: { name: string; offset: number; whole: boolean }[] = [];
  const variables: [string, Value][] = [];
  const scopes: ReadonlyMap<string, Value>[] = [];
  /** How certain it is that the evaluation comes here: 0 certain, 1 it depends, 2 never. */
  let doubt = 0;
  let steps = 0;
  let looks = false;

  const refuse = (at: Expression, message: string, values: readonly Value[], mend = mendOf(values)): never => {
    throw new Refused({ message, offset: at.from, unknown: false, mend });
  };
  const fault = (at: Expression, message: string, values: readonly Value[]): void => {
    if (doubt < 2) faults.push({ message, offset: at.from, sure: doubt === 0, mend: mendOf(values) });
  };
  const within = (level: number, at: Expression): Value => {
    const before = doubt;
    doubt = Math.max(doubt, level);
    const value = visit(at);
    doubt = before;
    return value;
  };
  const actual = (value: Value): Value => value.now ?? value;

  function visit(at: Expression): Value {
    if (++steps > MAX_STEPS) throw new ExpressionError('The expression takes too long to check', at.from, true);
    switch (at.type) {
      case 'literal':
        return { kind: at.kind, is: at.value };
      case 'name':
        return named(at);
      case 'pointer':
        return (
          scopes.at(-1)?.get(at.name) ?? refuse(at, `#${at.name} means nothing here`, [], 'Write # for the element.')
        );
      case 'unary':
        return unary(at);
      case 'binary':
        return binary(at);
      case 'conditional':
        return conditional(at);
      case 'chain':
        return visit(at.inner);
      case 'member':
        return member(at);
      case 'slice':
        return slice(at);
      case 'call':
        return call(at);
      case 'builtin':
        return apply(at, at.name, builtins.get(at.name)!, at.args);
      case 'predicate':
        return visit(at.body);
      case 'let':
        return variable(at);
      case 'sequence':
        return at.items.map(visit).at(-1)!;
      case 'array': {
        const items = at.items.map(visit);
        const same = modern && items.every(({ kind }) => kind === items[0]!.kind);
        const { kind, of } = items[0] ?? ANY;
        const element = same ? (of === undefined ? { kind } : { kind, of }) : ANY;
        return { kind: 'array', of: element, length: items.length };
      }
      case 'map':
        for (const pair of at.pairs) pair.forEach(visit);
        return { kind: 'map', of: ANY };
    }
  }

  function named(at: Expression & { type: 'name' }): Value {
    const { name } = at;
    const variable = variables.findLast(([known]) => known === name);
    if (variable !== undefined) return variable[1];
    if (name === '$env' || PLACEHOLDER.test(name)) return ANY;
    if (name === 'result' && result !== null) {
      looks = true;
      return result;
    }
    if (functions.has(name) || builtins.has(name)) return { kind: 'function' };
    const known = ['result', ...functions.keys(), ...builtins.keys(), ...variables.map(([one]) => one)];
    const near = nearestName(name, result === null ? known.slice(1) : known);
    const mend =
      near === null ? 'Only result and the functions of expr and Argo Rollouts are known.' : `Write ${near}.`;
    throw new Refused({ message: `${name} is unknown`, offset: at.from, unknown: true, mend });
  }

  function unary(at: Expression & { type: 'unary' }): Value {
    const operand = visit(at.operand);
    const { kind, is } = actual(operand);
    const negates = at.operator === '!' || at.operator === 'not';
    if (!accepts(negates ? 'b' : 'n', operand, modern)) {
      refuse(at, `${at.operator} does not take ${typeName(operand)}`, [operand]);
    }
    if (!accepts(negates ? 'b' : 'n', actual(operand), modern))
      fault(at, `${at.operator} does not take ${kind}`, [actual(operand)]);
    if (negates) return { kind: 'bool', ...(typeof is === 'boolean' ? { is: !is } : {}) };
    return { kind: operand.kind, ...(typeof is === 'number' ? { is: at.operator === '-' ? -is : is } : {}) };
  }

  function binary(at: Expression & { type: 'binary' }): Value {
    const { operator } = at;
    const left = visit(at.left);
    const before = actual(left);
    if (operator === '??')
      return coalesce(left, within(before.kind === 'nil' ? 0 : before.kind === 'any' ? 1 : 2, at.right));
    const decides =
      operator === 'or' || operator === '||' ? true : operator === 'and' || operator === '&&' ? false : null;
    const right =
      decides === null
        ? visit(at.right)
        : within(before.is === decides ? 2 : before.is === undefined ? 1 : 0, at.right);
    const after = actual(right);
    const found =
      outcomeOf(operator, left, right, modern) ??
      refuse(at, `${operator} does not take ${typeName(left)} and ${typeName(right)}`, [left, right]);
    if (decides !== null) {
      if (before.is === decides || after.is === decides) return { kind: 'bool', is: decides };
      return before.is === undefined || after.is === undefined ? found : { kind: 'bool', is: after.is };
    }
    if (before === left && after === right) return found;
    if (before.kind === 'any' || after.kind === 'any') return found;
    const now = outcomeOf(operator, before, after, modern);
    if (now !== null) return found.kind === now.kind ? now : { ...found, now };
    // Comparing for equality, and looking for nothing in nothing, never fails.
    if (!/^[!=]=$|^[a-z]/i.test(operator)) {
      fault(at, `${operator} does not take ${typeName(before)} and ${typeName(after)}`, [before, after]);
    }
    return found;
  }

  function coalesce(left: Value, right: Value): Value {
    const { kind } = actual(left);
    if (kind === 'nil')
      return left.kind === 'nil' || left.kind === right.kind ? right : { kind: 'any', now: actual(right) };
    if (kind !== 'any' || right.kind === 'nil') return left;
    return ANY;
  }

  function conditional(at: Expression & { type: 'conditional' }): Value {
    const test = visit(at.test);
    if (!accepts('b', test, modern)) refuse(at.test, `A condition is true or false, not ${typeName(test)}`, [test]);
    const { is } = actual(test);
    const yes = within(is === undefined ? 1 : is === true ? 0 : 2, at.yes);
    const no = within(is === undefined ? 1 : is === true ? 2 : 0, at.no);
    const same = yes.kind === no.kind || no.kind === 'nil' ? yes : yes.kind === 'nil' ? no : ANY;
    if (typeof is === 'boolean') {
      const taken = is ? yes : no;
      return taken.kind === same.kind ? taken : { ...same, now: actual(taken) };
    }
    const { is: a, now: _, ...plain } = same;
    return yes.kind === no.kind && yes.is === no.is && a !== undefined ? { ...plain, is: a } : plain;
  }

  function member(at: Expression & { type: 'member' }): Value {
    const object = visit(at.object);
    const property = visit(at.property);
    if (object.kind === 'any' && object.now === undefined) return ANY;
    const found = part(object, property);
    if (found === null) {
      const text = typeof property.is === 'string' ? `no field ${property.is}` : `no element ${typeName(property)}`;
      refuse(at, `${typeName(object)} has ${text}`, [object]);
    }
    const now = actual(object);
    if (now.length === 0) fault(at, 'an empty list has no element', []);
    if (now === object) return found!;
    // At run time a string has elements too.
    const inside = now.kind === 'nil' && at.optional ? NIL : now.kind === 'string' ? ANY : part(now, property);
    if (inside === null) fault(at, `${typeName(now)} has no such element`, [now]);
    return inside === null ? found! : { ...found!, now: inside };
  }

  function part(object: Value, property: Value): Value | null {
    const name = typeof property.is === 'string' ? property.is : null;
    const loose = property.kind === 'any';
    if (object.kind === 'any') return ANY;
    if (object.kind === 'array' || object.kind === 'bytes') {
      return loose || accepts('i', property, modern) ? (object.of ?? { kind: 'int' }) : null;
    }
    if (object.kind === 'map') return loose || property.kind === 'string' ? (object.of ?? ANY) : null;
    // Go's own methods, such as now().Unix().
    if (/^(?:time|duration|timezone)$/.test(object.kind)) return name !== null && /^[A-Z]/.test(name) ? ANY : null;
    const { fields } = object;
    if (fields === undefined || name === null || !Object.hasOwn(fields, name)) return null;
    return partOf(fields[name]!);
  }

  function slice(at: Expression & { type: 'slice' }): Value {
    const object = visit(at.object);
    if (!/^(?:any|string|array|bytes)$/.test(object.kind)) refuse(at, `${typeName(object)} has no parts`, [object]);
    for (const bound of [at.start, at.end]) {
      const value = bound === null ? ANY : visit(bound);
      if (!accepts('i', value, modern)) refuse(bound!, `${typeName(value)} is no index`, [value]);
    }
    return object.kind === 'array'
      ? { kind: 'array', of: object.of ?? ANY, ...(object.length === 0 ? { length: 0 } : {}) }
      : object;
  }

  function call(at: Expression & { type: 'call' }): Value {
    const { callee } = at;
    const own = callee.type === 'name' && !variables.some(([name]) => name === callee.name) ? callee.name : '';
    const signature = functions.get(own);
    if (signature !== undefined) return apply(at, own, signature, at.args);
    const value = visit(callee);
    if (value.kind !== 'any' && value.kind !== 'function') refuse(at, `${typeName(value)} is no function`, [value]);
    return ANY;
  }

  function apply(at: Expression, name: string, signature: Signature, args: readonly Expression[]): Value {
    const { required, optional, variadic } = signature;
    const letters = required + optional;
    if (args.length < required.length || (args.length > letters.length && !variadic)) {
      const wanted = optional === '' && !variadic ? `${required.length}` : `at least ${required.length}`;
      refuse(at, `${name} takes ${wanted} arguments, not ${args.length}`, [], `Write ${wanted} arguments.`);
    }
    if (name === 'now') looks = true;
    if (name === 'isNil' || name === 'default') {
      const [first] = args;
      guards.push({ name, offset: at.from, whole: first!.type === 'name' && first!.name === 'result' });
      looks = true;
    }
    const values: Value[] = [];
    args.forEach((arg, index) => {
      const letter = letters[Math.min(index, letters.length - 1)]!;
      const value = arg.type === 'predicate' ? predicate(name, arg, values[0]!) : visit(arg);
      if (arg.type !== 'predicate' && !accepts(letter, value, modern)) {
        // expr 1.15 lets nil pass where it looks at no more than the type, and fails when it comes there.
        const late = !modern && value.kind === 'nil' && /[sfi]/.test(letter);
        (late ? fault : refuse)(arg, `${name} takes ${letterName(letter)}, not ${typeName(value)}`, [value]);
      }
      values.push(value);
    });
    if (name === 'get' && part(values[0]!, values[1]!) === null)
      refuse(at, `get takes an element of a list or an object`, values);
    return resultOf({
      name,
      signature,
      values,
      result: result ?? ANY,
      modern,
      fault: (text, value) => fault(at, text, [value]),
    });
  }

  function predicate(name: string, at: Expression & { type: 'predicate' }, list: Value): Value {
    const element = list.kind === 'array' ? (list.of ?? ANY) : list.kind === 'bytes' ? { kind: 'int' as const } : ANY;
    const scope = new Map<string, Value>([['', element]]);
    if (name === 'map' || name === 'reduce') scope.set('index', { kind: 'int' });
    if (name === 'reduce') scope.set('acc', ANY);
    scopes.push(scope);
    const value = within(actual(list).length === 0 ? 2 : 1, at);
    scopes.pop();
    const free = /^(?:map|sum|groupBy|sortBy|reduce)$/.test(name);
    if (free ? value.kind === 'nil' : !accepts('b', value, modern)) {
      refuse(at, `${name} takes ${free ? 'a value' : 'a bool'}, not ${typeName(value)}`, [value]);
    }
    return value;
  }

  function variable(at: Expression & { type: 'let' }): Value {
    const { name } = at;
    if (name === 'result' || functions.has(name) || builtins.has(name) || variables.some(([one]) => one === name)) {
      refuse(at, `${name} is taken`, [], 'Take another name.');
    }
    variables.push([name, visit(at.value)]);
    const value = visit(at.body);
    variables.pop();
    return value;
  }

  try {
    const value = visit(root);
    return { refusal: null, value, faults, guards, looks };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { refusal: error.refusal, value: ANY, faults, guards, looks };
  }
}
