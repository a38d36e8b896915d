import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../../bench/figures.ts';
import { TRAFFIC_NOISE } from '../../src/testing/traffic.ts';
import { secondsToRollback, simulateArms } from '../helpers/judge-runs.ts';

const LENGTHS = [2, 5, 10, 60];

// The constants of the judge are per wall time. Were they per interval, a burst of 30 s that is harmless at 10 s would
// roll back at 1 s. `npm run bench` does the same with more runs and more kinds of noise.
describe('the length of an interval does not change the false-rollback rate', () => {
  it.each([
    ['bursts', 80],
    ['mixed', 40],
  ] as const)(
    '%s, same simulated minutes at 2, 5, 10 and 60 s',
    (noise, runs) => {
      const hits = LENGTHS.map(() => 0);
      for (let run = 0; run < runs; run++) {
        const arms = simulateArms({
          seed: `${noise} ${run}`,
          seconds: 1800,
          requestsPerSecond: 50,
          canaryShare: 0.05,
          errorRate: 0.01,
          noise: TRAFFIC_NOISE[noise],
        });
        LENGTHS.forEach((length, i) => {
          if (secondsToRollback(arms, length) !== null) hits[i]! += 1;
        });
      }
      const intervals = hits.map((count) => wilsonInterval(count, runs));
      for (const a of intervals) for (const b of intervals) expect(a.low).toBeLessThanOrEqual(b.high);
      for (const count of hits) expect(count / runs).toBeLessThanOrEqual(0.04);
    },
    90_000,
  );

  it('finds the same fault at about the same time, and sooner at shorter intervals', () => {
    const arms = simulateArms({
      seed: 5,
      seconds: 900,
      requestsPerSecond: 500,
      canaryShare: 0.1,
      errorRate: 0.01,
      fault: { atSecond: 120, ratio: 5 },
    });
    const [at2, at5, at10, at60] = LENGTHS.map((length) => secondsToRollback(arms, length) ?? Number.POSITIVE_INFINITY);
    expect(at10).toBeGreaterThan(120);
    expect(at2).toBeLessThanOrEqual(at10!);
    expect(at5).toBeLessThanOrEqual(at10!);
    expect(at60).toBeLessThanOrEqual(at10! + 120);
  });
});
