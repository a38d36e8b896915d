/** Judges of measures by themselves: what they count, when they cannot, and how they show it. */
import { describe, expect, it } from 'vitest';
import type { MeasureJudgeState } from '../../src/engine/criteria/measure-judge.ts';
import { MeasuredJudge, type MeasureQuestion } from '../../src/engine/criteria/measured-judge.ts';
import { armOf, type Slot } from '../../src/engine/slots.ts';
import type { Cohort, Measure } from '../../src/ports/telemetry.ts';
import { expectClose } from '../helpers/close.ts';
import { interval } from '../helpers/telemetry.ts';

const SETTINGS = { intervalSeconds: 10, warmUpSeconds: 0, assumedPodSpread: 0 };
const HIGHER: MeasureQuestion = {
  ...{ measure: 'it', compare: 'level', better: 'higher' },
  ...{ toleratedRatio: 1 / 0.95, promoteWithin: 1.1 },
};
const LOWER: MeasureQuestion = { ...HIGHER, better: 'lower', toleratedRatio: 1.05 };

const ratio = (bad: number, total: number): Measure => ({ type: 'ratio', bad, total });
/** So many values with a CV of 1. */
const mean = (count: number, value: number): Measure => ({
  ...{ type: 'mean', count, sum: count * value },
  sumOfSquares: 2 * count * value * value,
});
const gauge = (value: number): Measure => ({ type: 'gauge', value });

function slotOf(canary: Measure | null, stable: Measure | null): Slot {
  const arm = (cohort: Cohort, measure: Measure | null) =>
    armOf([interval(0, cohort, [100, 0], measure === null ? {} : { measures: { it: measure } })]);
  return {
    ...{ startMs: 0, endMs: 10_000, otherRequests: 100, segments: new Map() },
    canary: arm('canary', canary),
    stable: arm('stable', stable),
  };
}
/** A judge that knows stable from ten minutes before the deployment. */
function knowing(question: MeasureQuestion, stable: Measure): MeasuredJudge {
  const judge = new MeasuredJudge(question, SETTINGS);
  for (let i = 0; i < 60; i++) judge.learnBefore(slotOf(null, stable));
  return judge;
}
function watch(
  judge: MeasuredJudge,
  slots: number,
  canary: Measure | null,
  stable: Measure | null,
  from = 0,
): MeasuredJudge {
  for (let i = from; i < from + slots; i++) {
    judge.observe(slotOf(canary, stable), { startSeconds: i * 10, endSeconds: (i + 1) * 10 });
  }
  return judge;
}
const sideOf = (judge: MeasuredJudge): unknown => (judge.state().typed!.judge as { side: unknown }).side;

describe('a ratio', () => {
  it('is judged by what is not good where that is rarer', () => {
    const judge = knowing(HIGHER, ratio(40, 100));
    expect(sideOf(judge)).toMatchObject({ good: false, common: true });
    const { toleratedRatio, absoluteTolerance } = sideOf(judge) as {
      toleratedRatio: number;
      absoluteTolerance: number;
    };
    // A completion of 60 % may drop to 57 %: what is not completed may rise from 40 % to 43 %.
    expectClose(toleratedRatio, 43 / 40, 1e-3);
    expectClose(absoluteTolerance, 0.03, 1e-2);
    expect(watch(judge, 6, ratio(60, 100), ratio(760, 1900)).reading()).toMatchObject({
      detail: 'outcomes that are not good',
      canary: { requests: 600, bad: 360 },
    });
    expect(judge.reading().ratio!.estimate).toBeCloseTo(1.5, 1);
    expect(judge.logE).toBeGreaterThan(5.3);
  });

  it('is judged by what is good where that is rarer', () => {
    const judge = knowing(HIGHER, ratio(980, 1000));
    expect(sideOf(judge)).toEqual({
      ...{ good: true, toleratedRatio: 1 / 0.95, promoteWithin: 1.1, common: false },
      ...{ absoluteTolerance: 0, promoteWithinAbsolute: 0 },
    });
    const reading = watch(judge, 12, ratio(990, 1000), ratio(18_620, 19_000)).reading();
    expect(judge.logE).toBeGreaterThan(5.3);
    expect(reading.ratio!.estimate).toBeCloseTo(0.5, 1);
    expect(reading.ratio!.high).toBeLessThan(1);
    expect(reading).toMatchObject({ canary: { requests: 12_000, bad: 11_880, good: 120 }, stable: { good: 4560 } });
    expect(reading.detail).toBeUndefined();
  });

  it('is judged by the bad share where lower is better, however common it is', () => {
    expect(sideOf(knowing(LOWER, ratio(980, 1000)))).toMatchObject({ good: false, toleratedRatio: 1.05, common: true });
  });

  it('tolerates a drop in points where the bad share is too small for ratios', () => {
    const canaryWith = (bad: number): number => {
      const judge = knowing(HIGHER, ratio(1, 1e6));
      return watch(watch(judge, 1, ratio(1, 100), ratio(0, 1900)), 30, ratio(bad, 100), ratio(0, 1900)).logE;
    };
    expect(canaryWith(4)).toBeLessThan(5.3);
    expect(canaryWith(10)).toBeGreaterThan(5.3);
  });

  it('waits for 200 outcomes of stable', () => {
    const judge = new MeasuredJudge(LOWER, SETTINGS);
    judge.learnBefore(slotOf(null, ratio(10, 199)));
    expect(sideOf(judge)).toBeNull();
    expect(judge.logNonInferiority).toBeNull();
    expect(watch(judge, 1, ratio(9, 10), ratio(1, 10)).logE).toBe(0);
    expect(watch(judge, 2, ratio(9, 10), ratio(1, 10)).reading().canary.requests).toBe(20);
  });

  it('takes its margins from all that is known before the first judged slot, and keeps them from then on', () => {
    const judge = knowing(HIGHER, ratio(1, 100));
    for (let i = 0; i < 30; i++) judge.learnBefore(slotOf(null, ratio(4, 100)));
    watch(judge, 1, ratio(1, 100), ratio(19, 1900));
    const settled = sideOf(judge) as { toleratedRatio: number };
    // 180 of 9,000 were bad.
    expectClose(settled.toleratedRatio, 1 + (0.05 * 8820.5) / 180.5, 1e-9);
    watch(judge, 30, ratio(1, 100), ratio(1900, 1900));
    expect(sideOf(judge)).toEqual(settled);
  });

  it.each([
    ['rare and bad', LOWER, 3, { good: false, common: false }],
    ['common and bad', LOWER, 30, { good: false, common: true }],
    ['rarely not good', HIGHER, 3, { good: false, common: false }],
    ['often not good', HIGHER, 30, { good: false, common: true }],
    ['rarely good', HIGHER, 97, { good: true, common: false }],
    ['less often good than not', HIGHER, 70, { good: true, common: true }],
  ])('is counted for what it is: %s', (_, question, bad, side) => {
    expect(sideOf(knowing(question, ratio(bad, 100)))).toMatchObject(side);
  });

  it('tolerates more for promotion than for a rollback, however rare failures are', () => {
    for (const bad of [0, 1, 100]) {
      const { toleratedRatio, promoteWithin } = sideOf(knowing(HIGHER, ratio(bad, 100_000))) as Record<string, number>;
      expect(promoteWithin).toBeGreaterThan(toleratedRatio! * 1.5);
    }
  });

  it('is proven to be no worse, and shows the bad share without a word about it where lower is better', () => {
    const judge = watch(knowing(LOWER, ratio(5, 100)), 120, ratio(200, 4000), ratio(200, 4000));
    expect(judge.logNonInferiority).toBeGreaterThan(3);
    expect(judge.reading().detail).toBeUndefined();
    expect(judge.reading().logNonInferiority).toBe(judge.logNonInferiority);
  });

  it('is proven in points where what is not good hardly ever happens', () => {
    const judge = knowing(HIGHER, ratio(0, 40_000));
    expect((sideOf(judge) as { promoteWithinAbsolute: number }).promoteWithinAbsolute).toBeCloseTo(1 / 11, 4);
    expect(watch(judge, 12, ratio(0, 500), ratio(0, 9500)).logNonInferiority).toBeGreaterThan(3);
    const worse = watch(knowing(HIGHER, ratio(0, 40_000)), 12, ratio(60, 500), ratio(0, 9500));
    expect(worse.logNonInferiority).toBeLessThan(0);
    // Few outcomes, of which every tenth is bad now and none was: as bad as the margin, and never proven.
    const few = knowing(HIGHER, ratio(0, 95));
    for (let i = 0; i < 60; i++) {
      watch(few, 1, ratio(i % 2, 5), ratio(i % 10 === 0 ? 1 : 0, 95), i);
      expect(few.logNonInferiority).toBeLessThan(3);
    }
    // Of common outcomes a ratio can be proven, and that allows for natural differences between pods.
    expect(sideOf(knowing(HIGHER, ratio(40, 100)))).toMatchObject({ promoteWithinAbsolute: 0 });
  });

  it.each([
    ['bad', LOWER, (counted: number, total: number) => ratio(counted, total)],
    ['good', HIGHER, (counted: number, total: number) => ratio(total - counted, total)],
  ] as const)('cannot be proven before stable lets expect 20 counted outcomes at the canary: %s', (_, question, of) => {
    // One in a hundred, before the deployment and since: 2,000 outcomes of the canary.
    const judge = watch(knowing(question, of(10, 1000)), 19, of(1, 100), of(19, 1900));
    expect(judge.logNonInferiority).toBeNull();
    expect(watch(judge, 1, of(1, 100), of(19, 1900), 19).logNonInferiority).not.toBeNull();
    expect(watch(knowing(question, of(0, 1000)), 60, of(0, 10_000), of(0, 90_000)).logNonInferiority).toBeNull();
  });

  it('learns before the deployment, and forgets it when the rarer side turns out to be the other one', () => {
    const blocksOf = (judge: MeasuredJudge): number =>
      (judge.state().typed!.judge as { curve: { noise: { pods: { dispersion: { blocks: number } } } } }).curve.noise
        .pods.dispersion.blocks;
    const steady = knowing(HIGHER, ratio(20, 200));
    expect(blocksOf(steady)).toBe(59);
    const turned = new MeasuredJudge(HIGHER, SETTINGS);
    turned.learnBefore(slotOf(null, ratio(180, 200)));
    turned.learnBefore(slotOf(null, ratio(0, 100)));
    turned.learnBefore(slotOf(null, ratio(0, 500)));
    expect(sideOf(turned)).toMatchObject({ good: false });
    expect(blocksOf(turned)).toBe(0);
  });

  it('is not judged in a slot in which nobody reports it', () => {
    const judge = watch(knowing(HIGHER, ratio(970, 1000)), 6, ratio(97, 100), ratio(1843, 1900));
    judge.observe(slotOf(null, null), { startSeconds: 60, endSeconds: 70 });
    expect(judge.reading().canary.requests).toBe(600);
    const silent = watch(knowing(HIGHER, ratio(970, 1000)), 1, null, ratio(1843, 1900)).reading();
    expect(silent.canary).toEqual({ requests: 0, bad: 0 });
  });

  it('is found at once when most of the outcomes turn bad', () => {
    expect(watch(knowing(HIGHER, ratio(5, 100)), 1, ratio(90, 100), ratio(95, 1900)).logE).toBeGreaterThan(5.3);
  });
});

describe('a mean', () => {
  it('that drops is found where higher is better, and shown as canary over stable', () => {
    const judge = watch(knowing(HIGHER, mean(1000, 30)), 12, mean(50, 15), mean(950, 30));
    const reading = judge.reading();
    expect(judge.logE).toBeGreaterThan(5.3);
    expectClose(reading.ratio!.estimate, 0.5, 0.01);
    expect(reading.ratio!.low).toBeLessThan(0.5);
    expect(reading.ratio!.high).toBeLessThan(0.95);
    expect(reading.canary).toEqual({ requests: 600, bad: 0, mean: 15 });
    expect(reading.stable).toEqual({ requests: 11_400, bad: 0, mean: 30 });
  });

  it('that rises is found where lower is better', () => {
    const judge = watch(knowing(LOWER, mean(1000, 30)), 12, mean(50, 60), mean(950, 30));
    expect(judge.logE).toBeGreaterThan(5.3);
    expectClose(judge.reading().ratio!.estimate, 2, 0.01);
  });

  it('that changes for the better is no evidence, and neither is one within the tolerance', () => {
    expect(watch(knowing(HIGHER, mean(1000, 30)), 60, mean(50, 60), mean(950, 30)).logE).toBeLessThan(0);
    expect(watch(knowing(LOWER, mean(1000, 30)), 60, mean(50, 15), mean(950, 30)).logE).toBeLessThan(0);
    expect(watch(knowing(HIGHER, mean(1000, 30)), 60, mean(50, 28.6), mean(950, 30)).logE).toBeLessThan(2);
  });

  it('of nothing is found: the canary took no order at all', () => {
    const orders = (count: number, sum: number): Measure => ({ type: 'mean', count, sum, sumOfSquares: sum });
    expect(watch(knowing(HIGHER, orders(2000, 100)), 12, orders(100, 0), orders(1900, 95)).logE).toBeGreaterThan(5.3);
  });

  it('is no worse where that is proven', () => {
    expect(watch(knowing(HIGHER, mean(1000, 30)), 120, mean(500, 30), mean(500, 30)).logNonInferiority).toBeGreaterThan(
      3,
    );
    expect(knowing(HIGHER, mean(1000, 30)).logNonInferiority).toBeNull();
  });

  it('is not judged while a sum is below zero, and the reading says so until none was for a minute', () => {
    const judge = watch(knowing(LOWER, mean(1000, 30)), 12, { type: 'mean', count: 50, sum: -5 }, mean(950, 30));
    expect(judge.logE).toBeCloseTo(0, 12);
    expect(judge.reading().obstacle).toMatchObject({ code: 'NO_RATIO_OF_MEANS' });
    watch(judge, 6, mean(50, 30), mean(950, 30), 12);
    expect(judge.reading().obstacle).toMatchObject({ code: 'NO_RATIO_OF_MEANS' });
    watch(judge, 1, mean(50, 30), mean(950, 30), 18);
    expect(judge.reading().obstacle).toBeUndefined();
  });

  it('is said to have no ratio steadily while sums come and go around zero', () => {
    const judge = knowing(LOWER, mean(1000, 30));
    for (let i = 0; i < 30; i++) {
      watch(judge, 1, { type: 'mean', count: 50, sum: i % 3 === 0 ? -900 : 300 }, mean(950, 30), i);
      expect(judge.reading().obstacle).toMatchObject({ code: 'NO_RATIO_OF_MEANS' });
    }
    // The last sum below zero is long past, and all values together are below zero still.
    watch(judge, 6, { type: 'mean', count: 50, sum: 300 }, mean(950, 30), 30);
    expect(judge.reading()).toMatchObject({ ratio: null, obstacle: { code: 'NO_RATIO_OF_MEANS' } });
    watch(judge, 4, { type: 'mean', count: 50, sum: 300 }, mean(950, 30), 36);
    expect(judge.reading().obstacle).toBeUndefined();
  });

  it('has no ratio to a stable one of zero', () => {
    const none: Measure = { type: 'mean', count: 950, sum: 0, sumOfSquares: 0 };
    const judge = watch(knowing(LOWER, none), 12, mean(50, 3), none);
    expect(judge.logE).toBeCloseTo(0, 12);
    expect(judge.reading()).toMatchObject({ ratio: null, obstacle: { code: 'NO_RATIO_OF_MEANS' } });
  });

  it('is said to be incomparable only by a slot in which both arms have values', () => {
    const negative: Measure = { type: 'mean', count: 50, sum: -5 };
    const obstacleAfter = (canary: Measure | null, stable: Measure | null): unknown =>
      watch(knowing(LOWER, mean(1000, 30)), 1, canary, stable).reading().obstacle;
    expect(obstacleAfter(negative, null)).toBeUndefined();
    expect(obstacleAfter(null, negative)).toBeUndefined();
    expect(obstacleAfter(negative, { type: 'mean', count: 0, sum: 0 })).toBeUndefined();
    expect(obstacleAfter(negative, mean(950, 30))).toBeDefined();
    expect(obstacleAfter(mean(50, 30), negative)).toBeDefined();
  });

  it('shows nothing of sums beyond all numbers, and stays finite', () => {
    const huge: Measure = { type: 'mean', count: 10, sum: 1e308 };
    const reading = watch(knowing(LOWER, mean(1000, 30)), 3, huge, huge).reading();
    expect(reading.canary).toEqual({ requests: 10, bad: 0, mean: 1e307 });
    expect(Number.isFinite(reading.logE)).toBe(true);
  });

  it('is not shown before there are values', () => {
    const { ratio: shown, canary } = watch(knowing(LOWER, mean(1000, 30)), 1, null, mean(950, 30)).reading();
    expect([shown, canary]).toEqual([null, { requests: 0, bad: 0 }]);
  });

  it('is not changed by a slot in which the canary says nothing', () => {
    const judge = watch(knowing(HIGHER, mean(1000, 30)), 6, mean(50, 20), mean(950, 30));
    const { logE } = judge;
    judge.observe(slotOf(null, mean(950, 30)), { startSeconds: 60, endSeconds: 70 });
    expectClose(judge.logE, logE, 1e-9);
  });
});

describe('a gauge', () => {
  it('is judged by its level', () => {
    const judge = watch(knowing(LOWER, gauge(0.375)), 12, gauge(0.75), gauge(0.375));
    expect(judge.logE).toBeGreaterThan(5.3);
    expect(judge.reading()).toMatchObject({ canary: { requests: 12, mean: 0.75 }, stable: { mean: 0.375 } });
  });

  it('is one level for each pod and slot, however often it was read', () => {
    const pods = (...values: number[]): Slot => ({
      ...slotOf(null, gauge(0.4)),
      canary: armOf(values.map((value) => interval(0, 'canary', [1, 0], { pod: 'a', measures: { it: gauge(value) } }))),
    });
    const [often, once] = [knowing(LOWER, gauge(0.4)), knowing(LOWER, gauge(0.4))];
    often.observe(pods(0.3, 0.6, 0.9), { startSeconds: 0, endSeconds: 10 });
    once.observe(pods(0.6), { startSeconds: 0, endSeconds: 10 });
    expectClose(often.logE, once.logE, 1e-9);
    expect(often.reading().canary.requests).toBe(1);
  });

  it('can be compared by its growth, which says so', () => {
    const judge = knowing({ ...LOWER, compare: 'growth' }, gauge(400));
    expect(judge.reading().detail).toBe('growth of settled pods');
    // The canary is young: its level is half of stable's, and nothing is found in that.
    expect(watch(judge, 30, gauge(200), gauge(400)).reading()).toMatchObject({ ratio: null, canary: { requests: 0 } });
  });
});

describe('a measure of several types', () => {
  it('is judged by the first one, and a slot of another one is an obstacle', () => {
    const judge = watch(knowing(HIGHER, mean(1000, 30)), 6, mean(50, 20), mean(950, 30));
    const { logE } = judge;
    judge.observe(slotOf(gauge(1), mean(950, 30)), { startSeconds: 60, endSeconds: 70 });
    expectClose(judge.logE, logE, 1e-9);
    expect(judge.reading().obstacle).toMatchObject({ code: 'MEASURE_TYPES_DIFFER' });
    judge.observe(slotOf(mean(50, 20), mean(950, 30)), { startSeconds: 70, endSeconds: 80 });
    expect(judge.reading().obstacle).toBeUndefined();
  });

  it('is remembered by type when it is stored', () => {
    const judge = knowing(HIGHER, ratio(40, 100));
    const rest = new MeasuredJudge(HIGHER, SETTINGS, JSON.parse(JSON.stringify(judge.state())) as MeasureJudgeState);
    expect(rest.state()).toEqual(judge.state());
    for (const each of [judge, rest]) watch(each, 3, ratio(60, 100), ratio(760, 1900));
    expect(rest.state()).toEqual(judge.state());
  });
});

describe('a measure that is missing', () => {
  const MEASURES: readonly [string, Measure][] = [
    ['ratio', ratio(5, 100)],
    ['mean', mean(100, 30)],
    ['gauge', gauge(0.4)],
  ];
  const obstacleOf = (judge: MeasuredJudge) => judge.reading().obstacle;

  it.each(MEASURES)('at the canary is an obstacle after 60 s, and no effect is shown: %s', (_, measure) => {
    const judge = watch(knowing(HIGHER, measure), 5, null, measure);
    expect(obstacleOf(judge)).toBeUndefined();
    watch(judge, 1, null, measure, 5);
    expect(judge.reading()).toMatchObject({ ratio: null, logNonInferiority: null });
    expect(obstacleOf(judge)).toEqual({ code: 'MEASURE_MISSING', message: 'The canary reports no it.' });
    watch(judge, 1, measure, measure, 6);
    expect(obstacleOf(judge)).toBeUndefined();
  });

  it.each(MEASURES)('after it was judged is the same: %s', (_, measure) => {
    const judge = watch(knowing(HIGHER, measure), 12, measure, measure);
    watch(judge, 6, null, null, 12);
    expect(obstacleOf(judge)).toEqual({ code: 'MEASURE_MISSING', message: 'Nobody reports it.' });
  });

  it.each(MEASURES)('at stable has no effect and no proof: %s', (_, measure) => {
    const judge = watch(knowing(HIGHER, measure), 6, measure, null);
    expect(judge.reading()).toMatchObject({ ratio: null, logNonInferiority: null });
    expect(obstacleOf(judge)).toEqual({ code: 'MEASURE_MISSING', message: 'Stable reports no it.' });
  });

  it('may be optional: it is no obstacle where nobody has ever reported it, and is one where stable does', () => {
    const optional = { ...LOWER, optional: true };
    expect(obstacleOf(watch(new MeasuredJudge(optional, SETTINGS), 12, null, null))).toBeUndefined();
    expect(obstacleOf(watch(knowing(optional, gauge(0.4)), 12, null, gauge(0.4)))).toBeDefined();
  });

  it('is not one that counted nothing', () => {
    expect(obstacleOf(watch(knowing(HIGHER, ratio(5, 100)), 12, ratio(0, 0), ratio(5, 100)))).toBeUndefined();
  });
});

describe('a measure that nobody reports', () => {
  it('is no evidence', () => {
    const judge = watch(new MeasuredJudge(HIGHER, SETTINGS), 6, null, null);
    expect(judge.reading()).toMatchObject({ logE: 0, logNonInferiority: null, ratio: null, noise: null });
    expect(judge.state()).toMatchObject({ typed: null, typesDiffer: false });
    const message = 'Nobody reports it.';
    expect(judge.reading().obstacle).toEqual({ code: 'MEASURE_MISSING', message });
  });
});
