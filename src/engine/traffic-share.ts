/**
 * Does the canary get the share of the requests that the router gives it? A router that sends nothing and a canary that
 * drops connections before they are counted both look healthy to an error rate: what never arrived cannot fail.
 */

/** Requests of both arms in one slot of time, and the weight in force. */
export interface RoutedSlot {
  canaryRequests: number;
  /** All other requests of the service. Pods of a baseline cohort belong to them. */
  stableRequests: number;
  /** Share that the router gives to the canary, 0 to 1; `null` when nobody knows. */
  canaryShare: number | null;
}

/** What became of the routed share. */
export interface TrafficShare {
  /** The canary's share of the requests as routed, over the slots that were looked at. */
  expected: number | null;
  /** The same as it arrived; `null` without any request. */
  observed: number | null;
  /**
   * `missing`: nothing arrives. `low`: far less than routed. `unknown`: the weight is not known or zero, or too few
   * requests were due to tell.
   */
  finding: 'as-routed' | 'low' | 'missing' | 'unknown';
}

/** How far back is looked. */
const WINDOW_SECONDS = 60;
/** A finding needs as much routed time: the first slot may hold only a part of its requests. */
const LEAST_SECONDS = 30;
const LEAST_SLOTS = 3;
/** Requests due before nothing is a finding, and before little is one. */
const DUE_IF_MISSING = 10;
const DUE_IF_LOW = 50;
/** CV of the routed ratio: sticky sessions and long connections make it noisy, whatever the counts. */
const ROUTING_CV = 0.2;
/** Normal quantile of 1e-4, two-sided. */
const CHANCE_DEVIATIONS = 3.8906;

const UNKNOWN: TrafficShare = { expected: null, observed: null, finding: 'unknown' };

/**
 * Compares what arrived at the canary with what the router should have sent it. Stable's requests say how many were due:
 * `stable * share / (1 - share)`, slot by slot, so weights may change between slots. At a share of 1 stable has none that
 * could say so; nothing but silence is a finding then.
 *
 * @param slots - in time order, the newest last. The weight of the newest slot must be known and above 0.
 * @param slotSeconds - length of a slot in seconds.
 */
export function trafficShare(slots: readonly RoutedSlot[], slotSeconds: number): TrafficShare {
  if (!slots.at(-1)?.canaryShare) return UNKNOWN;
  const recent = slots.slice(-Math.max(LEAST_SLOTS, Math.ceil(WINDOW_SECONDS / slotSeconds)));
  const routed = recent.filter(({ canaryShare }) => canaryShare !== null && canaryShare > 0);
  return { ...sharesOf(routed), finding: findingOf(routed, slotSeconds) };
}

function findingOf(routed: readonly RoutedSlot[], slotSeconds: number): TrafficShare['finding'] {
  const least = Math.max(LEAST_SLOTS, Math.ceil(LEAST_SECONDS / slotSeconds - 1e-9));
  if (routed.length < least) return 'unknown';
  const silent = routed.slice(routed.findLastIndex(({ canaryRequests }) => canaryRequests > 0) + 1);
  if (silent.length >= least && canTell(silent)) return 'missing';
  if (isLow(routed)) return 'low';
  return silent.length < routed.length && canTell(routed) ? 'as-routed' : 'unknown';
}

/** True when enough was due in these slots that silence is a finding. */
function canTell(slots: readonly RoutedSlot[]): boolean {
  return slots.some(isWhole) || dueIn(slots).requests >= DUE_IF_MISSING;
}

/**
 * Less than chance explains. Square roots of counts have nearly the same spread whatever their mean; measured against
 * Poisson counts with log-normal or gamma noise of that CV, this finds at most 1 healthy canary in 20,000. (It asks for
 * less than two fifths of what was due, however many that are. On a linear scale a loss of two thirds would never be found.)
 */
function isLow(routed: readonly RoutedSlot[]): boolean {
  const split = routed.filter((slot) => !isWhole(slot));
  const due = dueIn(split);
  if (due.requests < DUE_IF_LOW) return false;
  const arrived = split.reduce((sum, { canaryRequests }) => sum + canaryRequests, 0);
  const deviation = Math.sqrt(ROUTING_CV ** 2 + 1 / due.requests + due.variance / due.requests ** 2);
  return 2 * (1 - Math.sqrt(arrived / due.requests)) > CHANCE_DEVIATIONS * deviation;
}

/** Canary requests due according to stable's, and the variance that stable's count brings in; for shares below 1. */
function dueIn(slots: readonly RoutedSlot[]): { requests: number; variance: number } {
  let requests = 0;
  let variance = 0;
  for (const slot of slots) {
    const odds = slot.canaryShare! / (1 - slot.canaryShare!);
    requests += slot.stableRequests * odds;
    variance += slot.stableRequests * odds ** 2;
  }
  return { requests, variance };
}

function sharesOf(routed: readonly RoutedSlot[]): Pick<TrafficShare, 'expected' | 'observed'> {
  let [canary, stable, handled, toCanary] = [0, 0, 0, 0];
  for (const slot of routed) {
    const share = slot.canaryShare!;
    const sent = isWhole(slot) ? slot.canaryRequests + slot.stableRequests : slot.stableRequests / (1 - share);
    canary += slot.canaryRequests;
    stable += slot.stableRequests;
    handled += sent;
    toCanary += sent * share;
  }
  return {
    expected: handled > 0 ? toCanary / handled : routed.at(-1)!.canaryShare,
    observed: canary + stable > 0 ? canary / (canary + stable) : null,
  };
}

/** True when the router sends everything to the canary. */
function isWhole({ canaryShare }: RoutedSlot): boolean {
  return canaryShare! >= 1;
}
