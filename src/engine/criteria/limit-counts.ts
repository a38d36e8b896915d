/** What fixed limits count: failed requests, unanswered requests, restarts of containers. */
import { commonEdgeFrom, countAbove, countFrom } from '../../statistics/exceedance.ts';
import { histogramTotal, type LatencyHistogram } from '../../statistics/histogram.ts';
import type { RateModel } from '../../statistics/limit-alternatives.ts';
import type { PodCounts } from '../../statistics/pod-counts.ts';
import type { HardStop } from '../hard-stops.ts';
import type { Criterion } from '../policy-shape.ts';
import type { ArmSlot, PodSlot } from '../slots.ts';

/** One countable part of an arm's telemetry. */
export interface CountedPart {
  model: RateModel;
  /** Exposure that a limit is given per: one request, or one pod-hour. */
  unit: number;
  /**
   * Restarts come one at a time and in rounds: what a round may add is more than an error burst may, and the first ones
   * are no cold start.
   */
  comesInRounds: boolean;
  /** False where the source does not report it at all. */
  reported(arm: ArmSlot): boolean;
  /** Requests, or pod-milliseconds. */
  exposure(arm: ArmSlot, slotMs: number): number;
  bad(arm: ArmSlot): number;
  pods(arm: ArmSlot, slotMs: number): PodCounts[];
  /**
   * The same, counted so that the arms can be compared; `null` where they cannot be. Left out where they always can.
   */
  comparable?(canary: ArmSlot, stable: ArmSlot): CountedPart | null;
}

/** A fixed limit. */
export interface Limit {
  name: string;
  /** Share of requests, or restarts per pod-hour. */
  value: number;
  counted: CountedPart;
}

const MS_PER_HOUR = 3_600_000;

function requestPart(reported: CountedPart['reported'], bad: CountedPart['bad'], ofPod: (pod: PodSlot) => number) {
  return {
    model: 'binomial',
    unit: 1,
    comesInRounds: false,
    reported,
    exposure: ({ requests }: ArmSlot) => requests,
    bad,
    pods: ({ pods }: ArmSlot) =>
      pods
        .filter(({ requests }) => requests > 0)
        .map((pod) => ({ pod: pod.pod, requests: pod.requests, bad: ofPod(pod) })),
  } as const;
}

/** Failed requests out of all requests. */
const FAILED: CountedPart = requestPart(
  () => true,
  ({ errors }) => errors,
  ({ errors }) => errors,
);

/** Requests without an answer out of all requests. */
const UNANSWERED: CountedPart = requestPart(
  ({ unanswered }) => unanswered !== null,
  ({ unanswered }) => unanswered ?? 0,
  ({ unanswered }) => unanswered,
);

/** Restarts of containers. Time is counted in pod-milliseconds, so that a restart stays a rare event in it. */
const RESTARTS: CountedPart = {
  model: 'poisson',
  unit: MS_PER_HOUR,
  comesInRounds: true,
  reported: ({ restarts }) => restarts !== null,
  exposure: ({ pods }, slotMs) => pods.filter(counted).length * slotMs,
  bad: ({ restarts }) => restarts ?? 0,
  pods: ({ pods }, slotMs) =>
    pods.filter(counted).map(({ pod, restarts }) => ({ pod, requests: slotMs, bad: restarts ?? 0 })),
};

function counted({ restarts }: PodSlot): boolean {
  return restarts !== null;
}

/** Answered requests that took longer than the bucket edge at or above a time, out of all answered requests. */
function slowerThan(maxMs: number): CountedPart {
  return {
    ...slowPart((latency) => countFrom(latency, maxMs)),
    // Buckets may differ, between versions and with the scale of an exponential histogram: then so do the edges above a time.
    comparable(canary, stable) {
      if (canary.latency === null || stable.latency === null) return this;
      const edgeMs = commonEdgeFrom(canary.latency, stable.latency, maxMs);
      return edgeMs === null ? null : slowPart((latency) => countAbove(latency, edgeMs) ?? 0);
    },
  };
}

function slowPart(slowIn: (latency: LatencyHistogram) => number): CountedPart {
  const slow = (latency: LatencyHistogram | null): number => (latency === null ? 0 : slowIn(latency));
  const total = (latency: LatencyHistogram | null): number => (latency === null ? 0 : histogramTotal(latency));
  return {
    model: 'binomial',
    unit: 1,
    comesInRounds: false,
    reported: ({ latency }) => latency !== null,
    exposure: ({ latency }) => total(latency),
    bad: ({ latency }) => slow(latency),
    pods: ({ pods }) =>
      pods
        .filter(({ latency }) => total(latency) > 0)
        .map(({ pod, latency }) => ({ pod, requests: total(latency), bad: slow(latency) })),
  };
}

/** What a limit counts, for words. */
export type LimitKind = 'error-rate' | 'latency' | 'unanswered' | 'restarts';

/** The limit that a criterion sets on the canary alone, if it does. */
export function limitOfCriterion(criterion: Criterion): { kind: LimitKind; limit: Limit } | null {
  const name = `${criterion.name} limit`;
  if (criterion.kind === 'error-rate') {
    return criterion.max === null
      ? null
      : { kind: 'error-rate', limit: { name, value: criterion.max, counted: FAILED } };
  }
  if (criterion.kind !== 'latency') return null;
  // "The quantile is at most maxMs" says that at most this share of the requests takes longer.
  return criterion.maxMs === null
    ? null
    : { kind: 'latency', limit: { name, value: 1 - criterion.quantile, counted: slowerThan(criterion.maxMs) } };
}

/** The limit that a hard stop sets. */
export function limitOfHardStop(stop: HardStop): { kind: LimitKind; limit: Limit } {
  const { name } = stop;
  switch (stop.kind) {
    case 'panic-error-rate':
      return { kind: 'error-rate', limit: { name, value: stop.max, counted: FAILED } };
    case 'slo-burn-rate': {
      const value = stop.maxBurnRate * (1 - stop.objective);
      return { kind: 'error-rate', limit: { name, value, counted: FAILED } };
    }
    case 'unanswered-share':
      return { kind: 'unanswered', limit: { name, value: stop.max, counted: UNANSWERED } };
    case 'crash-loop':
      return { kind: 'restarts', limit: { name, value: stop.maxRestartsPerPodHour, counted: RESTARTS } };
  }
}
