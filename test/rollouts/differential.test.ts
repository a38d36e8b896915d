import * as models from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validate } from '../../src/rollouts/validation/validate.ts';
import { FULL_OBJECTS } from './full-objects.ts';
import { pathsOf, replaced } from './spoil.ts';

type Plain = Readonly<Record<string, unknown>>;
type Place = readonly [object: Plain, path: readonly (string | number)[]];

/** Whether the schemas that the community generates from Argo's types refuse an object. */
function modelRefuses(object: Plain): boolean {
  const Model = (models as unknown as Record<string, new (data: unknown) => { validate(): void }>)[
    String(object['kind'])
  ]!;
  try {
    new Model(object).validate();
    return false;
  } catch {
    return true;
  }
}

/** To Kubernetes a field that is null is one that is absent; to the models it is one of the wrong type. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) =>
      item === null || item === undefined ? [] : [[key, withoutNulls(item)]],
    ),
  );
}

/** The API server cannot refuse on `kind` and `apiVersion` what it never finds a schema for: `identity.ts` looks at them. */
const PLACES: readonly Place[] = FULL_OBJECTS.flatMap((object) =>
  pathsOf(object).flatMap((path): Place[] => (path.length < 2 ? [] : [[object, path]])),
);

function weAreSilent(object: Plain, path: Place[1], value: unknown): boolean {
  const spoilt = replaced(object, path, value) as Plain;
  return (
    modelRefuses(withoutNulls(spoilt) as Plain) &&
    !validate([spoilt]).some((finding) => finding.severity === 'rejected') &&
    !isJobQuantity(path)
  );
}

/** The rules of pods read the templates of Rollouts and Experiments; of a Job metric's pods only the types are held against the schema. */
function isJobQuantity(path: Place[1]): boolean {
  return path.includes('job') && path.includes('resources');
}

describe('what the community models refuse, we refuse', () => {
  test('the objects that are spoilt are sound before', () => {
    for (const object of FULL_OBJECTS) {
      expect(modelRefuses(object)).toBe(false);
      expect(validate([object]).filter((finding) => finding.severity !== 'advice')).toEqual([]);
    }
  });

  test.each([[undefined], ['text'], [1.5], [[]], [{}]])('any field replaced by %j', (value) => {
    const silent = PLACES.filter(([object, path]) => weAreSilent(object, path, value));
    expect(silent.map(([object, path]) => `${String(object['kind'])} ${path.join('.')}`)).toEqual([]);
  });

  test('any field replaced by any JSON', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PLACES), fc.jsonValue({ maxDepth: 2 }), ([object, path], value) => {
        expect(weAreSilent(object, path, value)).toBe(false);
      }),
      { numRuns: 1500 },
    );
  });
});

test('whatever an object holds, it is read to its end', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...PLACES),
      fc.anything({ withNullPrototype: true, withSparseArray: true }),
      ([object, path], value) => {
        for (const finding of validate([replaced(object, path, value), value])) JSON.stringify(finding);
      },
    ),
    { numRuns: 1500 },
  );
});
