import { describe, expect, it } from 'vitest';
import { businessMetric } from '../../src/engine/criteria/business-metric.ts';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { decide } from '../../src/engine/decide.ts';
import { definePolicy, type EvidencePolicy, type PolicyOptions } from '../../src/engine/policy.ts';
import { batchWorker } from '../../src/engine/presets.ts';
import { Silence } from '../../src/engine/silence.ts';
import type { DeploymentTelemetry } from '../../src/ports/telemetry.ts';
import { type Arm, DEPLOYED_AT_MS, repeat, telemetryOf } from '../helpers/telemetry.ts';

describe('an arm', () => {
  const silentFor = (slotMs: number, requests: readonly number[], silentSlots: number): number | null => {
    const silence = new Silence(slotMs);
    for (const [i, count] of requests.entries()) silence.observe((i + 1) * slotMs, count);
    const restored = new Silence(slotMs, JSON.parse(JSON.stringify(silence.state())));
    return restored.silentMs((requests.length + silentSlots) * slotMs);
  };

  it('is silent after 30 s and three slots without a request', () => {
    expect(silentFor(10_000, [50, 50], 2)).toBeNull();
    expect(silentFor(10_000, [50, 50], 3)).toBe(30_000);
    expect(silentFor(1000, repeat(30, 50), 29)).toBeNull();
    expect(silentFor(1000, repeat(30, 50), 30)).toBe(30_000);
    expect(silentFor(60_000, [300], 2)).toBeNull();
    expect(silentFor(60_000, [300], 3)).toBe(180_000);
  });

  it('is silent only when ten requests were due at its own pace', () => {
    expect(silentFor(10_000, repeat(60, 1), 9)).toBeNull();
    expect(silentFor(10_000, repeat(60, 1), 10)).toBe(100_000);
    // The pace is that of the whole time, pauses included.
    expect(silentFor(10_000, [50, 0, 0, 0, 50], 4)).toBe(40_000);
  });

  it('that never spoke is not silent', () => {
    expect(silentFor(10_000, [0, 0], 100)).toBeNull();
  });
});

const NOTHING: Arm = [0, 0];
const policyWith = (options: Partial<PolicyOptions> = {}): EvidencePolicy =>
  definePolicy({ warmUpSeconds: 0, soakSeconds: 60, criteria: [errorRate()], hardStops: [], ...options });
const CALM = repeat(120, [
  [1000, 10],
  [1000, 10],
] as const);
const telemetry = (last: readonly [Arm, Arm][], weights: DeploymentTelemetry['weights']): DeploymentTelemetry =>
  telemetryOf([...CALM, ...last], repeat(30, [1000, 10]), { weights });
const decided = (policy: EvidencePolicy, data: DeploymentTelemetry, more = {}) =>
  decide(policy, data, { nowMs: data.completeUntilMs, ...more });
const at = (share: number, slot = 0) => ({ atMs: DEPLOYED_AT_MS + slot * 10_000, canaryShare: share });

describe('a deployment', () => {
  it('is promoted while both arms speak', () => {
    expect(decided(policyWith(), telemetry([], [at(0.5)])).verdict).toBe('promote');
  });

  it('is not promoted when stable has fallen silent and the canary fails', () => {
    const data = telemetry(repeat(12, [[2000, 1000], NOTHING]), [at(0.5)]);
    const decision = decided(policyWith(), data);
    expect(decision).toMatchObject({ verdict: 'hold', cause: null, mayAdvance: false });
    expect(decision.reason).toBe('Holding: no request of stable for 120 s, so there is nothing to compare.');
    expect(decided(policyWith({ onMissing: { noData: 'continue' } }), data).verdict).toBe('continue');
  });

  it('goes on, and is not promoted, where the router sends everything to the canary', () => {
    const decision = decided(policyWith(), telemetry(repeat(12, [[2000, 20], NOTHING]), [at(0.5), at(1, 120)]));
    expect(decision).toMatchObject({ verdict: 'continue', mayAdvance: true });
    expect(decision.reason).toBe(
      'Continuing: all of the traffic is routed to the canary, so there is nothing to compare it with (no request of stable for 120 s).',
    );
  });

  it('is not promoted when the canary has fallen silent, and nobody knows its weight, or it is 0', () => {
    for (const weights of [[], [at(0.5), at(0, 120)]]) {
      const decision = decided(policyWith(), telemetry(repeat(12, [NOTHING, [2000, 20]]), weights));
      expect(decision).toMatchObject({ verdict: 'hold', mayAdvance: false });
      expect(decision.reason).toContain('no request of the canary for 120 s');
    }
  });

  it('that was found worse is still rolled back when the canary falls silent', () => {
    const broken = repeat(6, [
      [1000, 300],
      [1000, 10],
    ] as const);
    const data = telemetry([...broken, ...repeat(12, [NOTHING, [2000, 20]] as [Arm, Arm])] as [Arm, Arm][], []);
    expect(decided(policyWith(), data)).toMatchObject({ verdict: 'rollback', cause: 'deployment' });
  });

  it('that was found worse never advances because data are missing, whatever the policy says', () => {
    const data = telemetry(
      repeat(6, [
        [1000, 300],
        [1000, 10],
      ]),
      [at(0.5)],
    );
    const policy = policyWith({ onMissing: { noData: 'continue' } });
    const decision = decided(policy, data, { nowMs: data.completeUntilMs + 600_000 });
    expect(decision).toMatchObject({ verdict: 'hold', mayAdvance: false });
  });
});

describe('where no traffic is no fault', () => {
  const quiet = (minutes: number, stable: Arm = [1000, 10]) =>
    telemetry(repeat(minutes * 6, [NOTHING, stable] as [Arm, Arm]), [at(0.5)]);

  it('a rollout goes on for a while', () => {
    expect(decided(batchWorker(), quiet(5))).toMatchObject({ verdict: 'continue' });
  });

  it('it is held at the end of its time, and never promoted', () => {
    expect(decided(batchWorker({ deadlineSeconds: 3600 }), quiet(60))).toMatchObject({ verdict: 'hold' });
    const planned = { plannedEndMs: DEPLOYED_AT_MS + 1_400_000 };
    expect(decided(batchWorker(), quiet(5), planned)).toMatchObject({ verdict: 'hold', nextCheckAtMs: null });
  });

  it('it is held during an incident', () => {
    expect(decided(batchWorker(), quiet(5, [1000, 400]))).toMatchObject({ verdict: 'hold', cause: 'external' });
  });
});

describe('what speaks against promoting', () => {
  it('is evidence that leans to worse, however far it is from its bound', () => {
    const leak = (bad: number) =>
      telemetryOf(
        Array.from({ length: 130 }, (_, i): [Arm, Arm] => [
          [1000, i < 120 ? 10 : bad],
          [1000, 10],
        ]),
        repeat(30, [1000, 10]),
        { weights: [at(0.5)] },
      );
    expect(decided(policyWith(), leak(10)).verdict).toBe('promote');
    const leaning = decided(policyWith({ falseRollbackRate: 1e-9 }), leak(40));
    expect(leaning.evidence[0]!.logE).toBeGreaterThan(0);
    expect(leaning).toMatchObject({ verdict: 'continue', evidence: [{ status: 'undecided' }] });
  });

  it('is a criterion whose data cannot be compared any more', () => {
    const policy = policyWith({
      criteria: [errorRate(), businessMetric('orders', { better: 'higher', maxRelativeDrop: 0.2, promoteWithin: 2 })],
    });
    const measured = (type: 'ratio' | 'gauge'): DeploymentTelemetry => {
      const data = telemetry([], [at(0.5)]);
      const intervals = data.intervals.map((each) => ({
        ...each,
        measures: {
          orders:
            each.cohort === 'canary' && type === 'gauge' && each.startMs > DEPLOYED_AT_MS + 1_000_000
              ? { type: 'gauge' as const, value: 7 }
              : { type: 'ratio' as const, bad: 400, total: 1000 },
        },
      }));
      return { ...data, intervals };
    };
    expect(decided(policy, measured('ratio')).verdict).toBe('promote');
    const decision = decided(policy, measured('gauge'));
    expect(decision).toMatchObject({ verdict: 'continue', problems: [{ code: 'MEASURE_TYPES_DIFFER' }] });
    expect(decision.reason).toContain('without data that can be compared: orders');
  });
});
