import { expect, test } from 'vitest';
import { summarise, type TestOutcome } from './summary.ts';

test('totals are the last line, and a run without failures succeeds', () => {
  const { lines, exitCode } = summarise([{ name: 'a', state: 'passed' }], true);
  expect(lines).toEqual(['1 passed, 0 failed']);
  expect(exitCode).toBe(0);
});

test('failing tests are named before the totals', () => {
  const { lines, exitCode } = summarise(
    [
      { name: 'a', state: 'passed' },
      { name: 'b', state: 'failed', reason: 'expected 1 to be 2' },
    ],
    false,
  );
  expect(lines).toEqual(['Failed:', '  b: expected 1 to be 2', '1 passed, 1 failed']);
  expect(exitCode).toBe(1);
});

test('a skipped test is told with its reason and does not fail the run of a contributor', () => {
  const { lines, exitCode } = summarise(
    [
      { name: 'a', state: 'passed' },
      { name: 'c', state: 'skipped', reason: 'no Chromium' },
    ],
    false,
  );
  expect(lines).toEqual(['Skipped (1):', '  c: no Chromium', '1 passed, 0 failed']);
  expect(exitCode).toBe(0);
});

test('tests of one file that are skipped for one reason are told together', () => {
  const skip = (name: string, reason: string): TestOutcome => ({ name, state: 'skipped', reason });
  const { lines } = summarise(
    [
      skip('a.test.ts > x', 'no Chromium'),
      skip('b.test.ts > x', 'no Chromium'),
      skip('a.test.ts > y', 'no Chromium'),
      skip('a.test.ts > z', 'not on Windows'),
    ],
    false,
  );
  expect(lines).toEqual([
    'Skipped (4):',
    '  a.test.ts (2 tests): no Chromium',
    '  b.test.ts > x: no Chromium',
    '  a.test.ts > z: not on Windows',
    '0 passed, 0 failed',
  ]);
});

test('a skipped test fails the run where everything must be there', () => {
  const { lines, exitCode } = summarise([{ name: 'c', state: 'skipped' }], true);
  expect(lines).toEqual(['Failed:', '  c: skipped: no reason given', '0 passed, 1 failed']);
  expect(exitCode).toBe(1);
});

test('a run that found no test fails', () => {
  expect(summarise([], false)).toEqual({
    lines: ['Failed:', '  the run: no test was found', '0 passed, 1 failed'],
    exitCode: 1,
  });
});
