/** Results that no provider gives, but a program that tests its conditions can. */
import { expect, test } from 'vitest';
import { evaluateCondition } from '../../../src/rollouts/expression/evaluate.ts';
import { ExpressionError } from '../../../src/rollouts/expression/syntax.ts';

const itself: Record<string, unknown> = {};
itself['a'] = itself;

test.each(['result == result', 'len(toJSON(result)) > 0'])(
  '%s of an object in itself is an error with a place',
  (source) => {
    expect(() => evaluateCondition(source, { result: itself }, '1.9')).toThrow(ExpressionError);
  },
);

// Each of 20,000 elements looked for among 20,000 is hundreds of millions of comparisons.
test('looking for each element of a long list in it counts as so many steps', () => {
  const result = Array.from({ length: 20_000 }, (_, index) => index);
  expect(() => evaluateCondition('all(result, # in result)', { result }, '1.9')).toThrow('takes too long');
});

test('elements without their repetitions: numbers by their value, each NaN by itself, lists by what is in them', () => {
  const result = [1, Number.NaN, 1, 'a', Number.NaN, null, 'a', null, [2], 1.5, [2], { b: 3 }, 1.5, { b: 3 }];
  expect(evaluateCondition('len(uniq(result)) == 8', { result }, '1.10')).toBe(true);
  expect(evaluateCondition('len(uniq([1, 1.0, int("1"), 2])) == 2', { result }, '1.10')).toBe(true);
});

// Comparing each with each is 20 billion comparisons for the first, and would stop neither.
test('repetitions in long lists are found at once, or refused', () => {
  const numbers = Array.from({ length: 200_000 }, (_, index) => index);
  expect(evaluateCondition('len(uniq(result)) == 200000', { result: numbers }, '1.10')).toBe(true);
  const objects = numbers.map((id) => ({ id }));
  expect(() => evaluateCondition('len(uniq(result)) > 0', { result: objects }, '1.10')).toThrow('not supported here');
});

test('one group of a long list is put together at once', () => {
  const result = Array.from({ length: 100_000 }, (_, index) => index);
  expect(evaluateCondition('len(groupBy(result, 1)[1]) == 100000', { result }, '1.9')).toBe(true);
});
