import { describe, expect, test } from 'vitest';
import { evaluateExpression } from '../../../src/rollouts/expression/evaluate.ts';
import { entriesOf, GoDuration, GoTime, isObject } from '../../../src/rollouts/expression/go-values.ts';
import { infer } from '../../../src/rollouts/expression/infer.ts';
import { parseExpression } from '../../../src/rollouts/expression/parse.ts';
import { type Expression, ExpressionError, type Grammar } from '../../../src/rollouts/expression/syntax.ts';
import type { Value } from '../../../src/rollouts/expression/value-type.ts';
import { GRAMMARS, letters, RESULTS, written } from './golden.ts';
import { CROSSED, ODD, SOUPS, WRITTEN } from './sources.ts';

function parsed(source: string, grammar: Grammar): Expression | null {
  try {
    return parseExpression(source, grammar);
  } catch (error) {
    if (error instanceof ExpressionError) return null;
    throw error;
  }
}

/** What our checker says: `refused`, `fails` (surely), or `passes`. */
function checked(tree: Expression, is: Value, grammar: Grammar): string {
  const { faults } = infer(tree, is, grammar);
  if (faults.some(({ compiles }) => !compiles)) return 'refused';
  return faults.some(({ sure }) => sure) ? 'fails' : 'passes';
}

/** A value as the generator prints it. */
function printed(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (value instanceof GoTime) return 'time';
  if (value instanceof GoDuration) return `duration ${value.nanoseconds / 1_000_000n}`;
  if (Array.isArray(value)) return `[${value.map(printed).join(',')}]`;
  if (isObject(value)) {
    if (Object.hasOwn(value, 'StatusCode')) return 'struct';
    const entries = entriesOf(value).map(([key, item]) => `${printed(key)}:${printed(item)}`);
    return `{${entries.sort().join(',')}}`;
  }
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  if (typeof value !== 'string') return String(value);
  // As Go's JSON has them.
  const escapes: Record<string, string> = { '<': '\\u003c', '>': '\\u003e', '\ufffd': '\\ufffd' };
  return JSON.stringify(value).replace(/[<>\ufffd]/g, (sign) => escapes[sign]!);
}

const SAID = written();

test('expr was asked about every expression of the sources, and no other', () => {
  expect([...new Set(SAID.map(({ source }) => source))]).toEqual([...WRITTEN, ...ODD]);
});

describe('expressions written by hand, as expr answered', () => {
  test('what expr cannot read is refused, and nothing else', () => {
    const wrong = SAID.filter(
      ({ source, grammar, outcome }) => (parsed(source, grammar) === null) !== (outcome === 'syntax'),
    );
    expect(wrong).toEqual([]);
  });

  test('what expr evaluates is never refused, nor said to fail', () => {
    const wrong = SAID.filter(({ source, grammar, result, outcome }) => {
      const tree = parsed(source, grammar);
      return outcome.startsWith('=') && tree !== null && checked(tree, RESULTS[result]!.is, grammar) !== 'passes';
    });
    expect(wrong).toEqual([]);
  });

  test('what expr does not compile is found, but for a few oddities', () => {
    const missed = SAID.filter(({ source, grammar, result, outcome }) => {
      const tree = parsed(source, grammar);
      return outcome === 'type' && tree !== null && checked(tree, RESULTS[result]!.is, grammar) === 'passes';
    });
    expect([...new Set(missed.map(({ source }) => source))]).toEqual(
      [
        // The names behind $env, the patterns of matches, calls of functions by another name, constant folding, and
        // (1.15) the elements of a list that is written out.
        ...[
          'take(result, 1.5)',
          'result in [1, 2]',
          'result not in ["a"]',
          '$env.nosuch',
          '"1" in [1, 2]',
          '5 % 0',
          '"abc" matches "("',
        ],
        ...['"abc" matches "a(?=b)"', 'let f = len; f(result)'],
      ].sort((a, b) => order(a) - order(b)),
    );
  });

  test('what expr evaluates has the same value, and what it fails on fails', () => {
    const wrong: string[] = [];
    let unsupported = 0;
    let same = 0;
    for (const { source, grammar, result, outcome } of SAID) {
      const tree = parsed(source, grammar);
      if (tree === null || outcome === 'type') continue;
      const { value, type } = RESULTS[result]!;
      let ours: string;
      try {
        ours = `= ${printed(evaluateExpression(tree, { result: value, type, nowMs: 1_800_000_000_000, grammar }))}`;
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        if (error.ours) {
          unsupported++;
          continue;
        }
        ours = 'error';
      }
      if (ours === outcome) same++;
      else wrong.push(source);
    }
    expect([...new Set(wrong)].sort()).toEqual(
      [
        // Constant folding drops a check (`and true`); 1.15 compares lists by their Go types; a number of 19 digits is
        // not exact in JavaScript.
        ...['0x7fffffffffffffff', '1..3 == [1, 2, 3]', '9223372036854775807', '[1, 2] == [1.0, 2.0]'],
        'fromJSON("1") and true',
      ].sort(),
    );
    expect(same).toBeGreaterThan(5900);
    expect(unsupported).toBeLessThan(500);
  });
});

function order(source: string): number {
  return SAID.findIndex((one) => one.source === source);
}

describe.each([
  ['operators and functions with all kinds of operands', CROSSED, letters().crossed],
  ['words in no order', SOUPS, letters().soups],
] as const)('%s, as expr answered', (_name, sources, said) => {
  test.each(GRAMMARS)('%s', (grammar) => {
    const wrong: string[] = [];
    let refused = 0;
    let missed = 0;
    sources.forEach((source, index) => {
      const theirs = said[grammar][index]!;
      const tree = parsed(source, grammar);
      const ours = tree === null ? 'syntax' : checked(tree, { kind: 'number' }, grammar);
      if ((ours === 'syntax') !== (theirs === 's') || (theirs === '=' && ours !== 'passes')) wrong.push(source);
      if (theirs === 't') refused++;
      if (theirs === 't' && ours === 'passes') missed++;
    });
    expect(wrong).toEqual([]);
    expect(said[grammar].length).toBe(sources.length);
    expect(missed / refused).toBeLessThan(0.05);
  });
});
