import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkExpression } from '../../../src/rollouts/expression/check.ts';
import { evaluateCondition, evaluateExpression } from '../../../src/rollouts/expression/evaluate.ts';
import { parseExpression } from '../../../src/rollouts/expression/parse.ts';
import { type Expression, ExpressionError } from '../../../src/rollouts/expression/syntax.ts';
import { GRAMMARS } from './golden.ts';
import { WRITTEN } from './sources.ts';

const mutated = fc
  .tuple(fc.constantFrom(...WRITTEN), fc.nat(), fc.nat(4), fc.string({ unit: 'binary', maxLength: 3 }))
  .map(([source, at, length, added]) => {
    const from = at % (source.length + 1);
    return source.slice(0, from) + added + source.slice(from + length);
  });
const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme-ascii', maxLength: 40 }), mutated);

function outcome(run: () => unknown): ExpressionError | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
}

function nodesOf(tree: Expression): Expression[] {
  const below = Object.values(tree)
    .flat(2)
    .filter((part): part is Expression => typeof part === 'object' && part !== null && 'type' in part);
  return [tree, ...below.flatMap(nodesOf)];
}

test('any text is read, or refused at a place inside it', () => {
  fc.assert(
    fc.property(anything, fc.constantFrom(...GRAMMARS), (source, grammar) => {
      const error = outcome(() => parseExpression(source, grammar));
      return error === null || (error.offset >= 0 && error.offset <= source.length);
    }),
    { numRuns: 1000 },
  );
});

test('each node lies inside its parent, and inside the text', () => {
  fc.assert(
    fc.property(fc.constantFrom(...WRITTEN), (source) => {
      let tree: Expression;
      try {
        tree = parseExpression(source, '1.17');
      } catch {
        return true;
      }
      return nodesOf(tree).every(({ from, to }) => from >= 0 && from <= to && to <= source.length);
    }),
  );
});

test('any text has findings, each with its words and its place', () => {
  const results = fc.constantFrom(
    { kind: 'any' } as const,
    { kind: 'array', of: { kind: 'number', nan: true } } as const,
    { kind: 'optional', of: { kind: 'number' } } as const,
    { kind: 'struct', fields: {} } as const,
  );
  fc.assert(
    fc.property(anything, results, fc.constantFrom('1.8', '1.10'), (source, result, target) => {
      for (const problem of checkExpression(source, { kind: 'condition', result, role: 'failure-only' }, target)) {
        expect(problem.offset).toBeGreaterThanOrEqual(0);
        expect(problem.offset).toBeLessThanOrEqual(source.length);
        for (const words of [problem.message, problem.effect, problem.mend]) expect(words).toMatch(/^[\s\S]*\S\.*$/);
      }
    }),
    { numRuns: 1000 },
  );
});

test('any text is evaluated, or ends in an error of expressions', () => {
  fc.assert(
    fc.property(anything, fc.jsonValue(), (source, result) => {
      outcome(() => evaluateCondition(source, { result, nowMs: 0 }, '1.10'));
    }),
    { numRuns: 1000 },
  );
});

test('a condition that is said to be rejected never evaluates to a bool', () => {
  const number = { kind: 'array', of: { kind: 'number' } } as const;
  fc.assert(
    fc.property(mutated, fc.array(fc.double()), (source, result) => {
      const problems = checkExpression(source, { kind: 'condition', result: number }, '1.10');
      if (!problems.some(({ severity }) => severity === 'rejected') || source.includes('{{')) return true;
      return outcome(() => evaluateCondition(source, { result, type: number, nowMs: 0 }, '1.10')) !== null;
    }),
    { numRuns: 1000 },
  );
});

describe('text that is made to hurt', () => {
  const MANY = 100_000;
  test.each([
    ['parentheses', '('.repeat(MANY)],
    ['closed parentheses', `${'('.repeat(40_000)}1${')'.repeat(40_000)}`],
    ['brackets', '['.repeat(MANY)],
    ['signs', '-'.repeat(MANY)],
    ['negations', 'not '.repeat(20_000)],
    ['members', `result${'.a'.repeat(40_000)}`],
    ['indices', `result${'[0]'.repeat(30_000)}`],
    ['sums', `1${' + 1'.repeat(24_000)}`],
    ['powers', `1${' ** 1'.repeat(19_000)}`],
    ['conditions', 'true ? '.repeat(14_000)],
    ['branches', 'if true { 1 } else '.repeat(5000)],
    ['variables', 'let x = 1; '.repeat(9000)],
    ['sequences', '1;'.repeat(49_000)],
    ['pipes', `result${' | len()'.repeat(12_000)}`],
    ['predicates', 'all(result, '.repeat(8000)],
    ['maps', '{a: '.repeat(25_000)],
    ['quotes', '"\\'.repeat(50_000)],
    ['a string', `"${'a'.repeat(99_000)}"`],
    ['comments', '/**/'.repeat(25_000)],
    ['an open comment', `/*${'*'.repeat(90_000)}`],
    ['dots', '.'.repeat(MANY)],
    ['digits', '9'.repeat(MANY)],
    ['too much of it', ' '.repeat(MANY + 1)],
    ['shared comparisons', `${'(1 < '.repeat(300)}1${' < 2)'.repeat(300)}`],
    ['shared conditions', `${'('.repeat(300)}true${' ?: true)'.repeat(300)}`],
  ])('%s', (_name, source) => {
    for (const target of ['1.8', '1.10'] as const) {
      const problems = checkExpression(source, { kind: 'condition', result: { kind: 'any' } }, target);
      expect(problems.length).toBeLessThan(10);
    }
    outcome(() => evaluateCondition(source, { result: [1] }, '1.10'));
  });

  test('what is only too deep for this package is not said to be rejected', () => {
    const deep = `${'('.repeat(1000)}true${')'.repeat(1000)}`;
    expect(checkExpression(deep, { kind: 'condition', result: { kind: 'any' } }, '1.10')).toMatchObject([
      { code: 'expression-syntax', severity: 'advice' },
    ]);
  });

  test('loops in loops end', () => {
    const nested = 'all(1..999, all(1..999, all(1..999, true)))';
    expect(outcome(() => evaluateCondition(nested, { result: 1 }, '1.10'))).toMatchObject({ ours: true });
    expect(outcome(() => evaluateCondition('len(1..99999999) > 0', { result: 1 }, '1.10'))).toMatchObject({
      ours: false,
    });
  });

  test('names of prototypes are ordinary names', () => {
    expect(outcome(() => parseExpression('constructor.__proto__', '1.17'))).toBeNull();
    const [problem] = checkExpression('toString()', { kind: 'condition', result: { kind: 'any' } }, '1.10');
    expect(problem).toMatchObject({ code: 'expression-unknown-name' });
    const tree = parseExpression('result.constructor == nil && result["__proto__"] == nil', '1.17');
    expect(evaluateExpression(tree, { result: {} })).toBe(true);
  });
});
