import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestName } from '../src/nearest.ts';

/** The same rule without its shortcuts: all names are compared to the end. */
function nearestInFull(given: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const distance = given.length >= 3 && name.startsWith(given) ? 1.25 : distanceInFull(given, name);
    if (distance > Math.max(1, name.length / 3) || distance >= least) continue;
    best = name;
    least = distance;
  }
  return best;
}

function distanceInFull(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const rest = [
    distanceInFull(a.slice(1), b) + 1,
    distanceInFull(a, b.slice(1)) + 1,
    distanceInFull(a.slice(1), b.slice(1)) + Number(a[0] !== b[0]),
  ];
  if (a.length > 1 && a[0] === b[1] && a[1] === b[0]) rest.push(distanceInFull(a.slice(2), b.slice(2)) + 1);
  return Math.min(...rest);
}

// Names that are too far off are not compared to the end: none that is near may be lost by it, nor another come first.
test('ending a comparison early changes no answer', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
  fc.assert(
    fc.property(name, fc.array(name, { maxLength: 5 }), (given, known) => {
      expect(nearestName(given, known)).toBe(nearestInFull(given, known));
    }),
  );
});

test('two letters that changed places are one slip, also at the end', () => {
  expect(nearestName('setWeigth', ['setMirrorRoute', 'setWeight'])).toBe('setWeight');
});
