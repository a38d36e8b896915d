/** What all criteria have in common besides their bounds: how much they matter, and margins that must not contradict each other. */
import type { OptionCheck } from '../../options.ts';

/** How much a criterion matters. `informational` is shown, never decides and need not be proven. */
export type Importance = 'critical' | 'normal' | 'informational';

/** Weights before a policy makes them sum to 1. */
const WEIGHTS: Readonly<Record<Importance, number>> = { critical: 2, normal: 1, informational: 0 };

interface Margins {
  importance: Importance;
  weight: number;
  maxRelativeIncrease: number;
  promoteWithin: number;
  minAbsoluteIncrease?: number;
  max?: number | null;
}

/** The weight of a criterion that states none. */
export function defaultWeight(importance: Importance): number {
  return WEIGHTS[importance];
}

/**
 * Refuses a criterion whose fields contradict each other.
 *
 * @param path - what stands before the names of its fields, such as `criteria[0].`.
 * @throws RolloutGuardError with the code of `check`.
 */
export function checkMargins(
  check: OptionCheck,
  path: string,
  { importance, weight, maxRelativeIncrease, promoteWithin, minAbsoluteIncrease = 0, max = null }: Margins,
): void {
  if (weight > 0 && importance === 'informational') {
    check.fail(`${path}weight`, weight, 'An informational criterion never decides, so its weight is 0.');
  }
  if (weight === 0 && importance !== 'informational') {
    check.fail(`${path}weight`, weight, 'Use a number above 0, or importance "informational".');
  }
  if (promoteWithin <= 1 + maxRelativeIncrease) {
    const mend = `It must be above the tolerated ratio, 1 + maxRelativeIncrease (${1 + maxRelativeIncrease}).`;
    check.fail(`${path}promoteWithin`, promoteWithin, mend);
  }
  if (max !== null && max < minAbsoluteIncrease) {
    check.fail(`${path}max`, max, `It must not be below minAbsoluteIncrease (${minAbsoluteIncrease}).`);
  }
}
