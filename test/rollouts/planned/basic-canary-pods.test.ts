import { expect, test } from 'vitest';
import { basicCanaryPods } from '../../../src/rollouts/planned/basic-canary-pods.ts';

// What the controller does, at the edges of its rule: one pod, two pods, ties, and one pod more than there are.
test.each([
  // replicas, weight, may surge, canary pods, stable pods
  [1, 49, false, 0, 1],
  [1, 50, false, 1, 0],
  [1, 1, true, 1, 1],
  [1, 99, true, 1, 1],
  [1, 100, true, 1, 0],
  [2, 1, false, 1, 1],
  [2, 99, false, 1, 1],
  [2, 1, true, 1, 2],
  [2, 99, true, 2, 1],
  [3, 49, false, 1, 2],
  [3, 50, false, 2, 1],
  [3, 25, true, 1, 3],
  [3, 33, true, 1, 2],
  [3, 50, true, 2, 2],
  [5, 1, true, 1, 5],
  [10, 14, false, 1, 9],
  [10, 15, false, 2, 8],
  [10, 99, false, 9, 1],
  [10, 1, true, 1, 10],
  [10, 19, true, 2, 9],
  [10, 23, true, 2, 8],
  [10, 24, true, 3, 8],
  [10, 99, true, 10, 1],
  [10, 0, true, 0, 10],
])('of %i replicas, %i %% with surge %s is %i canary and %i stable', (replicas, weight, maySurge, canary, stable) => {
  expect(basicCanaryPods(replicas, weight, maySurge)).toEqual({ canary, total: canary + stable });
});
