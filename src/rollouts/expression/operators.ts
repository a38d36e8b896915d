/** Which operands an operator takes, and what is known of the outcome (expr: checker/checker.go). */
import { accepts, typeOf } from './kinds.ts';
import type { Expression } from './syntax.ts';
import { ANY, type Value } from './value-type.ts';

/** For each operator the letters of the left and the right operand and of the outcome; `p` is the wider of two numbers. */
const RULES: ReadonlyMap<string, readonly string[]> = new Map(
  [
    'or || and && bbb',
    '< > <= >= nnb ssb ttb ddb',
    '+ nnp sss tdt dtt ddd',
    '- nnp ttd tdt ddd',
    '* nnp ndd dnd ddd',
    '/ ** ^ nnn',
    '% iii',
    '.. iia',
    'matches contains startsWith endsWith ssb',
  ].flatMap((line) => {
    const words = line.split(' ');
    const rules = words.filter((word) => /^[nsbtdip]{2}[nsbtdipa]$/.test(word));
    return words.filter((word) => !rules.includes(word)).map((operator) => [operator, rules] as const);
  }),
);

/** The bool on the left that decides `and` and `or` alone; `null` for other operators. */
export function decisionOf(operator: string): boolean | null {
  if (operator === 'or' || operator === '||') return true;
  return operator === 'and' || operator === '&&' ? false : null;
}

/** `x || true` and `x && false`: expr's optimizer drops the left side, with all that could fail in it. */
export function isFolded({ operator, right }: Expression & { type: 'binary' }): boolean {
  return right.type === 'literal' && right.value === decisionOf(operator) && right.kind === 'bool';
}

/** The outcome of a binary operator, or `null` where expr refuses the operands. `and`, `or` and `??` know more: see their callers. */
export function outcomeOf(operator: string, left: Value, right: Value, modern: boolean): Value | null {
  const found = typeOfOutcome(operator, left, right, modern);
  return found && { ...found, is: known(operator, left, right) };
}

function typeOfOutcome(operator: string, left: Value, right: Value, modern: boolean): Value | null {
  const bool = (taken: boolean): Value | null => (taken ? { kind: 'bool' } : null);
  if (/^[!=]=$/.test(operator)) return bool(comparable(left, right, modern));
  if (operator === 'in') return bool(isIn(left, right, modern));
  const fitting = RULES.get(operator)!.filter(
    (rule) => accepts(rule[0]!, left, modern) && accepts(rule[1]!, right, modern),
  );
  const results = new Set(fitting.map((rule) => rule[2]!));
  const [result] = results;
  if (result === undefined) return null;
  if (result !== 'p' && (results.size === 1 || !hasAny(left, right))) return typeOf(result);
  if (hasAny(left, right)) return ANY;
  return left.kind === right.kind ? { kind: left.kind } : typeOf('n');
}

function hasAny(left: Value, right: Value): boolean {
  return left.kind === 'any' || right.kind === 'any';
}

function comparable(left: Value, right: Value, modern: boolean): boolean {
  if (hasAny(left, right) || left.kind === right.kind || left.kind === 'nil' || right.kind === 'nil') return true;
  return ['n', 'a'].some((letter) => accepts(letter, left, modern) && accepts(letter, right, modern));
}

function isIn(left: Value, right: Value, modern: boolean): boolean {
  const named = modern ? /string|any/ : /string|any|nil/;
  if (right.kind === 'array') return comparable(left, right.of ?? ANY, modern);
  if (right.kind === 'string') return left.kind === 'any';
  return right.kind === 'any' || (/map|struct|time$/.test(right.kind) && named.test(left.kind));
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => unknown>> = {
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};

/** The value itself, when it is certain: constants, and what NaN does to everything. */
function known(operator: string, left: Value, right: Value): unknown {
  const [a, b] = [left.is, right.is];
  const certain = a !== undefined && b !== undefined;
  const nan = Number.isNaN(a) || Number.isNaN(b);
  if (/^[!=]=$/.test(operator)) {
    const differs = nan || (!hasAny(left, right) && (left.kind === 'nil') !== (right.kind === 'nil'));
    return differs || certain ? (!differs && a === b) === (operator === '==') : undefined;
  }
  const [x = 0, y = 0] = [a, b];
  const numbers = typeof x === 'number' && typeof y === 'number' && (certain || nan);
  return numbers ? ARITHMETIC[operator]?.(x, y) : undefined;
}
