import { expect, test } from 'vitest';
import { validate } from '../../src/rollouts/index.ts';

test.each([undefined, null, {}, { kind: 'Rollout' }, 'kind: Rollout'])('%j is no list of objects', (objects) => {
  expect(() => validate(objects as never)).toThrow(/validate.*objects.*\[rollout\]/s);
});

test('an option that nobody knows is refused', () => {
  expect(() => validate([], { targets: '1.9' } as never)).toThrow(/validate.*targets/s);
  expect(() => validate([], { target: '1.7' as '1.8' })).toThrow(/validate.*options\.target/s);
});
