import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { latency } from '../../src/engine/criteria/latency.ts';
import { decide, evidenceHistory, failedDecision } from '../../src/engine/decide.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import { thresholdPolicy } from '../../src/engine/thresholds.ts';
import { simulatedTelemetry, simulateTraffic, TRAFFIC_NOISE } from '../../src/testing/traffic.ts';
import { interval, repeat, telemetryOf } from '../helpers/telemetry.ts';

const policy = definePolicy({ criteria: [errorRate()] });
/** `[canary, stable]` of 10 s, each `[requests, errors]`: a healthy canary, and one that fails five times as often. */
const CALM = [
  [100, 1],
  [1900, 19],
] as const;
const FIVEFOLD = [
  [100, 5],
  [1900, 19],
] as const;
const BEFORE = repeat(30, [1000, 10] as const);
const nowOf = (telemetry: { completeUntilMs: number }) => ({ nowMs: telemetry.completeUntilMs });

describe('verdicts', () => {
  it('rolls back a canary that fails five times as often, and names the deployment', () => {
    const telemetry = telemetryOf(repeat(30, FIVEFOLD), BEFORE);
    const decision = decide(policy, telemetry, nowOf(telemetry));
    expect(decision).toMatchObject({
      verdict: 'rollback',
      shouldRollback: true,
      mayAdvance: false,
      cause: 'deployment',
      trigger: 'evidence',
      guilty: 'error rate',
    });
    expect(decision.evidence[0]).toMatchObject({
      status: 'worse',
      canary: { requests: 3000, bad: 150 },
      stable: { requests: 57000, bad: 570 },
    });
    expect(decision.reason).toMatch(
      /^Rolling back: error rate \d(\.\d)?x stable \(95 % CI \d(\.\d)?-\d(\.\d)?; canary 150 of 3,000, stable 570 of 57,000\)\.$/,
    );
    expect(decision.nextCheckAtMs).toBeNull();
  });

  it('escalates the same when automation is not allowed', () => {
    const telemetry = telemetryOf(repeat(30, FIVEFOLD), BEFORE);
    const decision = decide(policy, telemetry, { ...nowOf(telemetry), automation: 'escalate' });
    expect(decision).toMatchObject({
      verdict: 'escalate',
      shouldRollback: false,
      mayAdvance: false,
      cause: 'deployment',
    });
  });

  it('continues while a healthy canary has proven nothing yet', () => {
    const telemetry = telemetryOf(repeat(12, CALM), BEFORE);
    expect(decide(policy, telemetry, nowOf(telemetry))).toMatchObject({
      verdict: 'continue',
      mayAdvance: true,
      cause: null,
      trigger: null,
    });
  });

  it('promotes a canary that is proven non-inferior, and only after the soak', () => {
    const slots = repeat(120, [
      [1000, 10],
      [1000, 10],
    ] as const);
    const telemetry = telemetryOf(slots, BEFORE);
    expect(decide(policy, telemetry, nowOf(telemetry))).toMatchObject({ verdict: 'promote', mayAdvance: true });
    const patient = definePolicy({ soakSeconds: 1201, criteria: [errorRate()] });
    expect(decide(patient, telemetry, nowOf(telemetry)).verdict).toBe('continue');
  });

  it('holds during an incident that hits both cohorts, and goes on after it', () => {
    const incident = [
      [100, 30],
      [1900, 570],
    ] as const;
    const during = telemetryOf([...repeat(8, CALM), ...repeat(3, incident)], BEFORE);
    expect(decide(policy, during, nowOf(during))).toMatchObject({
      verdict: 'hold',
      mayAdvance: false,
      cause: 'external',
      trigger: null,
    });
    const after = telemetryOf([...repeat(8, CALM), ...repeat(3, incident), ...repeat(4, CALM)], BEFORE);
    expect(decide(policy, after, nowOf(after))).toMatchObject({ verdict: 'continue', cause: null });
  });

  it('still rolls back a fault on top of an incident', () => {
    const telemetry = telemetryOf(
      [
        ...repeat(8, CALM),
        ...repeat(20, [
          [100, 90],
          [1900, 380],
        ] as const),
      ],
      BEFORE,
    );
    const decision = decide(policy, telemetry, nowOf(telemetry));
    expect(decision).toMatchObject({ verdict: 'rollback', cause: 'deployment' });
    expect(decision.reason).toContain('on top of an incident');
  });

  it('remembers a crossing after the canary has recovered', () => {
    const bad = telemetryOf(
      repeat(20, [
        [100, 20],
        [1900, 19],
      ] as const),
      BEFORE,
    );
    const recovered = telemetryOf(
      [
        ...repeat(20, [
          [100, 20],
          [1900, 19],
        ] as const),
        ...repeat(100, [
          [100, 0],
          [1900, 19],
        ] as const),
      ],
      BEFORE,
    );
    const crossedAtMs = decide(policy, bad, nowOf(bad)).crossedAtMs;
    expect(crossedAtMs).not.toBeNull();
    expect(decide(policy, recovered, nowOf(recovered))).toMatchObject({ verdict: 'rollback', crossedAtMs });
  });

  it('rolls back a canary that answers nothing', () => {
    const telemetry = telemetryOf([], BEFORE);
    telemetry.intervals.push(interval(0, 'canary', [20, 20], { unanswered: 20 }), interval(0, 'stable', [400, 1]));
    telemetry.completeUntilMs += 10_000;
    expect(decide(policy, telemetry, nowOf(telemetry)).verdict).toBe('rollback');
  });

  it('begins to judge with the first request of the canary, however long its rollout has been going on', () => {
    const late = telemetryOf(
      [
        ...repeat(60, [
          [0, 0],
          [1900, 19],
        ] as const),
        ...repeat(30, FIVEFOLD),
      ],
      BEFORE,
    );
    const atOnce = telemetryOf(repeat(30, FIVEFOLD), BEFORE);
    const seconds = (telemetry: typeof late) =>
      (decide(policy, telemetry, nowOf(telemetry)).crossedAtMs! - telemetry.deployedAtMs) / 1000;
    expect(seconds(late)).toBe(seconds(atOnce) + 600);
    // A rollout client that does not know when it began must not make the engine walk through decades.
    const unknown = { ...late, deployedAtMs: 0 };
    expect(decide(policy, unknown, nowOf(unknown)).crossedAtMs).toBe(decide(policy, late, nowOf(late)).crossedAtMs);
  });

  it('counts only catastrophes while the canary warms up', () => {
    const cold = telemetryOf(repeat(6, FIVEFOLD), BEFORE);
    expect(decide(policy, cold, nowOf(cold)).evidence[0]?.peakLogE).toBeLessThan(1e-12);
  });
});

describe('missing data is not a healthy canary', () => {
  it('holds when a cohort is missing altogether', () => {
    const telemetry = telemetryOf(repeat(10, CALM), BEFORE);
    const without = (cohort: string) => ({
      ...telemetry,
      weights: [],
      intervals: telemetry.intervals.filter((i) => i.cohort !== cohort),
    });
    for (const cohort of ['canary', 'stable']) {
      const decision = decide(policy, without(cohort), nowOf(telemetry));
      expect(decision).toMatchObject({
        verdict: 'hold',
        mayAdvance: false,
        trigger: 'source',
        evidence: [{ status: 'no-data' }],
      });
      expect(decision.reason).toContain(`no telemetry of ${cohort}`);
    }
  });

  it('tells a canary without traffic from one without telemetry', () => {
    const telemetry = telemetryOf(
      repeat(10, [
        [0, 0],
        [1900, 19],
      ] as const),
      BEFORE,
    );
    expect(decide(policy, telemetry, nowOf(telemetry))).toMatchObject({
      verdict: 'hold',
      evidence: [{ status: 'no-traffic' }],
    });
  });

  it('does not call it missing traffic before there should have been some', () => {
    const telemetry = telemetryOf(
      repeat(1, [
        [0, 0],
        [100, 1],
      ] as const),
      BEFORE,
    );
    const decision = decide(policy, telemetry, nowOf(telemetry));
    expect(decision).toMatchObject({ verdict: 'hold', evidence: [{ status: 'no-data' }] });
    expect(decision.reason).toContain('no telemetry of canary yet');
  });

  it('notices a canary that has gone quiet', () => {
    const telemetry = telemetryOf(
      [
        ...repeat(10, CALM),
        ...repeat(3, [
          [0, 0],
          [1900, 19],
        ] as const),
      ],
      BEFORE,
    );
    expect(decide(policy, telemetry, nowOf(telemetry))).toMatchObject({
      verdict: 'hold',
      evidence: [{ status: 'no-traffic' }],
    });
  });

  it('holds when telemetry has stopped coming', () => {
    const telemetry = telemetryOf(repeat(10, CALM), BEFORE);
    const decision = decide(policy, telemetry, { nowMs: telemetry.completeUntilMs + 95_000 });
    expect(decision).toMatchObject({ verdict: 'hold', trigger: 'source' });
    expect(decision.reason).toContain('95 s ago');
  });

  it('holds when a client knows only aggregates', () => {
    const metrics = { errorRate: 0.5, p99LatencyMs: 900, requestsPerSecond: 50, timestampMs: 0 };
    const telemetry = {
      schemaVersion: 1,
      kind: 'aggregates',
      service: 's',
      deploymentId: 'd',
      windowSeconds: 300,
      atMs: 0,
      canary: metrics,
      stable: metrics,
    } as const;
    expect(decide(policy, telemetry, { nowMs: 7 })).toMatchObject({
      verdict: 'hold',
      reason:
        'Holding, because telemetry cannot be used: The metrics client knows only aggregates, and evidence needs counts per interval. Use thresholdPolicy() with it. Missing data rolls nothing back.',
      problems: [{ source: 'telemetry', code: 'AGGREGATES_ONLY', atMs: 7 }],
      evidence: [{ status: 'source-failed' }],
    });
  });
});

describe('what is no policy', () => {
  const telemetry = telemetryOf(repeat(1, CALM), BEFORE);
  it.each([
    ['a decision', () => decide({ ...policy, soakSeconds: -1 }, telemetry, { nowMs: 0 })],
    ['a history', () => evidenceHistory({ ...policy, soakSeconds: -1 }, telemetry)],
  ])('is refused by %s: a typo in stored JSON must not become a verdict', (_, ask) => {
    expect(ask).toThrow(expect.objectContaining({ code: 'INVALID_POLICY', path: 'soakSeconds' }));
  });
});

describe('a failed source', () => {
  const REF = { service: 'checkout', deploymentId: 'deploy-42' };
  const PROBLEM = { source: 'prometheus', code: 'CLIENT_TIMEOUT', message: 'it hangs.', atMs: 5 };

  it('leaves nothing judged, and is looked at again after an interval', () => {
    const slow = definePolicy({ intervalSeconds: 30, criteria: [errorRate(), latency()] });
    const decision = failedDecision(slow, REF, { nowMs: 5 }, PROBLEM);
    expect(decision).toMatchObject({
      verdict: 'hold',
      cause: null,
      trigger: 'source',
      reason: 'Holding, because prometheus cannot be used: it hangs. Missing data rolls nothing back.',
      guilty: null,
      crossedAtMs: null,
      problems: [PROBLEM],
      assumptions: [],
      nextCheckAtMs: 30_005,
    });
    expect(decision.evidence.map(({ name, status }) => [name, status])).toEqual([
      ['error rate', 'source-failed'],
      ['latency p99', 'source-failed'],
    ]);
  });

  it('does not hold where the policy says so', () => {
    const lenient = definePolicy({ criteria: [errorRate()], onMissing: { sourceFailed: 'continue' } });
    expect(failedDecision(lenient, REF, { nowMs: 5 }, PROBLEM)).toMatchObject({
      verdict: 'continue',
      reason: 'Continuing, although prometheus cannot be used: it hangs. Missing data rolls nothing back.',
    });
  });

  it('holds fixed thresholds too, which have no evidence', () => {
    expect(failedDecision(thresholdPolicy(), REF, { nowMs: 5 }, PROBLEM)).toMatchObject({
      verdict: 'hold',
      evidence: [],
      assumptions: [],
      nextCheckAtMs: 10_005,
    });
  });
});

describe('laws', () => {
  const traffic = (seed: number, ratio: number) =>
    simulateTraffic({
      seed,
      seconds: 600,
      historySeconds: 120,
      requestsPerSecond: 100,
      canaryShare: 0.2,
      errorRate: 0.01,
      noise: TRAFFIC_NOISE.mixed,
      fault: { atSecond: 60, ratio },
    });
  const both = definePolicy({ criteria: [errorRate(), latency()] });

  it('does not depend on the order in which pods reported', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }), fc.constantFrom(1, 3), (seed, ratio) => {
        const telemetry = simulatedTelemetry(traffic(seed, ratio), 10);
        const reversed = {
          ...telemetry,
          intervals: [...telemetry.intervals].reverse().sort((a, b) => a.startMs - b.startMs),
        };
        expect(decide(both, reversed, nowOf(telemetry))).toEqual(decide(both, telemetry, nowOf(telemetry)));
      }),
      { seed: 1, numRuns: 10 },
    );
  });

  it('survives a round trip through JSON, policy and telemetry and decision', () => {
    const telemetry = simulatedTelemetry(traffic(7, 4), 10);
    const decision = decide(both, telemetry, nowOf(telemetry));
    const again = decide(JSON.parse(JSON.stringify(both)), JSON.parse(JSON.stringify(telemetry)), nowOf(telemetry));
    expect(again).toEqual(decision);
    expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
  });

  it('never changes its mind about the past: asking at every interval finds the crossing that asking once finds', () => {
    const telemetry = simulatedTelemetry(traffic(3, 4), 10);
    const crossedAtMs = decide(policy, telemetry, nowOf(telemetry)).crossedAtMs;
    expect(crossedAtMs).not.toBeNull();
    for (let until = telemetry.deployedAtMs; until <= telemetry.completeUntilMs; until += 10_000) {
      const sofar = { ...telemetry, completeUntilMs: until };
      expect(decide(policy, sofar, nowOf(sofar)).crossedAtMs).toBe(until >= crossedAtMs! ? crossedAtMs : null);
    }
  });

  it('gives a history that ends where the decision stands', () => {
    const telemetry = simulatedTelemetry(traffic(3, 4), 10);
    const history = evidenceHistory(policy, telemetry);
    const decision = decide(policy, telemetry, nowOf(telemetry));
    expect(history).toHaveLength(60);
    expect(history.at(-1)?.criteria[0]?.logE).toBe(decision.evidence[0]?.logE);
    expect(Math.max(...history.map(({ criteria }) => criteria[0]!.logE))).toBe(decision.evidence[0]?.peakLogE);
  });

  it('judges nothing after the watermark', () => {
    const telemetry = telemetryOf(
      [
        ...repeat(12, CALM),
        ...repeat(5, [
          [100, 100],
          [1900, 19],
        ] as const),
      ],
      BEFORE,
    );
    telemetry.completeUntilMs -= 50_000;
    expect(decide(policy, telemetry, nowOf(telemetry)).verdict).toBe('continue');
  });

  it('leaves segments out, or requests would count twice', () => {
    const telemetry = telemetryOf(repeat(12, CALM), BEFORE);
    const doubled = {
      ...telemetry,
      intervals: [...telemetry.intervals, ...repeat(1, interval(11, 'canary', [100, 100], { segment: '/checkout' }))],
    };
    expect(decide(policy, doubled, nowOf(telemetry))).toEqual(decide(policy, telemetry, nowOf(telemetry)));
  });
});
