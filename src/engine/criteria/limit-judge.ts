/**
 * Fixed limits on the canary alone. A limit rolls back only if the canary is also worse than stable, or there is no stable:
 * when stable breaks it too, the cause lies elsewhere and rolling back would not help. Both must be shown, so the
 * evidence is the smaller of the two e-values, which is an e-value under either innocent explanation.
 */
import type { JudgedCounts } from '../../ports/decision.ts';
import { HARD_DOWN } from '../../statistics/burst-clip.ts';
import { EvidenceCurve, type EvidenceCurveOptions, type EvidenceCurveState } from '../../statistics/evidence-curve.ts';
import { LimitEvidence, type LimitEvidenceOptions, type LimitEvidenceState } from '../../statistics/limit-evidence.ts';
import type { ArmSlot, Slot } from '../slots.ts';
import { evidenceOptions, type JudgeSettings, type SlotTime } from './criterion-judge.ts';
import type { Limit } from './limit-counts.ts';

/** What a limit has shown so far. */
export interface LimitReading {
  /** Log e-value against "at most the limit, or no worse than stable". */
  logE: number;
  /** Log e-value against "at most the limit" alone. */
  logELimit: number;
  canary: JudgedCounts;
  stable: JudgedCounts;
}

/** Evidence that one round of restarts may add, in nats: the second or third round suffices. */
const ROUND_NATS = 8;

/** State of {@link LimitJudge}, plain JSON; `null` while nobody has reported what it counts. */
export interface LimitJudgeState {
  limit: LimitEvidenceState;
  relative: EvidenceCurveState;
}

/** Turns slots of telemetry into evidence that the canary breaks a fixed limit. */
export class LimitJudge {
  readonly limit: Limit;
  readonly #limitOptions: LimitEvidenceOptions;
  readonly #relativeOptions: EvidenceCurveOptions;
  /** Made when the counts are first reported: restarts and unanswered requests are not known everywhere. */
  #limitEvidence: LimitEvidence | null = null;
  #relative: EvidenceCurve | null = null;

  constructor(limit: Limit, settings: JudgeSettings, state?: LimitJudgeState | null) {
    this.limit = limit;
    const evidence = evidenceOptions(settings, {
      dispersionPrior: 0.1,
      spreadFactor: 1,
      catastrophe: HARD_DOWN,
      // Restarts are too few to learn from: without any, the widest spread between pods would explain a crash loop.
      learnFromPods: !limit.counted.comesInRounds,
      common: false,
    });
    const { model, unit, comesInRounds } = limit.counted;
    const pace = comesInRounds ? { clipNats: ROUND_NATS, warmUpSeconds: 0 } : {};
    // "Worse than stable" without any tolerance: the limit itself says how much is too much.
    this.#relativeOptions = {
      ...evidence,
      ...pace,
      toleratedRatio: 1,
      absoluteTolerance: 0,
      promoteWithin: 1.5,
      promoteWithinAbsolute: 0,
    };
    this.#limitOptions = {
      model,
      limit: limit.value / unit,
      intervalSeconds: settings.intervalSeconds,
      clipNats: evidence.clipNats,
      warmUpSeconds: settings.warmUpSeconds,
      ...pace,
    };
    if (!state) return;
    this.#limitEvidence = LimitEvidence.restore(this.#limitOptions, state.limit);
    this.#relative = new EvidenceCurve(this.#relativeOptions, state.relative);
  }

  /** Log e-value of the limit; 0 while nobody has reported what it counts. */
  get logE(): number {
    if (this.#limitEvidence === null || this.#relative === null) return 0;
    const { logE } = this.#limitEvidence;
    return this.#relative.totals.stableRequests > 0 ? Math.min(logE, this.#relative.logE) : logE;
  }

  learnBefore(slot: Slot): void {
    const { counted } = this.limit;
    if (!counted.reported(slot.stable)) return;
    this.#start().relative.learnBefore(
      counted.pods(slot.stable, slot.endMs - slot.startMs),
      this.#exposure(slot.stable, slot),
      counted.bad(slot.stable),
    );
  }

  observe(slot: Slot, time: SlotTime): void {
    const { counted } = this.limit;
    const { canary, stable } = slot;
    if (this.#relative === null && !counted.reported(canary) && !counted.reported(stable)) return;
    const { limit, relative } = this.#start();
    const slotMs = slot.endMs - slot.startMs;
    const comparable = counted.comparable === undefined ? counted : counted.comparable(canary, stable);
    const part = comparable ?? counted;
    const exposure = part.exposure(canary, slotMs);
    const bad = part.bad(canary);
    limit.observe({ ...time, exposure, bad, squaredCv: relative.assessment.squaredCv });
    relative.observe({
      ...time,
      // What cannot be compared is not worse.
      canaryRequests: comparable === null ? 0 : exposure,
      canaryBad: comparable === null ? 0 : bad,
      stableRequests: part.exposure(stable, slotMs),
      stableBad: part.bad(stable),
      canaryPods: comparable === null ? [] : part.pods(canary, slotMs),
      stablePods: part.pods(stable, slotMs),
    });
  }

  /** What was found; `null` while nobody has reported what it counts. */
  reading(): LimitReading | null {
    if (this.#limitEvidence === null || this.#relative === null) return null;
    const { totals } = this.#relative;
    const { unit } = this.limit.counted;
    return {
      logE: this.logE,
      logELimit: this.#limitEvidence.logE,
      canary: { requests: totals.canaryRequests / unit, bad: totals.canaryBad },
      stable: { requests: totals.stableRequests / unit, bad: totals.stableBad },
    };
  }

  state(): LimitJudgeState | null {
    if (this.#limitEvidence === null || this.#relative === null) return null;
    return { limit: this.#limitEvidence.state(), relative: this.#relative.state() };
  }

  #start(): { limit: LimitEvidence; relative: EvidenceCurve } {
    this.#limitEvidence ??= new LimitEvidence(this.#limitOptions);
    this.#relative ??= new EvidenceCurve(this.#relativeOptions);
    return { limit: this.#limitEvidence, relative: this.#relative };
  }

  #exposure(arm: ArmSlot, slot: Slot): number {
    return this.limit.counted.exposure(arm, slot.endMs - slot.startMs);
  }
}
