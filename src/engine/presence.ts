/** Is there anything to judge? Missing data, missing traffic and a healthy canary look alike to a ratio; they are not. */
import type { DeploymentTelemetry } from '../ports/telemetry.ts';
import type { SlottedTelemetry } from './slots.ts';

/** `no-data`: the source says nothing of one cohort, or nothing recent. `no-traffic`: traffic is routed to the canary, and none arrives. */
export type Presence = 'present' | 'no-data' | 'no-traffic';

/** Telemetry older than this, and than six intervals, counts as missing. */
const STALE_MS = 60_000;
const STALE_INTERVALS = 6;
/** How far back the canary's silence is looked at, and the requests it should have had in that time. */
const SILENCE_SECONDS = 30;
const EXPECTED_REQUESTS = 10;

/** Tells whether both cohorts are there and recent. */
export function presenceOf(telemetry: DeploymentTelemetry, slotted: SlottedTelemetry, nowMs: number): Presence {
  const { slots, intervalSeconds } = slotted;
  const age = nowMs - telemetry.completeUntilMs;
  if (age > Math.max(STALE_MS, STALE_INTERVALS * intervalSeconds * 1000)) return 'no-data';
  const share = routedShare(telemetry);
  const canarySeen = slots.some((slot) => slot.canary.requests > 0);
  if (!canarySeen) return share !== null && isSilent(slotted, share) ? 'no-traffic' : 'no-data';
  if (!slots.some((slot) => slot.stable.requests > 0)) return 'no-data';
  return share !== null && isSilent(slotted, share) ? 'no-traffic' : 'present';
}

/** The share of traffic that the router sends to the canary now, or `null` when nobody knows. */
export function routedShare(telemetry: DeploymentTelemetry): number | null {
  const known = telemetry.weights.filter(({ atMs }) => atMs <= telemetry.completeUntilMs);
  return known.length === 0 ? null : known.reduce((last, next) => (next.atMs >= last.atMs ? next : last)).canaryShare;
}

/** The canary is quiet although stable's traffic says that it should have had requests by now. */
function isSilent({ slots, intervalSeconds }: SlottedTelemetry, share: number): boolean {
  if (share <= 0) return false;
  const recent = slots.slice(-Math.max(3, Math.ceil(SILENCE_SECONDS / intervalSeconds)));
  if (recent.some((slot) => slot.canary.requests > 0)) return false;
  const stable = recent.reduce((sum, slot) => sum + slot.stable.requests, 0);
  // At 100 % stable gets nothing that could tell how much the canary should have had: silence is then enough.
  return share >= 1 || (stable * share) / (1 - share) >= EXPECTED_REQUESTS;
}
