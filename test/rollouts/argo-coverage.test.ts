/** The table of what is checked is that of the cases, and no rule is left out in silence. */
import { expect, test } from 'vitest';
import { CASES } from './cases/all.ts';
import { ARGO_RULES, ARGO_TRAPS, NOT_OFFLINE } from './coverage/argo-rules.ts';
import { casesOf, coveragePage } from './coverage/page.ts';

const NUMBERS = [
  ...ARGO_RULES.flatMap(({ rules }) => rules.map(([number]) => number)),
  ...ARGO_TRAPS.map(([number]) => `trap ${number}`),
];

const missing = NUMBERS.filter((number) => casesOf(CASES, number).length === 0 && !Object.hasOwn(NOT_OFFLINE, number));

test('each rule and each trap of Argo has a case, or a reason why no file can show it', () => {
  expect(missing).toEqual([]);
});

test('no reason stands where there is a case', () => {
  expect(Object.keys(NOT_OFFLINE).filter((number) => casesOf(CASES, number).length > 0)).toEqual([]);
});

test('the rules are numbered 1 to 101 and the traps 1 to 27, without a gap', () => {
  const upTo = (last: number): string[] => Array.from({ length: last }, (_, i) => String(i + 1));
  expect(NUMBERS).toEqual([...upTo(101), ...upTo(27).map((number) => `trap ${number}`)]);
});

test('each case names rules that exist', () => {
  const known = new Set([...NUMBERS, 'own']);
  expect(CASES.flatMap(({ of, code }) => of.filter((one) => !known.has(one)).map((one) => `${code}: ${one}`))).toEqual(
    [],
  );
});

test('the page shows each case and each rule that is missing', () => {
  const page = coveragePage(CASES);
  for (const { code } of CASES) expect(page).toContain(`\`${code}\``);
  expect(page.match(/\| MISSING \|/g) ?? []).toHaveLength(missing.length);
});
