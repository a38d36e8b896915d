import { describe, expect, expectTypeOf, test } from 'vitest';
import { isRolloutGuardError } from '../../../src/errors.ts';
import { OptionCheck } from '../../../src/options.ts';
import { type Buildable, buildAll, built, InvalidObjectsError } from '../../../src/rollouts/builders/build.ts';
import { plainCopy } from '../../../src/rollouts/builders/plain.ts';

const SERVICE = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'api' } };
const builder: Buildable<typeof SERVICE> = {
  object: SERVICE,
  build: () => {
    throw new Error('buildAll validates the set, not one by one');
  },
};

function errorOf(run: () => unknown): InvalidObjectsError {
  try {
    run();
  } catch (error) {
    if (error instanceof InvalidObjectsError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('buildAll', () => {
  test('gives the objects of builders and plain objects in their order and type', () => {
    const { objects, warnings } = buildAll([builder, { kind: 'ConfigMap' }]);
    expect(objects).toEqual([SERVICE, { kind: 'ConfigMap' }]);
    expect(warnings).toEqual([]);
    expectTypeOf(objects[0]).toEqualTypeOf<typeof SERVICE>();
  });

  test('refuses everything at once, with each place and mend', () => {
    const error = errorOf(() => buildAll([builder, { metadata: { name: 'nameless' } }, {}]));
    expect(error.findings.map(({ object }) => object.index)).toEqual([1, 2]);
    expect(isRolloutGuardError(error, 'INVALID_OBJECT')).toBe(true);
    expect(error.message).toMatch(/^Argo Rollouts would refuse 2 things:\n- .*it has no kind\. Write .*\n- .*kind\.$/);
  });

  test('does not answer for what is only there to be referred to', () => {
    expect(buildAll([SERVICE], { with: [{}] }).objects).toEqual([SERVICE]);
    expect(built(SERVICE, { with: [{}, builder] })).toEqual({ object: SERVICE, warnings: [] });
  });

  test('refuses options that do not exist', () => {
    const options = { targt: '1.9' } as never;
    expect(() => buildAll([SERVICE], options)).toThrow(/^buildAll: .*targt.*with/);
    expect(() => buildAll([SERVICE], { files: ['a.yaml'] } as never)).toThrow(/files/);
  });
});

describe('plain data', () => {
  const check = new OptionCheck('INVALID_OPTION', 'canaryRollout');

  test('is a copy without what is undefined, with every ordinary name', () => {
    const given = JSON.parse('{"__proto__": {"a": [1, null]}, "constructor": "x"}') as Record<string, unknown>;
    const copy = plainCopy(check, 'extra', { ...given, nothing: undefined });
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"a":[1,null]},"constructor":"x"}');
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  test.each([
    ['a function', { run: () => 1 }, 'extra.run'],
    ['a Date', [new Date(0)], 'extra[0]'],
    ['not a number', { a: { b: Number.NaN } }, 'extra.a.b'],
  ])('refuses %s by its path', (_name, value, path) => {
    expect(() => plainCopy(check, 'extra', value)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', path }));
  });

  test('refuses what contains itself', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect(() => plainCopy(check, 'extra', loop)).toThrow(/must not contain itself/);
  });
});
