/** The blocks of wall time in which evidence is weighed, and what holds for every one of them. */
import { UNIT_SECONDS } from './dispersion.ts';

/** Smallest dispersion assumed, whatever was learned: 5 % rate noise per 10 s. */
export const MINIMUM_SQUARED_CV = 0.0025;

/**
 * A long interval hides whether its excess lasted or was a burst, so it may add no more than these units of 10 s may. In
 * proportion to its length (6 at 60 s) common bursts roll back 9 % of healthy canaries; at 2.75 as many as at 10 s.
 */
const LONG_BLOCK_UNITS = 2.75;

/** Length of the judge's blocks: the smallest whole number of intervals that lasts 10 s. */
export function blockSeconds(intervalSeconds: number): number {
  return Math.max(Math.ceil(UNIT_SECONDS / intervalSeconds - 1e-9), 1) * intervalSeconds;
}

/** Units of 10 s whose evidence one block may add. */
export function clipUnits(secondsOfBlock: number): number {
  return Math.min(secondsOfBlock / UNIT_SECONDS, LONG_BLOCK_UNITS);
}
