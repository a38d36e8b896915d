import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FadingStart, type FadingStartState } from '../../src/statistics/fading-start.ts';
import { LOG_RATIOS, nearestPosition, onGrid } from '../../src/statistics/ratio-grid.ts';
import { addShareLikelihood } from '../../src/statistics/share-likelihood.ts';
import { expectClose } from '../helpers/close.ts';

/** "No change", and the ratio from which the judge asks. */
const ONE = nearestPosition(0);
const ANCHOR = nearestPosition(Math.log(1.25));

interface Block {
  likelihood: Float64Array;
  middle: number;
}

/** Linear interpolation, searched for from the beginning every time. */
function at(likelihood: Float64Array, logRatio: number): number {
  const above = LOG_RATIOS.findIndex((x) => x > logRatio);
  const below = above - 1;
  const share = (logRatio - LOG_RATIOS[below]!) / (LOG_RATIOS[above]! - LOG_RATIOS[below]!);
  return (1 - share) * likelihood[below]! + share * likelihood[above]!;
}

/** The same question asked slowly: every constant ratio and every fading path is tried on all blocks at once. */
function slowLogLasting(blocks: readonly Block[], nullPosition: number): number {
  const total = (logRatioAt: (middle: number) => number): number =>
    blocks.reduce((sum, { likelihood, middle }) => sum + at(likelihood, logRatioAt(middle)), 0);
  const last = LOG_RATIOS.length - 1;
  const constant = LOG_RATIOS.slice(nullPosition, last).map((x) => total(() => x));
  constant.push(blocks.reduce((sum, { likelihood }) => sum + likelihood[last]!, 0));
  const fading = [15, 30].flatMap((fade) =>
    LOG_RATIOS.filter((start) => start >= 0.2 && Math.exp(start) <= 12).map((start) =>
      total((middle) => Math.log(1 + (Math.exp(start) - 1) * Math.exp(-middle / fade))),
    ),
  );
  return Math.max(...constant) - Math.max(...fading);
}

/** Log likelihood of a block in which the canary's rate is so many times stable's. */
function blockAt(ratio: number, stableBad = 90): Float64Array {
  const [canary, stable] = [onGrid(), onGrid()];
  const counts = { canaryRequests: 1000, canaryBad: (ratio * stableBad) / 9, stableRequests: 9000, stableBad };
  addShareLikelihood(counts, ANCHOR, canary, stable);
  return canary.map((value, k) => value + stable[k]!);
}

/** 0 at one point of the grid, and far less everywhere else. */
const only = (position: number): Float64Array => onGrid().map((_, k) => (k === position ? 0 : -1000));

const likelihoods = fc
  .array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: LOG_RATIOS.length, maxLength: LOG_RATIOS.length })
  .map((values) => Float64Array.from(values));
const blocksOf = (most: number): fc.Arbitrary<Block[]> =>
  fc.array(fc.record({ likelihood: likelihoods, middle: fc.double({ min: 0, max: 400, noNaN: true }) }), {
    minLength: 1,
    maxLength: most,
  });

/** What is shown by the last block on top of the others. */
function logLasting(blocks: readonly Block[], nullPosition: number): number {
  const start = new FadingStart(nullPosition);
  for (const { likelihood, middle } of blocks.slice(0, -1)) start.add(likelihood, middle);
  const last = blocks.at(-1)!;
  return start.logLasting(last.likelihood, last.middle);
}

describe('a lasting excess against a fading one', () => {
  it('is what a slow search through all ratios and all fading paths finds', () => {
    fc.assert(
      fc.property(blocksOf(4), fc.constantFrom(ONE, ANCHOR), (blocks, nullPosition) => {
        expect(logLasting(blocks, nullPosition)).toBeCloseTo(slowLogLasting(blocks, nullPosition), 9);
      }),
      { seed: 11, numRuns: 30 },
    );
  });

  it('is also that for curves of real counts, the excess staying or fading', () => {
    for (const ratioAt of [() => 4, (t: number) => 1 + 8 * Math.exp(-t / 20), (t: number) => 1 + t / 30]) {
      const blocks = [5, 15, 25, 35, 45].map((middle) => ({ likelihood: blockAt(ratioAt(middle)), middle }));
      for (let n = 1; n <= blocks.length; n++) {
        const some = blocks.slice(0, n);
        expect(logLasting(some, ANCHOR)).toBeCloseTo(slowLogLasting(some, ANCHOR), 9);
      }
    }
  });

  it('speaks for lasting where the excess stays, and against it where it fades', () => {
    const shownBy = (ratioAt: (t: number) => number): number =>
      logLasting(
        [5, 15, 25, 35].map((middle) => ({ likelihood: blockAt(ratioAt(middle)), middle })),
        ANCHOR,
      );
    expect(shownBy(() => 5)).toBeGreaterThan(3.5);
    expect(shownBy((t) => 1 + 9 * Math.exp(-t / 15))).toBeLessThan(-3);
    expect(shownBy((t) => 1 + 9 * Math.exp(-t / 30))).toBeLessThan(-3);
  });

  // A service that fails a hundred times as often is not warming up, however it goes on.
  it('takes a beginning from 1.22 to 12 times as bad for a possible cold start, or to what is said, and no other', () => {
    const possible = (largest?: number) =>
      // Explained by fading as well as by lasting.
      LOG_RATIOS.filter((_, k) => k > ONE && new FadingStart(ONE, undefined, largest).logLasting(only(k), 0) < 1);
    expect(possible()).toEqual(LOG_RATIOS.filter((x) => x >= 0.2 && Math.exp(x) <= 12));
    expect(possible(150)).toEqual(LOG_RATIOS.filter((x) => x >= 0.2 && Math.exp(x) <= 150));
    expect(possible().length).toBeGreaterThan(5);
  });

  it('counts no ratio below the one asked from as a lasting excess', () => {
    const better = only(ONE);
    expect(new FadingStart(ANCHOR).logLasting(better, 10_000)).toBeCloseTo(-1000, 6);
    expect(new FadingStart(ONE).logLasting(better, 10_000)).toBeCloseTo(0, 6);
  });

  it('treats blocks at the same place of the fade alike, in any order', () => {
    const blocks = [5, 15, 25].map((middle) => ({ likelihood: blockAt(1 + 6 * Math.exp(-middle / 15)), middle }));
    expectClose(logLasting(blocks, ANCHOR), logLasting([...blocks].reverse(), ANCHOR), 1e-9);
  });
});

describe('an open block', () => {
  it('may be asked about again and again without being taken in', () => {
    const start = new FadingStart(ANCHOR);
    start.add(blockAt(4), 5);
    const before = start.state();
    const first = start.logLasting(blockAt(3), 15);
    expect(start.logLasting(blockAt(3), 15)).toBe(first);
    expect(start.state()).toEqual(before);
  });

  it('shows as much as it does once it is finished', () => {
    const start = new FadingStart(ANCHOR);
    start.add(blockAt(4), 5);
    const open = start.logLasting(blockAt(3), 15);
    start.add(blockAt(3), 15);
    expectClose(start.logLasting(onGrid(), 25), open, 1e-9);
  });
});

it('goes on from its state at any block', () => {
  const middles = [5, 15, 25, 35];
  const run = (reloadAt: number): number => {
    let start = new FadingStart(ANCHOR);
    middles.forEach((middle, i) => {
      if (i === reloadAt)
        start = new FadingStart(ANCHOR, JSON.parse(JSON.stringify(start.state())) as FadingStartState);
      start.add(blockAt(1 + 9 * Math.exp(-middle / 20)), middle);
    });
    return start.logLasting(blockAt(2), 45);
  };
  for (let at = 0; at < middles.length; at++) expect(run(at)).toBe(run(-1));
});
