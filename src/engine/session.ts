/** Walks through the slots of a deployment in time order and keeps what every criterion has found. */
import type { EvidencePoint } from '../ports/decision.ts';
import { logSumExp } from '../statistics/log-space.ts';
import { ExternalWatch } from './attribution.ts';
import type { CriterionJudge, CriterionReading } from './criteria/criterion-judge.ts';
import { ErrorRateJudge } from './criteria/error-rate.ts';
import { LatencyJudge } from './criteria/latency.ts';
import { type Criterion, criterionBound, criterionWeight, type EvidencePolicy } from './policy.ts';
import type { Slot, SlottedTelemetry } from './slots.ts';

/** A criterion with its judge and the best evidence so far. */
export interface JudgedCriterion {
  criterion: Criterion;
  /** `logE` at which this criterion alone rolls back. */
  bound: number;
  peakLogE: number;
  reading(): CriterionReading;
}

/** The first moment at which the evidence sufficed. It is remembered: a hold defers a rollback and never erases it. */
export interface Crossing {
  atMs: number;
  /** The criterion whose own evidence sufficed, if one did. */
  guilty: string | null;
}

/** Evidence of all criteria of one deployment. */
export class EvidenceSession {
  /** `logE` of all criteria together at which the deployment rolls back. */
  readonly bound: number;
  readonly watch: ExternalWatch;
  readonly #criteria: (JudgedCriterion & { judge: CriterionJudge; logWeight: number })[];
  #crossing: Crossing | null = null;
  #logE = 0;

  constructor(policy: EvidencePolicy, telemetry: SlottedTelemetry) {
    const { originMs, intervalSeconds, before } = telemetry;
    const judgeTiming = { originMs, intervalSeconds, warmUpSeconds: policy.warmUpSeconds };
    this.bound = -Math.log(policy.falseRollbackRate);
    this.watch = new ExternalWatch(before, intervalSeconds);
    this.#criteria = policy.criteria.map((criterion, i) => {
      const judge =
        criterion.kind === 'error-rate'
          ? new ErrorRateJudge(criterion, judgeTiming)
          : new LatencyJudge(criterion, judgeTiming, before.latency);
      const logWeight = Math.log(criterionWeight(policy, i));
      const bound = criterionBound(policy, i);
      return {
        criterion,
        judge,
        logWeight,
        bound,
        peakLogE: 0,
        reading: () => judge.reading(),
      };
    });
  }

  /** The criteria in the order of the policy. */
  get criteria(): readonly JudgedCriterion[] {
    return this.#criteria;
  }

  get crossing(): Crossing | null {
    return this.#crossing;
  }

  /** Log of the weighted average of the criteria's e-values: valid however much the criteria depend on each other. */
  get logE(): number {
    return this.#logE;
  }

  /** Takes in the next slot. */
  observe(slot: Slot): void {
    for (const judged of this.#criteria) {
      judged.judge.observe(slot);
      judged.peakLogE = Math.max(judged.peakLogE, judged.judge.logE);
    }
    this.watch.observe(slot);
    this.#logE = logSumExp(this.#criteria.map(({ logWeight, judge }) => logWeight + judge.logE));
    if (this.#crossing === null && this.#logE >= this.bound) {
      const own = this.#criteria.filter(({ judge, bound }) => judge.logE >= bound);
      own.sort((a, b) => b.judge.logE - b.bound - (a.judge.logE - a.bound));
      this.#crossing = { atMs: slot.endMs, guilty: own[0]?.criterion.name ?? null };
    }
  }

  /** The evidence at this moment, for plots. */
  point(atMs: number): EvidencePoint {
    return {
      atMs,
      logE: this.#logE,
      bound: this.bound,
      external: this.watch.external,
      criteria: this.#criteria.map(({ criterion, judge }) => {
        const { ratio } = judge.reading();
        return { name: criterion.name, logE: judge.logE, effect: ratio && { kind: 'ratio', ...ratio } };
      }),
    };
  }
}
