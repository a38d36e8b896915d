/** The judge of latency by itself: when it begins, which edges it takes, what it counts, and when it says "not slower". */
import { describe, expect, it } from 'vitest';
import { latency } from '../../src/engine/criteria/latency.ts';
import { LatencyJudge } from '../../src/engine/criteria/latency-judge.ts';
import { armOf, type Slot } from '../../src/engine/slots.ts';
import type { LatencyHistogram, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { chooseEdges } from '../../src/statistics/exceedance.ts';
import { explicit, exponential } from '../helpers/histograms.ts';
import { interval } from '../helpers/telemetry.ts';

const CRITERION = latency({ quantile: 0.99, maxRelativeIncrease: 0.2, promoteWithin: 1.5 });
const SETTINGS = { intervalSeconds: 10, warmUpSeconds: 0, assumedPodSpread: 0 };
const BOUNDS = [50, 100, 500];
/** Stable's buckets: half above 50 ms, a tenth above 100 ms, a hundredth above 500 ms, in `hundreds` of requests. */
const usual = (hundreds: number): LatencyHistogram =>
  explicit(
    BOUNDS,
    [50, 40, 9, 1].map((count) => count * hundreds),
  );

const served = (name: string, latency: LatencyHistogram | null, pod?: string): TelemetryInterval =>
  interval(0, name === 'canary' ? 'canary' : 'stable', [1000, 0], {
    ...(latency === null ? {} : { latency }),
    ...(pod === undefined ? {} : { pod }),
  });
function slotOf(canary: readonly TelemetryInterval[], stable: LatencyHistogram | null): Slot {
  return {
    startMs: 0,
    endMs: 10_000,
    canary: armOf(canary),
    stable: armOf([served('stable', stable)]),
    otherRequests: 1000,
    segments: new Map(),
  };
}
/** Shows so many slots to a judge, from the `from`-th on. */
function watch(judge: LatencyJudge, slots: number, slot: Slot, from = 0): void {
  for (let i = from; i < from + slots; i++) judge.observe(slot, { startSeconds: i * 10, endSeconds: (i + 1) * 10 });
}
/** A judge that knows stable from before the deployment. */
function prepared(): LatencyJudge {
  const judge = new LatencyJudge(CRITERION, SETTINGS);
  judge.learnBefore(slotOf([], usual(20)));
  return judge;
}
const edgesOf = (judge: LatencyJudge) => judge.state().edges.map(({ edge }) => edge);

describe('the reference', () => {
  const same = slotOf([served('canary', usual(1))], usual(1));

  it('is enough with 200 stable requests, and with one less it is not', () => {
    for (const [requests, edges] of [
      [199, 0],
      [200, 3],
    ] as const) {
      const judge = new LatencyJudge(CRITERION, SETTINGS);
      judge.learnBefore(slotOf([], explicit(BOUNDS, [requests - 100, 80, 18, 2])));
      watch(judge, 1, same);
      expect(edgesOf(judge)).toHaveLength(edges);
    }
  });

  it('is gathered on the way where nothing came before, and what completes it is not judged by it', () => {
    const judge = new LatencyJudge(CRITERION, SETTINGS);
    const slow = slotOf([served('canary', explicit(BOUNDS, [0, 0, 0, 100]))], usual(1));
    watch(judge, 2, slow);
    expect(judge.logE).toBe(0);
    expect(judge.reading()).toMatchObject({ logE: 0, ratio: null, canary: { requests: 0, bad: 0 } });
    watch(judge, 1, slow, 2);
    expect(judge.reading().canary).toEqual({ requests: 100, bad: 100 });
  });

  it('is not ended by slots without a histogram of stable: they are skipped', () => {
    const judge = new LatencyJudge(CRITERION, SETTINGS);
    for (const latency of [usual(1), null, usual(1)]) judge.learnBefore(slotOf([], latency));
    watch(judge, 1, slotOf([served('canary', usual(1))], null));
    expect(judge.state().reference).toEqual(usual(2));
    expect(edgesOf(judge)).toHaveLength(3);
  });

  it('stays away where nobody reports latency, and nothing is judged', () => {
    const judge = new LatencyJudge(CRITERION, SETTINGS);
    judge.learnBefore(slotOf([], null));
    watch(judge, 3, slotOf([served('canary', null)], null));
    expect(judge.state()).toMatchObject({ reference: null, edges: [] });
    expect(judge.logNonInferiority).toBeNull();
  });

  it('gives the edges with the margins of the criterion: slowdowns beyond 1', () => {
    const judge = prepared();
    watch(judge, 1, same);
    expect(edgesOf(judge)).toEqual(chooseEdges(usual(20), 0.99, 0.2, 0.5));
    expect(edgesOf(judge).map(({ edgeMs }) => edgeMs)).toEqual(BOUNDS);
  });
});

describe('non-inferiority', () => {
  const same = slotOf([served('canary', usual(10))], usual(10));

  it('is unknown until 20 slower canary requests were to be expected at the edge that the criterion is named after', () => {
    const judge = prepared();
    // At the edge of the p99, 1 in 100: 19.99 of 1,999, then 20 of 2,000. Other edges have had hundreds.
    watch(judge, 1, slotOf([served('canary', explicit(BOUNDS, [999, 800, 180, 20]))], usual(10)));
    expect(judge.logNonInferiority).toBeNull();
    watch(judge, 1, slotOf([served('canary', explicit(BOUNDS, [1, 0, 0, 0]))], usual(10)), 1);
    expect(judge.logNonInferiority).not.toBeNull();
    expect(judge.reading().logNonInferiority).toBe(judge.logNonInferiority);
  });

  it('asks no proof of an edge where pods differ by as much as the margin is wide', () => {
    // A median edge of 1.5x is 2.7 standard deviations away; the tail's are further.
    const judge = new LatencyJudge(CRITERION, { ...SETTINGS, assumedPodSpread: 0.3 });
    judge.learnBefore(slotOf([], usual(20)));
    const slowMedian = explicit(BOUNDS, [200, 700, 90, 10]);
    watch(judge, 60, slotOf([served('canary', slowMedian)], usual(10)));
    expect(judge.logNonInferiority).toBeGreaterThan(0);
    const strict = prepared();
    watch(strict, 60, slotOf([served('canary', slowMedian)], usual(10)));
    expect(strict.logNonInferiority).toBeLessThan(0);
  });

  it('is proven where every edge shows it', () => {
    const judge = prepared();
    watch(judge, 60, same);
    expect(judge.logNonInferiority).toBeGreaterThan(Math.log(20));
  });

  it('is not proven by a fast median while the tail is worse: the weakest edge decides', () => {
    const judge = prepared();
    const heavyTail = explicit(BOUNDS, [500, 400, 60, 40]);
    watch(judge, 60, slotOf([served('canary', heavyTail)], usual(10)));
    expect(judge.logNonInferiority).toBeLessThan(0);
  });

  it('asks no proof of an edge that too few requests can reach', () => {
    // Named after its p90, which 150 of 1,500 requests reach; 15 of them are expected above 500 ms, then 25.
    const judge = new LatencyJudge({ ...CRITERION, quantile: 0.9 }, SETTINGS);
    judge.learnBefore(slotOf([], usual(20)));
    const few = slotOf([served('canary', explicit(BOUNDS, [50, 40, 5, 5]))], usual(10));
    watch(judge, 15, few);
    const before = judge.logNonInferiority;
    watch(judge, 10, few, 15);
    expect(before).toBeGreaterThan(0);
    expect(judge.logNonInferiority).toBeLessThan(0);
  });
});

describe('what is counted', () => {
  it('is the average of the edges, led by the one with the most evidence', () => {
    const judge = prepared();
    watch(judge, 30, slotOf([served('canary', explicit(BOUNDS, [500, 400, 20, 80]))], usual(10)));
    const reading = judge.reading();
    expect(reading.detail).toBe('requests slower than 500 ms');
    expect(reading.canary).toEqual({ requests: 30_000, bad: 2400 });
    expect(reading.stable).toEqual({ requests: 30_000, bad: 300 });
    expect(reading.logE).toBe(judge.logE);
    // One of three edges: what it alone shows, less ln 3 at most.
    expect(judge.logE).toBeGreaterThan(5);
  });
});

describe('the quantile that people ask for', () => {
  it('is told of both arms in milliseconds, with its interval', () => {
    const judge = prepared();
    const slow = explicit([0.05, 0.1, 0.5], [10, 40, 49, 1], 's');
    watch(judge, 20, slotOf([served('canary', slow)], explicit([0.05, 0.1, 0.5], [500, 400, 99, 1], 's')));
    const { quantile, canary, stable } = judge.reading().latency!;
    expect(quantile).toBe(0.99);
    // The rank 1,980 of 2,000 is the 980th of 980 in the bucket up to 500 ms.
    expect(canary!.ms).toBeCloseTo(500, 6);
    expect(canary).toMatchObject({ highMs: null });
    expect(canary!.lowMs).toBeGreaterThan(100);
    expect(canary!.lowMs).toBeLessThan(500);
    expect(stable!.ms).toBeCloseTo(100 + (400 * 90) / 99, 6);
    expect(stable!.highMs!).toBeGreaterThan(stable!.ms);
  });

  it('is not known of an arm without latency, nor before anything was served', () => {
    const judge = prepared();
    expect(judge.reading().latency).toEqual({ quantile: 0.99, canary: null, stable: null });
    watch(judge, 1, slotOf([served('canary', null)], usual(1)));
    expect(judge.reading().latency).toMatchObject({ canary: null, stable: { ms: expect.any(Number) } });
  });

  it('of what was served before survives buckets that cannot be added', () => {
    const judge = prepared();
    watch(judge, 5, slotOf([served('canary', usual(1))], usual(1)));
    const before = judge.reading().latency!.canary;
    watch(judge, 1, slotOf([served('canary', explicit([70, 700], [0, 0, 100]))], usual(1)), 5);
    expect(judge.reading().latency!.canary!.ms).toBe(before!.ms);
  });
});

describe('buckets that differ between the versions', () => {
  it('are compared at the edges that both have', () => {
    const judge = prepared();
    watch(judge, 30, slotOf([served('canary', explicit([100, 300, 500, 900], [900, 0, 20, 80, 0]))], usual(10)));
    expect(edgesOf(judge).map(({ edgeMs }) => edgeMs)).toEqual([100, 500]);
    expect(judge.reading()).toMatchObject({ detail: 'requests slower than 500 ms', canary: { bad: 2400 } });
    expect(judge.reading()).not.toHaveProperty('obstacle');
  });

  it('of two scales are compared at the edges of the coarser one', () => {
    const judge = new LatencyJudge(CRITERION, SETTINGS);
    judge.learnBefore(slotOf([], exponential(3, 40, [500, 300, 200, 100, 100, 40, 30, 20, 20])));
    watch(judge, 1, slotOf([served('canary', exponential(0, 5, [60, 40]))], exponential(3, 40, [50, 30, 20])));
    expect(edgesOf(judge).map(({ edgeMs }) => edgeMs)).toEqual([32, 64]);
  });

  it('without a common bound are refused by name, and are no evidence', () => {
    const judge = prepared();
    watch(judge, 3, slotOf([served('canary', explicit([70, 700], [0, 0, 100]))], usual(1)));
    expect(judge.logE).toBe(0);
    expect(judge.logNonInferiority).toBeNull();
    expect(judge.reading()).toMatchObject({ canary: { requests: 0 }, obstacle: { code: 'BUCKETS_DIFFER' } });
  });

  it('are refused among the pods of one arm too', () => {
    const judge = prepared();
    const pods = [served('canary', usual(1), 'a'), served('canary', explicit([70, 700], [0, 0, 100]), 'b')];
    watch(judge, 1, slotOf(pods, usual(1)));
    expect(judge.reading()).toMatchObject({ obstacle: { code: 'BUCKETS_DIFFER' } });
  });

  it('keep what was found before they changed, and say that nothing more is found', () => {
    const judge = prepared();
    watch(judge, 30, slotOf([served('canary', explicit(BOUNDS, [500, 400, 20, 80]))], usual(10)));
    const { canary } = judge.reading();
    watch(judge, 3, slotOf([served('canary', explicit([70, 700], [0, 0, 100]))], usual(1)), 30);
    expect(judge.reading()).toMatchObject({ canary, obstacle: { code: 'BUCKETS_DIFFER' } });
    watch(judge, 1, slotOf([served('canary', usual(1))], usual(1)), 33);
    expect(judge.reading()).not.toHaveProperty('obstacle');
  });

  it('are no matter while one of the arms answers nothing', () => {
    const judge = prepared();
    watch(judge, 1, slotOf([served('canary', usual(1))], usual(1)));
    watch(judge, 1, slotOf([served('canary', explicit([70], [0, 0]))], usual(1)), 1);
    expect(judge.reading()).not.toHaveProperty('obstacle');
  });
});

describe('latency that is missing', () => {
  const same = slotOf([served('canary', usual(10))], usual(10));
  const silent = slotOf([served('canary', null)], usual(10));
  const obstacleOf = (judge: LatencyJudge) => judge.reading().obstacle;

  it('at the canary after it was judged is an obstacle from 60 s on, until it is there again', () => {
    const judge = prepared();
    watch(judge, 12, same);
    watch(judge, 5, silent, 12);
    expect(obstacleOf(judge)).toBeUndefined();
    watch(judge, 1, silent, 17);
    expect(obstacleOf(judge)).toEqual({ code: 'LATENCY_MISSING', message: 'The canary reports no latency.' });
    watch(judge, 1, same, 18);
    expect(obstacleOf(judge)).toBeUndefined();
  });

  it('at the canary from the start is one too, where stable reports its own', () => {
    const judge = prepared();
    watch(judge, 6, silent);
    expect(obstacleOf(judge)).toMatchObject({ code: 'LATENCY_MISSING' });
  });

  it('is none where nobody has ever reported any', () => {
    const judge = new LatencyJudge(CRITERION, SETTINGS);
    watch(judge, 30, slotOf([served('canary', null)], null));
    expect(obstacleOf(judge)).toBeUndefined();
  });

  it('is none while the canary answers nothing, and is an empty histogram where it answers', () => {
    const [empty, unanswered] = [explicit(BOUNDS, [0, 0, 0, 0]), { errors: 1000, unanswered: 1000 }];
    const judge = prepared();
    watch(judge, 12, same);
    watch(judge, 12, slotOf([{ ...served('canary', empty), ...unanswered }], usual(10)), 12);
    expect(obstacleOf(judge)).toBeUndefined();
    watch(judge, 6, slotOf([served('canary', empty)], usual(10)), 24);
    expect(obstacleOf(judge)).toMatchObject({ code: 'LATENCY_MISSING' });
  });
});

describe('one slow pod among several', () => {
  const FAST = usual(5);
  const SLOW = explicit(BOUNDS, [0, 0, 100, 400]);
  const PODS = [SLOW, FAST, FAST, FAST];
  const logE = (canary: readonly TelemetryInterval[]): number => {
    const judge = prepared();
    watch(judge, 12, slotOf(canary, usual(100)));
    return judge.logE;
  };
  const named = (histograms: readonly (LatencyHistogram | null)[]) =>
    histograms.map((latency, i) => served('canary', latency, `canary-${i}`));

  it('is cut back to its siblings: it counts less than the same slow requests of all of them', () => {
    const together = logE(PODS.map((latency) => served('canary', latency)));
    expect(logE(named(PODS))).toBeLessThan(together - 3);
  });

  it('is cut back among the pods that tell the edge, whatever else a pod without latency does', () => {
    expect(logE([...named(PODS), served('canary', null, 'silent')])).toBe(logE(named(PODS)));
  });

  it('is not cut back where fewer than three pods tell the edge: others are no witnesses', () => {
    const two = [SLOW, FAST];
    const silent = ['x', 'y', 'z'].map((name) => served('canary', null, name));
    expect(logE([...named(two), ...silent])).toBe(logE(two.map((latency) => served('canary', latency))));
  });
});

describe('what stable pods teach', () => {
  const edges = (judge: LatencyJudge) => judge.state().edges;
  const pods = (shares: readonly number[]): Slot => ({
    ...slotOf([], null),
    stable: armOf(
      shares.map((share, i) => served('stable', explicit(BOUNDS, [50, 50 - share, share, 0]), `stable-${i}`)),
    ),
  });

  it('is learned before the deployment, and kept when the edges are chosen anew', () => {
    const judge = new LatencyJudge(CRITERION, SETTINGS);
    for (let i = 0; i < 40; i++) judge.learnBefore(pods([10, 12, 8, i % 2 === 0 ? 30 : 2]));
    const learned = edges(judge)[1]!;
    expect(learned.edge.edgeMs).toBe(100);
    expect(learned.curve.noise.pods!.dispersion.blocks).toBe(40);
    watch(judge, 1, slotOf([served('canary', usual(1))], usual(1)));
    expect(edges(judge)[1]!.edge.share).toBeCloseTo(0.115, 9);
    expect(judge.reading().noise).toMatchObject({ source: 'pods' });
    expect(edges(judge)[1]!.curve.noise.pods!.dispersion.blocks).toBeGreaterThanOrEqual(40);
  });
});

describe('the state', () => {
  it('goes on as if it had never been stored, before the edges are chosen and after', () => {
    const slot = slotOf([served('canary', explicit(BOUNDS, [40, 40, 15, 5]))], usual(1));
    for (const at of [1, 5]) {
      const whole = new LatencyJudge(CRITERION, SETTINGS);
      watch(whole, at, slot);
      const stored = new LatencyJudge(CRITERION, SETTINGS, JSON.parse(JSON.stringify(whole.state())));
      for (const judge of [whole, stored]) watch(judge, 10, slot, at);
      expect(stored.state()).toEqual(whole.state());
      expect(stored.reading()).toEqual(whole.reading());
    }
  });
});
