import { describe, expect, test } from 'vitest';
import { parseGoDuration } from '../../src/duration.ts';
import { isRolloutGuardError, type RolloutGuardError } from '../../src/errors.ts';
import { type CanaryPlanStep, canaryPlan } from '../../src/rollouts/index.ts';

function refusal(steps: unknown): RolloutGuardError {
  try {
    canaryPlan({ steps: steps as CanaryPlanStep[] });
  } catch (error) {
    if (isRolloutGuardError(error, 'INVALID_OPTION')) return error;
    throw error;
  }
  throw new Error('the plan was accepted');
}

describe('canaryPlan', () => {
  test('writes the plan as Argo Rollouts does, with the last 100 % implied', () => {
    const plan = canaryPlan({
      steps: [
        { weight: 5, pauseSeconds: 10 },
        { weight: 20, pauseSeconds: 0 },
        { weight: 50, pauseSeconds: 1.5 },
      ],
    });
    expect(plan.argoSteps).toEqual([
      { setWeight: 5 },
      { pause: { duration: '10s' } },
      { setWeight: 20 },
      { setWeight: 50 },
      { pause: { duration: '1s500ms' } },
    ]);
  });

  test('a last 100 % without a pause is the finish and no step; with a pause it is one', () => {
    const implied = canaryPlan({ steps: [{ weight: 5, pauseSeconds: 10 }] });
    const written = canaryPlan({
      steps: [
        { weight: 5, pauseSeconds: 10 },
        { weight: 100, pauseSeconds: 0 },
      ],
    });
    expect(written).toEqual(implied);

    const watched = canaryPlan({
      steps: [
        { weight: 5, pauseSeconds: 10 },
        { weight: 100, pauseSeconds: 30 },
      ],
    });
    expect(watched.steps).toHaveLength(2);
    expect(watched.argoSteps.slice(2)).toEqual([{ setWeight: 100 }, { pause: { duration: '30s' } }]);
  });

  test('never writes a duration that Go cannot read', () => {
    const pauses = [1e-9, 0.0004, 0.1, 1.001, 59.9999, 3e7];
    for (const pauseSeconds of pauses) {
      const { argoSteps } = canaryPlan({ steps: [{ weight: 5, pauseSeconds }] });
      for (const { pause } of argoSteps) if (pause) expect(parseGoDuration(pause.duration)).toBeGreaterThan(0);
    }
  });

  test('later changes of the options do not reach the plan', () => {
    const steps = [{ weight: 5, pauseSeconds: 10 }];
    const plan = canaryPlan({ steps });
    steps[0]!.weight = 50;
    expect(plan.steps[0]!.weight).toBe(5);
    expect(() => (plan.steps as CanaryPlanStep[]).push({ weight: 100, pauseSeconds: 0 })).toThrow(TypeError);
  });

  test.each([
    ['no steps', [], 'steps'],
    ['not a list', 'fast', 'steps'],
    ['a step that is no object', [5], 'steps[0]'],
    ['weight 0', [{ weight: 0, pauseSeconds: 1 }], 'steps[0].weight'],
    ['weight 101', [{ weight: 101, pauseSeconds: 1 }], 'steps[0].weight'],
    ['half a percent', [{ weight: 0.5, pauseSeconds: 1 }], 'steps[0].weight'],
    ['NaN', [{ weight: Number.NaN, pauseSeconds: 1 }], 'steps[0].weight'],
    ['a weight as text', [{ weight: '5', pauseSeconds: 1 }], 'steps[0].weight'],
    [
      'equal weights',
      [
        { weight: 5, pauseSeconds: 1 },
        { weight: 5, pauseSeconds: 1 },
      ],
      'steps[1].weight',
    ],
    [
      'a step after 100',
      [
        { weight: 100, pauseSeconds: 0 },
        { weight: 50, pauseSeconds: 1 },
      ],
      'steps[1].weight',
    ],
    ['negative pause', [{ weight: 5, pauseSeconds: -1 }], 'steps[0].pauseSeconds'],
    ['endless pause', [{ weight: 5, pauseSeconds: Number.POSITIVE_INFINITY }], 'steps[0].pauseSeconds'],
    ['NaN pause', [{ weight: 5, pauseSeconds: Number.NaN }], 'steps[0].pauseSeconds'],
    ['no pause', [{ weight: 5 }], 'steps[0].pauseSeconds'],
  ])('refuses %s and names the place', (_name, steps, path) => {
    expect(refusal(steps).path).toBe(path);
  });
});
