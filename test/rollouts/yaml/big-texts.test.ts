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

test.each([
  ['closing brackets', '}'.repeat(MANY)],
  ['commas', `{${','.repeat(MANY)}`],
  ['quotes', '"'.repeat(MANY)],
])('a document of nothing but mistakes on one line: %s', (_name, text) => {
  expect(readYaml(text).problems).toMatchObject([{ code: 'yaml-syntax', line: 1 }]);
});

test.each([
  ['tabs', `a:\n${'\tb: 1\n'.repeat(MANY / 10)}`],
  ['braces', `a: {}\n${'}\n'.repeat(MANY / 10)}`],
  ['escapes in lists of lists', `a:\n  - b:\n${'    - ["\\h"]\n'.repeat(MANY / 10)}`],
])('of many mistakes the first 1,000 are told, and that there are more: %s', (_name, text) => {
  const { problems } = readYaml(`${text}\n---\nb: @\n`);
  expect(problems.length).toBe(1002);
  expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['yaml-syntax']));
  expect(problems.at(-2)!.message).toBe('More than 1000 mistakes are above; no more are told.');
  expect(problems.at(-1)!.line).toBeGreaterThan(MANY / 10);
});

const WIDE = 60_000;
const wide = (prefix: string, value: string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: WIDE }, (_, i) => [`${prefix}${i}`, value]));

test.each([
  ['changed', { kept: '', a: wide('k', 'old') }, { kept: '', a: wide('k', 'new') }],
  ['removed', { a: { kept: '', ...wide('k', 'old') } }, { a: { kept: '' } }],
  ['added', { a: { kept: '' } }, { a: { kept: '', ...wide('k', 'new') } }],
])('values of a wide map that are %s, in the text', (_name, before, after) => {
  const [document] = readYaml(`# Comment\n${print([before])}`).documents;
  const { text, documents } = document!.replace(after);
  expect(documents.map(({ object }) => object)).toEqual([after]);
  expect(text).toMatch(/^# Comment\n/);
});
