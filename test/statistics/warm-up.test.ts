import { describe, expect, it } from 'vitest';
import { FadingStart } from '../../src/statistics/fading-start.ts';
import { LOG_RATIOS, nearestPosition, onGrid } from '../../src/statistics/ratio-grid.ts';
import { addShareLikelihood } from '../../src/statistics/share-likelihood.ts';
import { type BlockEvidence, WarmUp, type WarmUpState } from '../../src/statistics/warm-up.ts';

const ONE = nearestPosition(0);
const ANCHOR = nearestPosition(Math.log(1.25));
const SECONDS = 30;
const NOTHING = onGrid();
/** Finished evidence that is told apart from every block's. */
const BEFORE = onGrid().map((_, k) => k / 7);

const plus = (...curves: Float64Array[]): Float64Array =>
  onGrid().map((_, k) => curves.reduce((sum, curve) => sum + curve[k]!, 0));

/** Block number `index` of 10 s, with the canary's rate so many times stable's, half of its evidence capped away. */
function block(index: number, ratio: number, more: Partial<BlockEvidence> = {}): BlockEvidence {
  const [canary, stable] = [onGrid(), onGrid()];
  const counts = { canaryRequests: 3000, canaryBad: 30 * ratio, stableRequests: 27_000, stableBad: 270 };
  addShareLikelihood(counts, ANCHOR, canary, stable);
  const likelihood = plus(canary, stable);
  return {
    likelihood,
    gained: likelihood.map((value) => value / 2),
    startSeconds: index * 10,
    endSeconds: index * 10 + 10,
    catastrophic: false,
    ...more,
  };
}

const LASTING = [0, 1, 2, 3, 4, 5].map((i) => block(i, 5));
const FADING = [0, 1, 2, 3, 4, 5].map((i) => block(i, 1 + 11 * Math.exp(-(i * 10 + 5) / 20)));

/** The warm-up after so many blocks, and the finished evidence. */
function warmedBy(blocks: readonly BlockEvidence[], seconds = SECONDS): { warmUp: WarmUp; finished: Float64Array } {
  const warmUp = new WarmUp(seconds, ANCHOR);
  const finished = blocks.reduce<Float64Array>((sum, each) => warmUp.close(sum, each), BEFORE);
  return { warmUp, finished };
}

/** A block that shows exactly so many nats for a lasting excess: a ratio that no fading path reaches. */
const lastingBy = (nats: number): BlockEvidence =>
  block(0, 1, { likelihood: onGrid().map((_, k) => (k === LOG_RATIOS.length - 1 ? nats : 0)) });
/** A block long after the start that shows so many nats against it: what faded is no excess any more. */
const fadingBy = (nats: number): BlockEvidence =>
  block(1e6, 1, { likelihood: onGrid().map((_, k) => (k === ONE ? nats : 0)) });

describe('during the warm-up', () => {
  it('evidence is set aside, open or finished', () => {
    const [first] = FADING;
    const warmUp = new WarmUp(SECONDS, ANCHOR);
    expect(warmUp.withOpen(BEFORE, first!)).toEqual(BEFORE);
    expect(warmUp.close(BEFORE, first!)).toEqual(BEFORE);
    expect(warmUp.state()).toMatchObject({ setAside: [...first!.gained], admitted: false });
  });

  it('all that was set aside counts in full as soon as the excess is seen to stay, the open block too', () => {
    const { warmUp, finished } = warmedBy(LASTING.slice(0, 2), 100);
    expect(finished).toEqual(BEFORE);
    const all = plus(BEFORE, LASTING[2]!.gained, plus(LASTING[0]!.gained, LASTING[1]!.gained));
    expect(warmUp.withOpen(finished, LASTING[2]!)).toEqual(all);
    expect(warmUp.state().admitted, 'an open block decides nothing for good').toBe(false);
    const closed = warmUp.close(finished, LASTING[2]!);
    expect(warmUp.state().admitted).toBe(true);
    expect(closed, 'the rest follows when it is settled').toEqual(plus(BEFORE, LASTING[2]!.gained));
    expect(warmUp.settle(closed)).toEqual(all);
  });

  it('what was admitted stays admitted, and later blocks count on top of it', () => {
    const { warmUp, finished } = warmedBy(LASTING.slice(0, 3), 100);
    const calm = block(3, 1);
    const sum = plus(finished, calm.gained, plus(LASTING[0]!.gained, LASTING[1]!.gained));
    expect(warmUp.withOpen(finished, calm)).toEqual(sum);
    expect(warmUp.settle(warmUp.close(finished, calm))).toEqual(sum);
  });

  it('a catastrophe counts at once, and nothing of it is set aside', () => {
    const down = block(0, 1, { catastrophic: true });
    const warmUp = new WarmUp(SECONDS, ANCHOR);
    expect(warmUp.withOpen(BEFORE, down)).toEqual(plus(BEFORE, down.gained));
    expect(warmUp.close(BEFORE, down)).toEqual(plus(BEFORE, down.gained));
    expect(warmUp.state().setAside).toEqual([...NOTHING]);
  });

  it('3.5 nats for a lasting excess are enough, and less is not', () => {
    const admitted = (nats: number): boolean => warmedBy([lastingBy(nats)]).warmUp.state().admitted;
    expect(admitted(3.5)).toBe(true);
    expect(admitted(3.4999)).toBe(false);
    const warmUp = new WarmUp(SECONDS, ANCHOR);
    expect(warmUp.withOpen(BEFORE, lastingBy(3.5))).not.toEqual(BEFORE);
    expect(warmUp.withOpen(BEFORE, lastingBy(3.4999))).toEqual(BEFORE);
  });
});

describe('after the warm-up', () => {
  it('a block counts at once, from the first one that begins then', () => {
    const counted = (index: number): boolean => warmedBy([block(index, 1)]).finished !== BEFORE;
    expect([0, 2, 3, 4].map(counted)).toEqual([false, false, true, true]);
  });

  it('it does not while the excess is plainly fading', () => {
    const { warmUp, finished } = warmedBy(FADING.slice(0, 4));
    expect(finished).toEqual(BEFORE);
    expect(warmUp.withOpen(finished, FADING[4]!)).toEqual(BEFORE);
    expect(warmUp.close(finished, FADING[4]!)).toEqual(BEFORE);
    expect(warmUp.state()).toMatchObject({
      admitted: false,
      setAside: [...FADING.slice(0, 5).reduce((sum, { gained }) => plus(sum, gained), NOTHING)],
    });
  });

  it('plainly is by more than 3 nats', () => {
    const waits = (nats: number): boolean => warmedBy([fadingBy(nats)]).finished === BEFORE;
    expect(waits(3.0001)).toBe(true);
    expect(waits(3)).toBe(false);
  });

  it('a catastrophe counts even then', () => {
    const { warmUp, finished } = warmedBy(FADING.slice(0, 4));
    const down = { ...FADING[4]!, catastrophic: true };
    expect(warmUp.close(finished, down)).toEqual(plus(BEFORE, down.gained));
  });
});

describe('the end', () => {
  it('comes with the warm-up once an excess was seen to stay', () => {
    const { warmUp } = warmedBy(LASTING.slice(0, 3));
    expect([29.9, 30].map((at) => warmUp.isOver(at))).toEqual([false, true]);
  });

  it.each([
    [30, 90, 'three times its length'],
    [60, 120, 'the first checkpoint where that is sooner'],
    [200, 200, 'its length where that is later than both'],
  ])('of %i s without one is at %i s: %s', (seconds, end) => {
    const { warmUp } = warmedBy(FADING, seconds);
    expect([seconds - 0.1, end - 0.1, end].map((at) => warmUp.isOver(at))).toEqual([false, false, true]);
  });

  it('drops what was set aside as a cold start', () => {
    const { warmUp, finished } = warmedBy(FADING);
    expect(warmUp.settle(finished)).toEqual(BEFORE);
  });
});

it('takes a block for what happened in its middle, however long it is', () => {
  const long = block(0, 3, { startSeconds: 60, endSeconds: 120 });
  const fading = new FadingStart(ANCHOR);
  fading.add(long.likelihood, 90);
  expect(warmedBy([long]).warmUp.state().fading).toEqual(fading.state());
});

it('leaves the finished evidence that it was given alone', () => {
  const given = BEFORE.slice();
  const warmUp = new WarmUp(SECONDS, ANCHOR);
  for (const each of LASTING) {
    warmUp.withOpen(given, each);
    warmUp.close(given, each);
    warmUp.settle(given);
  }
  expect(given).toEqual(BEFORE);
});

it.each([
  ['lasting', LASTING],
  ['fading', FADING],
])('goes on from its state at any block: %s', (_, blocks) => {
  const last = block(6, 2);
  const shown = (warmUp: WarmUp, finished: Float64Array): unknown => [
    warmUp.withOpen(finished, last),
    warmUp.settle(warmUp.close(finished, last)),
    warmUp.isOver(SECONDS),
  ];
  const whole = warmedBy(blocks);
  const expected = shown(whole.warmUp, whole.finished);
  for (let at = 0; at <= blocks.length; at++) {
    const part = warmedBy(blocks.slice(0, at));
    const rest = new WarmUp(SECONDS, ANCHOR, JSON.parse(JSON.stringify(part.warmUp.state())) as WarmUpState);
    const finished = blocks.slice(at).reduce((sum, each) => rest.close(sum, each), part.finished);
    expect(shown(rest, finished)).toEqual(expected);
  }
});
