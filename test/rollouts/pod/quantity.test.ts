/** Kubernetes: apimachinery/pkg/api/resource/quantity.go. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseQuantity } from '../../../src/rollouts/validation/pod/quantity.ts';

test.each<[string, number | null]>([
  ['0', 0],
  ['100m', 0.1],
  ['1.5', 1.5],
  ['.5', 0.5],
  ['5.', 5],
  ['+1', 1],
  ['-1', -1],
  ['1k', 1000],
  ['1Ki', 1024],
  ['1.5Gi', 1.5 * 1024 ** 3],
  ['2M', 2e6],
  ['1G', 1e9],
  ['1E', 1e18],
  ['1Ei', 1024 ** 6],
  ['1e3', 1000],
  ['1E3', 1000],
  ['1e-3', 0.001],
  ['7n', 7e-9],
  ['7u', 7e-6],
  ['', null],
  ['1GB', null],
  ['1 Gi', null],
  ['1gi', null],
  ['1K', null],
  ['1ki', null],
  ['1e', null],
  ['1e3m', null],
  ['1,5', null],
  ['0x10', null],
  ['Infinity', null],
  ['1Gi\n', null],
])('%j is %j', (text, value) => {
  expect(parseQuantity(text)).toBe(value);
});

test('the same amount in thousandths is the same number', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), (thousandths) => {
      expect(parseQuantity(`${thousandths}m`)).toBe(parseQuantity((thousandths / 1000).toFixed(3)));
    }),
  );
});
