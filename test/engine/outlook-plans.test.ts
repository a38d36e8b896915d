import { describe, expect, it } from 'vitest';
import type { CountPlan } from '../../src/engine/criteria/count-plan.ts';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { ErrorRateJudge } from '../../src/engine/criteria/error-rate-judge.ts';
import { latency } from '../../src/engine/criteria/latency.ts';
import { LatencyJudge } from '../../src/engine/criteria/latency-judge.ts';
import { type ArmSlot, emptyArm, type Slot } from '../../src/engine/slots.ts';
import { explicit } from '../helpers/histograms.ts';

const SETTINGS = { intervalSeconds: 10, warmUpSeconds: 60, assumedPodSpread: 0.16 };
const BOUNDS = [10, 20, 40, 80, 160, 320, 640, 1280];
/** Of 10,000 requests: half above 40 ms, 12 % above 160 ms, 1 % above 640 ms. */
const COUNTS = [300, 1200, 3500, 2500, 1300, 800, 300, 90, 10];

const arm = (requests: number, errors = 0): ArmSlot => ({
  ...emptyArm(),
  requests,
  errors,
  latency:
    requests > 0
      ? explicit(
          BOUNDS,
          COUNTS.map((count) => (count * requests) / 10_000),
        )
      : null,
});
const slot = (canary: ArmSlot, stable: ArmSlot, segments: Slot['segments'] = new Map()): Slot => ({
  startMs: 0,
  endMs: 10_000,
  canary,
  stable,
  otherRequests: stable.requests,
  segments,
});
const time = (at: number) => ({ startSeconds: at * 10, endSeconds: at * 10 + 10 });

describe('the plan of a criterion on latency', () => {
  const planAfter = (slots: number, options: Parameters<typeof latency>[0] = {}): CountPlan | null => {
    const judge = new LatencyJudge(latency(options), SETTINGS);
    for (let i = 0; i < 10; i++) judge.learnBefore(slot(arm(0), arm(10_000)));
    for (let i = 0; i < slots; i++) judge.observe(slot(arm(1000), arm(10_000)), time(i));
    return judge.plan();
  };

  it('is none before the edges are settled', () => {
    expect(planAfter(0)).toBeNull();
  });

  it('has every edge, with the share of stable there and what it would be if all took twice as long', () => {
    const { effect, shownBy, sharing } = planAfter(3)!;
    expect(effect).toBe(2);
    expect(sharing).toBe(shownBy.length);
    // Bounds are an octave apart, so twice as slow is the share above the bound before.
    const share = (from: number): number => COUNTS.slice(from).reduce((a, b) => a + b, 0) / 10_000;
    const near = (wanted: number) => shownBy.find(({ count }) => Math.abs(count.rate / wanted - 1) < 0.01)!;
    expect(near(share(3)).ratio).toBeCloseTo(share(2) / share(3), 2);
    expect(near(share(7)).ratio).toBeCloseTo(share(6) / share(7), 1);
    for (const { count } of shownBy) expect(count.common).toBe(true);
  });

  it('looks out for more where more is tolerated', () => {
    expect(planAfter(3, { maxRelativeIncrease: 1 })!.effect).toBeCloseTo(3.2, 12);
  });

  it('depends for a promotion on the edge of its quantile, and on others only if they can be proven', () => {
    // 10 requests of a p99, none of a p99.9: only the edge of the criterion itself is asked.
    const few = planAfter(1)!;
    expect(few.atMargin).toHaveLength(1);
    expect(few.atMargin[0]!.count.rate).toBeCloseTo(0.01, 3);
    expect(few.atMargin[0]!.ratio).toBe(few.atMargin[0]!.count.promoteWithin);
    const more = planAfter(60)!;
    expect(more.atMargin.length).toBeGreaterThan(1);
    expect(more.atMargin.length).toBeLessThan(more.shownBy.length);
    expect(more.sharing).toBe(more.shownBy.length);
  });
});

describe('the plan of a criterion on errors', () => {
  const planOf = (segments: Record<string, [canary: number, stable: number, errors: number]>): CountPlan | null => {
    const names = Object.keys(segments);
    const judge = new ErrorRateJudge(errorRate({ segments: names }), SETTINGS);
    const arms = new Map(
      Object.entries(segments).map(([name, [canary, stable, errors]]) => [
        name,
        { canary: arm(canary), stable: arm(stable, errors) },
      ]),
    );
    for (let i = 0; i < 20; i++) judge.observe(slot(arm(1000), arm(10_000), arms), time(i));
    return judge.plan();
  };

  it('is none before the canary had a request', () => {
    expect(planOf({ '/a': [0, 1000, 10] })).toBeNull();
    expect(new ErrorRateJudge(errorRate(), SETTINGS).plan()).toBeNull();
  });

  it('waits for the segment with the fewest errors to be expected, and no segment without requests', () => {
    const plan = planOf({ '/often': [10, 1000, 100], '/seldom': [100, 1000, 5], '/never': [0, 1000, 1] })!;
    expect(plan.shownBy).toHaveLength(1);
    expect(plan.shownBy[0]!.count.totals.canaryRequests).toBe(2000);
    expect(plan.atMargin).toHaveLength(2);
    expect(plan.sharing).toBe(3);
    expect(plan.isPart).toBe(true);
  });
});
