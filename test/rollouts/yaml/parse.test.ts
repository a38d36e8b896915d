import { describe, expect, test } from 'vitest';
import { InvalidYamlError, isKind, type ParseOptions, parse, print } from '../../../src/rollouts/yaml/index.ts';

const HEAD = 'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata:\n  name: api\n';
const ROLLOUT = `${HEAD}spec:\n  strategy: {canary: {}}\n`;

function refusal(input: unknown, options: ParseOptions = {}): InvalidYamlError {
  try {
    parse(input, options);
  } catch (error) {
    if (error instanceof InvalidYamlError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('typed objects', () => {
  test('of text, of bytes, of values and of lists of them', () => {
    const text = `${ROLLOUT}---\napiVersion: v1\nkind: Service\nmetadata: {name: api}\n`;
    const objects = parse(text);
    expect(objects.map(({ kind }) => kind)).toEqual(['Rollout', 'Service']);
    expect(parse(new TextEncoder().encode(text))).toEqual(objects);
    expect(parse(objects)).toEqual(objects);
    expect(parse(objects[0])).toEqual([objects[0]]);
    expect(parse({ apiVersion: 'v1', kind: 'List', items: objects })).toEqual(objects);
    expect(parse(print(objects))).toEqual(objects);
  });

  test('isKind tells the kinds of Argo Rollouts from others of the same name', () => {
    const [ours, other] = parse(
      `${ROLLOUT}---\napiVersion: apps.kruise.io/v1alpha1\nkind: Rollout\nmetadata: {name: x}\n`,
    );
    expect([isKind(ours!, 'Rollout'), isKind(other!, 'Rollout'), isKind(ours!, 'Experiment')]).toEqual([
      true,
      false,
      false,
    ]);
    if (isKind(ours!, 'Rollout')) expect(ours.spec?.replicas).toBeUndefined();
  });

  test('what was given is neither changed nor shared, and classes become plain', () => {
    class Model {
      apiVersion = 'v1';
      kind = 'Service';
      metadata = { name: 'api', labels: undefined };
    }
    const model = new Model();
    const [object] = parse(model);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect(object).toEqual({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'api' } });
    expect(object!.metadata).not.toBe(model.metadata);
  });
});

describe('one error with everything', () => {
  test('names file, line and column of each problem, in the order of the text', () => {
    const error = refusal(
      `${HEAD}spec:\n  replicas: "3"\n  strategy:\n    canary:\n      stepz: []\n---\na: 1\na: 2\n`,
      {
        source: 'api.yaml',
      },
    );
    expect(error).toMatchObject({ code: 'INVALID_YAML', name: 'InvalidYamlError' });
    const places = error.problems.map(({ line, column, code }) => `${line}:${column} ${code}`);
    expect(places.filter((place) => !place.includes('missing-field'))).toEqual([
      '6:3 wrong-type',
      '9:7 unknown-field',
      '11:1 not-an-object',
      '12:1 yaml-duplicate-key',
    ]);
    expect(error.message).toContain('\n  api.yaml:6:3: spec.replicas must be a whole number, not "3".');
    expect(error.message).toContain('Did you mean "steps"?');
    expect(error.message).not.toMatch(/\.\.$/);
  });

  test('unknown fields can be kept', () => {
    const text = `${ROLLOUT}  strategyy: {}\n`;
    expect(refusal(text).problems.map(({ code }) => code)).toContain('unknown-field');
    expect(parse(text, { unknownFields: 'keep' })).toMatchObject([{ spec: { strategyy: {} } }]);
  });

  test('values that are no text have a path and no line', () => {
    const error = refusal([{ ...parse(ROLLOUT)[0], spec: { replicas: '3' } }, 5]);
    expect(error.problems).toMatchObject([
      { line: null, column: null, index: 0, segments: ['spec', 'replicas'] },
      { index: 1, code: 'not-an-object' },
    ]);
    expect(error.message).toContain('\n  object 0 spec.replicas: ');
  });

  test('a misread boolean is no error of its own, only where it has the wrong type', () => {
    expect(parse('kind: ConfigMap\napiVersion: v1\ndata: {a: yes}\n')).toMatchObject([{ data: { a: true } }]);
    expect(refusal(HEAD.replace('api\n', 'on\n')).problems.map(({ segments }) => segments)).toContainEqual([
      'metadata',
      'name',
    ]);
  });

  test('a template is refused: what it would become is unknown', () => {
    expect(refusal('a: {{ .Values.a }}\n').problems).toMatchObject([{ code: 'yaml-template' }]);
  });

  test.each([
    ['a whole number without an end', 10n],
    ['a cycle', cyclic()],
  ])('%s is a wrong argument', (_name, value) => {
    expect(() => parse(value)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', path: 'input' }));
  });

  test('a misspelt option is refused', () => {
    expect(() => parse('a: 1', { sauce: 'x' } as never)).toThrow(expect.objectContaining({ path: 'options.sauce' }));
  });
});

function cyclic(): object {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  return cycle;
}
