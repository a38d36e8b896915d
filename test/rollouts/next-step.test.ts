import { describe, expect, test } from 'vitest';
import { canaryPlan, nextStep } from '../../src/rollouts/index.ts';

const plan = canaryPlan({
  steps: [
    { weight: 5, pauseSeconds: 10 },
    { weight: 20, pauseSeconds: 10 },
    { weight: 50, pauseSeconds: 30 },
  ],
});
const proceed = { verdict: 'continue', mayAdvance: true };
const hold = { verdict: 'hold', mayAdvance: false };
const promote = { verdict: 'promote', mayAdvance: true };
const first = { stepIndex: 0, stepStartedAtMs: 1_000 };
const last = { stepIndex: 2, stepStartedAtMs: 1_000 };

describe('nextStep', () => {
  test('stays until the pause has passed, to the millisecond', () => {
    expect(nextStep(plan, first, proceed, 10_999)).toEqual({ type: 'stay', weight: 5 });
    expect(nextStep(plan, first, proceed, 11_000)).toEqual({ type: 'advance', weight: 20 });
  });

  test('a passed pause alone is not enough: the decision must allow it', () => {
    expect(nextStep(plan, first, hold, 1_000_000)).toEqual({ type: 'stay', weight: 5 });
    expect(nextStep(plan, first, { verdict: 'rollback', mayAdvance: false }, 1_000_000)).toEqual({
      type: 'stay',
      weight: 5,
    });
  });

  test('promote advances at once, by one step', () => {
    expect(nextStep(plan, first, promote, 1_001)).toEqual({ type: 'advance', weight: 20 });
    expect(nextStep(plan, last, promote, 1_001)).toEqual({ type: 'finished', weight: 100 });
  });

  test('the last step ends in all traffic, under the same rule', () => {
    expect(nextStep(plan, last, proceed, 30_999)).toEqual({ type: 'stay', weight: 50 });
    expect(nextStep(plan, last, proceed, 31_000)).toEqual({ type: 'finished', weight: 100 });
  });

  test('walks the whole plan, the time at each weight being its pause', () => {
    const seen: [number, number][] = [];
    let position = { stepIndex: 0, stepStartedAtMs: 0 };
    for (let nowMs = 0; nowMs <= 100_000; nowMs += 2_000) {
      const move = nextStep(plan, position, proceed, nowMs);
      if (move.type === 'stay') continue;
      seen.push([nowMs, move.weight]);
      if (move.type === 'finished') break;
      position = { stepIndex: position.stepIndex + 1, stepStartedAtMs: nowMs };
    }
    expect(seen).toEqual([
      [10_000, 20],
      [20_000, 50],
      [50_000, 100],
    ]);
  });

  test('a step of 100 % with a pause is watched before the rollout is finished', () => {
    const watched = canaryPlan({ steps: [{ weight: 100, pauseSeconds: 30 }] });
    expect(nextStep(watched, { stepIndex: 0, stepStartedAtMs: 0 }, proceed, 29_999)).toEqual({
      type: 'stay',
      weight: 100,
    });
    expect(nextStep(watched, { stepIndex: 0, stepStartedAtMs: 0 }, proceed, 30_000)).toEqual({
      type: 'finished',
      weight: 100,
    });
  });

  test('a plan of nothing but the finish is finished', () => {
    const straight = canaryPlan({ steps: [{ weight: 100, pauseSeconds: 0 }] });
    expect(nextStep(straight, { stepIndex: 0, stepStartedAtMs: 0 }, hold, 0)).toEqual({
      type: 'finished',
      weight: 100,
    });
  });

  test.each([-1, 3, 0.5, Number.NaN])('refuses step index %s', (stepIndex) => {
    expect(() => nextStep(plan, { stepIndex, stepStartedAtMs: 0 }, proceed, 0)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', path: 'position.stepIndex' }),
    );
  });
});
