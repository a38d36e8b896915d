/** A tree often holds one application several times, once for each environment: they must not be taken for each other. */
import { describe, expect, test } from 'vitest';
import { validate } from '../../src/rollouts/validation/validate.ts';
import { canary, rollout, service, template } from './cases/objects.ts';

const ROLLOUT = canary({
  steps: [{ setWeight: 20 }, { pause: {} }, { analysis: { templates: [{ templateName: 'errors' }] } }],
});
const FINITE = template();
const ENDLESS = template({ count: null });
const OTHER = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', metadata: { name: 'errors' }, spec: {} };

function codes(files: Readonly<Record<string, readonly unknown[]>>, complete = false): string[] {
  const names = Object.entries(files).flatMap(([file, objects]) => objects.map(() => file));
  const found = validate(Object.values(files).flat(), { files: names, complete });
  return found
    .filter(({ code }) => !/probe|requests|outage/.test(code))
    .map(({ code, object }) => `${names[object.index]} ${code}`);
}

describe('a reference goes to the nearest', () => {
  test('of its own file, of its folder, of the first folder above that has one below', () => {
    const endless = 'metric-never-ends';
    expect(codes({ 'a/x.yaml': [ENDLESS], 'b/x.yaml': [FINITE, ROLLOUT] })).toEqual([]);
    expect(codes({ 'a/x.yaml': [FINITE], 'b/x.yaml': [ENDLESS, ROLLOUT] })).toEqual([`b/x.yaml ${endless}`]);
    expect(codes({ 'a/x.yaml': [ENDLESS], 'b/x.yaml': [FINITE], 'b/y.yaml': [ROLLOUT] })).toEqual([]);
    expect(codes({ 'a/x.yaml': [ENDLESS], 'c/x.yaml': [FINITE], 'c/b/y.yaml': [ROLLOUT] })).toEqual([]);
    expect(codes({ 'a\\x.yaml': [FINITE], 'c\\x.yaml': [ENDLESS], 'c\\b\\y.yaml': [ROLLOUT] })).toEqual([
      `c\\b\\y.yaml ${endless}`,
    ]);
  });

  test('of several that are as near, none is taken for the one that is meant', () => {
    const files = { 'a/x.yaml': [ENDLESS], 'b/x.yaml': [OTHER], 'y.yaml': [ROLLOUT] };
    expect(codes(files).filter((code) => code.startsWith('y.yaml'))).toEqual([]);
    expect(codes(files, true).filter((code) => code.startsWith('y.yaml'))).toEqual([]);
  });

  test('the only one is taken, wherever it is', () => {
    expect(codes({ 'a/x.yaml': [ENDLESS], 'b/y.yaml': [ROLLOUT] })).toEqual(['b/y.yaml metric-never-ends']);
  });

  test('of nested templates, from the template that names them', () => {
    const outer = template({}, { metrics: [], templates: [{ templateName: 'inner' }] });
    const inner = (count: number | null) => ({ ...template({ count }), metadata: { name: 'inner' } });
    const files = { 'a/x.yaml': [outer, inner(3)], 'b/x.yaml': [inner(null)], 'b/y.yaml': [ROLLOUT] };
    expect(codes(files)).toEqual([]);
  });
});

describe('two of one name', () => {
  test.each([
    [{ 'a.yaml': [FINITE, FINITE] }, 'unsafe'],
    [{ 'k/a.yaml': [FINITE], 'k/b.yaml': [FINITE] }, 'advice'],
  ] as const)('%j', (files, severity) => {
    const names = Object.entries(files).flatMap(([file, objects]) => objects.map(() => file));
    const found = validate(Object.values(files).flat(), { files: names }).filter(
      ({ code }) => code === 'duplicate-object',
    );
    expect(found.map((finding) => finding.severity)).toEqual([severity]);
  });

  test('of two environments are as it should be, and so are the Services that both name', () => {
    const named = (name: string) => ({
      ...rollout({ canary: { stableService: 'api', steps: [{ setWeight: 50 }, { pause: {} }] } }),
      metadata: { name },
    });
    expect(
      codes({ 'base/s.yaml': [service('api')], 'prod/a.yaml': [named('p')], 'test/a.yaml': [named('t')] }),
    ).toEqual([]);
    expect(codes({ 'base/s.yaml': [service('api')], 'prod/a.yaml': [named('p'), named('t')] })).toEqual([
      'prod/a.yaml service-shared',
    ]);
  });
});

test('five thousand objects of one name are no more work than others', () => {
  const files = Array.from({ length: 5000 }, (_, index) => `envs/e${index}/a.yaml`);
  expect(
    validate(
      files.map(() => FINITE),
      { files },
    ),
  ).toEqual([]);
});
