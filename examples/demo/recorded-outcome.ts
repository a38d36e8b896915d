import type { DeploymentEvent, DeploymentTelemetry } from 'rolloutguard';
import { compareWithThresholds, type Look } from './comparison.ts';
import type { RollOutEnd } from './guarded-rollout.ts';
import type { Outcome, RollbackRecord } from './outcome.ts';
import type { Scenario } from './scenarios.ts';

/** An outcome, except for what is only known when everything has been stopped. */
export type RecordedOutcome = Omit<Outcome, 'totalSeconds' | 'processesLeft' | 'replayed'>;

/** All that was seen of a rollout. */
export interface Observations extends Pick<Outcome, 'seed' | 'verdicts' | 'fault' | 'users' | 'problems'> {
  readonly scenario: Scenario;
  readonly end: RollOutEnd;
  /** The canary's share of the traffic at the very end, as the router saw it. */
  readonly canaryShare: number;
  readonly telemetry: DeploymentTelemetry;
  readonly looks: readonly Look[];
  readonly events: readonly DeploymentEvent[];
}

/** Sums up what was seen of a rollout. */
export function outcomeOf(observations: Observations): RecordedOutcome {
  const { scenario, end, canaryShare, telemetry, looks, events, ...seen } = observations;
  return {
    schemaVersion: 1,
    scenario: scenario.name,
    ...seen,
    ending: end.ending,
    finalCanaryShare: canaryShare,
    deployedAtMs: telemetry.deployedAtMs,
    rollback: rollbackRecord(end, events.filter(({ type }) => type === 'deployment.rollback').length),
    canaryUnanswered: unansweredCanary(telemetry),
    criteria: end.decision.evidence.map(({ name, status, logE }) => ({ name, status, logE })),
    thresholds: compareWithThresholds(telemetry, looks),
  };
}

function rollbackRecord({ decision, rollback }: RollOutEnd, events: number): RollbackRecord | null {
  if (rollback === null) return null;
  const byEvidence = decision.evidence.toSorted((a, b) => b.logE - b.bound - (a.logE - a.bound));
  return {
    decidedAtMs: decision.decidedAtMs,
    restoredAtMs: rollback.restoredAtMs,
    cause: decision.cause,
    guilty: decision.guilty ?? byEvidence[0]?.name ?? null,
    reason: decision.reason,
    abort: rollback.abort.status,
    trafficRestored: rollback.trafficRestored,
    events,
  };
}

function unansweredCanary({ intervals }: DeploymentTelemetry): number {
  return intervals
    .filter(({ cohort, segment }) => cohort === 'canary' && segment === undefined)
    .reduce((sum, { unanswered }) => sum + (unanswered ?? 0), 0);
}
