/**
 * Reads an expression with the grammar of expr's own parser (expr: parser/parser.go), rule for rule, so that what it
 * refuses is refused here, and the other way round.
 */
import { builtinsOf } from './builtins.ts';
import { type Expression, ExpressionError, type Grammar, type LiteralKind } from './syntax.ts';
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

type Literal = null | boolean | number | string;
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
  const is = (...signs: readonly string[]): boolean => signs.includes(token.sign);
  const refuse = (message: string, offset: number, ours = false): never => {
    throw new ExpressionError(message, offset, ours);
  };
  const fail = (at = token): never =>
    refuse(
      at.kind === 'end' ? 'The expression ends too early' : `Unexpected "${source.slice(at.from, at.to)}"`,
      at.from,
    );
  const accept = (sign: string): boolean => is(sign) && advance() !== null;
  const expect = (sign: string): true => accept(sign) || fail();
  const name = (): Token => (token.kind === 'name' ? advance() : fail());
  const limit = (levels: number): void => {
    if (levels > MAX_DEPTH) refuse('The expression is nested too deeply', token.from, true);
  };
  // Chains such as `1 + 1 + 1` nest the tree without nesting the parser, so each node's height is counted too.
  const heights = new Map<unknown, number>();
  const node = (from: number, body: Body<Expression>): Expression => {
    let height = 1;
    const add = (part: unknown): void => {
      if (Array.isArray(part)) part.forEach(add);
      else height = Math.max(height, 1 + (heights.get(part) ?? 0));
    };
    Object.values(body).forEach(add);
    limit(height);
    const made = { ...body, from, to: Math.max(from, tokens[index - 1]?.to ?? 0) } as Expression;
    heights.set(made, height);
    return made;
  };
  const literal = (from: number, kind: LiteralKind, value: Literal): Expression =>
    node(from, { type: 'literal', kind, value });
  const word = (at: Token): Expression => literal(at.from, 'string', at.text || at.sign);

  /** Expressions up to a closing bracket. A comma may stand before it in a literal, and since 1.17 in a call. */
  function list<T>(end: string, item: () => T, call = false): T[] {
    const items: T[] = [];
    while (!is(end)) {
      if (items.length > 0) {
        expect(',');
        if (is(end) && (modern || !call)) break;
      }
      items.push(item());
    }
    advance();
    return items;
  }

  function sequence(end?: string): Expression {
    const { from } = token;
    const items = [expression()];
    while (modern && accept(';') && token.kind !== 'end') items.push(expression());
    if (end !== undefined) expect(end);
    return items.length === 1 ? items[0]! : node(from, { type: 'sequence', items });
  }

  function expression(precedence = 0): Expression {
    limit(++depth);
    const found = precedence > 0 || !is('let', 'if') ? operation(precedence) : is('let') ? variable() : when();
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
        if (previous === '??' && operator !== '??') refuse('?? and other operators need parentheses', at.from);
        left = operands(left, operator, /^(?:\*\*|\^)$/.test(operator) ? rank : rank + 1);
        if (negated) left = node(from, { type: 'unary', operator: 'not', operand: left });
      }
      previous = operator;
    }
    while (precedence === 0 && accept('?')) {
      const yes = is(':') ? left : expression();
      expect(':');
      left = node(from, { type: 'conditional', test: left, yes, no: expression() });
    }
    return left;
  }

  /** `1 < x < 2` means `1 < x && x < 2` since 1.17. */
  function operands(first: Expression, operator: string, rank: number): Expression {
    const { from } = first;
    let right = expression(rank);
    let whole = node(from, { type: 'binary', operator, left: first, right });
    while (modern && COMPARISON.test(operator) && COMPARISON.test(token.sign)) {
      const left = right;
      const next = advance().sign;
      right = expression(rank);
      const one = node(left.from, { type: 'binary', operator: next, left, right });
      whole = node(from, { type: 'binary', operator: '&&', left: whole, right: one });
    }
    return whole;
  }

  function variable(): Expression {
    const { from } = advance();
    const variableName = name().text;
    expect('=');
    const value = expression();
    expect(';');
    return node(from, { type: 'let', name: variableName, value, body: sequence() });
  }

  function when(): Expression {
    const { from } = advance();
    const test = expression();
    expect('{');
    const yes = sequence('}');
    expect('else');
    limit(++depth);
    const no = is('if') ? when() : expect('{') && sequence('}');
    depth--;
    return node(from, { type: 'conditional', test, yes, no });
  }

  function primary(): Expression {
    const at = token;
    const { from, sign, kind, text } = at;
    const rank = UNARY[sign];
    if (kind === 'number') return number(advance());
    if (predicates > 0 && (sign === '#' || sign === '.')) {
      if (sign === '#') advance();
      const pointer = sign === '#' && token.kind === 'name' ? advance().text : '';
      return postfix(node(from, { type: 'pointer', name: pointer }));
    }
    advance();
    if (rank !== undefined) return postfix(node(from, { type: 'unary', operator: sign, operand: expression(rank) }));
    if (sign === '(') return postfix(sequence(')'));
    if (sign === '::') return postfix(call(name(), [], from));
    if (sign === '[') {
      const items = list(']', expression);
      return postfix(node(from, { type: 'array', items }));
    }
    if (sign === '{') {
      const pairs = list('}', pair);
      return postfix(node(from, { type: 'map', pairs }));
    }
    if (kind === 'string') return modern ? postfix(literal(from, kind, text)) : literal(from, kind, text);
    if (kind !== 'name') fail(at);
    if (text === 'true' || text === 'false') return literal(from, 'bool', text === 'true');
    if (text === 'nil') return literal(from, 'nil', null);
    return postfix(is('(') ? call(at, [], from) : node(from, { type: 'name', name: text }));
  }

  function number({ text, from }: Token): Expression {
    const digits = text.replaceAll('_', '');
    const float = /^[^xob]*[.e]/i.test(digits);
    const value = Number(digits);
    // Both a size of 64 bits and the bases are checked as Go reads them.
    const large = !float && Number.isFinite(value) && BigInt(digits) >= 2n ** 63n;
    if (!Number.isFinite(value) || large || (!modern && /^0[obXOB]/.test(digits))) refuse(`${text} is no number`, from);
    return literal(from, float ? 'number' : 'int', value);
  }

  function call(at: Token, first: readonly Expression[], from: number): Expression {
    const { required = '', optional = '' } = builtins.get(at.text) ?? {};
    const letters = required + optional;
    const args = [...first];
    expect('(');
    if (letters.includes('c')) {
      for (const letter of letters.slice(first.length)) {
        if (is(')') && args.length >= required.length) break;
        if (args.length > first.length) expect(',');
        args.push(letter === 'c' ? predicate() : expression());
      }
      if (modern) accept(',');
      expect(')');
    } else args.push(...list(')', expression, true));
    if (builtins.has(at.text)) return node(from, { type: 'builtin', name: at.text, args });
    const callee: Expression = { type: 'name', name: at.text, from: at.from, to: at.to };
    return node(from, { type: 'call', callee, args });
  }

  function predicate(): Expression {
    const { from } = token;
    predicates++;
    const braces = accept('{');
    const body = braces && modern ? sequence('}') : expression();
    if (braces && !modern) expect('}');
    predicates--;
    return node(from, { type: 'predicate', body });
  }

  function pair(): readonly [Expression, Expression] {
    const key = /^(?:name|number|string)$/.test(token.kind) ? word(advance()) : is('(') ? expression() : fail();
    expect(':');
    return [key, expression()];
  }

  function postfix(first: Expression): Expression {
    const { from } = first;
    let object = first;
    while (is('.', '?.', '[')) {
      const optional = accept('?.');
      if (!optional && accept('[')) object = bracket(object, from, false);
      else if (optional && modern && accept('[')) object = bracket(object, from, true);
      else {
        if (!optional) advance();
        const property = token.kind === 'name' || /^[a-z]/i.test(token.sign) ? word(advance()) : fail();
        const chained = object.type === 'chain';
        const inner: Expression = object.type === 'chain' ? object.inner : object;
        object = node(from, { type: 'member', object: inner, property, optional });
        if (accept('(')) object = node(from, { type: 'call', callee: object, args: list(')', expression, true) });
        if (chained || optional) object = node(from, { type: 'chain', inner: object });
      }
    }
    return object;
  }

  function bracket(object: Expression, from: number, optional: boolean): Expression {
    const start = is(':') ? null : expression();
    const slice = accept(':');
    const end = slice && !is(']') ? expression() : null;
    expect(']');
    if (slice) return node(from, { type: 'slice', object, start, end });
    const member = node(from, { type: 'member', object, property: start!, optional });
    return optional ? node(from, { type: 'chain', inner: member }) : member;
  }

  const whole = sequence();
  return token.kind === 'end' ? whole : fail();
}
