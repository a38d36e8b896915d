/** What one step of a planned canary shows and costs. */
import type { Planner, PlanStep } from '../../planning/plan-steps.ts';
import type { CanaryPods } from './basic-canary-pods.ts';
import type { CanaryWeight } from './canary-weights.ts';

/** One step, and what it can detect. Plain JSON. */
export interface PlannedCanaryRow {
  /** For `setWeight`, in percent. */
  readonly weight: number;
  /** Share of the traffic that the canary really gets, in percent: another than `weight` only where pods make it. */
  readonly percent: number;
  /** Pods that make that share; `null` with a traffic router. */
  readonly pods: CanaryPods | null;
  /** How long the step stays at that weight. */
  readonly pauseSeconds: number;
  /** The smallest effect that this step alone shows with the target's power; `null` = not even the largest. */
  readonly smallestDetectable: number | null;
  /** Seconds in which this weight alone would find the fault that was asked for; `null` = not within a week. */
  readonly secondsToFind: number | null;
  /** Users that a canary with that fault serves in this step. */
  readonly usersExposed: number;
  /** Bad answers beyond stable's that it gives in this step. */
  readonly badAnswers: number;
}

/** Rows of a plan's steps, whose weights are the shares that were really made. */
export function rowsOf(
  { detector, target: { fault, power } }: Planner,
  weights: readonly CanaryWeight[],
  steps: readonly PlanStep[],
): PlannedCanaryRow[] {
  return steps.map(({ weight: percent, pauseSeconds, smallestDetectable, usersExposed, badAnswers }) => {
    const { setWeight, pods } = weights.find((one) => one.percent === percent)!;
    const secondsToFind = detector.detect(fault, percent / 100, power).seconds;
    return {
      weight: setWeight,
      percent,
      pods,
      pauseSeconds,
      smallestDetectable,
      secondsToFind,
      usersExposed,
      badAnswers,
    };
  });
}
