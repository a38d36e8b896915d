import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gridSpan } from '../../../src/adapters/otlp/grid.ts';

const span = (startMs: number, endMs: number, stepMs = 10): [number, number] => {
  const { startMs: from, endMs: to } = gridSpan(startMs, endMs, stepMs);
  return [from, to];
};

test.each([
  ['a delta inside an interval', 12, 18, [10, 20]],
  ['an instant', 15, 15, [10, 20]],
  ['an end on the edge: the interval that ends there', 10, 20, [10, 20]],
  ['an end just after the edge: the next one', 10.5, 20.001, [20, 30]],
  ['a timer that is a little late', 9.8, 20.7, [20, 30]],
  ['two intervals', 0, 20, [0, 20]],
  ['a long delta between edges: both ends move up', 3, 63, [10, 70]],
  ['a delta one and a half intervals long, on edges of both kinds', 15, 30, [20, 30]],
])('%s', (_name, startMs, endMs, expected) => {
  expect(span(startMs, endMs)).toEqual(expected);
});

test('consecutive deltas share an interval or do not overlap, and the end is always in the last one', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.001, max: 100, noNaN: true }), { minLength: 2 }), (lengths) => {
      let startMs = 1000.25;
      let before: [number, number] | null = null;
      for (const length of lengths) {
        const endMs = startMs + length;
        const [from, to] = span(startMs, endMs);
        expect(from < endMs && endMs <= to && from % 10 === 0 && to % 10 === 0 && to - from >= 10).toBe(true);
        if (before !== null) expect(from >= before[1] || to === before[1]).toBe(true);
        before = [from, to];
        startMs = endMs;
      }
    }),
    { seed: 1 },
  );
});
