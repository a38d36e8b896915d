import { describe, expect, test } from 'vitest';
import { isRolloutGuardError } from '../../src/errors.ts';
import { createCohort, type EmittedCohort, parseCohort } from '../../src/telemetry/cohort/cohort.ts';

test.each([
  ['canary', 'canary'],
  ['stable', 'stable'],
  ['baseline', 'baseline'],
  ['preview', 'canary'],
  ['active', 'stable'],
  [' Canary ', 'canary'],
  ['before', null],
  ['green', null],
  ['', null],
  ['constructor', null],
])('parseCohort(%j) is %j', (text, expected) => {
  expect(parseCohort(text)).toBe(expected);
});

describe('createCohort', () => {
  test('what belongs to the old cohort is closed before the value switches', async () => {
    const seen: (EmittedCohort | null)[] = [];
    const cohort = createCohort({ initial: 'canary', beforeChange: async () => void seen.push(cohort.current) });
    await cohort.set('active');
    expect(seen).toEqual(['canary']);
    expect(cohort.current).toBe('stable');
  });

  test('the value waits for the closing, and a second switch for the first', async () => {
    const gates: (() => void)[] = [];
    const cohort = createCohort({
      initial: 'canary',
      beforeChange: () => new Promise((resolve) => void gates.push(resolve)),
    });
    const order: unknown[] = [];
    cohort.onChange((current, previous) => order.push([previous, current]));
    const first = cohort.set('stable');
    const second = cohort.set('baseline');
    await Promise.resolve();
    expect(cohort.current).toBe('canary');
    expect(gates).toHaveLength(1);
    gates[0]?.();
    await first;
    expect(cohort.current).toBe('stable');
    gates[1]?.();
    await second;
    expect(order).toEqual([
      ['canary', 'stable'],
      ['stable', 'baseline'],
    ]);
  });

  test('the same cohort again changes nothing and flushes nothing', async () => {
    let closed = 0;
    const cohort = createCohort({
      initial: 'canary',
      beforeChange: async () => {
        closed++;
      },
    });
    cohort.onChange(() => {
      throw new Error('must not be called');
    });
    await cohort.set('preview');
    expect(closed).toBe(0);
  });

  test('a collector that is down does not keep the old cohort alive', async () => {
    const cohort = createCohort({ initial: 'canary', beforeChange: () => Promise.reject(new Error('refused')) });
    await cohort.set('stable');
    expect(cohort.current).toBe('stable');
  });

  test('a listener that rejects later is heard of by the caller alone, and one that never ends keeps no switch waiting', async () => {
    const cohort = createCohort({ initial: 'canary' });
    const stop = cohort.onChange(async () => {
      await Promise.resolve();
      throw new Error('later');
    });
    await expect(cohort.set('stable')).rejects.toThrow('later');
    stop();
    cohort.onChange(() => new Promise<void>(() => {}));
    void cohort.set('canary');
    void cohort.set('baseline');
    await expect.poll(() => cohort.current).toBe('baseline');
  });

  test('a listener that throws hides the switch from nobody, and its error reaches the caller', async () => {
    const cohort = createCohort();
    const seen: unknown[] = [];
    cohort.onChange(() => {
      throw new Error('listener');
    });
    const stop = cohort.onChange((current) => seen.push(current));
    await expect(cohort.set('canary')).rejects.toThrow('listener');
    stop();
    await expect(cohort.set('stable')).rejects.toThrow('listener');
    expect(seen).toEqual(['canary']);
    expect(cohort.current).toBe('stable');
  });

  test.each(['green', 'before', 7])('%j is refused and the cohort stays', async (value) => {
    const cohort = createCohort({ initial: 'canary' });
    const error = await cohort.set(value as never).catch((reason: unknown) => reason);
    expect(isRolloutGuardError(error, 'INVALID_OPTION')).toBe(true);
    expect(cohort.current).toBe('canary');
  });
});
