/** The judge of one fixed limit by itself: when it begins, what it learns, and what it reports. */
import { describe, expect, it } from 'vitest';
import { latency } from '../../src/engine/criteria/latency.ts';
import { type Limit, limitOfCriterion, limitOfHardStop } from '../../src/engine/criteria/limit-counts.ts';
import { LimitJudge } from '../../src/engine/criteria/limit-judge.ts';
import { crashLoop, panicErrorRate, unansweredShare } from '../../src/engine/hard-stops.ts';
import { armOf, emptyArm, type Slot } from '../../src/engine/slots.ts';
import type { LatencyHistogram, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { expectClose } from '../helpers/close.ts';
import { explicit, exponential } from '../helpers/histograms.ts';
import { interval, repeat } from '../helpers/telemetry.ts';

const SETTINGS = { intervalSeconds: 10, warmUpSeconds: 0, assumedPodSpread: 0 };
const PANIC = limitOfHardStop(panicErrorRate({ max: 0.3 })).limit;
const SILENCE = limitOfHardStop(unansweredShare()).limit;
const CRASHES = limitOfHardStop(crashLoop()).limit;

type Counts = Partial<TelemetryInterval> & { requests: number; errors: number };
/** A slot in which each of so many pods of an arm does the same; `null` = the arm does not exist. */
function slotOf(canary: Counts | null, stable: Counts | null, startMs = 0): Slot {
  const arm = (cohort: 'canary' | 'stable', counts: Counts | null, pods: number) =>
    counts === null
      ? emptyArm()
      : armOf(repeat(pods, 0).map((_, i) => interval(0, cohort, [0, 0], { ...counts, pod: `${cohort}-${i}` })));
  return {
    startMs,
    endMs: startMs + 10_000,
    canary: arm('canary', canary, 1),
    stable: arm('stable', stable, 4),
    otherRequests: 0,
    segments: new Map(),
  };
}
function judged(limit: Limit, slots: readonly Slot[], before: readonly Slot[] = []): LimitJudge {
  const judge = new LimitJudge(limit, SETTINGS);
  for (const slot of before) judge.learnBefore(slot);
  slots.forEach((slot, i) => {
    judge.observe(slot, { startSeconds: i * 10, endSeconds: (i + 1) * 10 });
  });
  return judge;
}

const CALM: Counts = { requests: 100, errors: 1 };
const DOWN: Counts = { requests: 100, errors: 90 };

describe('a limit that nobody reports on', () => {
  it('has found nothing, and keeps nothing', () => {
    const judge = judged(SILENCE, repeat(3, slotOf(DOWN, CALM)), repeat(3, slotOf(null, CALM)));
    expect(judge).toMatchObject({ logE: 0 });
    expect(judge.reading()).toBeNull();
    expect(judge.state()).toBeNull();
  });

  it('begins with the first report, of either arm, and then takes a silent slot as one in which nothing happened', () => {
    const told = { ...CALM, unanswered: 5 };
    expect(judged(SILENCE, [slotOf(CALM, told)]).reading()).toMatchObject({
      canary: { requests: 100, bad: 0 },
      stable: { requests: 400, bad: 20 },
    });
    expect(judged(SILENCE, [slotOf(told, CALM), slotOf(CALM, CALM)]).reading()).toMatchObject({
      canary: { requests: 200, bad: 5 },
      stable: { requests: 800, bad: 0 },
    });
    expect(judged(SILENCE, [slotOf(CALM, CALM), slotOf(told, CALM)]).reading()?.canary.requests).toBe(100);
  });

  it('begins before the deployment only if stable reports it then', () => {
    const learned = (stable: Counts) => judged(SILENCE, [], [slotOf(null, stable)]).state();
    expect(learned({ ...CALM, unanswered: 0 })).not.toBeNull();
    expect(learned(CALM)).toBeNull();
  });
});

describe('the evidence', () => {
  it('is the smaller of two: above the limit, and worse than stable', () => {
    const alone = judged(PANIC, repeat(10, slotOf(DOWN, null)));
    expect(alone.logE).toBe(alone.reading()?.logELimit);
    expect(alone.logE).toBeGreaterThan(10);
    const both = judged(PANIC, repeat(10, slotOf(DOWN, DOWN)));
    expect(both.reading()?.logELimit).toBeGreaterThan(10);
    expect(both.logE).toBeLessThanOrEqual(0);
    expect(both.reading()?.logE).toBe(both.logE);
    const worse = judged(PANIC, repeat(10, slotOf(DOWN, CALM)));
    expect(worse.logE).toBeGreaterThan(10);
    expect(worse.logE).toBeLessThanOrEqual(worse.reading()!.logELimit);
  });

  it('is none against a canary below the limit, however much worse than stable it is', () => {
    const judge = judged(PANIC, repeat(20, slotOf({ requests: 1000, errors: 100 }, CALM)));
    expect(judge.logE).toBeLessThan(0);
    expect(judge.logE).toBe(judge.reading()?.logELimit);
  });

  it('does not depend on where the wall clock stands', () => {
    const at = (startMs: number) => {
      const judge = new LimitJudge(CRASHES, { ...SETTINGS, intervalSeconds: 5 });
      judge.learnBefore(slotOf(null, { ...CALM, restarts: 0 }, startMs - 10_000));
      // An odd number of half blocks, so that an open one is in the state.
      for (let i = 0; i < 5; i++) {
        const slot = slotOf({ ...CALM, restarts: 1 }, { ...CALM, restarts: 0 }, startMs + i * 5000);
        judge.observe({ ...slot, endMs: slot.startMs + 5000 }, { startSeconds: i * 5, endSeconds: (i + 1) * 5 });
      }
      return judge.state();
    };
    expect(at(1_800_000_000_000)).toEqual(at(0));
  });

  describe('of a time, where canary and stable have different buckets,', () => {
    const slow = limitOfCriterion(latency({ maxMs: 300 }))!.limit;
    const told = (histogram: LatencyHistogram): Counts => ({ requests: 1000, errors: 0, latency: histogram });
    /** 5 % take longer than 300 ms, 1 % longer than 500. */
    const FINE = told(explicit([250, 300, 500], [900, 50, 40, 10]));
    const COARSE = told(explicit([250, 500], [900, 90, 10]));

    it('is none against a canary that is as slow as stable', () => {
      for (const [canary, stable] of [
        [FINE, COARSE],
        [COARSE, FINE],
        [told(exponential(2, 32, [900, 50, 30, 10, 10])), told(exponential(0, 8, [990, 10]))],
      ] as const) {
        expect(judged(slow, repeat(60, slotOf(canary, stable))).logE).toBeLessThan(1);
      }
    });

    it('is counted at the first edge from the limit on that both have', () => {
      const slower = told(explicit([250, 300, 500], [500, 100, 100, 300]));
      const judge = judged(slow, repeat(60, slotOf(slower, COARSE)));
      expect(judge.logE).toBeGreaterThan(10);
      expect(judge.reading()).toMatchObject({
        canary: { requests: 60_000, bad: 18_000 },
        stable: { requests: 240_000, bad: 2400 },
      });
    });

    it('never rolls back where they have no such edge, and still says that the canary is above it', () => {
      const judge = judged(slow, repeat(60, slotOf(told(explicit([310], [500, 500])), COARSE)));
      expect(judge.logE).toBeLessThanOrEqual(0);
      expect(judge.reading()!.logELimit).toBeGreaterThan(10);
    });
  });

  it('of restarts is read in pod-hours', () => {
    const slots = repeat(36, slotOf({ ...CALM, restarts: 1 }, { ...CALM, restarts: 0 }));
    const reading = judged(CRASHES, slots).reading()!;
    expectClose(reading.canary.requests, 0.1, 1e-9);
    expectClose(reading.stable.requests, 0.4, 1e-9);
    expect([reading.canary.bad, reading.stable.bad]).toEqual([36, 0]);
  });

  it('learns from stable before the deployment how much pods differ', () => {
    const uneven = (high: number): Slot => ({
      ...slotOf(null, null),
      stable: armOf(
        repeat(8, 0).map((_, i) => interval(0, 'stable', [1000, i % 2 === 0 ? high : 10], { pod: `stable-${i}` })),
      ),
    });
    const slots = repeat(6, slotOf({ requests: 1000, errors: 400 }, { requests: 1000, errors: 300 }));
    const logE = (high: number) => judged(PANIC, slots, repeat(30, uneven(high))).logE;
    expect(logE(600)).toBeLessThan(logE(10));
  });
});

describe('the state', () => {
  it('goes on as if it had never been stored', () => {
    const slot = slotOf({ ...DOWN, unanswered: 60 }, { ...CALM, unanswered: 0 });
    const whole = judged(SILENCE, repeat(4, slot));
    const stored = new LimitJudge(SILENCE, SETTINGS, JSON.parse(JSON.stringify(whole.state())));
    for (const judge of [whole, stored]) judge.observe(slot, { startSeconds: 40, endSeconds: 50 });
    expect(stored.state()).toEqual(whole.state());
    expect(stored.reading()).toEqual(whole.reading());
  });
});
