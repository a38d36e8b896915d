/** Judges of measures where pods are named: what is learned of them, growth, and going on from a stored state. */
import { describe, expect, it } from 'vitest';
import type { MeasureJudgeState } from '../../src/engine/criteria/measure-judge.ts';
import { inverted } from '../../src/engine/criteria/measure-judge.ts';
import { MeasuredJudge, type MeasureQuestion } from '../../src/engine/criteria/measured-judge.ts';
import { armOf, type Slot } from '../../src/engine/slots.ts';
import type { Measure } from '../../src/ports/telemetry.ts';
import { expectClose } from '../helpers/close.ts';
import { interval } from '../helpers/telemetry.ts';

const SETTINGS = { intervalSeconds: 10, warmUpSeconds: 0, assumedPodSpread: 0.16 };
const QUESTION: MeasureQuestion = {
  ...{ measure: 'it', compare: 'level', better: 'lower' },
  ...{ toleratedRatio: 1.1, promoteWithin: 1.25 },
};
const GROWTH: MeasureQuestion = { ...QUESTION, compare: 'growth', toleratedRatio: 1.25, promoteWithin: 1.5 };

/** A slot from what each pod of an arm measures. */
function slotOf(canary: readonly (Measure | null)[], stable: readonly (Measure | null)[]): Slot {
  const arm = (cohort: 'canary' | 'stable', measures: readonly (Measure | null)[]) =>
    armOf(
      measures.map((it, i) =>
        interval(0, cohort, [100, 0], { pod: `${cohort}-${i}`, ...(it === null ? {} : { measures: { it } }) }),
      ),
    );
  return {
    ...{ startMs: 0, endMs: 10_000, otherRequests: 100, segments: new Map() },
    canary: arm('canary', canary),
    stable: arm('stable', stable),
  };
}
const at = (i: number): { startSeconds: number; endSeconds: number } => ({
  startSeconds: i * 10,
  endSeconds: (i + 1) * 10,
});
const four = <T>(make: (pod: number) => T): T[] => [0, 1, 2, 3].map(make);
/** A little different in every slot and pod, the same in every run. */
const wobble = (slot: number, pod: number): number => 1 + 0.05 * Math.sin(7 * slot + 3 * pod);

/** Measures of a healthy pod, by type. */
const HEALTHY: Record<string, (slot: number, pod: number) => Measure> = {
  ratio: (slot, pod) => ({ type: 'ratio', bad: Math.round(8 * wobble(slot, pod)), total: 100 }),
  'rare good ratio': (slot, pod) => ({ type: 'ratio', bad: 100 - Math.round(8 * wobble(slot, pod)), total: 100 }),
  mean: (slot, pod) => ({ type: 'mean', count: 40, sum: 1200 * wobble(slot, pod), sumOfSquares: 80_000 }),
  'mean without squares': (slot, pod) => ({ type: 'mean', count: 40, sum: 1200 * wobble(slot, pod) }),
  gauge: (slot, pod) => ({ type: 'gauge', value: 400 * wobble(slot, pod) }),
};
const CASES: [string, MeasureQuestion, (slot: number, pod: number) => Measure][] = [
  ...Object.entries(HEALTHY).map(([name, make]): [string, MeasureQuestion, typeof make] => [name, QUESTION, make]),
  ['where higher is better', { ...QUESTION, better: 'higher' }, HEALTHY['rare good ratio']!],
  ['growth', GROWTH, HEALTHY['gauge']!],
];

describe('a stored judge', () => {
  it.each(CASES)('goes on as if nothing had happened, in every slot: %s', (_, question, make) => {
    const whole = new MeasuredJudge(question, SETTINGS);
    let stored = new MeasuredJudge(question, SETTINGS);
    for (let i = -20; i < 45; i++) {
      stored = new MeasuredJudge(question, SETTINGS, JSON.parse(JSON.stringify(stored.state())) as MeasureJudgeState);
      expect(stored.reading()).toEqual(whole.reading());
      const slot = slotOf(
        i % 7 === 3 ? [null, make(i, 9)] : [make(i, 8), make(i, 9)],
        four((pod) => make(i, pod)),
      );
      for (const judge of [whole, stored]) {
        if (i < 0) judge.learnBefore(slot);
        else judge.observe(slot, at(i));
      }
      expect([stored.logE, stored.logNonInferiority]).toEqual([whole.logE, whole.logNonInferiority]);
    }
    expect(stored.state()).toEqual(whole.state());
  });

  it('still knows what cannot be compared', () => {
    const judge = new MeasuredJudge(QUESTION, SETTINGS);
    const mean = (sum: number): Measure => ({ type: 'mean', count: 10, sum });
    judge.observe(slotOf([mean(10)], [mean(-10)]), at(0));
    const reload = (): MeasuredJudge =>
      new MeasuredJudge(QUESTION, SETTINGS, JSON.parse(JSON.stringify(judge.state())) as MeasureJudgeState);
    expect(reload().reading().obstacle).toMatchObject({ code: 'NO_RATIO_OF_MEANS' });
    judge.observe(slotOf([{ type: 'gauge', value: 1 }], [mean(10)]), at(1));
    expect(reload().reading().obstacle).toEqual({
      code: 'MEASURE_TYPES_DIFFER',
      message: 'The measure it is reported with different types, so it cannot be added up.',
    });
  });
});

describe('pods', () => {
  it.each(CASES)('are what the noise is learned from, before the deployment: %s', (_, question, make) => {
    const judge = new MeasuredJudge(question, SETTINGS);
    for (let i = -60; i < 0; i++)
      judge.learnBefore(
        slotOf(
          [],
          four((pod) => make(i, pod)),
        ),
      );
    for (let i = 0; i < 2; i++)
      judge.observe(
        slotOf(
          [make(i, 9)],
          four((pod) => make(i, pod)),
        ),
        at(i),
      );
    expect(judge.reading().noise?.source).toBe('pods');
  });

  it('that differ for good make a drop less sure', () => {
    const judged = (spread: number): number => {
      const judge = new MeasuredJudge(QUESTION, SETTINGS);
      const level = (i: number, pod: number): Measure => ({
        type: 'gauge',
        value: 400 * wobble(i, pod) * (1 + spread * (pod - 1.5)),
      });
      for (let i = -60; i < 0; i++)
        judge.learnBefore(
          slotOf(
            [],
            four((pod) => level(i, pod)),
          ),
        );
      for (let i = 0; i < 30; i++)
        judge.observe(
          slotOf(
            [{ type: 'gauge', value: 520 }],
            four((pod) => level(i, pod)),
          ),
          at(i),
        );
      return judge.logE;
    };
    expect(judged(0)).toBeGreaterThan(5.3);
    expect(judged(0.2)).toBeLessThan(5.3);
  });

  it('of a gauge count alike, and one that says nothing is not counted', () => {
    const judge = new MeasuredJudge(QUESTION, SETTINGS);
    const gauge = (value: number): Measure => ({ type: 'gauge', value });
    judge.observe(slotOf([gauge(2), null, gauge(4)], [gauge(3), gauge(5)]), at(0));
    expect(judge.reading()).toMatchObject({ canary: { requests: 2, mean: 3 }, stable: { requests: 2, mean: 4 } });
  });
});

describe('growth', () => {
  const gauge = (value: number, podAgeSeconds: number): Measure => ({ type: 'gauge', value, podAgeSeconds });
  /** A canary half as large as stable that grows by so much in ten minutes. */
  function leaking(share: number, slots = 120): MeasuredJudge {
    const judge = new MeasuredJudge(GROWTH, SETTINGS);
    const stable = (i: number) => four((pod) => gauge(400 * (1 + 0.01 * pod), 5000 + 10 * i));
    for (let i = -60; i < 0; i++) judge.learnBefore(slotOf([], stable(i)));
    for (let i = 0; i < slots; i++)
      judge.observe(slotOf([gauge(200 * (1 + (share * i) / 60), 10 * i)], stable(i)), at(i));
    return judge;
  }

  it('finds a leak, and nothing in a canary that is merely smaller', () => {
    const leak = leaking(1);
    expect(leak.logE).toBeGreaterThan(5.3);
    expect(leak.reading().ratio!.estimate).toBeGreaterThan(1.2);
    expect(leak.reading().stable.mean).toBeCloseTo(1, 9);
    const steady = leaking(0);
    expect(steady.logE).toBeLessThan(0.1);
    expect(steady.logNonInferiority).toBeGreaterThan(0);
    expectClose(steady.reading().ratio!.estimate, 1, 1e-9);
  });

  it('has nothing to say before the canary is settled, for 360 s', () => {
    expect(leaking(1, 36).reading()).toMatchObject({ canary: { requests: 0 }, logNonInferiority: null, ratio: null });
    expect(leaking(1, 37).reading()).toMatchObject({ canary: { requests: 1 } });
  });

  it('goes by the ages that pods report, and leaves out a level of nothing', () => {
    const judge = new MeasuredJudge(GROWTH, SETTINGS);
    const young = (i: number): Measure => gauge(400, 10 * i);
    for (let i = 0; i < 36; i++) judge.observe(slotOf([gauge(200, 400)], [young(i), gauge(400, 9000)]), at(i));
    // The second stable pod was settled from the start; the first one is now.
    expect(judge.reading().stable.requests).toBe(30);
    judge.observe(slotOf([gauge(200, 400)], [young(36), gauge(0, 9000)]), at(36));
    expect(judge.reading().stable.requests).toBe(31);
    judge.observe(slotOf([null], [young(37), gauge(400, 9000)]), at(37));
    expect(judge.reading()).toMatchObject({ stable: { requests: 33 }, canary: { requests: 31 } });
  });

  it('is taken of whole arms where pods are not named, and of means and shares too', () => {
    for (const level of [
      (value: number): Measure => ({ type: 'gauge', value }),
      (value: number): Measure => ({ type: 'mean', sum: 10 * value, count: 10 }),
      (value: number): Measure => ({ type: 'ratio', bad: value, total: 1024 }),
    ]) {
      const judge = new MeasuredJudge(GROWTH, SETTINGS);
      const arms = (canary: number): Slot => ({
        ...slotOf([], []),
        canary: armOf([interval(0, 'canary', [1, 0], { measures: { it: level(canary) } })]),
        stable: armOf([interval(0, 'stable', [1, 0], { measures: { it: level(400) } })]),
      });
      for (let i = 0; i < 36; i++) judge.observe(arms(256), at(i));
      judge.observe(arms(384), at(36));
      expect(judge.reading().canary).toEqual({ requests: 1, bad: 0, mean: 1.5 });
      expect(judge.reading().noise?.source).toBe('assumed');
    }
  });
});

describe('an inverted interval', () => {
  it('has no end where the other one has none, or is zero', () => {
    expect(inverted({ estimate: 2, low: 1.25, high: 4 })).toEqual({ estimate: 0.5, low: 0.25, high: 0.8 });
    expect(inverted({ estimate: 2, low: null, high: null })).toEqual({ estimate: 0.5, low: null, high: null });
    expect(inverted({ estimate: 0, low: 0, high: 1 })).toEqual({ estimate: 0, low: 1, high: null });
  });
});
