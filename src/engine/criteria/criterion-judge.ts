/** What every criterion does: take in slots of telemetry, give evidence. */
import type { JudgedCounts, LatencyQuantile } from '../../ports/decision.ts';
import type { Catastrophe } from '../../statistics/burst-clip.ts';
import type { EvidenceCurve, EvidenceCurveOptions } from '../../statistics/evidence-curve.ts';
import {
  ARM_WINDOWS_SECONDS,
  CLIP_NATS,
  POD_WINDOWS_SECONDS,
  PRIOR_WEIGHT,
  START_WEIGHT,
} from '../../statistics/judge-habits.ts';
import type { PodCounts } from '../../statistics/pod-counts.ts';
import type { RatioInterval } from '../../statistics/ratio-interval.ts';
import type { ArmSlot, Arms, PodSlot, Slot } from '../slots.ts';
import type { CountPlan } from './count-plan.ts';

/** What a criterion has found so far. */
export interface CriterionReading {
  logE: number;
  /** `null` where non-inferiority cannot be proven on the data so far. */
  logNonInferiority: number | null;
  ratio: RatioInterval | null;
  /** Whether the interval rules out what is beyond the promotion margin; `null` while there is no interval. */
  withinMargin: boolean | null;
  /** The last minutes lie beyond the promotion margin, whatever the interval of all says. */
  recentlyBeyond?: boolean;
  canary: JudgedCounts;
  stable: JudgedCounts;
  dispersion: number;
  clippedIntervals: number;
  /** Of latency: the quantile that people ask for. */
  latency?: LatencyQuantile;
  /** What exactly was counted, if the name does not say it. */
  detail?: string;
  /** Why canary and stable cannot be compared at the moment, if the data themselves are the reason. */
  obstacle?: { code: string; message: string };
  noise: NoiseReading | null;
}

/** What is known before anything is compared. */
export const NOTHING_JUDGED: CriterionReading = {
  logE: 0,
  logNonInferiority: null,
  ratio: null,
  withinMargin: null,
  canary: { requests: 0, bad: 0 },
  stable: { requests: 0, bad: 0 },
  dispersion: 0,
  clippedIntervals: 0,
  noise: null,
};

/** What is known of the service's own noise. */
export interface NoiseReading {
  /** Learned from the stable pods, or assumed where traffic is not told apart by pod. */
  source: 'pods' | 'assumed';
  /** Cap on the evidence of 10 s, in nats. */
  clipNats: number;
  /** Longest run of excess that a stable pod has shown, in seconds. */
  longestBurstSeconds: number | null;
  /** Standard deviation of the lasting log ratio between healthy arms. */
  spread: number;
}

/** When a slot lies, in seconds since the judge began. */
export interface SlotTime {
  startSeconds: number;
  endSeconds: number;
}

/** Judges one criterion, slot by slot in time order. */
export interface CriterionJudge {
  /** Log of the e-value against "no worse than tolerated". */
  readonly logE: number;
  /** Log evidence for "not worse than the promotion margin"; `null` where it cannot be proven on the data so far. */
  readonly logNonInferiority: number | null;
  /** Takes in a slot from before the canary's first request: it shows what is natural. */
  learnBefore(slot: Slot): void;
  observe(slot: Slot, time: SlotTime): void;
  reading(): CriterionReading;
  /** How it would see a fault; absent where that cannot be planned, `null` while nothing is known. */
  plan?(): CountPlan | null;
  /** Plain JSON, to go on from. */
  state(): unknown;
}

/** Settings that all criteria of a deployment share. */
export interface JudgeSettings {
  intervalSeconds: number;
  warmUpSeconds: number;
  /** Standard deviation of the lasting log levels of pods, where they are not told apart. */
  assumedPodSpread: number;
}

/**
 * Evidence for promoting that 10 s may add at most. A soak of minutes has room for far more than is needed, so this is
 * lower than what a rollback may gain in 10 s: at 2.5, three bad blocks of stable promoted 5 to 48 % of canaries at 1.6x.
 */
const PROMOTION_CLIP_NATS = 1.5;

/**
 * Seconds between later start times. At high traffic each healthy block speaks loudly against every fault, so a fault between
 * two start times waits for the next: every 120 s, 5x at 5,000 requests/s took up to 140 s to be found instead of 50.
 */
const WINDOW_SECONDS = 30;

/** Settings that differ between kinds of metric. */
export interface MetricNoise {
  /** Prior of the squared CV of the rate noise per 10 s. */
  dispersionPrior: number;
  /** Standard deviation of the log ratio between healthy groups of pods, as a multiple of the assumed spread. */
  spreadFactor: number;
  /** What is so bad that it is not capped. */
  catastrophe: Catastrophe;
  /** Noise, bursts and lasting differences are learned from the stable pods, where traffic is told apart by pod. */
  learnFromPods: boolean;
  /** Bad requests are not rare. */
  common: boolean;
}

/** The part of the evidence settings that every criterion has in common. */
export function evidenceOptions(
  { intervalSeconds, warmUpSeconds, assumedPodSpread }: JudgeSettings,
  { dispersionPrior: prior, spreadFactor, catastrophe, learnFromPods, common }: MetricNoise,
): Omit<EvidenceCurveOptions, 'toleratedRatio' | 'absoluteTolerance' | 'promoteWithin' | 'promoteWithinAbsolute'> {
  const [windowsSeconds, armWindowsSeconds] = [POD_WINDOWS_SECONDS, ARM_WINDOWS_SECONDS];
  return {
    intervalSeconds,
    warmUpSeconds,
    naturalSpread: assumedPodSpread * spreadFactor,
    catastrophe,
    dispersion: learnFromPods
      ? { kind: 'pods', prior, priorWeight: PRIOR_WEIGHT, windowsSeconds, armWindowsSeconds, common }
      : { kind: 'arms', prior, priorWeight: PRIOR_WEIGHT, windowsSeconds: armWindowsSeconds, common },
    clipNats: CLIP_NATS,
    promotionClipNats: PROMOTION_CLIP_NATS,
    startWeight: START_WEIGHT,
    windowSeconds: WINDOW_SECONDS,
    symmetricClip: true,
  };
}

/** Counts what is bad in one arm or pod. */
export interface BadCount {
  arm(arm: ArmSlot): number;
  pod(pod: PodSlot): number;
}

/** Failed and unanswered requests. */
export const ERRORS: BadCount = { arm: ({ errors }) => errors, pod: ({ errors }) => errors };

/** Lets a curve learn from the stable pods of a slot before the deployment. */
export function learnBefore(curve: EvidenceCurve, { stable }: Arms, bad: BadCount): void {
  curve.learnBefore(podCounts(stable, bad), stable.requests, bad.arm(stable));
}

/** Shows both arms of a slot to a curve. */
export function observeArms(curve: EvidenceCurve, { canary, stable }: Arms, time: SlotTime, bad: BadCount): void {
  curve.observe({
    ...time,
    canaryRequests: canary.requests,
    canaryBad: bad.arm(canary),
    stableRequests: stable.requests,
    stableBad: bad.arm(stable),
    canaryPods: podCounts(canary, bad),
    stablePods: podCounts(stable, bad),
  });
}

/** What a curve has found, with the service's noise. */
export function readingOf(curve: EvidenceCurve): CriterionReading {
  const { totals, assessment, noise } = curve;
  return {
    logE: curve.logE,
    logNonInferiority: curve.logNonInferiority,
    ratio: curve.ratio,
    withinMargin: curve.isWithinMargin,
    recentlyBeyond: curve.isRecentlyBeyond,
    canary: { requests: totals.canaryRequests, bad: totals.canaryBad },
    stable: { requests: totals.stableRequests, bad: totals.stableBad },
    dispersion: assessment.squaredCv,
    clippedIntervals: curve.clippedBlocks,
    noise: {
      source: noise.fromPods ? 'pods' : 'assumed',
      clipNats: noise.clipNats,
      longestBurstSeconds: noise.longestBurstSeconds,
      spread: noise.spread,
    },
  };
}

/** Whether all intervals that there are lie within their margins; `null` where there is none. */
export function allWithinMargin(curves: readonly EvidenceCurve[]): boolean | null {
  const found = curves.map(({ isWithinMargin }) => isWithinMargin).filter((within) => within !== null);
  return found.length === 0 ? null : found.every((within) => within);
}

function podCounts({ pods }: ArmSlot, bad: BadCount): PodCounts[] {
  // A pod that serves nobody is no witness.
  return pods
    .filter(({ requests }) => requests > 0)
    .map((pod) => ({ pod: pod.pod, requests: pod.requests, bad: bad.pod(pod) }));
}
