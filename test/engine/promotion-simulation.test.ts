import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import { simulatedTelemetry, simulateTraffic, TRAFFIC_NOISE } from '../../src/testing/traffic.ts';
import { sessionOf } from '../helpers/sessions.ts';
import { DEPLOYED_AT_MS } from '../helpers/telemetry.ts';

const POLICY = definePolicy({ criteria: [errorRate()], hardStops: [], falseRollbackRate: 0.005 });

interface Simulated {
  requestsPerSecond: number;
  canaryShare: number;
  errorRate: number;
  ratio: number;
  minutes: number;
  noise?: keyof typeof TRAFFIC_NOISE;
  /** All of stable, and only stable, fails ten times as often for 30 s from this second on. */
  stableBurst?: number;
}

/** Seconds after which one simulated canary was promoted; `null` = rolled back, or neither. */
function secondsToPromotion(
  seed: string,
  { ratio, minutes, noise = 'none', stableBurst, ...traffic }: Simulated,
): number | null {
  const options = { ...traffic, seconds: minutes * 60, historySeconds: 300, noise: TRAFFIC_NOISE[noise] };
  const simulate = (more: object, id: string) =>
    simulatedTelemetry(simulateTraffic({ ...options, seed: `${seed} ${id}`, ...more }), 10, DEPLOYED_AT_MS).intervals;
  const bursting = simulate({ errorRate: traffic.errorRate * 10 }, 'burst');
  const session = sessionOf(POLICY);
  simulate({ fault: { atSecond: 0, ratio } }, 'run').forEach((interval, i) => {
    const second = (interval.startMs - DEPLOYED_AT_MS) / 1000;
    const bursts = stableBurst !== undefined && second >= stableBurst && second < stableBurst + 30;
    session.observe(bursts && interval.cohort === 'stable' ? bursting[i]! : interval);
  });
  for (let second = 10; second <= minutes * 60; second += 10) {
    session.completeUntil(DEPLOYED_AT_MS + second * 1000);
    const { verdict } = session.finding({ nowMs: DEPLOYED_AT_MS + second * 1000 });
    if (verdict === 'rollback') return null;
    if (verdict === 'promote') return second;
  }
  return null;
}

function promotedOf(runs: number, simulated: Simulated): (number | null)[] {
  return Array.from({ length: runs }, (_, run) => secondsToPromotion(`${JSON.stringify(simulated)} ${run}`, simulated));
}

describe('promises of promotion, by simulation', () => {
  it.each([
    [{ requestsPerSecond: 500, canaryShare: 0.05, errorRate: 0.01, ratio: 1.6, minutes: 20 }],
    [{ requestsPerSecond: 50, canaryShare: 0.2, errorRate: 0.01, ratio: 1.6, minutes: 20, stableBurst: 100 }],
    [{ requestsPerSecond: 50, canaryShare: 0.5, errorRate: 0.01, ratio: 1.6, minutes: 20, stableBurst: 0 }],
    [{ requestsPerSecond: 500, canaryShare: 0.05, errorRate: 0.005, ratio: 1.6, minutes: 20, stableBurst: 150 }],
    [{ requestsPerSecond: 500, canaryShare: 0.05, errorRate: 0.01, ratio: 2, minutes: 20, noise: 'mixed' }],
  ] satisfies [Simulated][])('few canaries beyond the margin are promoted: %j', (simulated) => {
    const promoted = promotedOf(40, simulated).filter((seconds) => seconds !== null);
    expect(promoted.length).toBeLessThanOrEqual(3);
  });

  it('a sound canary at 500 requests/s, 5 % and 0.1 % errors is promoted within minutes', () => {
    const promoted = promotedOf(40, {
      requestsPerSecond: 500,
      canaryShare: 0.05,
      errorRate: 0.001,
      ratio: 1,
      minutes: 10,
    });
    const times = promoted.map((seconds) => seconds ?? Infinity).sort((a, b) => a - b);
    expect(times[0]).toBeGreaterThanOrEqual(180);
    expect(times[19]).toBeLessThanOrEqual(240);
    expect(times[34]).toBeLessThanOrEqual(360);
  });
});
