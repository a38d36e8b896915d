import { describe, expect, it } from 'vitest';
import { TRAFFIC_NOISE } from '../../src/testing/traffic.ts';
import { secondsToRollback, simulateArms } from '../helpers/judge-runs.ts';

describe('promises, by simulation', () => {
  it('rolls back few healthy canaries of an ordinarily noisy service', () => {
    let rolledBack = 0;
    for (let run = 0; run < 60; run++) {
      const arms = simulateArms({
        seed: `null ${run}`,
        seconds: 1800,
        requestsPerSecond: 500,
        canaryShare: 0.2,
        errorRate: 0.05,
        noise: TRAFFIC_NOISE.mixed,
      });
      if (secondsToRollback(arms, 10) !== null) rolledBack += 1;
    }
    expect(rolledBack).toBeLessThanOrEqual(2);
  });
  it('finds a fivefold error rate at 50 requests/s and 5 % within minutes', () => {
    const times = Array.from({ length: 40 }, (_, run) => {
      const arms = simulateArms({
        seed: `fault ${run}`,
        seconds: 1800,
        requestsPerSecond: 50,
        canaryShare: 0.05,
        errorRate: 0.01,
        fault: { atSecond: 0, ratio: 5 },
      });
      return secondsToRollback(arms, 10) ?? Number.POSITIVE_INFINITY;
    }).sort((a, b) => a - b);
    expect(times[20]).toBeLessThanOrEqual(240);
    expect(times[38]).toBeLessThanOrEqual(900);
  });
});
