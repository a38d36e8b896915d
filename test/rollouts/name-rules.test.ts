import { expect, test } from 'vitest';
import { goPattern } from '../../src/rollouts/validation/analysis/name-rules.ts';

// Each of them takes minutes, or years, on such a name: the runner's time limit tells.
test.each([
  ['a?'.repeat(40) + 'a'.repeat(40)],
  [`${'(a|a)'.repeat(39)}x`],
  ['(a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?|b)aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaax'],
  ['(a+)+$'],
])('%s is not tried', (source) => {
  expect(goPattern(source)).toBe('unknown');
});

test.each(['.*', '.*error.*', 'error-.*', 'error|latency', '(a|b)-rate', '.*?x', 'a\\.*', 'a|.*'])(
  '%s is tried, and matches what JavaScript says',
  (source) => {
    const names = ['error-rate', 'a-rate', 'latency', 'a..', 'x', ''];
    const matches = goPattern(source);
    if (typeof matches === 'string') throw new Error(`${source} is ${matches}`);
    expect(names.filter(matches)).toEqual(names.filter((name) => new RegExp(source).test(name)));
  },
);
