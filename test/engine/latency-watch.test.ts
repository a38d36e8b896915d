import { describe, expect, it } from 'vitest';
import { LatencyWatch } from '../../src/engine/latency-watch.ts';
import type { LatencyHistogram } from '../../src/statistics/histogram.ts';
import { explicit, exponential } from '../helpers/histograms.ts';

const BOUNDS = [50, 100, 250, 500];
/** 1000 requests: half above 50 ms, 10 % above 100 ms, 1 % above 250 ms. */
const USUAL = explicit(BOUNDS, [500, 400, 90, 10, 0]);
const slow = (above100: number, above250: number): LatencyHistogram =>
  explicit(BOUNDS, [500, 500 - above100, above100 - above250, above250, 0]);

function watchAfter(before: (LatencyHistogram | null)[], slots: (LatencyHistogram | null)[] = [USUAL]): LatencyWatch {
  const watch = new LatencyWatch(10);
  for (const latency of before) watch.learnBefore(latency);
  slots.forEach((latency, i) => void watch.observe(latency, (i + 1) * 10_000));
  return watch;
}
const heldEdges = (watch: LatencyWatch): number[] =>
  watch.edges.filter(({ watch: { held } }) => held).map(({ edgeMs }) => edgeMs);

describe("a watch on stable's latency", () => {
  it('looks at the edges next to the p90 and p99 from before the deployment', () => {
    const { edges } = watchAfter([USUAL, null, USUAL]);
    expect(edges.map(({ edgeMs, watch }) => [edgeMs, watch.rateBefore])).toEqual([
      [100, 0.1],
      [250, 0.01],
    ]);
  });

  it('looks at one edge where both are nearest to it, and at none that most requests are beyond', () => {
    expect(watchAfter([explicit([100, 1000], [500, 450, 50])]).edges.map(({ edgeMs }) => edgeMs)).toEqual([1000]);
    expect(watchAfter([explicit([100], [500, 500])]).edges).toEqual([]);
    expect(watchAfter([explicit([100], [600, 400])]).edges).toHaveLength(1);
  });

  it('needs 200 requests from before, and cannot find them later', () => {
    const few = explicit(BOUNDS, [99, 80, 18, 2, 0]);
    expect(watchAfter([few], [USUAL, USUAL, USUAL]).edges).toEqual([]);
    expect(watchAfter([explicit(BOUNDS, [100, 80, 18, 2, 0])]).edges).toHaveLength(2);
    expect(watchAfter([], [USUAL, USUAL]).edges).toEqual([]);
  });

  it('holds when many more requests are slow, at the edge where they are', () => {
    const calm = Array.from({ length: 6 }, () => USUAL);
    expect(heldEdges(watchAfter(calm, calm))).toEqual([]);
    expect(heldEdges(watchAfter(calm, [...calm, ...Array.from({ length: 6 }, () => slow(400, 10))]))).toEqual([100]);
    expect(heldEdges(watchAfter(calm, [...calm, ...Array.from({ length: 4 }, () => slow(100, 90))]))).toEqual([250]);
  });

  it('takes a slot without latency, or without the edge, for one without requests', () => {
    const calm = Array.from({ length: 6 }, () => USUAL);
    const { edges } = watchAfter(calm, [USUAL, null, explicit([70], [0, 1000])]);
    for (const { watch } of edges) expect(watch).toMatchObject({ held: false, now: { requests: 1000 } });
  });

  it('chooses among edges that it can count at only', () => {
    // What is faster than the zero threshold lies in one bucket that no edge may cut.
    const reference = exponential(0, 5, [800, 150, 40, 10], { zeroCount: 100, zeroThreshold: 1 });
    const { edges } = watchAfter([reference], [reference]);
    expect(edges.length).toBeGreaterThan(0);
    for (const { watch } of edges) expect(watch.rateNow).toBeCloseTo(watch.rateBefore, 12);
  });

  it('goes on from its state as if it had never been stored', () => {
    const slots = Array.from({ length: 14 }, (_, i) => (i > 5 && i < 10 ? slow(400, 90) : USUAL));
    const whole = new LatencyWatch(10);
    let stored = new LatencyWatch(10);
    slots.forEach((latency, i) => {
      stored = new LatencyWatch(10, JSON.parse(JSON.stringify(stored.state())));
      for (const watch of [whole, stored]) {
        if (i < 4) watch.learnBefore(latency);
        else watch.observe(latency, i * 10_000);
      }
      expect(stored.state()).toEqual(whole.state());
    });
    expect(whole.edges).toHaveLength(2);
  });
});
