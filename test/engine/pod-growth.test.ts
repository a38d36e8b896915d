import { describe, expect, it } from 'vitest';
import { PodGrowth, type PodGrowthState, type PodLevel } from '../../src/engine/criteria/pod-growth.ts';

const pod = (name: string, value: number, ageSeconds: number | null = null): PodLevel => ({
  pod: name,
  value,
  ageSeconds,
});
/** Shows slots of 10 s; returns the growth of the last one by pod. */
function watch(
  growth: PodGrowth,
  slots: number,
  levels: (slot: number) => { canary?: PodLevel[]; stable?: PodLevel[] },
): Record<string, number> {
  let last: Record<string, number> = {};
  for (let i = 0; i < slots; i++) {
    const { canary = [], stable = [] } = levels(i);
    const grown = growth.observe(canary, stable, 10);
    last = Object.fromEntries([...grown.canary, ...grown.stable].map((each) => [each.pod, each.growth]));
  }
  return last;
}

describe('the growth of pods', () => {
  it('begins when a pod is 300 s old and has been averaged for 60 s', () => {
    const growth = new PodGrowth();
    const young = (i: number) => ({ canary: [pod('c', i < 30 ? 50 + i : 100, 10 * i)] });
    expect(watch(growth, 36, young)).toEqual({});
    expect(watch(growth, 1, () => ({ canary: [pod('c', 130, 360)] }))).toEqual({ c: 1.3 });
  });

  it('goes by when a pod was first seen where ages are missing', () => {
    const growth = new PodGrowth();
    const same = () => ({ canary: [pod('c', 100)] });
    expect(watch(growth, 36, same)).toEqual({});
    expect(watch(growth, 1, same)).toEqual({ c: 1 });
  });

  it('takes stable pods that are there from the start for old, unless they say something else', () => {
    const stable = [pod('old', 100), pod('told', 100, 500), pod('young', 100, 5)];
    expect(watch(new PodGrowth(), 7, () => ({ stable }))).toEqual({ old: 1, told: 1 });
    const late = new PodGrowth();
    watch(late, 1, () => ({ stable: [pod('old', 100)] }));
    expect(watch(late, 7, () => ({ stable: [pod('old', 100), pod('new', 100)] }))).toEqual({ old: 1 });
  });

  it('counts from the mean of a minute, not from one reading', () => {
    const readings = [70, 130, 90, 110, 100, 100, 150];
    expect(watch(new PodGrowth(), 7, (i) => ({ stable: [pod('s', readings[i]!)] }))).toEqual({ s: 1.5 });
  });

  it('lets a pod that settles later join at the growth of stable', () => {
    const growth = new PodGrowth();
    watch(growth, 6, () => ({ stable: [pod('s', 100)] }));
    // Stable has doubled when the canary takes its base; from then on both grow by a half.
    watch(growth, 6, () => ({ stable: [pod('s', 200)], canary: [pod('c', 40, 400)] }));
    expect(watch(growth, 1, () => ({ stable: [pod('s', 300)], canary: [pod('c', 60, 460)] }))).toEqual({ c: 3, s: 3 });
  });

  it('begins anew after a restart', () => {
    const growth = new PodGrowth();
    const aged = (from: number, value: number) => (i: number) => ({ canary: [pod('c', value, from + 10 * i)] });
    expect(watch(growth, 7, aged(400, 100))).toEqual({ c: 1 });
    expect(watch(growth, 30, aged(0, 20))).toEqual({});
    expect(watch(growth, 7, aged(300, 20))).toEqual({ c: 1 });
  });

  it('forgets a pod that was silent for a quarter of an hour', () => {
    const growth = new PodGrowth();
    const stable = () => ({ stable: [pod('s', 100)] });
    watch(growth, 7, stable);
    watch(growth, 89, () => ({}));
    expect(watch(growth, 1, stable)).toEqual({ s: 1 });
    watch(growth, 91, () => ({}));
    expect(watch(growth, 1, stable)).toEqual({});
    expect(growth.state().stable).toHaveLength(1);
  });

  it('waits for a base above zero', () => {
    const growth = new PodGrowth();
    watch(growth, 12, () => ({ stable: [pod('s', 0)] }));
    watch(growth, 6, () => ({ stable: [pod('s', 50)] }));
    expect(watch(growth, 1, () => ({ stable: [pod('s', 75)] }))).toEqual({ s: 1.5 });
  });

  it('is per wall time: intervals of 5 s settle as those of 10 s do', () => {
    const growth = new PodGrowth();
    for (let i = 0; i < 12; i++) expect(growth.observe([], [pod('s', 100)], 5).stable).toEqual([]);
    expect(growth.observe([], [pod('s', 100)], 5).stable).toEqual([{ pod: 's', growth: 1 }]);
  });

  it('goes on from a stored state at any slot', () => {
    const levels = (i: number) => ({ canary: [pod('c', 50 + i)], stable: [pod('s', 100 + i, 200 + 10 * i)] });
    for (const at of [1, 7, 33, 40]) {
      const whole = new PodGrowth();
      let stored = new PodGrowth();
      for (let i = 0; i < 45; i++) {
        if (i === at) stored = new PodGrowth(JSON.parse(JSON.stringify(stored.state())) as PodGrowthState);
        const { canary, stable } = levels(i);
        expect(stored.observe(canary, stable, 10)).toEqual(whole.observe(canary, stable, 10));
      }
      expect(stored.state()).toEqual(whole.state());
    }
  });
});
