/**
 * Reads an expression with the grammar of expr's own parser (expr: parser/parser.go), rule for rule, so that what it
 * refuses is refused here, and the other way round.
 */
import { builtinsOf } from './builtins.ts';
import { type Expression, ExpressionError, type Grammar } from './syntax.ts';
import { type Token, tokensOf } from './tokens.ts';

/** Nobody nests so deep; it bounds the stack of everything that walks the tree. */
const MAX_DEPTH = 400;

const PRECEDENCE: Readonly<Record<string, number>> = {
  ...{ '|': 0, or: 10, '||': 10, and: 15, '&&': 15, '==': 20, '!=': 20, '<': 20, '>': 20, '>=': 20, '<=': 20, in: 20 },
  ...{ matches: 20, contains: 20, startsWith: 20, endsWith: 20, '..': 25, '+': 30, '-': 30, '*': 60, '/': 60, '%': 60 },
  ...{ '**': 100, '^': 100, '??': 500 },
};
const UNARY: Readonly<Record<string, number>> = { not: 50, '!': 50, '-': 90, '+': 90 };
const NEGATABLE = /^(?:in|matches|contains|startsWith|endsWith)$/;
const COMPARISON = /^[<>]=?$/;

type Body<T> = T extends unknown ? Omit<T, 'from' | 'to'> : never;

/**
 * Reads an expression.
 *
 * @throws ExpressionError with the offset of what expr would not read, or (`ours`) what is beyond this package's limits:
 * 100,000 characters, 400 levels.
 */
export function parseExpression(source: string, grammar: Grammar): Expression {
  const modern = grammar === '1.17';
  const builtins = builtinsOf(grammar);
  const tokens = tokensOf(source, grammar);
  let index = 0;
  let depth = 0;
  let predicates = 0;
  let token = tokens[0]!;

  const advance = (): Token => {
    const last = token;
    if (last.kind !== 'end') token = tokens[++index]!;
    return last;
  };
  const is = (sign: string): boolean => token.sign === sign;
  const fail = (at = token): never => {
    const what = at.kind === 'end' ? 'The expression ends too early' : `Unexpected "${source.slice(at.from, at.to)}"`;
    throw new ExpressionError(what, at.from);
  };
  const expect = (sign: string): void => {
    if (!is(sign)) fail();
    advance();
  };
  const accept = (sign: string): boolean => {
    const found = is(sign);
    if (found) advance();
    return found;
  };
  const name = (): Token => (token.kind === 'name' ? advance() : fail());
  const limit = (levels: number): void => {
    if (levels > MAX_DEPTH) throw new ExpressionError('The expression is nested too deeply', token.from, true);
  };
  // Chains such as `1 + 1 + 1` nest the tree without nesting the parser, so each node's height is counted too.
  const heights = new Map<unknown, number>();
  const node = (from: number, body: Body<Expression>): Expression => {
    let height = 1;
    for (const part of Object.values(body).flat(2)) height = Math.max(height, 1 + (heights.get(part) ?? 0));
    limit(height);
    const made = { ...body, from, to: Math.max(from, tokens[index - 1]?.to ?? 0) } as Expression;
    heights.set(made, height);
    return made;
  };
  const text = (at: Token): Expression => ({
    ...{ type: 'literal', kind: 'string', value: at.text || at.sign, from: at.from, to: at.to },
  });

  function sequence(): Expression {
    const { from } = token;
    const items = [expression(0)];
    while (modern && accept(';') && token.kind !== 'end') items.push(expression(0));
    return items.length === 1 ? items[0]! : node(from, { type: 'sequence', items });
  }

  function expression(precedence: number): Expression {
    limit(++depth);
    const found =
      precedence === 0 && is('let') ? variable() : precedence === 0 && is('if') ? when() : operation(precedence);
    depth--;
    return found;
  }

  function operation(precedence: number): Expression {
    const { from } = token;
    let left = primary();
    let previous = '';
    for (;;) {
      const start = index;
      const negated = accept('not');
      const operator = token.sign;
      if (negated && modern && !NEGATABLE.test(operator)) fail();
      const rank = PRECEDENCE[operator];
      if (rank === undefined || rank < precedence) {
        // expr 1.15 forgets the "not" here, and so does this.
        if (modern) index = start;
        token = tokens[index]!;
        break;
      }
      const at = advance();
      if (operator === '|') left = call(name(), [left], from);
      else {
        if (previous === '??' && operator !== '??') {
          throw new ExpressionError(`${operator} and ?? cannot be mixed without parentheses`, at.from);
        }
        left = modern && COMPARISON.test(operator) ? comparison(left, operator, rank) : binary(left, operator, rank);
        if (negated) left = node(from, { type: 'unary', operator: 'not', operand: left });
      }
      previous = operator;
    }
    while (precedence === 0 && accept('?')) {
      const yes = is(':') ? left : expression(0);
      expect(':');
      left = node(from, { type: 'conditional', test: left, yes, no: expression(0) });
    }
    return left;
  }

  function binary(left: Expression, operator: string, rank: number): Expression {
    const right = expression(operator === '**' || operator === '^' ? rank : rank + 1);
    return node(left.from, { type: 'binary', operator, left, right });
  }

  /** `1 < x < 2` means `1 < x && x < 2` since 1.17. */
  function comparison(first: Expression, sign: string, rank: number): Expression {
    let whole: Expression | null = null;
    let left = first;
    for (let operator = sign; ; operator = advance().sign) {
      const right = expression(rank + 1);
      const one = node(left.from, { type: 'binary', operator, left, right });
      whole = whole === null ? one : node(first.from, { type: 'binary', operator: '&&', left: whole, right: one });
      left = right;
      if (!COMPARISON.test(token.sign)) return whole;
    }
  }

  function variable(): Expression {
    const { from } = advance();
    const { text: variableName } = name();
    expect('=');
    const value = expression(0);
    expect(';');
    return node(from, { type: 'let', name: variableName, value, body: sequence() });
  }

  function when(): Expression {
    const { from } = advance();
    const block = (): Expression => {
      expect('{');
      const found = sequence();
      expect('}');
      return found;
    };
    const test = expression(0);
    const yes = block();
    expect('else');
    limit(++depth);
    const no = is('if') ? when() : block();
    depth--;
    return node(from, { type: 'conditional', test, yes, no });
  }

  function primary(): Expression {
    const { from, sign } = token;
    const rank = UNARY[sign];
    if (rank !== undefined) {
      advance();
      return postfix(node(from, { type: 'unary', operator: sign, operand: expression(rank) }));
    }
    if (accept('(')) {
      const inner = sequence();
      expect(')');
      return postfix(inner);
    }
    if (predicates > 0 && (sign === '#' || sign === '.')) {
      if (sign === '#') advance();
      const pointer = sign === '#' && token.kind === 'name' ? advance().text : '';
      return postfix(node(from, { type: 'pointer', name: pointer }));
    }
    if (accept('::')) return postfix(call(name(), [], from));
    return secondary();
  }

  function secondary(): Expression {
    const at = token;
    const { from } = at;
    if (at.kind === 'name') {
      advance();
      if (at.text === 'true' || at.text === 'false') {
        return node(from, { type: 'literal', kind: 'bool', value: at.text === 'true' });
      }
      if (at.text === 'nil') return node(from, { type: 'literal', kind: 'nil', value: null });
      return postfix(is('(') ? call(at, [], from) : node(from, { type: 'name', name: at.text }));
    }
    if (at.kind === 'number') return number(advance());
    if (at.kind === 'string' || at.kind === 'bytes') {
      advance();
      const literal = node(from, { type: 'literal', kind: at.kind, value: at.text });
      return modern ? postfix(literal) : literal;
    }
    if (accept('[')) {
      const items = list(']');
      return postfix(node(from, { type: 'array', items }));
    }
    if (accept('{')) return postfix(map(from));
    return fail();
  }

  function number(at: Token): Expression {
    const digits = at.text.replaceAll('_', '');
    const based = /^0([xob])/i.exec(digits)?.[1];
    const float = based === undefined && /[.e]/i.test(digits);
    let value = Number.NaN;
    if (modern || based === undefined || based === 'x') {
      // BigInt reads every digit, so that what does not fit into 64 bits is seen.
      if (float) value = Number(digits);
      else if (digits.length > (based === undefined ? 0 : 2) && BigInt(digits) < 2n ** 63n) value = Number(digits);
    }
    if (!Number.isFinite(value)) throw new ExpressionError(`${at.text} is no number`, at.from);
    return node(at.from, { type: 'literal', kind: float ? 'number' : 'int', value });
  }

  function call(at: Token, first: readonly Expression[], from: number): Expression {
    const signature = builtins.get(at.text);
    const args = [...first];
    expect('(');
    if (signature === undefined || !signature.required.concat(signature.optional).includes('c')) {
      args.push(...list(')'));
      if (signature !== undefined) return node(from, { type: 'builtin', name: at.text, args });
      const callee: Expression = { type: 'name', name: at.text, from: at.from, to: at.to };
      return node(from, { type: 'call', callee, args });
    }
    const { required, optional } = signature;
    for (const letter of [...required, ...optional].slice(first.length)) {
      if (is(')') && args.length >= required.length) break;
      if (args.length > first.length) expect(',');
      args.push(letter === 'c' ? predicate() : expression(0));
    }
    // A trailing comma is taken since 1.17.
    if (modern) accept(',');
    expect(')');
    return node(from, { type: 'builtin', name: at.text, args });
  }

  function predicate(): Expression {
    const { from } = token;
    const braces = accept('{');
    predicates++;
    const inner = braces && modern ? sequence() : expression(0);
    predicates--;
    if (braces) expect('}');
    return node(from, { type: 'predicate', body: inner });
  }

  /** Expressions up to a closing bracket; a comma before it is taken in an array, and since 1.17 in a call. */
  function list(end: string): Expression[] {
    const items: Expression[] = [];
    while (!is(end)) {
      if (items.length > 0) {
        expect(',');
        if (is(end) && (modern || end === ']')) break;
      }
      items.push(expression(0));
    }
    advance();
    return items;
  }

  function map(from: number): Expression {
    const pairs: [Expression, Expression][] = [];
    while (!is('}')) {
      if (pairs.length > 0) {
        expect(',');
        if (is('}')) break;
      }
      const plain = token.kind === 'name' || token.kind === 'number' || token.kind === 'string';
      if (!plain && !is('(')) fail();
      const key = plain ? text(advance()) : expression(0);
      expect(':');
      pairs.push([key, expression(0)]);
    }
    advance();
    return node(from, { type: 'map', pairs });
  }

  function postfix(first: Expression): Expression {
    const { from } = first;
    let object = first;
    while (is('.') || is('?.') || is('[')) {
      const optional = accept('?.');
      if ((!optional && !accept('.')) || (modern && optional && is('['))) {
        advance();
        object = bracket(object, from, optional);
        continue;
      }
      const property = token.kind === 'name' || /^[a-z]/i.test(token.sign) ? text(advance()) : fail();
      const chained = object.type === 'chain';
      const inner: Expression = object.type === 'chain' ? object.inner : object;
      object = node(from, { type: 'member', object: inner, property, optional });
      if (accept('(')) object = node(from, { type: 'call', callee: object, args: list(')') });
      if (chained || optional) object = node(from, { type: 'chain', inner: object });
    }
    return object;
  }

  function bracket(object: Expression, from: number, optional: boolean): Expression {
    const start = is(':') ? null : expression(0);
    if (accept(':')) {
      const end = is(']') ? null : expression(0);
      expect(']');
      return node(from, { type: 'slice', object, start, end });
    }
    expect(']');
    const member = node(from, { type: 'member', object, property: start!, optional });
    return optional ? node(from, { type: 'chain', inner: member }) : member;
  }

  const whole = sequence();
  if (token.kind !== 'end') fail();
  return whole;
}
