import { expect, test } from 'vitest';
import { print, readYaml } from '../../../src/rollouts/yaml/index.ts';

// Each of these takes well under a second, and minutes where time grows by the square: the runner's time limit tells.
const MANY = 400_000;

test('an object in braces whose string has no end, and many quotes', () => {
  expect(readYaml(`{${'\\"'.repeat(MANY)}`).documents).toEqual([]);
});

test('an object in braces whose string ends in a backslash', () => {
  expect(readYaml(`{"${'\\"'.repeat(MANY)}\\`).documents).toEqual([]);
});

test('a text of line breaks and one letter', () => {
  const object = { a: `${'\n'.repeat(MANY)}!` };
  expect(readYaml(print([object])).documents.map(({ object: read }) => read)).toEqual([object]);
});

test('blanks within an object that is written anew', () => {
  const [document] = readYaml(`{"a": 1${' \n'.repeat(MANY)}}\n`).documents;
  expect(document!.replace({ b: { c: [1] } }).documents[0]!.object).toEqual({ b: { c: [1] } });
});
