import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestName } from '../src/nearest.ts';

const KNOWN = ['replicas', 'selector', 'template', 'strategy', 'setWeight', 'setMirrorRoute', 'pause', 'canary'];

test.each([
  ['replica', 'replicas'],
  ['repilcas', 'replicas'],
  ['SetWeight', 'setWeight'],
  ['setweigth', 'setWeight'],
  ['strat', 'strategy'],
  ['puase', 'pause'],
  ['cnary', 'canary'],
])('%s is meant to be %s', (given, meant) => expect(nearestName(given, KNOWN)).toBe(meant));

test.each(['', 'x', 'wheel', 'completely', 'p'.repeat(129)])('nobody knows what %j is meant to be', (given) =>
  expect(nearestName(given, KNOWN)).toBeNull(),
);

/** Changes between two words, counted by trying each way: slow and plain. */
function changes(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const ways = [
    changes(a.slice(1), b) + 1,
    changes(a, b.slice(1)) + 1,
    changes(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1),
  ];
  if (a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0]) ways.push(changes(a.slice(2), b.slice(2)) + 1);
  return Math.min(...ways);
}

test('what is told is as near as any, and nothing is told only when all are far', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 4 }), (given, known) => {
      fc.pre(!known.some((name) => given.length >= 3 && name.startsWith(given)));
      const near = known
        .map((name) => changes(given, name))
        .filter((far, i) => far <= Math.max(1, known[i]!.length / 3));
      const told = nearestName(given, known);
      expect(told === null ? null : changes(given, told)).toBe(near.length === 0 ? null : Math.min(...near));
    }),
  );
});
