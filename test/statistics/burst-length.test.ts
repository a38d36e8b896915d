import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BurstLength, clipForBurst } from '../../src/statistics/burst-length.ts';
import { expectClose } from '../helpers/close.ts';
import { golden } from '../helpers/golden.ts';
import { evenly, podCounts } from '../helpers/pods.ts';

interface Case {
  label: string;
  history: number;
  requests: number[][];
  errors: number[][];
  longestRun: number[];
  clip: number[];
}

describe('golden: bursts of the stable pods', () => {
  const { cases, relTol } = golden<{ relTol: number; cases: Case[] }>('learned_clip');
  // The reference takes every error of a lone pod for an excess; the engine learns nothing from one pod.
  it.each(cases.filter(({ requests }) => requests[0]!.length > 1))(
    '$label',
    ({ history, longestRun, clip, ...rows }) => {
      const bursts = new BurstLength();
      rows.requests.forEach((requests, row) => {
        if (row >= history) {
          expect(bursts.longest, `longest run before interval ${row - history}`).toBe(longestRun[row - history]);
          expectClose(
            clipForBurst(bursts.longest, 1),
            clip[row - history]!,
            relTol,
            `clip of interval ${row - history}`,
          );
        }
        bursts.learn(podCounts(requests, rows.errors[row]!), 1);
      });
    },
  );
});

/** Longest run after blocks in each of which the first pod has so many bad requests, and its siblings ten. */
function longestAfter(badOfFirst: readonly number[], units = 1): BurstLength {
  const bursts = new BurstLength();
  for (const bad of badOfFirst) bursts.learn(evenly(1000, [bad, 10, 10, 10]), units);
  return bursts;
}

describe('the longest burst', () => {
  it('is as long as the excess of one pod lasted', () => {
    expect(longestAfter([10, 200, 200, 200, 10]).longest).toBe(3);
  });

  it('is not forgotten afterwards', () => {
    const calm = Array.from({ length: 50 }, () => 10);
    expect(longestAfter([200, 200, ...calm]).longest).toBe(2);
  });

  it('bridges a short pause', () => {
    expect(longestAfter([200, 200, 200, 10, 200, 200]).longest).toBe(4);
  });

  it('counts wall time, not blocks', () => {
    expect(longestAfter([10, 200, 10], 3).longest).toBe(3);
  });

  it('takes chance for no burst: at low counts three bad requests more are none', () => {
    expect(longestAfter([0, 0, 0, 0]).longest).toBe(0);
    const bursts = new BurstLength();
    for (let i = 0; i < 20; i++) bursts.learn(evenly(100, [2, 0, 1, 1]), 1);
    expect(bursts.longest).toBe(0);
  });

  it('takes an incident that hits all pods for no burst of a pod', () => {
    const bursts = new BurstLength();
    for (let i = 0; i < 20; i++) bursts.learn(evenly(1000, [300, 320, 290]), 1);
    expect(bursts.longest).toBe(0);
  });

  it('learns nothing from one pod, or from none: there is nobody to compare it with', () => {
    const bursts = new BurstLength();
    for (let i = 0; i < 20; i++) bursts.learn(evenly(100, [90]), 1);
    bursts.learn([], 1);
    expect(bursts.longest).toBe(0);
  });

  // A second pod that reports and does not serve yet must not turn every error of the first into a burst.
  it('learns nothing from one serving pod beside silent ones', () => {
    const bursts = new BurstLength();
    for (let i = 0; i < 20; i++) bursts.learn(podCounts([1000, 0], [10, 0]), 1);
    expect(bursts.longest).toBe(0);
  });
});

describe('the cap on the evidence of 10 s', () => {
  // A burst may add 7.3 nats over the longest run, a third longer than its first hit alone, and 1.5 units more.
  it.each([
    [0, 3],
    [1, 7.3 / 2.5],
    [2, 7.3 / 3.8],
    [4, 7.3 / 6.4],
    [20, 0.8],
  ])('after a longest burst of %i units is %d nats', (longest, nats) => {
    expectClose(clipForBurst(longest), nats, 1e-9);
  });

  it('never rises while bursts are seen, and never falls to nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(1000), { minLength: 2, maxLength: 5 }), { maxLength: 40 }), (blocks) => {
        const bursts = new BurstLength();
        let before = bursts.clipNats;
        for (const bad of blocks) {
          bursts.learn(evenly(1000, bad), 1);
          expect(bursts.clipNats).toBeLessThanOrEqual(before);
          expect(bursts.clipNats).toBeGreaterThan(0);
          before = bursts.clipNats;
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});

it('keeps nothing of pods that have no burst: pods come and go for weeks', () => {
  expect(longestAfter([200, 200, 10, 10]).state()).toEqual({ longest: 2, runs: [] });
  expect(longestAfter([10, 200]).state().runs).toEqual([['pod-000', 1]]);
});

it('goes on from its state, in the middle of a burst too', () => {
  const rows = [10, 200, 200, 10, 200, 200, 200, 10];
  const whole = longestAfter(rows);
  for (let at = 0; at <= rows.length; at++) {
    const rest = new BurstLength(JSON.parse(JSON.stringify(longestAfter(rows.slice(0, at)).state())));
    for (const bad of rows.slice(at)) rest.learn(evenly(1000, [bad, 10, 10, 10]), 1);
    expect(rest.longest).toBe(4);
    expect(rest.state()).toEqual(whole.state());
  }
});
