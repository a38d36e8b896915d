import { goDurationText } from '../duration.ts';
import { RolloutGuardError } from '../errors.ts';
import type { PauseStep, SetWeightStep } from './types/steps.ts';
import type { GoDuration } from './types/values.ts';

/** One step of a canary as it is planned: how much traffic, and how long to stay there at least. */
export interface CanaryPlanStep {
  /** Share of the traffic for the canary in percent: an integer from 1 to 100. */
  readonly weight: number;
  /** Least time at this weight in seconds, at least 0 and at most one year. Kept to the millisecond. */
  readonly pauseSeconds: number;
}

/** Options of {@link canaryPlan}. */
export interface CanaryPlanOptions {
  /** At least one step, weights strictly ascending. A last step of 100 % without a pause is implied. */
  readonly steps: readonly CanaryPlanStep[];
}

/** A step of a plan as Argo Rollouts writes it; its pauses always end. */
export type ArgoPlanStep = SetWeightStep | (PauseStep & { pause: { duration: GoDuration } });

/** A checked plan. Plain data, frozen. */
export interface CanaryPlan {
  /** The steps as given, without a last step of 100 % that has no pause: that one is the finish. */
  readonly steps: readonly CanaryPlanStep[];
  /** The same plan for `spec.strategy.canary.steps` of an Argo Rollout. After its last step Argo goes to 100 % by itself. */
  readonly argoSteps: readonly ArgoPlanStep[];
}

const LONGEST_PAUSE_SECONDS = 365 * 24 * 3600;

/**
 * Checks a plan of canary steps and writes it down for Argo Rollouts too.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when there is no step, a weight is not an integer from 1 to 100, the
 * weights do not ascend, or a pause is negative, not finite or longer than a year.
 */
export function canaryPlan(options: CanaryPlanOptions): CanaryPlan {
  const given: unknown = options?.steps;
  if (!Array.isArray(given) || given.length === 0) {
    throw invalid(
      'A canary needs at least one step',
      'steps',
      given,
      'Give one such as { weight: 5, pauseSeconds: 60 }.',
    );
  }
  const steps: CanaryPlanStep[] = [];
  for (const [index, step] of given.entries()) steps.push(checkedStep(step, index, steps.at(-1)?.weight ?? 0));

  const last = steps.at(-1);
  if (last?.weight === 100 && last.pauseSeconds === 0) steps.pop();
  return Object.freeze({ steps: Object.freeze(steps), argoSteps: Object.freeze(steps.flatMap(toArgo)) });
}

function checkedStep(step: unknown, index: number, previousWeight: number): CanaryPlanStep {
  const path = `steps[${index}]`;
  if (typeof step !== 'object' || step === null) {
    throw invalid('A step must be an object', path, step, 'Write it as { weight: 5, pauseSeconds: 60 }.');
  }
  const { weight, pauseSeconds } = step as Partial<CanaryPlanStep>;
  if (typeof weight !== 'number' || !Number.isInteger(weight) || weight < 1 || weight > 100) {
    throw invalid('A weight must be an integer from 1 to 100', `${path}.weight`, weight, 'Give it in percent.');
  }
  if (weight <= previousWeight) {
    throw invalid('Weights must ascend', `${path}.weight`, weight, `The step before it has ${previousWeight}.`);
  }
  if (typeof pauseSeconds !== 'number' || !(pauseSeconds >= 0 && pauseSeconds <= LONGEST_PAUSE_SECONDS)) {
    const mend = `Give seconds from 0 to ${LONGEST_PAUSE_SECONDS}.`;
    throw invalid('A pause must be a time of at most one year', `${path}.pauseSeconds`, pauseSeconds, mend);
  }
  return Object.freeze({ weight, pauseSeconds: Math.round(pauseSeconds * 1000) / 1000 });
}

/** Never an empty `pause`: to Argo that means "until somebody promotes by hand". */
function toArgo({ weight, pauseSeconds }: CanaryPlanStep): ArgoPlanStep[] {
  if (pauseSeconds === 0) return [{ setWeight: weight }];
  return [{ setWeight: weight }, { pause: { duration: goDurationText(pauseSeconds) as GoDuration } }];
}

function invalid(message: string, path: string, value: unknown, mend: string): RolloutGuardError {
  return new RolloutGuardError('INVALID_OPTION', message, { path, value, mend });
}
