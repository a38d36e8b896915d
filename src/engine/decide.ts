/** From recorded telemetry to a decision: a pure function, so that every decision can be replayed and unit-tested. */
import type { CriterionEvidence, Decision, EvidencePoint } from '../ports/decision.ts';
import type { AggregateTelemetry, DeploymentTelemetry, SourceProblem } from '../ports/telemetry.ts';
import type { DecisionContext } from './decision-context.ts';
import { decisionHead } from './decision-head.ts';
import { assertPolicy } from './parse-policy.ts';
import { permitted } from './permission.ts';
import { criterionBound, type EvidencePolicy, type Policy } from './policy.ts';
import { slotLength } from './slot-length.ts';
import { decideByThresholds } from './thresholds.ts';
import { validateTelemetry } from './validate-telemetry.ts';
import { decisionOf } from './verdict.ts';
import { DeploymentWalk } from './walk.ts';

/**
 * Decides about a deployment.
 *
 * @throws RolloutGuardError `INVALID_TELEMETRY` when the telemetry would corrupt a decision (the engine turns that into
 * `hold`); `INVALID_POLICY` when the policy is none; `INVALID_OPTION` when `context.past` is no record.
 */
export function decide(
  policy: Policy,
  telemetry: DeploymentTelemetry | AggregateTelemetry,
  context: DecisionContext,
): Decision {
  assertPolicy(policy);
  validateTelemetry(telemetry);
  if (policy.kind === 'thresholds') return decideByThresholds(policy, telemetry, context);
  if (telemetry.kind === 'aggregates') {
    return failedDecision(policy, telemetry, context, {
      source: 'telemetry',
      code: 'AGGREGATES_ONLY',
      message:
        'The metrics client knows only aggregates, and evidence needs counts per interval. Use thresholdPolicy() with it.',
      atMs: context.nowMs,
    });
  }
  const walk = walkOf(policy, telemetry);
  walk.advance(telemetry.completeUntilMs);
  return decisionOf(walk, telemetry, [...(telemetry.problems ?? []), ...walk.attribution.problems], context);
}

/**
 * The evidence after every interval of a deployment, for plots and replays. Pure; the same walk that {@link decide} takes.
 *
 * @throws RolloutGuardError `INVALID_TELEMETRY` as {@link decide}.
 */
export function evidenceHistory(policy: EvidencePolicy, telemetry: DeploymentTelemetry): EvidencePoint[] {
  assertPolicy(policy);
  validateTelemetry(telemetry);
  const walk = walkOf(policy, telemetry);
  const points: EvidencePoint[] = [];
  walk.advance(telemetry.completeUntilMs, ({ endMs }) => void points.push(walk.point(endMs)));
  return points;
}

/** The decision when a source failed: what the policy says (hold by default), with the failure named. A broken client never becomes a rollback. */
export function failedDecision(
  policy: Policy,
  ref: { service: string; deploymentId: string },
  context: DecisionContext,
  problem: SourceProblem,
): Decision {
  const [intervalMs, verdict] =
    policy.kind === 'evidence'
      ? [policy.intervalSeconds * 1000, policy.onMissing.sourceFailed]
      : [10_000, 'hold' as const];
  const permission = permitted(policy, context, verdict);
  const { authority } = permission;
  const isLimited = authority !== null && verdict !== permission.verdict;
  const lead = isLimited ? 'Would hold, because' : verdict === 'hold' ? 'Holding, because' : 'Continuing, although';
  const limit = isLimited ? ` ${authority.reason}` : '';
  return {
    ...decisionHead(policy, ref, context, permission),
    cause: null,
    trigger: 'source',
    reason: `${lead} ${problem.source} cannot be used: ${problem.message.replace(/\.$/, '')}. Missing data rolls nothing back.${limit}`,
    guilty: null,
    crossedAtMs: null,
    evidence: policy.kind === 'evidence' ? unjudged(policy) : [],
    problems: [problem],
    assumptions: [],
    nextCheckAtMs: context.nowMs + intervalMs,
  };
}

/** A walk that has been told everything, and has judged nothing yet. */
function walkOf(policy: EvidencePolicy, telemetry: DeploymentTelemetry): DeploymentWalk {
  const { intervals, intervalMs, deployedAtMs, weights } = telemetry;
  const slotMs = slotLength(intervals, policy.intervalSeconds * 1000, intervalMs);
  const walk = new DeploymentWalk(policy, { deployedAtMs, slotMs });
  for (const change of weights.toSorted((a, b) => a.atMs - b.atMs)) walk.route(change);
  for (const interval of intervals) walk.add(interval);
  for (const [name, calls] of Object.entries(telemetry.dependencies ?? {}))
    for (const interval of calls) walk.addDependency(name, interval);
  return walk;
}

/** What is known of the criteria when their source failed: nothing, which is not the same as no evidence. */
function unjudged(policy: EvidencePolicy): CriterionEvidence[] {
  return policy.criteria.map(({ name }, i) => ({
    name,
    status: 'source-failed',
    logE: 0,
    peakLogE: 0,
    bound: criterionBound(policy, i),
    effect: null,
    canary: { requests: 0, bad: 0 },
    stable: { requests: 0, bad: 0 },
    dispersion: 0,
    clippedIntervals: 0,
    logNonInferiority: null,
  }));
}
