/**
 * Has silence been a finding? Where a fault at the margin for promotion would have been found by now, its absence says
 * something, although nothing is proven.
 */
import { UNIT_SECONDS } from '../statistics/dispersion.ts';
import { showsWithin } from './fault-times.ts';
import type { JudgedCriterion } from './judgement.ts';

/**
 * Whether a fault at the margin for promotion, there from the canary's first request, would have rolled back by now with a
 * chance of 80 %, in every count that a promotion depends on and whose interval does not rule it out.
 */
export function wasLookedFor({ bound, plan: planOf }: JudgedCriterion, elapsedSeconds: number): boolean {
  const plan = planOf();
  const units = elapsedSeconds / UNIT_SECONDS;
  return (
    plan !== null &&
    plan.atMargin.length > 0 &&
    plan.atMargin.every((fault) => {
      const { withinMargin, totals } = fault.count;
      if (withinMargin) return true;
      const { canaryRequests, stableRequests } = totals;
      const traffic = { canaryRequests: canaryRequests / units, stableRequests: stableRequests / units };
      return showsWithin(elapsedSeconds, fault, traffic, bound + Math.log(plan.sharing));
    })
  );
}
