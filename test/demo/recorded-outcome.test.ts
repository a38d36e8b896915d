import { describe, expect, test } from 'vitest';
import { type Observations, outcomeOf } from '../../examples/demo/recorded-outcome.ts';
import { SCENARIOS } from '../../examples/demo/scenarios.ts';
import type { CriterionEvidence, Decision, DeploymentEvent, DeploymentTelemetry } from '../../src/index.ts';

const ref = { service: 'shop', deploymentId: 'deploy-42' };

const telemetry: DeploymentTelemetry = {
  ...ref,
  schemaVersion: 1,
  kind: 'intervals',
  intervalMs: 2_000,
  deployedAtMs: 1_000,
  completeUntilMs: 10_000,
  weights: [],
  intervals: [
    { startMs: 2_000, endMs: 4_000, cohort: 'canary', pod: 'a', requests: 10, errors: 4, unanswered: 3 },
    { startMs: 2_000, endMs: 4_000, cohort: 'canary', pod: 'b', requests: 10, errors: 2, unanswered: 2 },
    { startMs: 2_000, endMs: 4_000, cohort: 'canary', segment: '/cart', requests: 10, errors: 4, unanswered: 3 },
    { startMs: 2_000, endMs: 4_000, cohort: 'stable', requests: 10, errors: 1, unanswered: 1 },
  ],
};

function criterion(name: string, logE: number): CriterionEvidence {
  const counts = { requests: 10, bad: 1 };
  return {
    name,
    status: 'undecided',
    logE,
    peakLogE: logE,
    bound: 5.3,
    effect: null,
    canary: counts,
    stable: counts,
    dispersion: 0,
    clippedIntervals: 0,
  };
}

function observed(guilty: string | null): Observations {
  const decision: Decision = {
    ...ref,
    schemaVersion: 1,
    engineVersion: '0.1.0',
    policyDigest: 'sha256:0',
    decidedAtMs: 9_000,
    verdict: 'rollback',
    shouldRollback: true,
    mayAdvance: false,
    cause: 'deployment',
    trigger: 'evidence',
    reason: 'Rolling back.',
    guilty,
    crossedAtMs: 8_000,
    evidence: [criterion('error rate', 4.9), criterion('latency p99', 5.1)],
    problems: [],
    assumptions: [],
    nextCheckAtMs: null,
  };
  const event = (type: DeploymentEvent['type']): DeploymentEvent => ({
    ...ref,
    schemaVersion: 1,
    id: type,
    type,
    timestampMs: 9_000,
    severity: 'high',
  });
  return {
    scenario: SCENARIOS.errors,
    seed: 1,
    end: {
      ending: 'rolled-back',
      decision,
      rollback: { abort: { status: 'aborted' }, trafficRestored: true, eventEmitted: true, restoredAtMs: 9_500 },
    },
    canaryShare: 0,
    telemetry,
    verdicts: [],
    looks: [],
    fault: null,
    users: { canary: { answers: 20, bad: 6 }, stable: { answers: 10, bad: 1 } },
    events: [event('deployment.started'), event('deployment.rollback')],
    problems: [],
  };
}

describe('outcomeOf', () => {
  test('counts unanswered requests of the canary once, and rollback events alone', () => {
    const outcome = outcomeOf(observed('error rate'));
    expect(outcome.canaryUnanswered).toBe(5);
    expect(outcome.rollback).toMatchObject({
      events: 1,
      guilty: 'error rate',
      decidedAtMs: 9_000,
      restoredAtMs: 9_500,
    });
    expect(outcome).toMatchObject({ ending: 'rolled-back', finalCanaryShare: 0, deployedAtMs: 1_000 });
  });

  test('where no criterion suffices alone, it blames the one with the most evidence', () => {
    expect(outcomeOf(observed(null)).rollback?.guilty).toBe('latency p99');
  });

  test('a run without a rollback has no record of one', () => {
    const observations = observed(null);
    const end = { ...observations.end, ending: 'promoted' as const, rollback: null };
    expect(outcomeOf({ ...observations, end }).rollback).toBeNull();
  });

  test('is plain JSON: what is written is what is judged', () => {
    const outcome = outcomeOf(observed('error rate'));
    expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
  });
});
