import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { decide } from '../../src/engine/decide.ts';
import { definePolicy, type EvidencePolicy } from '../../src/engine/policy.ts';
import type { Decision } from '../../src/ports/decision.ts';
import type { DeploymentTelemetry, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { type Arm, DEPLOYED_AT_MS, interval, telemetryOf } from '../helpers/telemetry.ts';

type Pair = readonly [canary: Arm, stable: Arm];
const CALM: Pair = [
  [100, 1],
  [900, 9],
];
const FAULTY: Pair = [
  [100, 20],
  [900, 9],
];
const policyOn = (...segments: string[]): EvidencePolicy =>
  definePolicy({
    warmUpSeconds: 0,
    soakSeconds: 60,
    criteria: [errorRate({ segments: segments.length > 0 ? segments : null })],
    hardStops: [],
  });

/** Slots in which each segment has a pair of its own; the whole service is their sum and a large rest. */
function telemetryWith(
  slots: number,
  segments: Readonly<Record<string, Pair>>,
  rest: Pair = CALM,
): DeploymentTelemetry {
  const intervals: TelemetryInterval[] = [];
  for (let slot = -20; slot < slots; slot++) {
    const arms = [...(slot >= 0 ? (['canary'] as const) : []), 'stable' as const];
    for (const cohort of arms) {
      const arm = cohort === 'canary' ? 0 : 1;
      const pairs = Object.entries(segments);
      const sum = (of: 0 | 1): number => rest[arm][of] + pairs.reduce((total, [, pair]) => total + pair[arm][of], 0);
      intervals.push(interval(slot, cohort, [sum(0), sum(1)]));
      for (const [segment, pair] of pairs) intervals.push(interval(slot, cohort, pair[arm], { segment }));
    }
  }
  return telemetryOf([], [], { intervals, weights: [], completeUntilMs: DEPLOYED_AT_MS + slots * 10_000 });
}
const decided = (policy: EvidencePolicy, telemetry: DeploymentTelemetry): Decision =>
  decide(policy, telemetry, { nowMs: telemetry.completeUntilMs });

describe('a criterion on segments', () => {
  const rest: Pair = [
    [10_000, 100],
    [90_000, 900],
  ];

  it('finds a fault that the whole service drowns, and names the segment', () => {
    const telemetry = telemetryWith(30, { '/pay': FAULTY, '/list': CALM }, rest);
    expect(decided(policyOn(), telemetry).crossedAtMs).toBeNull();
    const decision = decided(policyOn('/pay', '/list'), telemetry);
    expect(decision).toMatchObject({
      verdict: 'rollback',
      guilty: 'error rate',
      evidence: [
        { detail: 'segment /pay', canary: { requests: 3000, bad: 600 }, stable: { requests: 27_000, bad: 270 } },
      ],
    });
    expect(decision.reason).toContain('error rate, segment /pay: ');
  });

  it('leaves alone what happens in segments that it does not name', () => {
    const telemetry = telemetryWith(30, { '/pay': FAULTY, '/list': CALM }, rest);
    expect(decided(policyOn('/list'), telemetry).crossedAtMs).toBeNull();
  });

  it('shares its budget among them: the evidence is the mean of theirs', () => {
    const telemetry = telemetryWith(12, { '/pay': FAULTY, '/list': CALM, '/cart': CALM });
    const [pay, list, all] = [['/pay'], ['/list'], ['/pay', '/list', '/cart']].map(
      (names) => decided(policyOn(...names), telemetry).evidence[0]!,
    );
    const mean = (Math.exp(pay!.logE) + 2 * Math.exp(list!.logE)) / 3;
    expect(all!.logE).toBeCloseTo(Math.log(mean), 9);
    expect(all!.bound).toBe(pay!.bound);
  });

  it('is as slow as one that names a segment which nobody reports: that one can spend nothing', () => {
    const telemetry = telemetryWith(12, { '/pay': FAULTY });
    const [alone, both] = [['/pay'], ['/pay', '/rare']].map(
      (names) => decided(policyOn(...names), telemetry).evidence[0]!.logE,
    );
    expect(both).toBeLessThan(alone!);
    expect(both).toBeGreaterThanOrEqual(alone! - Math.LN2);
  });

  it('is proven only when each of them is', () => {
    const enough: Pair = [
      [1000, 10],
      [1000, 10],
    ];
    const telemetry = telemetryWith(120, {
      '/pay': enough,
      '/list': enough,
      '/rare': [
        [1, 0],
        [1, 0],
      ],
    });
    expect(decided(policyOn('/pay', '/list'), telemetry).verdict).toBe('promote');
    expect(decided(policyOn('/pay', '/list', '/rare'), telemetry).verdict).toBe('continue');
    expect(decided(policyOn('/pay', '/none'), telemetry).verdict).toBe('continue');
  });

  it('goes on with the slots of the whole service: presence and external incidents are about that', () => {
    const telemetry = telemetryWith(30, { '/pay': CALM });
    const onlySegments = {
      ...telemetry,
      intervals: telemetry.intervals.filter(({ segment }) => segment !== undefined),
    };
    expect(decided(policyOn('/pay'), onlySegments)).toMatchObject({ verdict: 'hold', trigger: 'source' });
  });

  it('stands beside one on the whole service, and both spend one budget', () => {
    const policy = definePolicy({
      warmUpSeconds: 0,
      criteria: [errorRate({ weight: 3 }), errorRate({ name: 'payments', segments: ['/pay', '/cart'] })],
      hardStops: [],
    });
    const { evidence, guilty } = decided(policy, telemetryWith(20, { '/pay': FAULTY, '/cart': CALM }, rest));
    expect(evidence.reduce((sum, { bound }) => sum + Math.exp(-bound), 0)).toBeCloseTo(0.01, 12);
    expect(guilty).toBe('payments');
  });
});
