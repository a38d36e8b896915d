import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { decide } from '../../src/engine/decide.ts';
import { type Criterion, definePolicy, type EvidencePolicy } from '../../src/engine/policy.ts';
import type { DeploymentTelemetry } from '../../src/ports/telemetry.ts';
import { type Arm, repeat, telemetryOf } from '../helpers/telemetry.ts';

type Pair = readonly [canary: Arm, stable: Arm];
const policyOf = (...criteria: Criterion[]): EvidencePolicy =>
  definePolicy({ warmUpSeconds: 0, soakSeconds: 60, criteria, hardStops: [] });

/** Half of the traffic each, so that the canary is proven within minutes. */
const CALM: Pair = [
  [1000, 10],
  [1000, 10],
];
const FAULTY: Pair = [
  [1000, 60],
  [1000, 10],
];
const ALL_FAIL: Pair = [
  [1000, 300],
  [1000, 300],
];
const telemetryWith = (slots: readonly Pair[], before: Arm = [1000, 10]): DeploymentTelemetry =>
  telemetryOf(slots, repeat(30, before), { weights: [] });
const decided = (policy: EvidencePolicy, telemetry: DeploymentTelemetry) =>
  decide(policy, telemetry, { nowMs: telemetry.completeUntilMs });

describe('an informational criterion', () => {
  const shown = (options: object) => errorRate({ name: 'shown', importance: 'informational', ...options });
  /** Judged loosely; shown strictly. */
  const policy = policyOf(errorRate({ maxRelativeIncrease: 9, promoteWithin: 12 }), shown({ maxRelativeIncrease: 0 }));

  it('is marked, and never decides', () => {
    const decision = decided(policy, telemetryWith(repeat(20, FAULTY)));
    expect(decision).toMatchObject({ crossedAtMs: null, guilty: null });
    expect(decision.verdict).not.toMatch(/rollback|escalate/);
    const [judged, informational] = decision.evidence;
    expect(judged).not.toHaveProperty('informational');
    expect(informational).toMatchObject({ name: 'shown', status: 'worse', informational: true });
  });

  it('changes nothing about the evidence of the others', () => {
    const alone = policyOf(errorRate({ maxRelativeIncrease: 9, promoteWithin: 12 }));
    const telemetry = telemetryWith(repeat(20, FAULTY));
    expect(decided(policy, telemetry).evidence[0]).toEqual(decided(alone, telemetry).evidence[0]);
  });

  it('need not be proven before a promotion', () => {
    // Nobody reports that segment.
    const rare = { name: 'shown', segments: ['/rare'] };
    const informed = decided(policyOf(errorRate(), shown(rare)), telemetryWith(repeat(120, CALM)));
    expect(informed).toMatchObject({ verdict: 'promote', evidence: [{}, { status: 'undecided' }] });
    const demanding = decided(policyOf(errorRate(), errorRate(rare)), telemetryWith(repeat(120, CALM)));
    expect(demanding.verdict).toBe('continue');
  });

  it('does not hold by its limit either', () => {
    const limited = policyOf(errorRate(), shown({ max: 0.02 }));
    const decision = decided(limited, telemetryWith(repeat(60, ALL_FAIL), [1000, 300]));
    expect(decision.verdict).toMatch(/continue|promote/);
  });
});
