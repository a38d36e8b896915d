/** What a criterion on errors would see of a fault: a count of failed requests, or one for each segment. */
import type { EvidenceCurve } from '../../statistics/evidence-curve.ts';
import { type CountMargins, type CountPlan, effectBeyond, type PlannedCount, plannedCount } from './count-plan.ts';

/** A fault worth looking out for exceeds the tolerated difference of the rates by as much again. */
const TIMES_TOLERATED_DIFFERENCE = 2;

/**
 * A fault may hit one segment alone, so the one that would show it last speaks for all: the one with the fewest errors to be
 * expected at the canary. `null` before the canary's first request.
 */
export function planOfErrors(curves: readonly EvidenceCurve[], margins: CountMargins): CountPlan | null {
  const counts = curves
    .filter(({ totals }) => totals.canaryRequests > 0)
    .map((curve) => plannedCount(curve, margins))
    .sort((a, b) => expected(a) - expected(b));
  const [last] = counts;
  if (last === undefined) return null;
  const effect = effectOf(last);
  return {
    kind: 'errors',
    effect,
    shownBy: [{ count: last, ratio: effect }],
    atMargin: counts.map((count) => ({ count, ratio: count.promoteWithin })),
    sharing: curves.length,
    isPart: curves.length > 1,
  };
}

function expected({ rate, totals }: PlannedCount): number {
  return rate * totals.canaryRequests;
}

/** A doubled rate; more where the policy tolerates that, less where it would be more than all requests. */
function effectOf({ rate, toleratedRatio, absoluteTolerance }: PlannedCount): number {
  const beyondDifference = 1 + (TIMES_TOLERATED_DIFFERENCE * absoluteTolerance) / rate;
  return Math.min(Math.max(effectBeyond(toleratedRatio), beyondDifference), 1 / rate);
}
