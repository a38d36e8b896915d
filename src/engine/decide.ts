/** From recorded telemetry to a decision: a pure function, so that every decision can be replayed and unit-tested. */
import type { CriterionEvidence, CriterionStatus, Decision, EvidencePoint, Verdict } from '../ports/decision.ts';
import type { AggregateTelemetry, DeploymentTelemetry, SourceProblem } from '../ports/telemetry.ts';
import type { DecisionContext } from './decision-context.ts';
import { decisionHead } from './decision-head.ts';
import { criterionBound, type EvidencePolicy, type Policy } from './policy.ts';
import { type Presence, presenceOf } from './presence.ts';
import { reasonFor } from './reason.ts';
import { EvidenceSession, type JudgedCriterion } from './session.ts';
import { type SlottedTelemetry, slotTelemetry } from './slots.ts';
import { decideByThresholds } from './thresholds.ts';
import { validateTelemetry } from './validate-telemetry.ts';

/** Evidence for non-inferiority that promotes: one false promotion in twenty at most. */
const PROMOTE_BOUND = Math.log(20);

/**
 * Decides about a deployment.
 *
 * @throws RolloutGuardError `INVALID_TELEMETRY` when the telemetry would corrupt a decision. (The engine turns that into `hold`.)
 */
export function decide(
  policy: Policy,
  telemetry: DeploymentTelemetry | AggregateTelemetry,
  context: DecisionContext,
): Decision {
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
  return decideByEvidence(policy, telemetry, context);
}

/**
 * The evidence after every interval of a deployment, for plots and replays. Pure; the same walk that {@link decide} takes.
 *
 * @throws RolloutGuardError `INVALID_TELEMETRY` as {@link decide}.
 */
export function evidenceHistory(policy: EvidencePolicy, telemetry: DeploymentTelemetry): EvidencePoint[] {
  validateTelemetry(telemetry);
  const slotted = slotTelemetry(telemetry, policy.intervalSeconds * 1000);
  const session = new EvidenceSession(policy, slotted);
  return slotted.slots.map((slot) => {
    session.observe(slot);
    return session.point(slot.endMs);
  });
}

/** The decision when a source failed: hold, with the failure named. A broken client never becomes a rollback. */
export function failedDecision(
  policy: Policy,
  ref: { service: string; deploymentId: string },
  context: DecisionContext,
  problem: SourceProblem,
): Decision {
  const intervalMs = policy.kind === 'evidence' ? policy.intervalSeconds * 1000 : 10_000;
  return {
    ...decisionHead(policy, ref, context, 'hold'),
    cause: null,
    trigger: 'source',
    reason: `Holding, because ${problem.source} cannot be used: ${problem.message.replace(/\.$/, '')}. Missing data rolls nothing back.`,
    guilty: null,
    crossedAtMs: null,
    evidence: policy.kind === 'evidence' ? unjudged(policy) : [],
    problems: [problem],
    assumptions: [],
    nextCheckAtMs: context.nowMs + intervalMs,
  };
}

function decideByEvidence(policy: EvidencePolicy, telemetry: DeploymentTelemetry, context: DecisionContext): Decision {
  const slotted = slotTelemetry(telemetry, policy.intervalSeconds * 1000);
  const session = new EvidenceSession(policy, slotted);
  for (const slot of slotted.slots) session.observe(slot);

  const presence = presenceOf(telemetry, slotted, context.nowMs);
  const evidence = session.criteria.map((judged) => evidenceOf(judged, presence));
  const soaked = telemetry.completeUntilMs - slotted.originMs >= policy.soakSeconds * 1000;
  const verdict = verdictOf(session, presence, evidence, soaked, context);
  const rollback = verdict === 'rollback' || verdict === 'escalate';
  const external = verdict === 'hold' && presence === 'present';
  return {
    ...decisionHead(policy, telemetry, context, verdict),
    cause: rollback ? 'deployment' : external ? 'external' : null,
    trigger: rollback ? 'evidence' : presence === 'no-data' && verdict === 'hold' ? 'source' : null,
    reason: reasonFor({ verdict, presence, evidence, session, telemetry, nowMs: context.nowMs }),
    guilty: rollback ? (session.crossing?.guilty ?? null) : null,
    crossedAtMs: session.crossing?.atMs ?? null,
    evidence,
    problems: telemetry.problems ?? [],
    assumptions: assumptionsOf(session, slotted),
    nextCheckAtMs: nextCheckAtMs(verdict, slotted, telemetry, context),
  };
}

/** Precedence of design: missing data holds, then a crossing acts, then an external incident holds, then promotion. */
function verdictOf(
  session: EvidenceSession,
  presence: Presence,
  evidence: readonly CriterionEvidence[],
  soaked: boolean,
  context: DecisionContext,
): Verdict {
  if (presence === 'no-data') return 'hold';
  if (session.crossing !== null) return context.automation === 'escalate' ? 'escalate' : 'rollback';
  if (presence === 'no-traffic' || session.watch.external) return 'hold';
  const provable = evidence.filter((criterion) => (criterion.logNonInferiority ?? null) !== null);
  const proven = provable.length > 0 && provable.every(({ status }) => status === 'non-inferior');
  return soaked && proven ? 'promote' : 'continue';
}

function evidenceOf(judged: JudgedCriterion, presence: Presence): CriterionEvidence {
  const reading = judged.reading();
  return {
    name: judged.criterion.name,
    status: statusOf(judged, presence, reading.logNonInferiority),
    logE: reading.logE,
    peakLogE: judged.peakLogE,
    bound: judged.bound,
    effect: reading.ratio && { kind: 'ratio', ...reading.ratio },
    canary: reading.canary,
    stable: reading.stable,
    dispersion: reading.dispersion,
    clippedIntervals: reading.clippedIntervals,
    logNonInferiority: reading.logNonInferiority,
    ...(reading.detail === undefined ? {} : { detail: reading.detail }),
  };
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

function statusOf(judged: JudgedCriterion, presence: Presence, logNonInferiority: number | null): CriterionStatus {
  if (presence === 'no-data') return 'no-data';
  if (judged.peakLogE >= judged.bound) return 'worse';
  if (presence === 'no-traffic') return 'no-traffic';
  return logNonInferiority !== null && logNonInferiority >= PROMOTE_BOUND ? 'non-inferior' : 'undecided';
}

function assumptionsOf(session: EvidenceSession, { slots, before }: SlottedTelemetry): string[] {
  const assumptions: string[] = [];
  if (!session.watch.hasReference) {
    assumptions.push(
      `Stable had only ${before.requests} requests before the deployment, so external incidents cannot be told; canary and stable are still compared at the same time.`,
    );
  }
  const pods = new Set(slots.flatMap((slot) => [...slot.canary.pods.keys()]));
  if (pods.size === 1) {
    assumptions.push('There is one canary pod: a defect of its node cannot be told from a defect of the release.');
  }
  return assumptions;
}

function nextCheckAtMs(
  verdict: Verdict,
  { intervalSeconds }: SlottedTelemetry,
  telemetry: DeploymentTelemetry,
  context: DecisionContext,
): number | null {
  if (verdict === 'rollback' || verdict === 'escalate') return null;
  if (context.plannedEndMs !== undefined && context.nowMs >= context.plannedEndMs) return null;
  return Math.max(context.nowMs, telemetry.completeUntilMs) + intervalSeconds * 1000;
}
