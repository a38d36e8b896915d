/**
 * What a condition says of a value: expr's machine (expr: vm/vm.go) with Argo's environment (Argo: utils/evaluate/evaluate.go),
 * for users who test their templates. Functions that make no sense for metrics are left out and say so.
 */
import type { ArgoTarget } from '../validation/finding.ts';
import { foundAt, grouped, isWritten, MAX_STEPS, ofText, range, typed } from './evaluate-parts.ts';
import { FUNCTIONS, sorted } from './functions.ts';
import {
  boolOf,
  calculated,
  compared,
  elementOf,
  equal,
  intOf,
  isIn,
  isObject,
  listOf,
  nameOf,
  sliced,
  stop,
  textOf,
  unsupported,
} from './go-values.ts';
import { infer } from './infer.ts';
import { decisionOf, isFolded } from './operators.ts';
import { parseExpression } from './parse.ts';
import { type Expression, ExpressionError, type Grammar, grammarOf } from './syntax.ts';
import type { ValueType } from './value-type.ts';

/** What an expression is evaluated with. */
export interface EvaluationContext {
  /** JSON, or the numbers of a query, NaN and infinities included. */
  readonly result: unknown;
  /**
   * The type that the provider gives it ({@link resultTypeOf}), which a value does not always tell: numbers of Prometheus
   * are a list of numbers, those in a JSON document a list of anything. @defaultValue told by the value
   */
  readonly type?: ValueType;
  /** What `now()` is. @defaultValue `now()` is not supported */
  readonly nowMs?: number;
  /** @defaultValue '1.17' */
  readonly grammar?: Grammar;
}

/**
 * Compiles and evaluates a condition of a metric, as Argo does for one measurement.
 *
 * @throws ExpressionError where Argo's measurement would be an Error, or (`ours`) for what is not supported here.
 */
export function evaluateCondition(
  source: string,
  context: Omit<EvaluationContext, 'grammar'>,
  target: ArgoTarget,
): boolean {
  const grammar = grammarOf(target);
  const tree = parseExpression(source, grammar);
  const value = evaluateExpression(tree, { ...context, grammar });
  if (typeof value === 'boolean') return value;
  throw new ExpressionError(`The condition is ${nameOf(value)}, not true or false`, tree.from);
}

/**
 * The value of an expression: a Go int as a bigint, a float64 as a number, nil as `null`.
 *
 * @throws ExpressionError where expr does not compile it against this result, or fails; `offset` says where.
 */
export function evaluateExpression(expression: Expression, context: EvaluationContext): unknown {
  const { faults } = infer(expression, typed(context.result, context.type), context.grammar ?? '1.17');
  const refusal = faults.find(({ compiles }) => !compiles);
  if (refusal !== undefined) throw new ExpressionError(refusal.message, refusal.offset);
  try {
    return new Machine(context).run(expression);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ExpressionError('A value is nested too deeply, or in itself', expression.from, true);
  }
}

/** Leaves the chain `a?.b.c` when `a` is nil. */
const NOTHING = Symbol('nil chain');

interface Scope {
  readonly item: unknown;
  readonly index: number;
  readonly acc?: unknown;
}

class Machine {
  readonly #context: EvaluationContext;
  readonly #modern: boolean;
  readonly #variables: [string, unknown][] = [];
  readonly #scopes: Scope[] = [];
  #steps = 0;

  constructor(context: EvaluationContext) {
    this.#context = context;
    this.#modern = (context.grammar ?? '1.17') === '1.17';
  }

  run(at: Expression): unknown {
    if (++this.#steps > MAX_STEPS) throw new ExpressionError('The evaluation takes too long', at.from, true);
    try {
      return this.#visit(at) ?? null;
    } catch (error) {
      // What stopped below knows no place; the innermost expression does.
      if (error instanceof ExpressionError && !LOCATED.has(error)) {
        const located = new ExpressionError(error.message.replace(/\.$/, ''), at.from, error.ours);
        LOCATED.add(located);
        throw located;
      }
      throw error;
    }
  }

  #visit(at: Expression): unknown {
    switch (at.type) {
      case 'literal':
        return at.kind === 'int' ? BigInt(at.value as number) : at.value;
      case 'name':
        return this.#name(at.name);
      case 'pointer': {
        const scope = this.#scopes.at(-1)!;
        return at.name === 'index' ? BigInt(scope.index) : at.name === 'acc' ? scope.acc : scope.item;
      }
      case 'unary':
        return this.#unary(at.operator, this.run(at.operand));
      case 'binary':
        return this.#binary(at);
      case 'conditional':
        return this.run(boolOf(this.run(at.test)) ? at.yes : at.no);
      case 'chain':
        try {
          return this.run(at.inner);
        } catch (error) {
          if (error === NOTHING) return null;
          throw error;
        }
      case 'member':
        return this.#member(at);
      case 'slice':
        return sliced(
          this.run(at.object),
          at.start === null ? undefined : this.run(at.start),
          at.end === null ? undefined : this.run(at.end),
        );
      case 'call':
        return this.#call(at);
      case 'builtin':
        return at.args.some(({ type }) => type === 'predicate') || at.name === 'sum' || at.name === 'count'
          ? this.#predicate(at)
          : this.#function(at.name, at.args);
      case 'predicate':
        return this.run(at.body);
      case 'let': {
        this.#variables.push([at.name, this.run(at.value)]);
        const value = this.run(at.body);
        this.#variables.pop();
        return value;
      }
      case 'sequence':
        return at.items.map((item) => this.run(item)).at(-1);
      case 'array':
        return at.items.map((item) => this.run(item));
      case 'map':
        return new Map(at.pairs.map(([key, value]) => [textOf(this.run(key)), this.run(value)]));
    }
  }

  #name(name: string): unknown {
    const variable = this.#variables.findLast(([known]) => known === name);
    if (variable !== undefined) return variable[1];
    if (name === 'result') return this.#context.result;
    if (name === '$env') return { result: this.#context.result };
    return unsupported(`${name} without a call`);
  }

  #unary(operator: string, value: unknown): unknown {
    if (operator === '!' || operator === 'not') return !boolOf(value);
    // expr's machine does nothing for it.
    if (operator === '+') return value;
    if (typeof value !== 'number' && typeof value !== 'bigint') stop(`${operator} does not take ${nameOf(value)}`);
    return -value;
  }

  #binary(at: Expression & { type: 'binary' }): unknown {
    const { operator } = at;
    if (isFolded(at)) return decisionOf(operator);
    const left = this.run(at.left);
    if (operator === '??') return left ?? this.run(at.right);
    if (operator === 'or' || operator === '||') return boolOf(left) || this.run(at.right);
    if (operator === 'and' || operator === '&&') return boolOf(left) && this.run(at.right);
    const right = this.run(at.right);
    if (Array.isArray(right)) this.#steps += right.length; // Each element is looked at.
    switch (operator) {
      case '==':
        return equal(left, right);
      case '!=':
        return !equal(left, right);
      case 'in':
        return isIn(left, right);
      case '..':
        return range(intOf(left), intOf(right));
      case 'contains':
      case 'startsWith':
      case 'endsWith':
      case 'matches':
        // expr 1.15 looks for nil only before it matches.
        if ((this.#modern || operator === 'matches') && (left === null || right === null)) return false;
        return ofText(operator, textOf(left), textOf(right));
    }
    return /^[<>]/.test(operator) ? compared(operator, left, right) : calculated(operator, left, right);
  }

  #member(at: Expression & { type: 'member' }): unknown {
    const object = this.run(at.object);
    if (object === null) {
      if (at.optional) throw NOTHING;
      stop('nil has no elements');
    }
    const key = this.run(at.property);
    const found = elementOf(object, key);
    if (found !== undefined) return found;
    return isObject(object) || Array.isArray(object) ? stop('There is no such element') : unsupported('This member');
  }

  #call({ callee, args }: Expression & { type: 'call' }): unknown {
    return callee.type === 'name' ? this.#function(callee.name, args) : unsupported('Calling this');
  }

  #function(name: string, args: readonly Expression[]): unknown {
    const implementation = FUNCTIONS.get(name) ?? unsupported(`${name}()`);
    const values = args.map((arg) => this.run(arg));
    if (/^is(?:NaN|Inf)$/.test(name) && typeof values[0] === 'bigint' && !isWritten(args[0]!)) {
      stop(`${name} does not take an integer`);
    }
    const { result = null, nowMs } = this.#context;
    return implementation(values, { result, nowMs, modern: this.#modern });
  }

  #predicate({ name, args: [first, body, third] }: Expression & { type: 'builtin' }): unknown {
    const list = listOf(this.run(first!));
    const at = (item: unknown, index: number, acc?: unknown): unknown => {
      if (body === undefined) return item;
      this.#scopes.push({ item, index, acc });
      const value = this.run(body);
      this.#scopes.pop();
      return value;
    };
    const is = (item: unknown, index: number): boolean => boolOf(at(item, index));
    switch (name) {
      case 'all':
        return list.every(is);
      case 'any':
        return list.some(is);
      case 'none':
        return !list.some(is);
      case 'one':
        return list.filter(is).length === 1;
      case 'filter':
        return list.filter(is);
      case 'count':
        return BigInt(list.filter(is).length);
      case 'map':
        return list.map((item, index) => at(item, index));
      case 'find':
        return list.find(is);
      case 'findLast':
        return list.findLast(is);
      case 'findIndex':
        return foundAt(list.findIndex(is));
      case 'findLastIndex':
        return foundAt(list.findLastIndex(is));
      case 'sum':
        return list.reduce<unknown>((sum, item, index) => calculated('+', sum, at(item, index)), 0n);
      case 'groupBy':
        return grouped(
          list,
          list.map((item, index) => at(item, index)),
        );
      case 'sortBy':
        return sorted(
          list,
          list.map((item, index) => at(item, index)),
          third && this.run(third),
        );
      case 'reduce': {
        if (third === undefined && list.length === 0) stop('An empty list has nothing to reduce');
        const rest = third === undefined ? list.slice(1) : list;
        const from = third === undefined ? 1 : 0;
        return rest.reduce(
          (acc, item, index) => at(item, index + from, acc),
          third === undefined ? list[0] : this.run(third),
        );
      }
    }
    return unsupported(`${name}()`);
  }
}

const LOCATED = new WeakSet<ExpressionError>();
