/** How long one count takes to show a fault. */

import { LONGEST_SECONDS } from '../planning/detector.ts';
import { walkToBound } from '../statistics/detection-time.ts';
import { UNIT_SECONDS } from '../statistics/dispersion.ts';
import type { ExpectedFault } from './criteria/count-plan.ts';

/** Requests of both arms in 10 s. */
export interface UnitTraffic {
  canaryRequests: number;
  stableRequests: number;
}

/** Chance with which a fault must have shown by then. */
export const POWER = 0.8;

/**
 * Seconds after which a fault that was there from the start has been found with {@link POWER}; `null` where it never is: it
 * is within what is tolerated, there is nothing to compare, or it takes more than a week.
 *
 * @param bound - `logE` of this count at which it rolls back.
 */
export function secondsToShow({ count, ratio }: ExpectedFault, traffic: UnitTraffic, bound: number): number | null {
  const { rate, toleratedRatio, absoluteTolerance, squaredCv, clipNats } = count;
  if (ratio <= toleratedRatio || rate * (ratio - 1) <= absoluteTolerance) return null;
  if (!(traffic.canaryRequests > 0 && traffic.stableRequests > 0)) return null;
  const { units } = walkToBound({
    ...traffic,
    ...{ rate, ratio, toleratedRatio, squaredCv, bound, clipNats },
    power: POWER,
  });
  const seconds = Math.ceil(units * UNIT_SECONDS);
  return seconds <= LONGEST_SECONDS ? seconds : null;
}
