/** Values that no YAML and no JSON can hold, but programs can. */
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { validate } from '../../src/rollouts/validation/validate.ts';
import { canary, rollout } from './cases/objects.ts';

function wrongTypes(object: unknown): string[] {
  return validate([object])
    .filter(({ code }) => code === 'wrong-type')
    .map(({ message }) => message);
}

test.each([
  ['a Date', new Date(0)],
  ['a Map', new Map([['duration', '5m']])],
  ['a Set', new Set()],
  ['a RegExp', /5m/],
])('%s is no object of fields', (what, value) => {
  expect(wrongTypes(canary({ steps: [{ pause: value }] }))).toEqual([
    `spec.strategy.canary.steps[0].pause must be an object, not ${what}.`,
  ]);
  expect(wrongTypes(rollout({ canary: value }))).toEqual([`spec.strategy.canary must be an object, not ${what}.`]);
  expect(wrongTypes(rollout({ canary: {} }, { selector: { matchLabels: value } }))).toEqual([
    `spec.selector.matchLabels must be an object, not ${what}.`,
  ]);
});

test('objects of another realm, copies, and those without a prototype or with a class count as the fields that they have', () => {
  class Pause {
    duration = '5m';
  }
  const pauses = [
    runInNewContext('({ duration: "5m" })'),
    structuredClone({ duration: '5m' }),
    Object.assign(Object.create(null), { duration: '5m' }),
    new Pause(),
  ];
  expect(wrongTypes(canary({ steps: pauses.map((pause) => ({ pause })) }))).toEqual([]);
});

test('what a getter of the caller throws is passed on as it is', () => {
  const mine = new Error('mine');
  const spec = {
    get strategy(): never {
      throw mine;
    },
  };
  expect(() => validate([{ ...canary({}), spec }])).toThrow(mine);
});
