/** A ratio alone is not enough: without this, three errors on a zero base line at a million requests roll back. */
import type { ArmCounts } from './share-likelihood.ts';

/** Nats by which a window must beat the absolute tolerance: practical significance, not a test at a level. */
const ABSOLUTE_GUARD_NATS = 2;

/**
 * True when the canary's bad requests between two totals are more than an absolute tolerance over stable's rate explains,
 * by 2 nats of a Poisson count: `bad log(rate / tolerated) - requests (rate - tolerated)`.
 *
 * @param tolerance - difference of the rates that is tolerated, such as 0.0005.
 */
export function beatsAbsoluteTolerance(from: ArmCounts, to: ArmCounts, tolerance: number): boolean {
  const requests = to.canaryRequests - from.canaryRequests;
  const bad = to.canaryBad - from.canaryBad;
  const stableRate = (to.stableBad - from.stableBad) / Math.max(to.stableRequests - from.stableRequests, 1);
  const tolerated = stableRate + tolerance;
  const rate = bad / Math.max(requests, 1);
  if (rate <= tolerated) return false;
  const nats = bad * Math.log(rate / Math.max(tolerated, 1e-300)) - requests * (rate - tolerated);
  return nats >= ABSOLUTE_GUARD_NATS;
}
