/** What every criterion does: take in slots of telemetry, give evidence. */
import type { JudgedCounts } from '../../ports/decision.ts';
import type { Catastrophe } from '../../statistics/burst-clip.ts';
import type { EvidenceCurveOptions } from '../../statistics/evidence-curve.ts';
import type { RatioInterval } from '../../statistics/ratio-interval.ts';
import type { ArmSlot, PodSlot, Slot } from '../slots.ts';

/** What a criterion has found so far. */
export interface CriterionReading {
  logE: number;
  /** `null` where non-inferiority cannot be proven on the data so far. */
  logNonInferiority: number | null;
  ratio: RatioInterval | null;
  canary: JudgedCounts;
  stable: JudgedCounts;
  dispersion: number;
  clippedIntervals: number;
  /** What exactly was counted, if the name does not say it. */
  detail?: string;
}

/** Judges one criterion, slot by slot in time order. */
export interface CriterionJudge {
  readonly logE: number;
  observe(slot: Slot): void;
  reading(): CriterionReading;
}

/** Times that all criteria of a deployment share. */
export interface JudgeTiming {
  originMs: number;
  intervalSeconds: number;
  warmUpSeconds: number;
}

/** Evidence that 10 s may add at most when the service's own bursts are not known. */
const CLIP_NATS = 2.5;

/** Settings that differ between kinds of metric. */
export interface MetricNoise {
  /** Prior of the squared CV of the rate noise per 10 s. */
  dispersionPrior: number;
  /** Standard deviation of the log ratio between healthy groups of pods. */
  naturalSpread: number;
  /** What is so bad that it is not capped. */
  catastrophe: Catastrophe;
}

/** The part of the evidence settings that every criterion has in common. */
export function evidenceOptions(
  { intervalSeconds, warmUpSeconds }: JudgeTiming,
  { dispersionPrior, naturalSpread, catastrophe }: MetricNoise,
): Omit<EvidenceCurveOptions, 'toleratedRatio' | 'absoluteTolerance' | 'promoteWithin' | 'promoteWithinAbsolute'> {
  return {
    intervalSeconds,
    warmUpSeconds,
    naturalSpread,
    catastrophe,
    dispersion: { kind: 'arms', prior: dispersionPrior, priorWeight: 6, windowsSeconds: [10, 30, 90, 270] },
    clipNats: CLIP_NATS,
    symmetricClip: true,
  };
}

/** Start and end of a slot in seconds since the judge began. */
export function timing(slot: Slot, { originMs }: JudgeTiming): { startSeconds: number; endSeconds: number } {
  return { startSeconds: (slot.startMs - originMs) / 1000, endSeconds: (slot.endMs - originMs) / 1000 };
}

/** Bad requests of each pod, so that one bad pod can be told from a bad release. */
export function badByPod(arm: ArmSlot, count: (pod: PodSlot) => number): Map<string, number> {
  return new Map([...arm.pods].map(([name, pod]) => [name, count(pod)]));
}
