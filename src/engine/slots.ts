/**
 * What both arms did in the same slice of time. The judge compares like with like only inside a slot.
 */
import type { TelemetryInterval } from '../ports/telemetry.ts';
import { type LatencyHistogram, mergeHistograms } from '../statistics/histogram.ts';
import { type ArmMeasure, addMeasures } from './measures.ts';

/** What one pod did in one slot. */
export interface PodSlot {
  pod: string;
  requests: number;
  errors: number;
  unanswered: number;
  /** Restarts of its container; `null` when nobody reported any number. */
  restarts: number | null;
  /** `null` when it reported none, or in buckets that differ within the slot. */
  latency: LatencyHistogram | null;
  bucketsDiffer: boolean;
}

/** What one arm did in one slot. */
export interface ArmSlot {
  requests: number;
  errors: number;
  /** `null` when nobody reported any number; the same for restarts. */
  unanswered: number | null;
  restarts: number | null;
  /** Of the answered requests; `null` when nobody reported any. */
  latency: LatencyHistogram | null;
  /** The pods' buckets have no bound in common, so their latency cannot be added up. */
  bucketsDiffer: boolean;
  /** What each pod did, sorted by name, as far as pods are named. */
  pods: PodSlot[];
  /** Business and saturation figures by name. */
  measures: Map<string, ArmMeasure>;
}

/** Both arms of the service, or of one of its segments. */
export interface Arms {
  canary: ArmSlot;
  /** The fresh `baseline` pods where there are any, else the stable ones. */
  stable: ArmSlot;
}

/** Both arms in one slice of time. */
export interface Slot extends Arms {
  startMs: number;
  endMs: number;
  /** Requests of everything but the canary, whoever it is compared with. */
  otherRequests: number;
  /** Everybody but the canary, where that is more than {@link Arms.stable}: with fresh `baseline` pods. */
  others?: ArmSlot;
  /** Arms of the segments that a policy names. */
  segments: ReadonlyMap<string, Arms>;
}

/** An arm that did nothing. */
export function emptyArm(): ArmSlot {
  return {
    requests: 0,
    errors: 0,
    unanswered: null,
    restarts: null,
    latency: null,
    bucketsDiffer: false,
    pods: [],
    measures: new Map(),
  };
}

/**
 * Sums up the intervals of one arm. Sums are taken in the order of pod names and times, so that a decision does not
 * depend on who reported first, to the last bit.
 */
export function armOf(intervals: readonly TelemetryInterval[]): ArmSlot {
  const arm = emptyArm();
  for (const interval of [...intervals].sort(byPodAndTime)) addInterval(arm, interval);
  return arm;
}

function byPodAndTime(a: TelemetryInterval, b: TelemetryInterval): number {
  const [podA, podB] = [a.pod ?? '', b.pod ?? ''];
  return podA < podB ? -1 : podA > podB ? 1 : a.endMs - b.endMs;
}

function addInterval(arm: ArmSlot, interval: TelemetryInterval): void {
  const { requests, errors, unanswered, restarts, latency, pod: name } = interval;
  arm.requests += requests;
  arm.errors += errors;
  if (unanswered !== undefined) arm.unanswered = (arm.unanswered ?? 0) + unanswered;
  if (restarts !== undefined) arm.restarts = (arm.restarts ?? 0) + restarts;
  addLatency(arm, latency);
  addMeasures(arm.measures, interval);
  if (name === undefined) return;
  let pod = arm.pods.at(-1);
  if (pod?.pod !== name) {
    pod = { pod: name, requests: 0, errors: 0, unanswered: 0, restarts: null, latency: null, bucketsDiffer: false };
    arm.pods.push(pod);
  }
  pod.requests += requests;
  pod.errors += errors;
  pod.unanswered += unanswered ?? 0;
  if (restarts !== undefined) pod.restarts = (pod.restarts ?? 0) + restarts;
  addLatency(pod, latency);
}

function addLatency(sum: Pick<ArmSlot, 'latency' | 'bucketsDiffer'>, latency: LatencyHistogram | undefined): void {
  if (!latency || sum.bucketsDiffer) return;
  sum.latency = sum.latency ? mergeHistograms(sum.latency, latency) : latency;
  sum.bucketsDiffer = sum.latency === null;
}
