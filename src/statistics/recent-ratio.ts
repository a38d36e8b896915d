/**
 * The ratio of the last minutes. An interval is about all that was judged, so a canary that broke late lies within its margin
 * for long; nobody should promote it for that.
 */
import { observedRatio } from './ratio-interval.ts';
import type { ArmCounts } from './share-likelihood.ts';

/**
 * What the last minutes are: at least so long, and until stable's rate lets expect so many bad requests of the canary. Chance
 * alone then passes a ratio of 1.5 about once in two hundred times.
 */
const LEAST_SECONDS = 120;
const LEAST_BAD = 40;

/** Running totals at the start of an earlier window, see `EvidenceWindows.latestStart`. */
export type LatestStart = (leastSeconds: number, isEnough: (from: ArmCounts) => boolean) => ArmCounts | null;

/** Ratio of the canary's rate to stable's over the last minutes; `null` where there is too little to tell. */
export function recentRatio(now: ArmCounts, latestStart: LatestStart): number | null {
  const stableRate = now.stableBad / Math.max(now.stableRequests, 1);
  const from = latestStart(
    LEAST_SECONDS,
    (start) => (now.canaryRequests - start.canaryRequests) * stableRate >= LEAST_BAD,
  );
  if (from === null) return null;
  return observedRatio({
    canaryRequests: now.canaryRequests - from.canaryRequests,
    canaryBad: now.canaryBad - from.canaryBad,
    stableRequests: now.stableRequests - from.stableRequests,
    stableBad: now.stableBad - from.stableBad,
  });
}
