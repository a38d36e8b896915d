import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { decide } from '../../src/engine/decide.ts';
import { crashLoop } from '../../src/engine/hard-stops.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import type { CriterionEvidence, LimitFinding } from '../../src/ports/decision.ts';
import type { TelemetryInterval } from '../../src/ports/telemetry.ts';
import { expectClose } from '../helpers/close.ts';
import { DEPLOYED_AT_MS, telemetryOf } from '../helpers/telemetry.ts';

/** Requests of each pod per second, the same all the time, so that intervals of any length are split alike. */
const PER_SECOND = 120;
const [BEFORE, SINCE] = [300, 200];

/** Bad requests of a pod in a second: stable pods have bursts of 20 s, and one of them fails twice as often for good. */
function badIn(cohort: 'canary' | 'stable', pod: number, second: number): number {
  if (cohort === 'canary') return 4 + (second % 3);
  const burst = pod === 1 && (second + 1000) % 90 < 20 ? 20 : 0;
  return (pod === 2 ? 4 : 2) + (second % 2) + burst;
}

/** What is found by intervals of a length, from the same seconds. */
function foundWith(seconds: number, before: number): [CriterionEvidence, LimitFinding] {
  const policy = definePolicy({
    intervalSeconds: seconds,
    warmUpSeconds: 0,
    criteria: [errorRate()],
    hardStops: [crashLoop()],
  });
  const intervals: TelemetryInterval[] = [];
  for (let from = -before; from < SINCE; from += seconds) {
    for (const cohort of ['canary', 'stable'] as const) {
      for (let pod = 0; pod < (cohort === 'canary' ? 2 : 4); pod++) {
        if (cohort === 'canary' && from < 0) continue;
        const startMs = DEPLOYED_AT_MS + from * 1000;
        let errors = 0;
        for (let second = from; second < from + seconds; second++) errors += badIn(cohort, pod, second);
        const times = { startMs, endMs: startMs + seconds * 1000, restarts: from % 50 === 0 ? 1 : 0 };
        intervals.push({ ...times, cohort, pod: `${cohort}-${pod}`, requests: PER_SECOND * seconds, errors });
      }
    }
  }
  const telemetry = telemetryOf([], [], {
    intervals,
    weights: [],
    intervalMs: seconds * 1000,
    completeUntilMs: DEPLOYED_AT_MS + SINCE * 1000,
  });
  const { evidence, limits } = decide(policy, telemetry, { nowMs: telemetry.completeUntilMs });
  return [evidence[0]!, limits![0]!];
}

function expectAlike(before: number): void {
  const [evidence, limit] = foundWith(10, before);
  for (const seconds of [5, 2]) {
    const [found, foundLimit] = foundWith(seconds, before);
    expect(found.canary).toEqual(evidence.canary);
    expect(found.stable).toEqual(evidence.stable);
    expect(found.clippedIntervals).toBe(evidence.clippedIntervals);
    for (const name of ['logE', 'dispersion', 'logNonInferiority'] as const)
      expectClose(found[name]!, evidence[name]!, 1e-9, `${name} at ${seconds} s`);
    expectClose(foundLimit.logE, limit.logE, 1e-9, `limit at ${seconds} s`);
    expectClose(foundLimit.canary.requests, limit.canary.requests, 1e-9, `pod-hours at ${seconds} s`);
  }
}

describe('a policy of 2 s or 5 s finds at the end of 10 s what one of 10 s finds', () => {
  it('without a past', () => {
    expectAlike(0);
  });

  // What the stable pods did before the deployment is learned slot by slot, and each slot is taken for a block of 10 s.
  it('with what was learned before the deployment', () => {
    expectAlike(BEFORE);
  });
});
