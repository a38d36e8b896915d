/** How soon a doubled error rate is found that begins some minutes in: the figures that how-it-decides.md quotes. */
import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import { DecisionSession } from '../../src/engine/session.ts';
import type { TelemetryInterval } from '../../src/ports/telemetry.ts';
import { simulatedTelemetry, simulateTraffic } from '../../src/testing/traffic.ts';

const RUNS = 9;
const MINUTES = 30;
const policy = definePolicy({ criteria: [errorRate()], hardStops: [], soakSeconds: 7200 });

/** The same traffic with one series for each arm. */
function withoutPods(intervals: readonly TelemetryInterval[]): TelemetryInterval[] {
  const arms = new Map<string, TelemetryInterval>();
  for (const { cohort, startMs, endMs, requests, errors } of intervals) {
    const key = `${cohort} ${startMs}`;
    const { requests: r, errors: e } = arms.get(key) ?? { requests: 0, errors: 0 };
    arms.set(key, { cohort, startMs, endMs, requests: r + requests, errors: e + errors });
  }
  return [...arms.values()];
}

/** Seconds from the fault to the rollback in each run, sorted; Infinity where it was not found. */
function delays(named: boolean, fault: { atSecond: number; ratio: number }): number[] {
  return Array.from({ length: RUNS }, (_, seed) => {
    const telemetry = simulatedTelemetry(
      simulateTraffic({
        ...{ seed, fault, seconds: MINUTES * 60, historySeconds: 600, requestsPerSecond: 500 },
        ...{ canaryShare: 0.2, errorRate: 0.01, pods: { canary: 4, stable: 16 } },
      }),
      10,
    );
    const { deployedAtMs, completeUntilMs, intervals, service, deploymentId } = telemetry;
    const session = new DecisionSession(policy, { service, deploymentId, deployedAtMs });
    for (const interval of named ? intervals : withoutPods(intervals)) session.observe(interval);
    for (let atMs = deployedAtMs + 10_000; atMs <= completeUntilMs; atMs += 10_000) {
      session.completeUntil(atMs);
      if (session.finding({ nowMs: atMs }).verdict === 'rollback') return (atMs - deployedAtMs) / 1000 - fault.atSecond;
    }
    return Infinity;
  }).sort((a, b) => a - b);
}

describe('a fault from minute 6 on', () => {
  it('that doubles the rate is found in two minutes where pods have names, and not where they have none', () => {
    const fault = { atSecond: 360, ratio: 2 };
    expect(delays(true, fault)[4]).toBeLessThanOrEqual(150);
    // The step looks like the noise of an arm. Whoever mends that mends the sentence in how-it-decides.md.
    expect(delays(false, fault).filter(Number.isFinite).length).toBeLessThanOrEqual(2);
  });

  it('of four times the rate is found in two minutes either way', () => {
    const fault = { atSecond: 360, ratio: 4 };
    expect(delays(true, fault)[8]).toBeLessThanOrEqual(120);
    expect(delays(false, fault)[8]).toBeLessThanOrEqual(150);
  });
});
