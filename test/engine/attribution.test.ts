import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { evidenceHistory } from '../../src/engine/decide.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import { simulatedTelemetry, simulateTraffic, TRAFFIC_NOISE, type TrafficOptions } from '../../src/testing/traffic.ts';
import { itSimulates } from '../helpers/simulation.ts';

const held = (more: Partial<TrafficOptions>, intervalSeconds = 10): boolean[] => {
  const traffic = simulateTraffic({
    seed: 1,
    seconds: 900,
    historySeconds: 600,
    requestsPerSecond: 200,
    canaryShare: 0.2,
    errorRate: 0.005,
    ...more,
  });
  const policy = definePolicy({ intervalSeconds, criteria: [errorRate()] });
  return evidenceHistory(policy, simulatedTelemetry(traffic, intervalSeconds)).map(({ external }) => external);
};

describe('external incidents', () => {
  const incident = { fromSecond: 300, toSecond: 600, ratio: 20 };

  it.each([2, 10])('hold soon after they begin and let go soon after they end, at %i s intervals', (seconds) => {
    const history = held({ incident, noise: TRAFFIC_NOISE.pods }, seconds);
    const at = (second: number) => history[Math.floor(second / seconds)];
    expect(history.slice(0, 300 / seconds)).not.toContain(true);
    expect(history.slice(330 / seconds, 600 / seconds)).not.toContain(false);
    expect(at(640)).toBe(false);
    expect(history.slice(640 / seconds)).not.toContain(true);
  });

  it('are not seen in a fault of the canary alone', () => {
    expect(held({ fault: { atSecond: 200, ratio: 20 } })).not.toContain(true);
  });

  itSimulates('are rarely seen in ordinary noise', () => {
    const runs = Array.from({ length: 20 }, (_, seed) => held({ seed, noise: TRAFFIC_NOISE.pods }));
    expect(runs.filter((history) => history.includes(true)).length).toBeLessThanOrEqual(2);
  });

  it('cannot be told without telemetry from before the deployment', () => {
    expect(held({ historySeconds: 0, incident })).not.toContain(true);
  });
});
