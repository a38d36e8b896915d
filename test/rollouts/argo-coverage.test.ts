/** The table of what is checked is that of the cases, and no rule is left out in silence. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CASES } from './cases/all.ts';
import { ARGO_RULES, ARGO_TRAPS, NOT_OFFLINE } from './coverage/argo-rules.ts';
import { casesOf, coveragePage } from './coverage/page.ts';

const PAGE = new URL('../../docs/argo-coverage.md', import.meta.url);

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

test('the page names each code, and misses nothing', () => {
  const page = coveragePage(CASES);
  for (const { code } of CASES) expect(page).toContain(`\`${code}\``);
  expect(page).not.toContain('MISSING');
});

test('docs/argo-coverage.md is what the cases say (UPDATE=1 npx vitest run test/rollouts/argo-coverage.test.ts writes it)', () => {
  const page = coveragePage(CASES);
  if (process.env['UPDATE'] === '1') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8') === page, 'UPDATE=1 npx vitest run test/rollouts/argo-coverage.test.ts').toBe(true);
});
