/** Everything that one deployment is judged by: criteria and fixed limits; and the first moment at which it suffices. */
import type { EvidencePoint } from '../ports/decision.ts';
import type { EvidenceCurveState } from '../statistics/evidence-curve.ts';
import { logSumExp } from '../statistics/log-space.ts';
import type { BusinessMetricCriterion } from './criteria/business-metric.ts';
import type { CountPlan } from './criteria/count-plan.ts';
import type { CriterionJudge, CriterionReading, JudgeSettings, SlotTime } from './criteria/criterion-judge.ts';
import { ErrorRateJudge } from './criteria/error-rate-judge.ts';
import { LatencyJudge, type LatencyJudgeState } from './criteria/latency-judge.ts';
import { type Limit, type LimitKind, limitOfCriterion, limitOfHardStop } from './criteria/limit-counts.ts';
import { LimitJudge, type LimitJudgeState, type LimitReading } from './criteria/limit-judge.ts';
import { toleratedRatio } from './criteria/margins.ts';
import type { MeasureJudgeState } from './criteria/measure-judge.ts';
import { MeasuredJudge, type MeasureQuestion } from './criteria/measured-judge.ts';
import type { SaturationCriterion } from './criteria/saturation.ts';
import { type Criterion, criterionWeight, type EvidencePolicy, LIMIT_SHARE } from './policy.ts';
import { rateOf } from './rate-of.ts';
import type { Slot } from './slots.ts';

/** A criterion with its judge and the best evidence so far. */
export interface JudgedCriterion {
  readonly criterion: Criterion;
  /** `logE` at which this criterion alone rolls back. */
  readonly bound: number;
  readonly logE: number;
  readonly peakLogE: number;
  readonly logNonInferiority: number | null;
  reading(): CriterionReading;
  /** How it would see a fault; `null` where that cannot be planned. */
  plan(): CountPlan | null;
}

/** A fixed limit with its judge. */
export interface JudgedLimit {
  readonly name: string;
  /** Share of requests, or restarts per pod-hour. */
  readonly value: number;
  readonly kind: LimitKind;
  /** It belongs to an informational criterion. */
  readonly informational: boolean;
  readonly bound: number;
  readonly peakLogE: number;
  reading(): LimitReading | null;
}

/** The first moment at which the evidence sufficed. It is remembered: a hold defers a rollback and never erases it. */
export interface Crossing {
  atMs: number;
  /** The criterion or limit whose own evidence sufficed, if one did. */
  guilty: string | null;
  trigger: 'evidence' | 'hard-stop';
}

/** State of {@link Judgement}, plain JSON. */
export interface JudgementState {
  criteria: { judge: unknown; peakLogE: number }[];
  limits: { judge: LimitJudgeState | null; peakLogE: number }[];
  canaryRequests: number;
  crossing: Crossing | null;
  logE: number;
}

/** Ratio to stable up to which a canary above a limit counts as no worse, if stable is above it too. */
const NO_WORSE = 1.25;

/** Share of the summed evidence from which on one part is called guilty. */
const MOST_OF_THE_SUM = 0.9;

interface Part {
  name: string;
  logWeight: number;
  bound: number;
}
interface CriterionPart extends Part {
  criterion: Criterion;
  judge: CriterionJudge;
  peakLogE: number;
}
interface LimitPart extends Part {
  kind: LimitKind;
  judge: LimitJudge;
  peakLogE: number;
}

/** Walks through the slots of a deployment in time order and keeps what everything has found. */
export class Judgement {
  /** `logE` of everything together at which the deployment rolls back. */
  readonly bound: number;
  readonly #settings: JudgeSettings;
  readonly #minimumSampleSize: number;
  readonly #criteria: CriterionPart[];
  readonly #limits: LimitPart[];
  #canaryRequests: number;
  #crossing: Crossing | null;
  #logE: number;

  constructor(policy: EvidencePolicy, intervalSeconds: number, state?: JudgementState) {
    const { warmUpSeconds, assumedPodSpread, minimumSampleSize } = policy;
    this.#settings = { intervalSeconds, warmUpSeconds, assumedPodSpread };
    this.#minimumSampleSize = minimumSampleSize;
    this.bound = -Math.log(policy.falseRollbackRate);
    this.#criteria = policy.criteria.map((criterion, i) => ({
      criterion,
      ...this.#part(criterion.name, criterionWeight(policy, i)),
      judge: judgeOf(criterion, this.#settings, state?.criteria[i]?.judge),
      peakLogE: state?.criteria[i]?.peakLogE ?? 0,
    }));
    this.#limits = limitsOf(policy).map(({ limit, kind, weight }, i) => ({
      kind,
      ...this.#part(limit.name, weight),
      judge: new LimitJudge(limit, this.#settings, state?.limits[i]?.judge),
      peakLogE: state?.limits[i]?.peakLogE ?? 0,
    }));
    this.#canaryRequests = state?.canaryRequests ?? 0;
    this.#crossing = state?.crossing ? { ...state.crossing } : null;
    this.#logE = state?.logE ?? 0;
  }

  /** The criteria in the order of the policy. */
  get criteria(): readonly JudgedCriterion[] {
    return this.#criteria.map(({ criterion, bound, judge, peakLogE }) => ({
      criterion,
      bound,
      logE: judge.logE,
      peakLogE,
      logNonInferiority: judge.logNonInferiority,
      reading: () => judge.reading(),
      plan: () => judge.plan?.() ?? null,
    }));
  }

  /** The fixed limits: those of criteria, then the hard stops. */
  get limits(): readonly JudgedLimit[] {
    return this.#limits.map(({ name, kind, bound, logWeight, peakLogE, judge }) => ({
      name,
      kind,
      informational: logWeight === -Infinity,
      bound,
      peakLogE,
      value: judge.limit.value,
      reading: () => judge.reading(),
    }));
  }

  get crossing(): Crossing | null {
    return this.#crossing;
  }

  /** Log of the weighted average of all e-values: valid however much they depend on each other. */
  get logE(): number {
    return this.#logE;
  }

  /** Requests of the canary so far. */
  get canaryRequests(): number {
    return this.#canaryRequests;
  }

  /** Takes in a slot from before the canary's first request. */
  learnBefore(slot: Slot): void {
    for (const { judge } of this.#criteria) judge.learnBefore(slot);
    for (const { judge } of this.#limits) judge.learnBefore(slot);
  }

  /** Takes in the next slot that is judged. */
  observe(slot: Slot, time: SlotTime): void {
    this.#canaryRequests += slot.canary.requests;
    for (const part of this.#criteria) {
      part.judge.observe(slot, time);
      part.peakLogE = Math.max(part.peakLogE, part.judge.logE);
    }
    for (const part of this.#limits) {
      part.judge.observe(slot, time);
      part.peakLogE = Math.max(part.peakLogE, this.#limitLogE(part));
    }
    const found: { part: Part; logE: number; trigger: Crossing['trigger'] }[] = [
      ...this.#criteria.map((part) => ({ part, logE: part.judge.logE, trigger: 'evidence' as const })),
      ...this.#limits.map((part) => ({ part, logE: this.#limitLogE(part), trigger: 'hard-stop' as const })),
    ];
    this.#logE = logSumExp(found.map(({ part, logE }) => part.logWeight + logE));
    if (this.#crossing !== null || !(this.#logE >= this.bound)) return;
    const [first] = found.sort((a, b) => b.part.logWeight + b.logE - (a.part.logWeight + a.logE));
    // What is not guilty has an evidence of about its weight; who gives most of the sum alone has done it.
    const alone = first!.part.logWeight + first!.logE - this.#logE > Math.log(MOST_OF_THE_SUM);
    this.#crossing = { atMs: slot.endMs, guilty: alone ? first!.part.name : null, trigger: first!.trigger };
  }

  /** Limits that the canary breaks without being shown to be worse than stable, and whether stable breaks them too. */
  get brokenLimits(): readonly { name: string; byStable: boolean }[] {
    return this.#limits.flatMap(({ name, bound, logWeight, judge }) => {
      const reading = judge.reading();
      if (reading === null || logWeight === -Infinity || reading.logELimit < bound || reading.logE >= bound) return [];
      const [canary, stable] = [rateOf(reading.canary), rateOf(reading.stable)];
      return [{ name, byStable: stable > judge.limit.value && canary <= NO_WORSE * stable }];
    });
  }

  /** The evidence at this moment, for plots. */
  point(atMs: number): Omit<EvidencePoint, 'external'> {
    return {
      atMs,
      logE: this.#logE,
      bound: this.bound,
      criteria: this.#criteria.map(({ name, judge }) => {
        const { ratio } = judge.reading();
        return { name, logE: judge.logE, effect: ratio && { kind: 'ratio', ...ratio } };
      }),
    };
  }

  state(): JudgementState {
    return {
      criteria: this.#criteria.map(({ judge, peakLogE }) => ({ judge: judge.state(), peakLogE })),
      limits: this.#limits.map(({ judge, peakLogE }) => ({ judge: judge.state(), peakLogE })),
      canaryRequests: this.#canaryRequests,
      crossing: this.#crossing && { ...this.#crossing },
      logE: this.#logE,
    };
  }

  /** A fixed limit may act only once there are enough requests; until then it can only speak for the canary. */
  #limitLogE({ judge }: LimitPart): number {
    return this.#canaryRequests >= this.#minimumSampleSize ? judge.logE : Math.min(judge.logE, 0);
  }

  #part(name: string, weight: number): Part {
    // An informational criterion never rolls back; its bound is that of a policy with nothing else in it.
    return { name, logWeight: Math.log(weight), bound: this.bound - Math.log(weight || 1) };
  }
}

function judgeOf(criterion: Criterion, settings: JudgeSettings, state: unknown): CriterionJudge {
  switch (criterion.kind) {
    case 'error-rate':
      return new ErrorRateJudge(criterion, settings, state as EvidenceCurveState[] | undefined);
    case 'latency':
      return new LatencyJudge(criterion, settings, state as LatencyJudgeState | undefined);
    default:
      return new MeasuredJudge(questionOf(criterion), settings, state as MeasureJudgeState | undefined);
  }
}

function questionOf(criterion: BusinessMetricCriterion | SaturationCriterion): MeasureQuestion {
  const { measure, promoteWithin } = criterion;
  return criterion.kind === 'business-metric'
    ? {
        ...{ measure, promoteWithin, better: criterion.better, compare: 'level' },
        toleratedRatio: toleratedRatio(criterion.maxRelativeChange, criterion.better),
      }
    : {
        ...{ measure, promoteWithin, better: 'lower', compare: criterion.compare, optional: true },
        toleratedRatio: 1 + criterion.maxRelativeIncrease,
      };
}

function limitsOf(policy: EvidencePolicy): { kind: LimitKind; weight: number; limit: Limit }[] {
  return [
    ...policy.criteria.flatMap((criterion) => {
      const limit = limitOfCriterion(criterion);
      return limit === null ? [] : [{ ...limit, weight: criterion.weight * LIMIT_SHARE }];
    }),
    ...policy.hardStops.map((stop) => ({ ...limitOfHardStop(stop), weight: stop.weight })),
  ];
}
