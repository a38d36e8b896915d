/** Which operands an operator takes, and what is known of the outcome (expr: checker/checker.go). */
import { ANY, type Value } from './value-type.ts';

/** Kinds by letter: what the operators and functions ask for. */
const KINDS: Readonly<Record<string, string>> = {
  n: 'number int',
  i: 'int',
  s: 'string',
  b: 'bool',
  t: 'time',
  d: 'duration',
};

/** True when the value is of one of these letters' kinds. A duration was an integer to expr 1.15. */
export function isOf(letters: string, value: Value, modern: boolean): boolean {
  return [...letters].some(
    (letter) =>
      KINDS[letter]!.split(' ').includes(value.kind) || (!modern && value.kind === 'duration' && /[ni]/.test(letter)),
  );
}

/** Letters that an operator takes on both sides; what it returns, when that is not the type of its operands. */
const SAME: Readonly<Record<string, readonly [string, Value['kind']?]>> = {
  ...{ or: ['b'], '||': ['b'], and: ['b'], '&&': ['b'], '<': ['nstd', 'bool'], '>': ['nstd', 'bool'] },
  ...{ '<=': ['nstd', 'bool'], '>=': ['nstd', 'bool'], '+': ['nsd'], '-': ['nd'], '*': ['nd'], '/': ['n', 'number'] },
  ...{
    '**': ['n', 'number'],
    '^': ['n', 'number'],
    '%': ['i', 'int'],
    matches: ['s', 'bool'],
    contains: ['s', 'bool'],
  },
  ...{ startsWith: ['s', 'bool'], endsWith: ['s', 'bool'], '..': ['i', 'array'] },
};
/** Operators on a time, a duration and a number: the outcome by operator and letters. */
const MIXED: Readonly<Record<string, Value['kind']>> = {
  ...{ '-tt': 'duration', '-td': 'time', '+td': 'time', '+dt': 'time', '*nd': 'duration', '*dn': 'duration' },
};

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => unknown>> = {
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};

/** The outcome of a binary operator, or `null` where expr refuses the operands. `and`, `or` and `??` know more: see their callers. */
export function outcomeOf(operator: string, left: Value, right: Value, modern: boolean): Value | null {
  const kind = kindOf(operator, left, right, modern);
  if (kind === null) return null;
  const is = known(operator, left, right);
  const value: Value = kind === 'array' ? { kind, of: { kind: 'int' } } : { kind };
  return is === undefined ? value : { ...value, is };
}

function kindOf(operator: string, left: Value, right: Value, modern: boolean): Value['kind'] | null {
  const unknown = left.kind === 'any' || right.kind === 'any';
  if (operator === '==' || operator === '!=') return comparable(left, right, modern) ? 'bool' : null;
  if (operator === 'in') return isIn(left, right, modern) ? 'bool' : null;
  const letter = (value: Value): string => [...'nstd'].find((one) => isOf(one, value, true)) ?? '?';
  const mixed = MIXED[operator + letter(left) + letter(right)];
  if (mixed !== undefined && (modern || operator !== '*')) return mixed;
  const [letters, result] = SAME[operator]!;
  if (unknown) {
    const other = left.kind === 'any' ? right : left;
    // Times can be added to and taken from as well.
    const all = operator === '+' || operator === '-' ? `${letters}t` : letters;
    if (other.kind !== 'any' && !isOf(all, other, modern)) return null;
    return result ?? (letters === 'b' ? 'bool' : 'any');
  }
  for (const one of letters) {
    if (!isOf(one, left, modern) || !isOf(one, right, modern)) continue;
    return result ?? (one === 'n' ? (left.kind === right.kind ? left.kind : 'number') : left.kind);
  }
  return null;
}

function comparable(left: Value, right: Value, modern: boolean): boolean {
  const loose = [left.kind, right.kind];
  if (loose.includes('any') || loose.includes('nil') || left.kind === right.kind) return true;
  if (loose.includes('bytes') && loose.includes('array')) return true;
  return isOf('n', left, modern) && isOf('n', right, modern);
}

function isIn(left: Value, right: Value, modern: boolean): boolean {
  const text = left.kind === 'string' || left.kind === 'any';
  if (right.kind === 'any') return true;
  if (right.kind === 'string') return left.kind === 'any';
  if (/^(?:struct|map|time)$/.test(right.kind)) return text || (!modern && left.kind === 'nil');
  return right.kind === 'array' && comparable(left, right.of ?? ANY, modern);
}

/** The value itself, when it is certain: constants, and what NaN does to everything. */
function known(operator: string, left: Value, right: Value): unknown {
  const [a, b] = [left.is, right.is];
  const equality = operator === '==' || operator === '!=';
  if (equality && (left.kind === 'nil') !== (right.kind === 'nil') && left.kind !== 'any' && right.kind !== 'any') {
    return operator === '!=';
  }
  const certain = a !== undefined && b !== undefined;
  if (equality && certain) return (a === b) === (operator === '==');
  if (certain || Number.isNaN(a) || Number.isNaN(b)) {
    const [x = 0, y = 0] = [a, b];
    if (typeof x === 'number' && typeof y === 'number') return ARITHMETIC[operator]?.(x, y);
  }
  return undefined;
}
