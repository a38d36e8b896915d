import { expect, test } from 'vitest';
import { Field } from '../../src/rollouts/validation/field.ts';
import { actualWeight } from '../../src/rollouts/validation/rollout/replicas.ts';

// Counted by hand from Argo's rules: the nearest of ceil and floor, of the replicas, or of one more when it may surge.
test.each<[number, number, string | number | undefined, number, string]>([
  [4, 5, undefined, 20, 'one of five'],
  [4, 5, 0, 25, 'one of four, when it may not surge'],
  [10, 20, undefined, 20, 'two of ten'],
  [10, 25, 0, 30, 'three of ten: both are as near, and the higher one is taken'],
  [3, 50, '25%', 50, 'two of four'],
  [1, 20, undefined, 50, 'one of two'],
  [1, 20, 0, 0, 'none, when there is only one pod'],
  [1, 80, 0, 100, 'that one'],
  [100, 1, undefined, 1, 'one of a hundred'],
  [2, 99, 0, 50, 'one of two: a stable pod stays'],
])('%s replicas at %s percent, maxSurge %s: %s percent, %s', (replicas, weight, maxSurge, expected, _why) => {
  expect(actualWeight(replicas, weight, new Field(maxSurge))).toBeCloseTo(expected, 9);
});
