import { describe, expect, test } from 'vitest';
import { checkPromql } from '../../src/rollouts/promql/index.ts';
import { RULES } from '../../src/rollouts/validation/codes/index.ts';
import type { RolloutFinding } from '../../src/rollouts/validation/finding.ts';
import { validate } from '../../src/rollouts/validation/validate.ts';
import { CASES } from './cases/all.ts';
import type { RuleCase } from './cases/case.ts';

function findings({ target = '1.9', complete = false }: RuleCase, objects: readonly unknown[]): RolloutFinding[] {
  return validate(objects, { target, complete, promql: checkPromql });
}

describe.each(CASES.map((one) => [one.code, one.shows, one] as const))('%s: %s', (code, _shows, one) => {
  test('the bad one is found, at its place', () => {
    const found = findings(one, one.bad).filter((finding) => finding.code === code);
    const { severity, path, argoPath, index = 0 } = one;
    expect(found.map((finding) => ({ index: finding.object.index, path: finding.path }))).toContainEqual({
      index,
      path,
    });
    const here = found.find((finding) => finding.path === path && finding.object.index === index);
    expect({ severity: here?.severity, argoPath: here?.argoPath }).toEqual({ severity, argoPath });
    for (const words of [here?.message, here?.effect, here?.mend]) expect(words).toMatch(/^\S.{7,}$/s);
  });

  test('the good one has no such finding, and is not refused', () => {
    const found = findings(one, one.good);
    expect(found.filter((finding) => finding.code === code || finding.severity === 'rejected')).toEqual([]);
  });
});

test('every rule has a case', () => {
  expect(Object.keys(RULES).filter((code) => !CASES.some((one) => one.code === code))).toEqual([]);
});
