import { describe, expect, it } from 'vitest';
import { InterferenceWatch, type StepTimes } from '../../src/engine/interference.ts';
import type { WeightChange } from '../../src/ports/telemetry.ts';

const SLOT_MS = 10_000;
/** Ten minutes of stable, then the canary's first request at 0. */
const TIMES: StepTimes = { slotMs: SLOT_MS, referenceFromMs: -600_000, originMs: 0 };
const step = (atSeconds: number, canaryShare: number): WeightChange => ({ atMs: atSeconds * 1000, canaryShare });
/** Steps of five minutes. */
const STEPS = [step(0, 0.05), step(300, 0.2), step(600, 0.5)];

interface Degradation {
  from: number;
  /** Until which second; never = for good. */
  to?: number;
  /** How much of the rate is more than before, at a second. */
  excess?: (second: number) => number;
}

/** Seconds at which interference is suspected, asked after every slot. */
function suspectedAt(
  degradations: Degradation[],
  weights: WeightChange[] = STEPS,
  times: StepTimes = TIMES,
  untilSecond = 900,
): number[] {
  const watch = new InterferenceWatch();
  const seconds: number[] = [];
  for (let end = 10; end <= untilSecond; end += 10) {
    const current = degradations.find(({ from, to = Infinity }) => end > from && end <= to);
    const excess = current?.excess?.(end) ?? 0.1;
    watch.observe(
      end * 1000,
      {
        sinceMs: current === undefined ? null : current.from * 1000,
        signal: current === undefined ? null : 'errors',
        level: () => ({ rate: excess, excess }),
      },
      weights,
      times,
    );
    if (watch.suspected) seconds.push(end);
  }
  return seconds;
}
const onlyAt = (from: number, weights = STEPS, times = TIMES): boolean =>
  suspectedAt([{ from, to: from + 20 }], weights, times).length > 0;

describe('interference is suspected', () => {
  it('when stable degrades within 30 s after a step of the weight, from the step on', () => {
    expect([280, 290, 300, 310, 330, 340].filter((from) => onlyAt(from))).toEqual([300, 310, 330]);
    expect(onlyAt(150)).toBe(false);
  });

  it('of the first step too, counted from the first request', () => {
    expect([0, 30, 40].filter((from) => onlyAt(from))).toEqual([0, 30]);
    const early = [step(-200, 0.05)];
    expect(onlyAt(20, early)).toBe(true);
    expect(onlyAt(20, early, { ...TIMES, referenceFromMs: null })).toBe(false);
  });

  it('of no lower weight, of an equal one, or where nobody knows the weight', () => {
    expect(onlyAt(310, [step(0, 0.05), step(300, 0.01)])).toBe(false);
    expect(onlyAt(310, [step(0, 0.05), step(300, 0.05)])).toBe(false);
    expect(onlyAt(310, [])).toBe(false);
  });

  it('only where the coincidence is telling: within a fifth of the time since the change before', () => {
    const minutely = [step(0, 0.05), step(60, 0.2), step(120, 0.5)];
    expect([120, 130, 140].filter((from) => onlyAt(from, minutely))).toEqual([120, 130]);
    const every50s = Array.from({ length: 10 }, (_, i) => step(i * 50, 0.05 * (i + 1)));
    expect([50, 100, 110, 150].filter((from) => onlyAt(from, every50s))).toEqual([]);
    const history = (seconds: number, slotMs = 2000) => ({ slotMs, referenceFromMs: -1000 * seconds, originMs: 0 });
    expect([0, 10, 20].filter((from) => onlyAt(from, STEPS, history(60)))).toEqual([0, 10]);
    expect([0, 10, 20].filter((from) => onlyAt(from, STEPS, history(59)))).toEqual([]);
    // A slot that holds half of the pause says nothing about when.
    expect(onlyAt(10, STEPS, history(100, 30_000))).toBe(true);
    expect(onlyAt(10, STEPS, history(99, 30_000))).toBe(false);
  });

  it('whether the weight is told when it changes or again and again', () => {
    const repeated = Array.from({ length: 90 }, (_, i) => step(10 * i, i < 30 ? 0.05 : i < 60 ? 0.2 : 0.5));
    for (const from of [150, 280, 300, 330, 340]) expect(onlyAt(from, repeated)).toBe(onlyAt(from));
    const twice = [step(0, 0.05), step(300, 0.05), step(300, 0.2)];
    expect(onlyAt(300, twice)).toBe(true);
  });

  it('by the weights that are known at the time', () => {
    expect(suspectedAt([{ from: 300 }], STEPS, TIMES, 310)).toEqual([310]);
    expect(suspectedAt([{ from: 295 }], [step(0, 0.05), step(310, 0.2)], TIMES, 310)).toEqual([]);
  });
});

describe('a suspicion of interference', () => {
  it('lasts as long as stable is degraded, through a short calm too, and ends with it', () => {
    expect(suspectedAt([{ from: 300, to: 400 }])).toEqual(range(310, 400));
    expect(
      suspectedAt([
        { from: 300, to: 400 },
        { from: 450, to: 500 },
      ]),
    ).toEqual([...range(310, 400), ...range(460, 500)]);
    // A minute of calm at the same weight: whatever comes next is another story.
    expect(
      suspectedAt([
        { from: 300, to: 400 },
        { from: 460, to: 500 },
      ]),
    ).toEqual(range(310, 400));
  });

  it('is disproved by a minute at a higher weight without growth', () => {
    expect(suspectedAt([{ from: 300 }])).toEqual(range(310, 650));
    const growing = (second: number) => (second <= 610 ? 0.1 : 0.2);
    expect(suspectedAt([{ from: 300, excess: growing }])).toEqual(range(310, 900));
    // What fails half of everything cannot grow in proportion.
    expect(suspectedAt([{ from: 300, excess: () => 0.6 }])).toEqual(range(310, 900));
  });

  it('asks for a quarter of the growth of the weight, which counts up to threefold', () => {
    const grownBy = (factor: number, weights: WeightChange[]) =>
      suspectedAt([{ from: 300, excess: (second) => (second <= 610 ? 0.1 : 0.1 * factor) }], weights).includes(900);
    const doubled = [step(0, 0.05), step(300, 0.2), step(600, 0.4)];
    expect([1.2, 1.3].map((factor) => grownBy(factor, doubled))).toEqual([false, true]);
    const tenfold = [step(0, 0.01), step(300, 0.1), step(600, 1)];
    expect([1.45, 1.55].map((factor) => grownBy(factor, tenfold))).toEqual([false, true]);
  });

  it('is disproved by two minutes at half the weight without relief', () => {
    const lowered = [step(0, 0.05), step(300, 0.2), step(400, 0.05)];
    expect(suspectedAt([{ from: 300 }], lowered)).toEqual(range(310, 510));
    const relieved = (second: number) => (second <= 400 ? 0.1 : 0.05);
    expect(suspectedAt([{ from: 300, excess: relieved }], lowered)).toEqual(range(310, 900));
    // A little less weight need not help.
    const slightly = [step(0, 0.05), step(300, 0.2), step(400, 0.15)];
    expect(suspectedAt([{ from: 300 }], slightly)).toEqual(range(310, 900));
  });

  it('is not disproved by a weight that was lowered before the harm had filled its window', () => {
    const lowered = [step(0, 0.05), step(300, 0.2), step(320, 0.05)];
    const filling = (second: number) => (second <= 320 ? 0.05 : second <= 340 ? 0.1 : 0.05);
    expect(suspectedAt([{ from: 300, excess: filling }], lowered)).toEqual(range(310, 900));
  });

  it('goes on from its state as if it had never been stored', () => {
    const whole = new InterferenceWatch();
    let stored = new InterferenceWatch();
    for (let end = 10; end <= 900; end += 10) {
      stored = new InterferenceWatch(JSON.parse(JSON.stringify(stored.state())));
      const degraded = end > 300 && (end < 500 || end > 540);
      const reading = {
        sinceMs: degraded ? 300_000 : null,
        signal: degraded ? 'errors' : null,
        level: () => ({ rate: 0.1 + end / 1e4, excess: end / 1e4 }),
      };
      for (const watch of [whole, stored]) watch.observe(end * 1000, reading, STEPS, TIMES);
      expect(stored.state()).toEqual(whole.state());
    }
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: (to - from) / 10 + 1 }, (_, i) => from + 10 * i);
}
