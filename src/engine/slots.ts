/**
 * From intervals per cohort and pod to slots: what both arms did in the same slice of time. The judge compares like with
 * like only inside a slot.
 */
import type { DeploymentTelemetry, TelemetryInterval } from '../ports/telemetry.ts';
import { type LatencyHistogram, mergeHistograms } from '../statistics/histogram.ts';

/** What one pod did in one slot. */
export interface PodSlot {
  errors: number;
  /** `null` when it reported none, or in buckets that differ within the slot. */
  latency: LatencyHistogram | null;
}

/** What one arm did in one slot. */
export interface ArmSlot {
  requests: number;
  errors: number;
  /** Of the answered requests; `null` when nobody reported any. */
  latency: LatencyHistogram | null;
  /** The pods' buckets have no bound in common, so their latency cannot be added up. */
  bucketsDiffer: boolean;
  /** What each pod did, as far as pods are named. */
  pods: Map<string, PodSlot>;
}

/** Both arms in one slice of time. */
export interface Slot {
  startMs: number;
  endMs: number;
  canary: ArmSlot;
  /** The fresh `baseline` pods where there are any, else the stable ones. */
  stable: ArmSlot;
}

/** Telemetry as the judge sees it. */
export interface SlottedTelemetry {
  /** Start of the slot of the canary's first request; of the deployment while there is none. */
  originMs: number;
  intervalSeconds: number;
  /** From the origin on, without gaps, up to the watermark. */
  slots: Slot[];
  /** All that stable did before the canary's first request. */
  before: ArmSlot;
}

/** Intervals looked at to see how long the source's intervals really are. A fixed prefix, so that later data cannot change the past. */
const LENGTH_SAMPLE = 20;

/** Groups valid telemetry into slots. Segments are parts of the whole and are left out, or they would count twice. */
export function slotTelemetry(telemetry: DeploymentTelemetry, intervalMs: number): SlottedTelemetry {
  const whole = telemetry.intervals.filter((interval) => interval.segment === undefined);
  const slotMs = slotLength(whole, Math.max(intervalMs, telemetry.intervalMs));
  const originMs = Math.floor(judgedFromMs(telemetry, whole) / slotMs) * slotMs;
  const count = Math.max(0, Math.floor((telemetry.completeUntilMs - originMs) / slotMs));
  const slots = Array.from({ length: count }, (_, i): Slot => {
    const startMs = originMs + i * slotMs;
    return { startMs, endMs: startMs + slotMs, canary: emptyArm(), stable: emptyArm() };
  });
  const before = emptyArm();
  const comparator = whole.some(({ cohort, requests }) => cohort === 'baseline' && requests > 0)
    ? 'baseline'
    : 'stable';
  for (const interval of sortedByPod(whole)) {
    if (interval.cohort === 'before' || (interval.cohort === 'stable' && interval.endMs <= originMs)) {
      addInterval(before, interval);
      continue;
    }
    // An interval belongs to the slot that holds its end, however long it is: counts are never prorated.
    const slot = slots[Math.ceil((interval.endMs - originMs) / slotMs) - 1];
    if (slot === undefined) continue;
    if (interval.cohort === 'canary') addInterval(slot.canary, interval);
    else if (interval.cohort === comparator) addInterval(slot.stable, interval);
  }
  return { originMs, intervalSeconds: slotMs / 1000, slots, before };
}

/**
 * A rollout may begin long before its canary serves: pods start, images are pulled. Judging, warm-up and soak begin with
 * the first request of the canary; what stable did until then belongs to "before".
 */
function judgedFromMs({ deployedAtMs }: DeploymentTelemetry, intervals: readonly TelemetryInterval[]): number {
  const startOf = (list: readonly TelemetryInterval[]): number =>
    list.reduce((first, { startMs }) => Math.min(first, startMs), Infinity);
  const after = intervals.filter(({ endMs }) => endMs > deployedAtMs);
  const firstRequest = startOf(after.filter(({ cohort, requests }) => cohort === 'canary' && requests > 0));
  const firstKnown = Number.isFinite(firstRequest) ? firstRequest : startOf(after);
  return Number.isFinite(firstKnown) ? Math.max(deployedAtMs, firstKnown) : deployedAtMs;
}

/** A source that reports every 60 s cannot be judged in slots of 10 s: most would hold one arm only. */
function slotLength(intervals: readonly TelemetryInterval[], nominalMs: number): number {
  const lengths = intervals.slice(0, LENGTH_SAMPLE).map(({ startMs, endMs }) => endMs - startMs);
  lengths.sort((a, b) => a - b);
  const median = lengths[Math.floor(lengths.length / 2)] ?? nominalMs;
  return Math.max(1, Math.ceil(median / nominalMs - 1e-9)) * nominalMs;
}

/** Sums are taken in the order of pod names, so that a decision does not depend on who reported first, to the last bit. */
function sortedByPod(intervals: readonly TelemetryInterval[]): TelemetryInterval[] {
  const name = (interval: TelemetryInterval): string => interval.pod ?? '';
  return [...intervals].sort((a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : a.endMs - b.endMs));
}

function emptyArm(): ArmSlot {
  return { requests: 0, errors: 0, latency: null, bucketsDiffer: false, pods: new Map() };
}

function addInterval(arm: ArmSlot, interval: TelemetryInterval): void {
  arm.requests += interval.requests;
  arm.errors += interval.errors;
  if (interval.pod !== undefined) addToPod(arm.pods, interval.pod, interval);
  if (!interval.latency || arm.bucketsDiffer) return;
  arm.latency = arm.latency ? mergeHistograms(arm.latency, interval.latency) : interval.latency;
  arm.bucketsDiffer = arm.latency === null;
}

function addToPod(pods: Map<string, PodSlot>, name: string, { errors, latency }: TelemetryInterval): void {
  const pod = pods.get(name);
  if (pod === undefined) {
    pods.set(name, { errors, latency: latency ?? null });
    return;
  }
  pod.errors += errors;
  if (latency) pod.latency = pod.latency ? mergeHistograms(pod.latency, latency) : latency;
}
