import { describe, expect, it } from 'vitest';
import { ServiceNoise, type ServiceNoiseOptions } from '../../src/statistics/service-noise.ts';
import { addCounts, noCounts } from '../../src/statistics/share-likelihood.ts';
import { expectClose } from '../helpers/close.ts';
import { evenly, podCounts } from '../helpers/pods.ts';

const PODS: ServiceNoiseOptions = {
  dispersion: {
    kind: 'pods',
    prior: 0.1,
    priorWeight: 6,
    windowsSeconds: [10, 30, 90],
    armWindowsSeconds: [10, 30, 90, 270],
  },
  naturalSpread: 0.15,
  clipNats: 2.5,
};

describe('before anything is learned', () => {
  /** 0.1 for one pod, and a quarter more because estimates are as often too low as too high. */
  const PER_POD = 0.125;
  const seen = (canary: readonly number[], stable: readonly number[]): ServiceNoise => {
    const noise = new ServiceNoise(PODS, 10);
    noise.see(podCounts(canary, [], 'canary'), podCounts(stable, [], 'stable'));
    return noise;
  };

  it.each([
    [1, 2],
    [1, 9],
    [4, 16],
    [5, 3],
  ])('the noise of %i canary pods against %i is that of both arms added up', (canary, stable) => {
    const noise = seen(Array(canary).fill(100), Array(stable).fill(100));
    expect(noise.fromPods).toBe(true);
    expectClose(noise.squaredCv, PER_POD * (1 / canary + 1 / stable), 1e-9);
  });

  it('the pods that serve in the open block are counted', () => {
    expect(seen([100], [100, 100]).fromPods).toBe(true);
    expect(seen([100], [100]).fromPods).toBe(false);
    expect(seen([], []).fromPods).toBe(false);
  });

  it('a canary that no pod is named of counts as one pod', () => {
    expectClose(seen([], [100, 100]).squaredCv, PER_POD * (1 + 1 / 2), 1e-9);
  });

  it('a pod with less than a quarter of an even share is no witness', () => {
    expect(seen([100], [1000, 142]).fromPods).toBe(false);
    expect(seen([100], [1000, 143]).fromPods).toBe(true);
    expectClose(seen([100], [1000, 1000, 182]).squaredCv, PER_POD * (1 + 1 / 3), 1e-9);
    expectClose(seen([100], [1000, 1000, 181]).squaredCv, PER_POD * (1 + 1 / 2), 1e-9);
    expect(seen([100], [1000, 0]).fromPods).toBe(false);
  });
});

describe('what is known of lasting differences', () => {
  /** Pods of which one fails ten times as often as another, for good. */
  const COUNTS = { canaryRequests: 2000, canaryBad: 20, stableRequests: 8000, stableBad: 100 };
  const different = { canary: evenly(2000, [20], 'canary'), stable: evenly(2000, [5, 15, 30, 50], 'stable') };

  it.each([
    [10, 6],
    [20, 3],
    [60, 1],
  ])('is weighed anew every minute: with blocks of %i s after %i of them', (blockSeconds, count) => {
    const noise = new ServiceNoise(PODS, blockSeconds);
    const totals = noCounts();
    const spreads: number[] = [];
    for (let i = 0; i <= 2 * count; i++) {
      noise.see(different.canary, different.stable);
      spreads.push(noise.spread);
      addCounts(totals, COUNTS);
      noise.learn(COUNTS, totals, different.canary, different.stable);
      expect(noise.version).toBe(1 + Math.floor(i / count));
    }
    expect(new Set(spreads.slice(0, count)).size).toBe(1);
    expect(spreads[count]).toBeGreaterThan(2 * spreads[0]!);
    expect(new Set(spreads.slice(count, 2 * count)).size).toBe(1);
    expect(spreads[2 * count]).not.toBe(spreads[count]);
  });

  it('is a new version whenever pods come or go, in either arm', () => {
    const noise = new ServiceNoise(PODS, 10);
    const versions = [
      [1, 2],
      [1, 2],
      [2, 2],
      [2, 2],
      [2, 3],
      [1, 2],
    ].map(([canary, stable]) => {
      noise.see(podCounts(Array(canary).fill(100), [], 'canary'), podCounts(Array(stable).fill(100), [], 'stable'));
      return noise.version;
    });
    expect(versions).toEqual([1, 1, 2, 2, 3, 4]);
  });
});
