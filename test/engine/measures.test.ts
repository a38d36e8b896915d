import { describe, expect, it } from 'vitest';
import type { ArmMeasure } from '../../src/engine/measures.ts';
import { armOf } from '../../src/engine/slots.ts';
import { validateInterval } from '../../src/engine/validate-telemetry.ts';
import type { Measure } from '../../src/ports/telemetry.ts';
import { interval } from '../helpers/telemetry.ts';

/** What an arm measured, from `[pod, measure]` pairs; an empty name is no pod. */
function measured(...read: [pod: string, measure: Measure][]): ArmMeasure | undefined {
  return armOf(
    read.map(([pod, it], i) => interval(i, 'canary', [1, 0], { measures: { it }, ...(pod === '' ? {} : { pod }) })),
  ).measures.get('it');
}

describe('measures of an arm', () => {
  it('are summed by name, pod by pod', () => {
    const arm = measured(
      ['b', { type: 'ratio', bad: 1, total: 10 }],
      ['a', { type: 'ratio', bad: 2, total: 20 }],
      ['b', { type: 'ratio', bad: 3, total: 30 }],
    );
    expect(arm).toEqual({
      sum: { type: 'ratio', bad: 6, total: 60 },
      pods: [
        { pod: 'a', sum: { type: 'ratio', bad: 2, total: 20 } },
        { pod: 'b', sum: { type: 'ratio', bad: 4, total: 40 } },
      ],
    });
  });

  it('know the squares of a mean only if all intervals with values give them', () => {
    const known: Measure = { type: 'mean', sum: 30, count: 3, sumOfSquares: 400 };
    expect(measured(['', known], ['', known])?.sum).toEqual({ type: 'mean', sum: 60, count: 6, sumOfSquares: 800 });
    expect(measured(['', known], ['', { type: 'mean', sum: 0, count: 0 }])?.sum).toMatchObject({ sumOfSquares: 400 });
    expect(measured(['', known], ['', { type: 'mean', sum: 9, count: 1 }])?.sum).toMatchObject({ sumOfSquares: null });
  });

  it('count readings of a gauge, and keep the last known age of a pod', () => {
    expect(
      measured(
        ['a', { type: 'gauge', value: 10, podAgeSeconds: 30 }],
        ['a', { type: 'gauge', value: 14, podAgeSeconds: 40 }],
        ['a', { type: 'gauge', value: 15 }],
      )?.pods,
    ).toEqual([{ pod: 'a', sum: { type: 'gauge', count: 3, sum: 39, podAgeSeconds: 40 } }]);
  });

  it('are nothing where types differ, for the arm and for the pod that mixes them', () => {
    const gauge: Measure = { type: 'gauge', value: 1 };
    const ratio: Measure = { type: 'ratio', bad: 0, total: 1 };
    expect(measured(['a', gauge], ['b', ratio], ['b', gauge])).toMatchObject({
      sum: null,
      pods: [
        { pod: 'a', sum: { type: 'gauge' } },
        { pod: 'b', sum: null },
      ],
    });
  });
});

describe('measures of an interval', () => {
  const check = (measures: unknown): void =>
    validateInterval(interval(0, 'canary', [1, 0], { measures: measures as Record<string, Measure> }), 'interval');

  it.each<[string, Measure]>([
    ['a ratio', { type: 'ratio', bad: 3, total: 3 }],
    ['a mean of refunds', { type: 'mean', sum: -12.5, count: 2 }],
    ['a mean of equal values', { type: 'mean', sum: 0.3, count: 3, sumOfSquares: 0.03 }],
    ['a mean with squares', { type: 'mean', sum: 0, count: 0, sumOfSquares: 0 }],
    ['a gauge', { type: 'gauge', value: -3, podAgeSeconds: 0 }],
  ])('may be %s', (_, it) => {
    expect(() => check({ it })).not.toThrow();
  });

  it.each<[string, unknown, string]>([
    ['no object', 'orders', 'interval.measures'],
    ['a list', [], 'interval.measures'],
    ['nothing', null, 'interval.measures'],
    ['an empty measure', { it: null }, 'interval.measures.it'],
    ['an unknown type', { it: { type: 'counter', value: 1 } }, 'interval.measures.it'],
    ['more bad than all', { it: { type: 'ratio', bad: 4, total: 3 } }, 'interval.measures.it.bad'],
    ['a negative total', { it: { type: 'ratio', bad: -2, total: -1 } }, 'interval.measures.it.bad'],
    ['no total', { it: { type: 'ratio', bad: 1 } }, 'interval.measures.it.total'],
    ['an infinite sum', { it: { type: 'mean', sum: Infinity, count: 1 } }, 'interval.measures.it.sum'],
    ['a negative count', { it: { type: 'mean', sum: 1, count: -1 } }, 'interval.measures.it.count'],
    ['negative squares', { it: { type: 'mean', sum: 1, count: 1, sumOfSquares: -1 } }, 'it.sumOfSquares'],
    ['squares that the sum does not allow', { it: { type: 'mean', sum: 30, count: 3, sumOfSquares: 299 } }, '(300)'],
    ['no value', { it: { type: 'gauge', value: Number.NaN } }, 'interval.measures.it.value'],
    ['an age below zero', { it: { type: 'gauge', value: 1, podAgeSeconds: -1 } }, 'it.podAgeSeconds'],
  ])('must not be %s', (_, measures, path) => {
    expect(() => check(measures)).toThrow(path);
  });
});
