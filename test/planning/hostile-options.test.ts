/** Whatever is put in place of a value, a plan is made of it or it is refused by its path: never a fault of ours. */
import { expect, test } from 'vitest';
import { isRolloutGuardError } from '../../src/errors.ts';
import { planCurve, planSteps, smallestDetectable, timeToDetect } from '../../src/planning/index.ts';

const level = { squaredCv: 0.1, spread: 0.05, clipNats: 2.9 };
const noise = {
  ...level,
  spreads: [{ spread: 0.05, share: 1 }],
  pods: { canary: 1, stable: 19 },
  actual: { squaredCv: 0.05, spread: 0.03 },
  learnedSeconds: 600,
  later: { ...level, learnedSeconds: 2400 },
  edges: [{ ...level, edgeMs: 100 }],
};
const explicit = { type: 'explicit', unit: 'ms', upperBounds: [50, 100, 200], counts: [500, 300, 150, 50] };
const exponential = {
  type: 'exponential',
  unit: 's',
  scale: 1,
  zeroThreshold: 0,
  zeroCount: 1,
  offset: -6,
  counts: [300, 200, 50, 5],
};
const settings = {
  bound: 5.3,
  maxRelativeIncrease: 0.25,
  minAbsoluteIncrease: 0.0005,
  warmUpSeconds: 60,
  intervalSeconds: 10,
  promoteWithin: 1.5,
  quantile: 0.99,
};
const traffic = {
  requestsPerSecond: 1000,
  errorRate: 0.05,
  latency: explicit,
  noise,
  latencyNoise: noise,
  pods: 20,
  requestsPerUser: 3,
};
const asked = { canaryShare: 0.2, power: 0.5, settings };
const target = {
  fault: { kind: 'errors', ratio: 3 },
  power: 0.5,
  mostUsersExposed: 1e6,
  mostBadAnswers: 1e6,
  withinSeconds: 3600,
  weights: [10, 20],
};

type Call = readonly [name: string, args: readonly unknown[], run: (...args: never[]) => unknown];
const latencyFault = { kind: 'latency', slower: 2 };
const calls: readonly Call[] = [
  ['timeToDetect', [traffic, latencyFault, asked], timeToDetect],
  ['timeToDetect, exponential', [{ ...traffic, latency: exponential }, latencyFault, asked], timeToDetect],
  ['smallestDetectable', [traffic, { kind: 'errors', withinSeconds: 600, ...asked }], smallestDetectable],
  ['planSteps', [traffic, target, { settings }], planSteps],
  ['planCurve', [traffic, { kind: 'errors', weights: [20, 30], power: 0.5, effects: [3, 5], settings }], planCurve],
];

const odd: readonly unknown[] = [Number.NaN, Infinity, null, 'x', true, [], {}, -1, 1e308, 5e-324, [null], undefined];

/** All places in a document, leaves and branches. */
function placesOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  return [[...path], ...Object.keys(value).flatMap((key) => placesOf((value as never)[key], [...path, key]))];
}

/** The document with another value at a place; `undefined` takes it away, and leaves a hole in a list. */
function spoilt(document: object, path: readonly string[], value: unknown): never[] {
  const copy = structuredClone(document);
  const parent = path.slice(0, -1).reduce<Record<string, unknown>>((at, key) => at[key] as never, copy as never);
  if (value === undefined) delete parent[path.at(-1)!];
  else parent[path.at(-1)!] = value;
  return copy as never[];
}

test.each(calls)('%s', (_name, args, run) => {
  for (const path of placesOf(args).filter(({ length }) => length > 0)) {
    for (const value of odd) {
      const what = `${path.join('.')} = ${JSON.stringify(value) ?? value}`;
      try {
        const numbers = JSON.stringify(run(...spoilt(args, path, value)), (_key, one: unknown) =>
          typeof one === 'number' && !Number.isFinite(one) ? 'no number' : one,
        );
        expect(numbers, what).not.toContain('no number');
      } catch (error) {
        expect(isRolloutGuardError(error, 'INVALID_OPTION'), `${what}: ${error}`).toBe(true);
        expect((error as { path?: string }).path, what).toBeTruthy();
      }
    }
  }
});
