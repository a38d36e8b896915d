/** How long one count takes to show a fault that was there from the start. */
import { LONGEST_SECONDS } from '../planning/horizon.ts';
import type { UnitTraffic } from '../statistics/block-law.ts';
import { CrossingChance } from '../statistics/crossing-chance.ts';
import { UNIT_SECONDS } from '../statistics/dispersion.ts';
import type { ExpectedFault } from './criteria/count-plan.ts';

/** Chance with which a fault must have shown by then. */
export const POWER = 0.8;

/**
 * Whole seconds until a fault has shown with {@link POWER}; `null` where it is within what is tolerated or natural, where there
 * is nothing to compare, or where it takes more than a week.
 *
 * @param bound - `logE` of the count at which it rolls back.
 */
export function secondsToShow({ count, ratio }: ExpectedFault, traffic: UnitTraffic, bound: number): number | null {
  const units = new CrossingChance({ ...count, ratio }, traffic, bound).units(POWER, LONGEST_SECONDS / UNIT_SECONDS);
  return units === null ? null : Math.ceil(units * UNIT_SECONDS);
}

/** Whether a fault has shown within some seconds with {@link POWER}: quicker than asking for the time. */
export function showsWithin(
  seconds: number,
  { count, ratio }: ExpectedFault,
  traffic: UnitTraffic,
  bound: number,
): boolean {
  return new CrossingChance({ ...count, ratio }, traffic, bound).within(seconds / UNIT_SECONDS) >= POWER;
}
