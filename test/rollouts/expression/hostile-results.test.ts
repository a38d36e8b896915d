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
