/** The rules of a deployment, written down before it: plain data, validated, with a digest. */
import { OptionCheck } from '../options.ts';
import type { AuthorityOptions } from './authority-rules.ts';
import { limitOfCriterion } from './criteria/limit-counts.ts';
import { crashLoop, type HardStop, unansweredShare } from './hard-stops.ts';
import { completeOptions } from './json-schema.ts';
import { checkedPolicy } from './parse-policy.ts';
import { evidenceSchema } from './policy-schema.ts';
import type { Criterion, EvidencePolicy, OnMissing } from './policy-shape.ts';

export type { Criterion, EvidencePolicy, OnMissing, Policy } from './policy-shape.ts';

/** Options of {@link definePolicy}. */
export interface PolicyOptions {
  /** @defaultValue 0.01 */
  falseRollbackRate?: number;
  /** @defaultValue 10 */
  intervalSeconds?: number;
  /** @defaultValue 60 */
  warmUpSeconds?: number;
  /** @defaultValue 180 */
  soakSeconds?: number;
  /** @defaultValue 600 */
  historySeconds?: number;
  /** @defaultValue null */
  deadlineSeconds?: number | null;
  /** @defaultValue promote-if-bounded */
  onInconclusive?: 'hold' | 'promote-if-bounded';
  /** @defaultValue 0.16 */
  assumedPodSpread?: number;
  /** @defaultValue 0 */
  minimumSampleSize?: number;
  /** @defaultValue rollback */
  automation?: 'rollback' | 'escalate';
  /** Of an object, what is left out has its default. @defaultValue null */
  authority?: AuthorityOptions | null;
  /** @defaultValue hold, but `continue` on too few samples */
  onMissing?: Partial<OnMissing>;
  /** At least one that is not informational; names must differ. Their weights are relative. */
  criteria: readonly Criterion[];
  /** An empty list means none. @defaultValue `[unansweredShare(), crashLoop()]` */
  hardStops?: readonly HardStop[];
}

/**
 * Defines a policy that judges by evidence. The weights of criteria and hard stops are made to sum to 1.
 *
 * @throws RolloutGuardError `INVALID_POLICY` - unknown options, numbers out of their bounds, no criterion that decides, names
 * used twice, margins or times that contradict each other.
 */
export function definePolicy(options: PolicyOptions): EvidencePolicy {
  const check = new OptionCheck('INVALID_POLICY', 'definePolicy');
  const given = completeOptions(check, evidenceSchema, options);
  // Too early to trust them: what is missing is found by the check of the whole document.
  const criteria = given.criteria ?? [];
  const hardStops = given.hardStops ?? [unansweredShare(), crashLoop()];
  const weights = [...criteria, ...hardStops].map(({ weight }) => weight);
  // Divided by the largest first, since huge weights have an infinite sum.
  const largest = Math.max(...weights);
  const sum = weights.reduce((total, weight) => total + weight / largest, 0);
  const share = <T extends { weight: number }>(part: T): T => ({
    ...part,
    weight: sum > 0 ? part.weight / largest / sum : part.weight,
  });
  return checkedPolicy(check, {
    ...given,
    criteria: criteria.map(share),
    hardStops: hardStops.map(share),
  }) as EvidencePolicy;
}

/** Share of a criterion's weight that its fixed limit gets. */
export const LIMIT_SHARE = 0.2;

/** Share of the false-rollback budget that the evidence of a criterion has: its weight, less what its fixed limit gets. */
export function criterionWeight(policy: EvidencePolicy, index: number): number {
  const criterion = policy.criteria[index]!;
  return criterion.weight * (limitOfCriterion(criterion) === null ? 1 : 1 - LIMIT_SHARE);
}

/**
 * Log of the e-value at which a criterion rolls back on its own. An informational one never does; its bound is that of a
 * policy with nothing else in it, so that it can still be said to be worse.
 */
export function criterionBound(policy: EvidencePolicy, index: number): number {
  return -Math.log(policy.falseRollbackRate) - Math.log(criterionWeight(policy, index) || 1);
}
