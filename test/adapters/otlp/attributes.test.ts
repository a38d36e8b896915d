import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attributesKey, isFailure, targetOfPoint, targetOfResource } from '../../../src/adapters/otlp/attributes.ts';
import { attributes } from './support/exports.ts';

describe('attributesKey', () => {
  test('does not depend on the order', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())), (values) => {
        const entries = Object.entries(values);
        expect(attributesKey(new Map(entries.toReversed()))).toBe(attributesKey(new Map(entries)));
      }),
      { seed: 1 },
    );
  });

  test('keeps different attributes apart, whatever separators they contain', () => {
    const different = [
      {},
      { a: '' },
      { a: '1' },
      { a: 1 },
      { a: true },
      { a: 'true' },
      { a: null },
      { a: 'null' },
      { a: '1,b:2' },
      { a: '1","b":"2' },
      { a: '1', b: '2' },
      { 'a","b': '1' },
      { a: ['1', '2'] },
      { a: ['1,2'] },
      { a: { bytes: 'AA==' } },
      { a: 'AA==' },
      { a: { pairs: [['x', '1']] as [string, string][] } },
      { a: [['x', '1']] },
    ];
    expect(new Set(different.map((values) => attributesKey(attributes(values)))).size).toBe(different.length);
  });

  test('takes names that are special to JavaScript', () => {
    expect(attributesKey(new Map([['__proto__', 'x']]))).not.toBe(attributesKey(new Map()));
  });
});

test.each([
  ['canary', 'canary'],
  ['preview', 'canary'],
  ['stable', 'stable'],
  ['active', 'stable'],
  ['baseline', 'baseline'],
])('cohort %s is read as %s', (sent, cohort) => {
  expect(targetOfResource(attributes({ 'rolloutguard.cohort': sent }))).toMatchObject({
    cohort,
    hasUnknownCohort: false,
  });
  expect(targetOfPoint(attributes({ 'rolloutguard.target.cohort': sent }))).toMatchObject({ cohort });
});

test.each(['before', 'Canary', 'blue', '', '__proto__', 7])('cohort %j is unknown, and said to be', (sent) => {
  expect(targetOfResource(attributes({ 'rolloutguard.cohort': sent }))).toMatchObject({
    cohort: null,
    hasUnknownCohort: true,
  });
});

test('a resource without anything is about nobody', () => {
  const nobody = { service: '', deploymentId: null, cohort: null, hasUnknownCohort: false, pod: undefined };
  expect(targetOfResource(new Map())).toEqual(nobody);
});

test('an id that looks like a number may come as one', () => {
  const target = targetOfResource(
    attributes({ 'service.name': 'api', 'deployment.id': 1208, 'service.instance.id': '' }),
  );
  expect(target).toMatchObject({ service: 'api', deploymentId: '1208', pod: undefined });
});

test.each([
  [{ 'http.response.status_code': 200 }, false],
  [{ 'http.response.status_code': 404, 'error.type': '404' }, false],
  [{ 'http.response.status_code': 499 }, false],
  [{ 'http.response.status_code': 500 }, true],
  [{ 'http.response.status_code': 503, 'error.type': '503' }, true],
  [{ 'http.response.status_code': '502' }, true],
  [{ 'error.type': 'ECONNRESET' }, true],
  [{}, false],
])('the requests of a point with %j failed: %s', (values, failed) => {
  expect(isFailure(attributes(values))).toBe(failed);
});
