/** Steps of a canary for a target: "find a fault of 2x with 90 % power while at most 500 users see it". */
import { OptionCheck } from '../options.ts';
import { type DetectionSettings, knownSettings } from './detection-settings.ts';
import { Detector } from './detector.ts';
import { effectOf } from './fault.ts';
import { LONGEST_SECONDS } from './horizon.ts';
import { mendsOf, type PlanMend } from './mends.ts';
import { type KnownTarget, knownTarget, type PlanTarget } from './plan-target.ts';
import { knownTraffic, type ServiceTraffic } from './service-traffic.ts';
import { smallestEffect } from './smallest-detectable.ts';
import { fastestSteps, type StepTime, secondsOf } from './step-times.ts';
import { costOf } from './time-to-detect.ts';

/** Options of {@link planSteps}. */
export interface PlanStepsOptions {
  /** How the judge reads. @defaultValue a criterion with half of a budget of 1 %, and the usual margins */
  readonly settings?: DetectionSettings;
}

/** One step of a plan. `canaryPlan` takes it as it stands. */
export interface PlanStep {
  /** Share of the traffic for the canary in percent. */
  readonly weight: number;
  readonly pauseSeconds: number;
  /** The smallest effect that this step alone shows with the target's power; `null` = not even the largest. */
  readonly smallestDetectable: number | null;
  /** Users that a canary with the target's fault serves in this step. */
  readonly usersExposed: number;
  /** Bad answers beyond stable's that it gives in this step. */
  readonly badAnswers: number;
}

/** A plan, or why there is none and what would make one. Plain JSON. */
export type StepPlan =
  | {
      readonly feasible: true;
      readonly steps: readonly PlanStep[];
      readonly totalSeconds: number;
      readonly usersExposed: number;
      readonly badAnswers: number;
    }
  | {
      readonly feasible: false;
      readonly because: string;
      /** Single changes of the target, each of which makes it feasible. */
      readonly mends: readonly PlanMend[];
      /** The step that comes closest, whatever it exposes; none where the fault is never seen. */
      readonly closest: readonly PlanStep[];
    };

/**
 * The fastest steps that find a fault with the given power and keep all limits: one weight, or a small one that spares
 * users and then a larger one that saves time. Users and bad answers are those of a canary that has the fault.
 *
 * @throws RolloutGuardError `INVALID_OPTION` - no traffic, numbers out of their bounds, weights that do not ascend, a fault
 * that the margins tolerate.
 */
export function planSteps(traffic: ServiceTraffic, target: PlanTarget, options: PlanStepsOptions = {}): StepPlan {
  const check = new OptionCheck('INVALID_OPTION', 'planSteps');
  check.knownKeys('options', options, ['settings']);
  return planOf(plannerOf(check, traffic, target, options.settings));
}

/** A service and a target that are checked. */
export interface Planner {
  readonly detector: Detector;
  readonly target: KnownTarget;
}

/** Checks what a plan is made of; whoever asks says in `check` how errors name it. */
export function plannerOf(
  check: OptionCheck,
  traffic: ServiceTraffic,
  target: PlanTarget,
  settings: DetectionSettings | undefined,
): Planner {
  const known = knownTarget(check, target, LONGEST_SECONDS);
  const { kind } = known.fault;
  const detector = new Detector(kind, knownTraffic(check, traffic), knownSettings(check, kind, settings));
  const tolerated = 1 + detector.settings.maxRelativeIncrease;
  const effect = effectOf(known.fault);
  if (effect <= tolerated) {
    const mend = `It is tolerated: maxRelativeIncrease allows up to ${tolerated} times. Look for a larger fault, or tolerate less.`;
    check.fail(`target.fault.${kind === 'errors' ? 'ratio' : 'slower'}`, effect, mend);
  }
  return { detector, target: known };
}

/** The steps for what is checked. Here a weight need not be whole: it is the share that the canary really gets. */
export function planOf({ detector, target }: Planner): StepPlan {
  const { steps, closest, because } = fastestSteps(detector, target);
  if (steps !== null) {
    const planned = steps.map((step) => planStep(detector, target, step));
    return {
      feasible: true,
      steps: planned,
      totalSeconds: secondsOf(steps),
      usersExposed: planned.reduce((sum, step) => sum + step.usersExposed, 0),
      badAnswers: planned.reduce((sum, step) => sum + step.badAnswers, 0),
    };
  }
  return {
    feasible: false,
    because: because ?? 'No weight finds the fault within all limits',
    mends: mendsOf(detector, target),
    closest: closest === null ? [] : [planStep(detector, target, closest)],
  };
}

function planStep(detector: Detector, target: KnownTarget, { weight, seconds }: StepTime): PlanStep {
  const share = weight / 100;
  const { fault, power } = target;
  const seen = detector.detect(fault, share, power);
  const { usersExposed, badAnswers } = costOf(detector, share, seen);
  const part = seen.seconds === null ? 0 : seconds / seen.seconds;
  const { effect } = smallestEffect(detector, fault.kind, share, seconds, power);
  // Rounded up it may lie above the fault that the step was made for; and where the largest fault fails all requests, it may take
  // an interval longer on the walk's lattice than one that nearly does.
  const smallestDetectable = part >= 1 ? Math.min(effect ?? Infinity, effectOf(fault)) : effect;
  return {
    weight,
    pauseSeconds: seconds,
    smallestDetectable,
    usersExposed: usersExposed * part,
    badAnswers: badAnswers * part,
  };
}
