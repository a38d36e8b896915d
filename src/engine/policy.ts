/** The rules of a deployment, written down before it: plain data, validated, with a digest. */
import { OptionCheck } from '../options.ts';
import type { ErrorRateCriterion } from './criteria/error-rate.ts';
import type { LatencyCriterion } from './criteria/latency.ts';
import type { ThresholdPolicy } from './thresholds.ts';

/** One thing that is judged. Make it with {@link errorRate} or {@link latency}. */
export type Criterion = ErrorRateCriterion | LatencyCriterion;

/** Judges by evidence: valid however often it is asked. */
export interface EvidencePolicy {
  schemaVersion: 1;
  kind: 'evidence';
  /** Chance that a healthy deployment is ever rolled back, over all criteria and however often the engine is asked. */
  falseRollbackRate: number;
  /** Length of an interval of telemetry in seconds. */
  intervalSeconds: number;
  /** Seconds after the canary's start during which only catastrophes count; rounded up to whole blocks of 10 s. */
  warmUpSeconds: number;
  /** Seconds that a canary must have run before it may be promoted. */
  soakSeconds: number;
  /** Seconds before the deployment that stable is compared with, to tell external incidents. */
  historySeconds: number;
  criteria: Criterion[];
}

/** What the engine decides by. */
export type Policy = EvidencePolicy | ThresholdPolicy;

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
  /** At least one; names must differ. */
  criteria: readonly Criterion[];
}

const CRITERION_KINDS: readonly string[] = ['error-rate', 'latency'];
const OPTIONS = ['falseRollbackRate', 'intervalSeconds', 'warmUpSeconds', 'soakSeconds', 'historySeconds', 'criteria'];

/**
 * Defines a policy that judges by evidence.
 *
 * @throws RolloutGuardError `INVALID_POLICY` - unknown options, rates outside (0, 1), no criteria, or two of one name.
 */
export function definePolicy(options: PolicyOptions): EvidencePolicy {
  const check = new OptionCheck('INVALID_POLICY', 'definePolicy');
  check.knownKeys('options', options, OPTIONS);
  const { criteria } = options;
  if (!Array.isArray(criteria) || criteria.length === 0)
    check.fail('criteria', criteria, 'Name at least one criterion.');
  const names = new Set<string>();
  criteria.forEach((criterion: Criterion, i) => {
    if (!CRITERION_KINDS.includes(criterion?.kind)) {
      check.fail(`criteria[${i}]`, criterion?.kind ?? criterion, 'Make criteria with errorRate() or latency().');
    }
    if (names.has(criterion.name)) check.fail(`criteria[${i}].name`, criterion.name, 'Give each criterion once.');
    names.add(criterion.name);
  });
  return {
    schemaVersion: 1,
    kind: 'evidence',
    falseRollbackRate: check.number('falseRollbackRate', options.falseRollbackRate, 0.01, { above: 0, below: 1 }),
    intervalSeconds: check.number('intervalSeconds', options.intervalSeconds, 10, { min: 1, max: 300 }),
    warmUpSeconds: check.number('warmUpSeconds', options.warmUpSeconds, 60, { min: 0 }),
    soakSeconds: check.number('soakSeconds', options.soakSeconds, 180, { min: 0 }),
    historySeconds: check.number('historySeconds', options.historySeconds, 600, { min: 0 }),
    criteria: criteria.map((criterion: Criterion) => ({ ...criterion })),
  };
}

/** Share of the false-rollback budget that a criterion has; over all criteria they sum to 1. */
export function criterionWeight(policy: EvidencePolicy, index: number): number {
  return policy.criteria[index]!.weight / policy.criteria.reduce((sum, { weight }) => sum + weight, 0);
}

/** Log of the e-value at which a criterion rolls back on its own. */
export function criterionBound(policy: EvidencePolicy, index: number): number {
  return -Math.log(policy.falseRollbackRate) - Math.log(criterionWeight(policy, index));
}
