/** What is proven, what is still missing, and what cannot be proven on these data: the part of a reason that is about promoting. */
import type { CriterionEvidence } from '../ports/decision.ts';
import type { JudgedCriterion } from './judgement.ts';
import type { DeploymentWalk } from './walk.ts';

/** Log evidence for non-inferiority that promotes: one false promotion in twenty at most. */
export const PROMOTE_BOUND: number = Math.log(20);

/** Evidence for "worse" beyond which nothing is promoted: an e-value of 1, but for rounding. A leak is not worse at first. */
export const LEANS_TO_WORSE = 1e-9;

/** Such as `proven not worse: error rate; not proven yet: orders (evidence 6 of 20); cannot be proven on these data: latency p99`. */
export function proofWords(evidence: readonly CriterionEvidence[]): string {
  const isProven = ({ status }: CriterionEvidence): boolean => status === 'non-inferior';
  const list = (
    words: string,
    criteria: readonly CriterionEvidence[],
    say: (criterion: CriterionEvidence) => string,
  ) => (criteria.length === 0 ? [] : [`${words}: ${criteria.map(say).join(', ')}`]);
  // An informational criterion needs no proof, so there is nothing missing.
  const open = evidence.filter((criterion) => !isProven(criterion) && !criterion.informational);
  return [
    ...list('proven not worse', evidence.filter(isProven), ({ name }) => name),
    ...list(
      'without data that can be compared',
      open.filter(({ status }) => status === 'no-data'),
      ({ name }) => name,
    ),
    ...list(
      'beyond the margin for promotion in the last minutes',
      open.filter(({ status, recentlyBeyond }) => status !== 'no-data' && recentlyBeyond),
      ({ name }) => name,
    ),
    ...list(
      'not proven yet',
      open.filter(({ status, provable, recentlyBeyond }) => status !== 'no-data' && provable && !recentlyBeyond),
      ({ name, logNonInferiority }) => `${name} (evidence ${eValue(logNonInferiority ?? 0)} of 20)`,
    ),
    ...list(
      'cannot be proven on these data',
      open.filter(({ status, provable, recentlyBeyond }) => status !== 'no-data' && !provable && !recentlyBeyond),
      ({ name }) => name,
    ),
  ].join('; ');
}

/** Criteria that decide, and whose last minutes lie beyond their margin for promotion. */
function recentlyBeyond(criteria: readonly JudgedCriterion[]): readonly JudgedCriterion[] {
  return criteria.filter(({ criterion, reading }) => criterion.weight > 0 && reading().recentlyBeyond === true);
}

/** How long a proven canary still has to run; empty when it need not. */
export function soakWords({ policy, elapsedMs }: DeploymentWalk): string {
  const leftSeconds = Math.ceil(policy.soakSeconds - elapsedMs / 1000);
  return leftSeconds > 0 ? `; not promoted before it has run for ${leftSeconds} s more` : '';
}

/** Which end has come. */
export function endWords({ policy, elapsedMs }: DeploymentWalk): string {
  const { deadlineSeconds } = policy;
  const ended = deadlineSeconds !== null && elapsedMs >= deadlineSeconds * 1000;
  return ended ? `the time to decide, ${deadlineSeconds} s, is over` : 'the planned end has come';
}

/** Why the end has come without a promotion, as far as it is not told by what was found before. */
export function inconclusiveWords({ policy, elapsedMs, judgement, presence, completeUntilMs }: DeploymentWalk): string {
  const silent = presence.silentArm(completeUntilMs);
  if (silent !== null)
    return `and there is nothing to compare: no request of ${silent.arm === 'canary' ? 'the canary' : 'stable'} any more`;
  if (elapsedMs < policy.soakSeconds * 1000) return `before the canary has run for ${policy.soakSeconds} s`;
  if (policy.onInconclusive === 'hold') return 'and the policy wants one';
  const deciding = judgement.criteria.filter(({ criterion }) => criterion.weight > 0);
  const leaning = deciding.filter(({ logE }) => logE > LEANS_TO_WORSE);
  if (leaning.length > 0) {
    // Of one criterion alone the numbers that follow say which it is.
    const names = leaning.map(({ criterion }) => criterion.name).join(', ');
    return `and the evidence leans to worse${deciding.length > 1 ? `: ${names}` : ''}`;
  }
  const beyond = recentlyBeyond(deciding);
  if (beyond.length > 0) {
    const names = beyond.map(({ criterion }) => criterion.name).join(', ');
    return `and in the last minutes the canary was beyond the margin for promotion${deciding.length > 1 ? `: ${names}` : ''}`;
  }
  return deciding.some(({ reading }) => reading().obstacle !== undefined)
    ? 'and there are data that cannot be compared'
    : 'and more than the margin for promotion is still possible';
}

function eValue(log: number): string {
  // Rounded down, so that what is not proven never reads as 20 of 20.
  const value = Math.exp(Math.min(log, PROMOTE_BOUND));
  return value < 0.1 ? 'below 0.1' : String(value < 10 ? Math.floor(value * 10) / 10 : Math.floor(Math.min(value, 19)));
}
