import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { decide } from '../../src/engine/decide.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import type { DeploymentTelemetry, SourceProblem, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { simulatedTelemetry, simulateTraffic, TRAFFIC_NOISE } from '../../src/testing/traffic.ts';
import { FULL, PLAIN } from '../helpers/evidence-policies.ts';
import { anyShape, telemetryOfShape } from '../helpers/random-telemetry.ts';
import { RUNS } from '../helpers/runs.ts';
import { DEPLOYED_AT_MS, interval, repeat, telemetryOf } from '../helpers/telemetry.ts';

const policies = fc.constantFrom(PLAIN, FULL, definePolicy({ warmUpSeconds: 0, criteria: [errorRate({ max: 0.01 })] }));

/**
 * A healthy deployment: in every slot each pod of both cohorts fails the same share of its requests, however that share
 * moves, and the canary no more than stable. So whatever part of it is lost, what is left never shows a worse canary.
 */
const healthy = fc
  .record({
    slots: fc.integer({ min: 3, max: 30 }),
    historySlots: fc.integer({ min: 0, max: 10 }),
    requests: fc.constantFrom(1, 10, 100, 10_000, 1e9),
    permille: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 40, maxLength: 40 }),
    canaryPods: fc.integer({ min: 1, max: 3 }),
    stablePods: fc.integer({ min: 1, max: 4 }),
    weight: fc.constantFrom(null, 0, 0.05, 0.5, 1),
  })
  .map(({ slots, historySlots, requests, permille, canaryPods, stablePods, weight }): DeploymentTelemetry => {
    const intervals: TelemetryInterval[] = [];
    for (let slot = -historySlots; slot < slots; slot++) {
      const errors = Math.floor((requests * permille[slot + historySlots]!) / 1000);
      for (let pod = 0; pod < stablePods; pod++)
        intervals.push(interval(slot, 'stable', [requests, errors], { pod: `stable-${pod}` }));
      for (let pod = 0; pod < canaryPods && slot >= 0; pod++)
        intervals.push(interval(slot, 'canary', [requests, errors], { pod: `canary-${pod}`, restarts: 0 }));
    }
    const weights = weight === null ? [] : [{ atMs: DEPLOYED_AT_MS, canaryShare: weight }];
    return telemetryOf([], [], { intervals, weights, completeUntilMs: DEPLOYED_AT_MS + slots * 10_000 });
  });
const problem = fc.record({ source: fc.string(), code: fc.string(), message: fc.string(), atMs: fc.nat() });

describe('missing data never rolls back, and never calls a human', () => {
  const rollsBack = ['rollback', 'escalate'];

  it('whatever part of a healthy deployment is lost', () => {
    fc.assert(
      fc.property(
        healthy,
        policies,
        fc.array(fc.boolean(), { minLength: 7, maxLength: 300 }),
        fc.array<SourceProblem>(problem, { maxLength: 3 }),
        (telemetry, policy, kept, problems) => {
          const intervals = telemetry.intervals.filter((_, i) => kept[i % kept.length]);
          const decision = decide(policy, { ...telemetry, intervals, problems }, { nowMs: telemetry.completeUntilMs });
          expect(rollsBack).not.toContain(decision.verdict);
          expect(decision.crossedAtMs).toBeNull();
          expect(decision.problems).toEqual(expect.arrayContaining(problems));
        },
      ),
      { seed: 1, numRuns: 3 * RUNS },
    );
  });

  it('when a whole cohort falls silent, from the beginning or in the middle', () => {
    fc.assert(
      fc.property(
        healthy,
        policies,
        fc.constantFrom('canary', 'stable'),
        fc.integer({ min: -5, max: 30 }),
        (telemetry, policy, cohort, fromSlot) => {
          const fromMs = DEPLOYED_AT_MS + fromSlot * 10_000;
          const intervals = telemetry.intervals.filter((each) => each.cohort !== cohort || each.startMs < fromMs);
          const decision = decide(policy, { ...telemetry, intervals }, { nowMs: telemetry.completeUntilMs });
          expect(rollsBack).not.toContain(decision.verdict);
        },
      ),
      { seed: 2, numRuns: 2 * RUNS },
    );
  });

  it('however old it is, and however far the watermark lags or leads', () => {
    fc.assert(
      fc.property(
        healthy,
        policies,
        fc.integer({ min: -40, max: 60 }),
        fc.integer({ min: -600, max: 1e6 }),
        (telemetry, policy, watermarkSlots, ageSeconds) => {
          const completeUntilMs = telemetry.completeUntilMs + watermarkSlots * 10_000;
          const nowMs = telemetry.completeUntilMs + ageSeconds * 1000;
          const { verdict } = decide(policy, { ...telemetry, completeUntilMs }, { nowMs });
          expect(rollsBack).not.toContain(verdict);
        },
      ),
      { seed: 3, numRuns: 2 * RUNS },
    );
  });

  it('when the canary fails everything while stable says nothing: there is nothing to compare it with', () => {
    // An arm without requests once made the evidence no number at all, and that counted as a crossing.
    for (const requests of [1, 30, 1e6]) {
      const telemetry = telemetryOf(
        repeat(2, [
          [requests, 0],
          [19 * requests, 0],
        ] as const),
        repeat(30, [19 * requests, 0] as const),
      );
      telemetry.intervals.push(interval(2, 'canary', [requests, requests]));
      telemetry.completeUntilMs += 10_000;
      const decision = decide(PLAIN, telemetry, { nowMs: telemetry.completeUntilMs });
      expect(decision).toMatchObject({ verdict: 'continue', crossedAtMs: null });
      expect(decision.evidence[0]?.logE).toBeLessThan(1e-12);
    }
  });
});

describe('nothing but evidence or a hard stop makes a rollback', () => {
  it('and the decision says which, when, and by whom', () => {
    fc.assert(
      fc.property(anyShape(), fc.constantFrom(PLAIN, FULL), (shape, policy) => {
        const telemetry = telemetryOfShape({ ...shape, ratio: Math.max(shape.ratio, 3) });
        const decision = decide(policy, telemetry, { nowMs: telemetry.completeUntilMs });
        const { verdict, trigger, cause, crossedAtMs, evidence, limits = [], guilty } = decision;
        if (verdict === 'rollback') {
          expect(['evidence', 'hard-stop']).toContain(trigger);
          expect(cause).toBe('deployment');
          const worse = [...evidence, ...limits].filter(({ status }) => status === 'worse').map(({ name }) => name);
          if (guilty === null) expect(evidence.length + limits.length).toBeGreaterThan(1);
          else expect(worse).toContain(guilty);
        } else {
          expect(decision.shouldRollback).toBe(false);
          expect(cause).not.toBe('deployment');
        }
        if (crossedAtMs !== null) {
          expect(crossedAtMs).toBeGreaterThan(DEPLOYED_AT_MS);
          expect(crossedAtMs).toBeLessThanOrEqual(telemetry.completeUntilMs);
        }
      }),
      { seed: 4, numRuns: 2 * RUNS },
    );
  });

  it('not a service that fails 5 % of 5000 requests a second: a naive judge computes log(1 - betainc) there and underflows', () => {
    const telemetry = telemetryOf(
      repeat(180, [
        [10_000, 500],
        [40_000, 2000],
      ] as const),
      repeat(30, [50_000, 2500] as const),
    );
    const decision = decide(PLAIN, telemetry, { nowMs: telemetry.completeUntilMs });
    expect(decision).toMatchObject({ mayAdvance: true, crossedAtMs: null });
    expect(decision.evidence[0]?.peakLogE).toBeLessThan(1e-12);

    const noisy = simulatedTelemetry(
      simulateTraffic({
        seed: 'underflow',
        seconds: 1800,
        historySeconds: 300,
        requestsPerSecond: 5000,
        canaryShare: 0.2,
        errorRate: 0.05,
        noise: TRAFFIC_NOISE.white,
      }),
      10,
    );
    expect(decide(PLAIN, noisy, { nowMs: noisy.completeUntilMs }).crossedAtMs).toBeNull();
  });
});

describe('wider margins', () => {
  const withMargins = (maxRelativeIncrease: number, minAbsoluteIncrease: number, warmUpSeconds = 60) =>
    definePolicy({
      warmUpSeconds,
      criteria: [errorRate({ maxRelativeIncrease, minAbsoluteIncrease, promoteWithin: 4 })],
      hardStops: [],
    });
  const crossedAt = (policy: typeof PLAIN, telemetry: DeploymentTelemetry): number =>
    decide(policy, telemetry, { nowMs: telemetry.completeUntilMs }).crossedAtMs ?? Infinity;

  it('of the absolute kind never roll back earlier, nor what was not rolled back', () => {
    fc.assert(
      fc.property(
        anyShape(),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        (shape, margin, wider) => {
          const telemetry = telemetryOfShape({ ...shape, ratio: Math.max(shape.ratio, 3) });
          const [narrow, wide] = [margin, margin + wider].map((each) =>
            crossedAt(withMargins(0.25, each, 0), telemetry),
          );
          expect(wide).toBeGreaterThanOrEqual(narrow!);
        },
      ),
      { seed: 5, numRuns: RUNS },
    );
  });

  // The cap on the evidence of 10 s is measured from the tolerated ratio, so a wider margin lets more of the same excess
  // count against "a natural difference"; and the ratios that count as worse are weighed anew beyond the margin.
  it('of the relative kind never roll back earlier, nor what was not rolled back', () => {
    const telemetry = telemetryOf(
      repeat(3, [
        [100, 5],
        [1900, 19],
      ] as const),
      repeat(30, [1900, 19] as const),
    );
    const [none, tenth, quarter] = [0, 0.1, 0.25].map((margin) => crossedAt(withMargins(margin, 0.0005, 0), telemetry));
    expect(tenth).toBeGreaterThanOrEqual(none!);
    expect(quarter).toBeGreaterThanOrEqual(none!);
  });

  it('of the relative kind roll back no healthy canary that narrow ones spare, by simulation', () => {
    for (let run = 0; run < 6; run++) {
      const telemetry = simulatedTelemetry(
        simulateTraffic({
          seed: `margins ${run}`,
          seconds: 600,
          historySeconds: 120,
          requestsPerSecond: 100,
          canaryShare: 0.1,
          errorRate: 0.01,
          noise: TRAFFIC_NOISE.mixed,
        }),
        10,
      );
      const [narrow, wide] = [0, 1].map((margin) => crossedAt(withMargins(margin, 0.0005), telemetry));
      expect(wide).toBeGreaterThanOrEqual(narrow!);
    }
  });
});
