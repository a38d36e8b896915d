/** One policy and one recording: what the policy would have decided, and when. Pure. */
import { assertPolicy } from '../engine/parse-policy.ts';
import type { Policy } from '../engine/policy.ts';
import { validateTelemetry } from '../engine/validate-telemetry.ts';
import { RolloutGuardError } from '../errors.ts';
import type { Verdict } from '../ports/decision.ts';
import type { Asker } from './asker.ts';
import { checkLength } from './check-recording.ts';
import { EvidenceAsker } from './evidence-asker.ts';
import { momentsOf } from './moments.ts';
import type { Recording } from './recording.ts';
import type { ReplayedPolicy } from './replay-report.ts';
import { ThresholdAsker } from './threshold-asker.ts';

/** Changes of the verdict that are kept. */
const MOST_CHANGES = 50;
/** After these the deployment is over for the policy: its canary is gone, or has all of the traffic. */
const FINAL: readonly Verdict[] = ['rollback', 'escalate', 'promote'];

/**
 * What a policy would have done with a deployment, asked after every interval with what was known by then: the answers are
 * those of `decide()` on the recording cut at that moment, and cost no more than judging it once. Full authority is assumed,
 * whatever the policy says of it: what a record allows today is no trait of what happened then.
 *
 * @param name - what the policy is called in the result. @defaultValue policy
 * @throws RolloutGuardError `INVALID_POLICY`; `INVALID_TELEMETRY` - no recording of intervals, or one that would corrupt a decision.
 */
export function replayOne(policy: Policy, recording: Recording, name: string = 'policy'): ReplayedPolicy {
  assertPolicy(policy);
  validateTelemetry(recording);
  if (recording.kind !== 'intervals') {
    const context = { path: 'kind', value: (recording as { kind: unknown }).kind, mend: 'Use telemetry of intervals.' };
    throw new RolloutGuardError('INVALID_TELEMETRY', 'Rates over a window cannot be replayed', context);
  }
  checkLength(recording);
  return replayValid(policy, recording, name);
}

/** As {@link replayOne}, for what has been checked already. */
export function replayValid(policy: Policy, recording: Recording, name: string): ReplayedPolicy {
  const full = { ...policy, authority: null };
  const asker: Asker =
    full.kind === 'evidence' ? new EvidenceAsker(full, recording) : new ThresholdAsker(full, recording);
  const changes: ReplayedPolicy['changes'] = [];
  let verdict: Verdict | null = null;
  let because = '';
  let judged = false;
  let heldMs = 0;
  let lastMs = recording.deployedAtMs;
  for (const nowMs of momentsOf(policy, recording)) {
    if (verdict === 'hold') heldMs += nowMs - lastMs;
    lastMs = nowMs;
    const answer = asker.ask(nowMs);
    because = answer.because;
    judged ||= answer.judged && nowMs > recording.deployedAtMs;
    if (answer.verdict !== verdict && changes.length < MOST_CHANGES) {
      changes.push({ atMs: nowMs, verdict: answer.verdict });
    }
    verdict = answer.verdict;
    if (FINAL.includes(verdict)) break;
  }
  const decision = asker.decision(lastMs);
  const acted = decision.verdict === 'rollback' || decision.verdict === 'escalate';
  return {
    policy: name,
    verdict: decision.verdict,
    because,
    reason: decision.reason,
    cause: decision.cause,
    guilty: decision.guilty,
    rolledBackAtMs: decision.verdict === 'rollback' ? lastMs : null,
    escalatedAtMs: decision.verdict === 'escalate' ? lastMs : null,
    promotedAtMs: decision.verdict === 'promote' ? lastMs : null,
    heldSeconds: heldMs / 1000,
    badAnswersServed: badAnswers(recording, acted ? lastMs : recording.completeUntilMs),
    badAnswersAtLeast: !acted,
    judged,
    changes,
  };
}

/** Failed answers of the canary since the deployment. */
function badAnswers({ intervals, deployedAtMs }: Recording, untilMs: number): number {
  let bad = 0;
  for (const { cohort, segment, endMs, errors } of intervals) {
    if (cohort === 'canary' && segment === undefined && endMs > deployedAtMs && endMs <= untilMs) bad += errors;
  }
  return bad;
}
