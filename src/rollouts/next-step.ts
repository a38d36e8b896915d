import { RolloutGuardError } from '../errors.ts';
import type { CanaryPlan } from './canary-plan.ts';

/** Where a rollout stands in its plan. */
export interface StepPosition {
  /** Index into `plan.steps`. */
  readonly stepIndex: number;
  /** When the step got its weight, Unix time in milliseconds. */
  readonly stepStartedAtMs: number;
}

/** What a step machine needs to know of a decision. A `Decision` of the engine fits. */
export interface StepPermission {
  /** Only `promote` has a meaning here: the step need not wait for its pause. */
  readonly verdict: string;
  /** True when the next step may be taken once the pause has passed. */
  readonly mayAdvance: boolean;
}

/** What to do now. `weight` is the canary's share in percent that is right from now on. */
export type StepMove =
  | { readonly type: 'stay'; readonly weight: number }
  | { readonly type: 'advance'; readonly weight: number }
  | { readonly type: 'finished'; readonly weight: 100 };

/**
 * Says whether a rollout stays at its step, takes the next one, or is finished (all traffic to the canary).
 *
 * A step advances when its pause has passed and the decision says `mayAdvance`, or at once on `promote`. Pure: the
 * caller sets the weight and keeps the new position. One call moves one step at most, so that each weight is looked
 * at once before the next.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when the position is not one of the plan's.
 */
export function nextStep(
  plan: CanaryPlan,
  position: StepPosition,
  permission: StepPermission,
  nowMs: number,
): StepMove {
  // A plan whose only step is 100 % without a pause has no step to stay at.
  if (plan.steps.length === 0) return { type: 'finished', weight: 100 };

  const step = plan.steps[position.stepIndex];
  if (step === undefined) {
    const mend = `The plan has ${plan.steps.length} steps, counted from 0.`;
    throw new RolloutGuardError('INVALID_OPTION', 'There is no such step', {
      path: 'position.stepIndex',
      value: position.stepIndex,
      mend,
    });
  }

  const pausePassed = nowMs - position.stepStartedAtMs >= step.pauseSeconds * 1000;
  const mayLeave = permission.verdict === 'promote' || (permission.mayAdvance && pausePassed);
  if (!mayLeave) return { type: 'stay', weight: step.weight };

  const next = plan.steps[position.stepIndex + 1];
  return next === undefined ? { type: 'finished', weight: 100 } : { type: 'advance', weight: next.weight };
}
