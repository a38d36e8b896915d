import { expect, test } from 'vitest';
import { validate } from '../../../src/rollouts/validation/validate.ts';
import { template } from '../cases/objects.ts';

// Each text is read once a validation, for all templates that have it.
test('a condition that stands in two templates is told of both', () => {
  const found = validate([template({ successCondition: 'resutl < 1' }), template({ successCondition: 'resutl < 1' })]);
  const wrong = found.filter(({ code }) => code === 'expression-unknown-name');
  expect(wrong.map(({ object, path }) => [object.index, path])).toEqual([
    [0, 'spec.metrics[0].successCondition'],
    [1, 'spec.metrics[0].successCondition'],
  ]);
});

test('a condition is judged by the provider of its own metric, not by the first that had its text', () => {
  const successCondition = 'result < 1';
  const web = { web: { url: 'https://example.com', jsonPath: '{$.value}' } };
  const found = validate([template({ successCondition }), template({ successCondition, provider: web })]);
  expect(found.filter(({ code }) => code === 'expression-type').map(({ object }) => object.index)).toEqual([0]);
});
