import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { latency } from '../../src/engine/criteria/latency.ts';
import { decide } from '../../src/engine/decide.ts';
import { definePolicy, type EvidencePolicy } from '../../src/engine/policy.ts';
import type { DeploymentTelemetry, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { DEPLOYED_AT_MS, interval, telemetryOf } from '../helpers/telemetry.ts';

const policy = definePolicy({ warmUpSeconds: 0, criteria: [errorRate()], hardStops: [] });
const assumed = (telemetry: DeploymentTelemetry, rules: EvidencePolicy = policy): string[] =>
  decide(rules, telemetry, { nowMs: telemetry.completeUntilMs }).assumptions;

interface Shape {
  before?: number;
  slots?: number;
  canaryPods?: number;
  /** Errors per 1000 requests of each stable pod in a slot. */
  stable?: (pod: number, slot: number) => number;
  stablePods?: number;
  canaryErrors?: number;
  named?: boolean;
}
function telemetryWith({
  before = 30,
  slots = 40,
  canaryPods = 3,
  stablePods = 4,
  stable = () => 10,
  canaryErrors = 10,
  named = true,
}: Shape): DeploymentTelemetry {
  const intervals: TelemetryInterval[] = [];
  const arm = (slot: number, cohort: 'canary' | 'stable', errors: readonly number[]): void => {
    if (named)
      errors.forEach((count, pod) => {
        intervals.push(interval(slot, cohort, [1000, count], { pod: `${cohort}-${pod}` }));
      });
    else intervals.push(interval(slot, cohort, [1000 * errors.length, errors.reduce((a, b) => a + b, 0)]));
  };
  for (let slot = -before; slot < slots; slot++) {
    arm(
      slot,
      'stable',
      Array.from({ length: stablePods }, (_, pod) => stable(pod, slot)),
    );
    if (slot >= 0)
      arm(
        slot,
        'canary',
        Array.from({ length: canaryPods }, () => canaryErrors),
      );
  }
  return telemetryOf([], [], { intervals, weights: [], completeUntilMs: DEPLOYED_AT_MS + slots * 10_000 });
}

describe('what a decision takes for granted', () => {
  it('is nothing where pods are known, alike, and there is a past to compare with', () => {
    expect(assumed(telemetryWith({}))).toEqual([]);
  });

  it('says when there is no past that an external incident could be told by', () => {
    const [sentence, ...others] = assumed(telemetryWith({ before: 0 }));
    expect(others).toEqual([]);
    expect(sentence).toBe(
      'Stable had only 0 requests before the deployment, so external incidents cannot be told; canary and stable are still compared at the same time.',
    );
  });

  it('says when there is one canary pod: its node and the release cannot be told apart', () => {
    expect(assumed(telemetryWith({ canaryPods: 1 }))).toEqual([
      'There is one canary pod: a defect of its node cannot be told from a defect of the release.',
    ]);
  });

  it('says what is assumed where traffic is not told apart by pod, in the words of the policy', () => {
    const rules = definePolicy({ ...rest(policy), assumedPodSpread: 0.4 });
    const [sentence, ...others] = assumed(telemetryWith({ named: false }), rules);
    expect(others).toEqual([]);
    expect(sentence).toMatch(/^Traffic is not told apart by pod: .* about 40 %\. /);
  });

  it('says when healthy pods differ so much that a smaller fault cannot be told', () => {
    const [sentence, ...others] = assumed(telemetryWith({ stable: (pod) => [3, 10, 30, 60][pod]!, canaryPods: 2 }));
    expect(sentence).toMatch(/^Healthy pods of this service differ by about \d+ % for good; a smaller fault cannot/);
    expect(others.filter((each) => !each.startsWith('Evidence on'))).toEqual([]);
  });

  it('says how often evidence was capped, and that a burst of the stable pods is why', () => {
    const telemetry = telemetryWith({
      before: 60,
      stable: (pod, slot) => (pod === 0 && slot >= -20 && slot < -15 ? 30 : 10),
      canaryErrors: 55,
    });
    const sentence = assumed(telemetry).find((each) => each.startsWith('Evidence on error rate was capped'));
    expect(sentence).toMatch(
      /^Evidence on error rate was capped \d+ times \(now at [\d.]+ nats in 10 s\): stable pods fail for up to 50 s at a stretch, and a burst may not decide\.$/,
    );
  });

  it('says so too where no burst was seen, or none could be', () => {
    for (const named of [true, false]) {
      const sentences = assumed(telemetryWith({ canaryErrors: 45, named }));
      expect(sentences.find((each) => each.startsWith('Evidence on'))).toMatch(/: no short burst may decide\.$/);
    }
  });

  it('does not speak of caps that never acted', () => {
    expect(assumed(telemetryWith({ canaryErrors: 10 })).filter((each) => each.startsWith('Evidence'))).toEqual([]);
  });

  it('can be said of a policy without any error rate', () => {
    const rules = definePolicy({ criteria: [latency()], hardStops: [] });
    expect(assumed(telemetryWith({}), rules)).toEqual([]);
  });

  it('is said in whole sentences', () => {
    const telemetry = telemetryWith({ before: 0, canaryPods: 1, named: true, canaryErrors: 45 });
    const sentences = assumed(telemetry);
    expect(sentences.length).toBeGreaterThan(1);
    for (const sentence of sentences) {
      expect(sentence).toMatch(/^[A-Z].*\.$/);
      expect(sentence).not.toMatch(/undefined|NaN|null|Infinity/);
    }
  });
});

/** The options that a policy was made with, but for its shape. */
function rest({
  schemaVersion: _,
  kind: __,
  ...options
}: EvidencePolicy): Omit<EvidencePolicy, 'schemaVersion' | 'kind'> {
  return options;
}
