/** What all criteria have in common besides their bounds: how much they matter, and margins that must not contradict each other. */
import type { OptionCheck } from '../../options.ts';

/** How much a criterion matters. `informational` is shown, never decides and need not be proven. */
export type Importance = 'critical' | 'normal' | 'informational';

/** Weights before a policy makes them sum to 1. */
const WEIGHTS: Readonly<Record<Importance, number>> = { critical: 2, normal: 1, informational: 0 };

interface Margins {
  importance: Importance;
  weight: number;
  maxRelativeIncrease?: number;
  maxRelativeChange?: number;
  better?: 'higher' | 'lower';
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
  { importance, weight, promoteWithin, minAbsoluteIncrease = 0, max = null, ...margins }: Margins,
): void {
  if (weight > 0 && importance === 'informational') {
    check.fail(`${path}weight`, weight, 'An informational criterion never decides, so its weight is 0.');
  }
  if (weight === 0 && importance !== 'informational') {
    check.fail(`${path}weight`, weight, 'Use a number above 0, or importance "informational".');
  }
  if (margins.better === 'higher' && (margins.maxRelativeChange ?? 0) >= 1) {
    const mend = 'Use a number below 1: nothing can drop by more than all of it.';
    check.fail(`${path}maxRelativeChange`, margins.maxRelativeChange, mend);
  }
  const { ratio, formula } = toleratedRatioOf(margins);
  if (promoteWithin <= ratio) {
    const mend = `It must be above the tolerated ratio, ${formula} (${ratio}).`;
    check.fail(`${path}promoteWithin`, promoteWithin, mend);
  }
  if (max !== null && max < minAbsoluteIncrease) {
    check.fail(`${path}max`, max, `It must not be below minAbsoluteIncrease (${minAbsoluteIncrease}).`);
  }
}

/** Ratio of worse to better that is tolerated: above 1 whatever direction is worse. */
export function toleratedRatio(maxRelativeChange: number, better: 'higher' | 'lower'): number {
  return better === 'lower' ? 1 + maxRelativeChange : 1 / (1 - maxRelativeChange);
}

/** Where a criterion states none: twice the tolerated change as a logarithm, but no less than 10 %. */
export function defaultPromoteWithin(tolerated: number): number {
  return Math.max(1.1, Number((tolerated * tolerated).toPrecision(6)));
}

function toleratedRatioOf({
  maxRelativeIncrease = 0,
  maxRelativeChange,
  better = 'lower',
}: Pick<Margins, 'maxRelativeIncrease' | 'maxRelativeChange' | 'better'>): { ratio: number; formula: string } {
  if (maxRelativeChange === undefined) return { ratio: 1 + maxRelativeIncrease, formula: '1 + maxRelativeIncrease' };
  const formula = better === 'lower' ? '1 + maxRelativeChange' : '1 / (1 - maxRelativeChange)';
  return { ratio: toleratedRatio(maxRelativeChange, better), formula };
}
