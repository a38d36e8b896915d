/** A canary that breaks late is not promoted for what it was before. */
import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { decide } from '../../src/engine/decide.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import type { Decision } from '../../src/ports/decision.ts';
import { simulatedTelemetry, simulateTraffic, TRAFFIC_NOISE } from '../../src/testing/traffic.ts';

const SECONDS = 600;
const RUNS = 40;
const policy = definePolicy({
  criteria: [errorRate()],
  hardStops: [],
  soakSeconds: SECONDS,
  deadlineSeconds: SECONDS,
});

/** Decisions at the end of the time to decide: two series, drifting rates. */
function decisions(fault?: { atSecond: number; ratio: number }): Decision[] {
  return Array.from({ length: RUNS }, (_, seed) => {
    const telemetry = simulatedTelemetry(
      simulateTraffic({
        ...{ seed, seconds: SECONDS, historySeconds: 600, requestsPerSecond: 200, canaryShare: 0.2, errorRate: 0.01 },
        ...{ noise: TRAFFIC_NOISE.drift, ...(fault ? { fault } : {}) },
      }),
      10,
    );
    return decide(policy, telemetry, { nowMs: telemetry.completeUntilMs });
  });
}

describe('at the end of the time to decide', () => {
  it('hardly any canary is promoted whose errors doubled in the last quarter', () => {
    const found = decisions({ atSecond: 450, ratio: 2 });
    // 30 of 100 without a look at the last minutes, 6 with it.
    expect(found.filter(({ verdict }) => verdict === 'promote').length).toBeLessThanOrEqual(0.15 * RUNS);
    const held = found.filter(({ reason }) => reason.includes('beyond the margin for promotion'));
    expect(held.length).toBeGreaterThan(0);
    for (const { verdict, evidence } of held) {
      expect(verdict).toBe('hold');
      expect(evidence[0]).toMatchObject({ recentlyBeyond: true, status: 'undecided' });
    }
  });

  it('healthy ones are promoted all the same', () => {
    expect(decisions().filter(({ verdict }) => verdict === 'promote').length).toBeGreaterThan(0.7 * RUNS);
  });
});
