import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LimitEvidence, type LimitObservation } from '../../src/statistics/limit-evidence.ts';
import { binomial, poisson, seededRandom } from '../../src/testing/random.ts';
import { expectClose } from '../helpers/close.ts';
import { anyCounts, anyOptions, at, base, type Counts, evidenceOf, repeat } from '../helpers/limit-evidence.ts';
import { slowLogE } from '../helpers/slow-limit-evidence.ts';

describe('the same numbers as a slow computation from the whole history', () => {
  const random = seededRandom('limit traces');
  it.each([
    ['few requests', { limit: 0.05 }, 40, () => ({ exposure: poisson(random, 6), rate: 0.1 })],
    ['many requests, capped', { limit: 0.01 }, 40, () => ({ exposure: 4000, rate: 0.03 * random() })],
    [
      'a warm-up with a catastrophe in it',
      { limit: 0.01, warmUpSeconds: 60 },
      30,
      (i: number) => ({ exposure: 50, rate: i === 2 ? 0.7 : 0.02 }),
    ],
    ['gaps', { limit: 0.02 }, 60, (i: number) => ({ exposure: i % 7 < 3 ? 0 : 80, rate: 0.04 })],
    ['a high limit', { limit: 0.5 }, 30, () => ({ exposure: 12, rate: 0.6 })],
    [
      'restarts per pod-hour',
      { model: 'poisson' as const, limit: 2, clipNats: 8 },
      90,
      () => ({ exposure: 5 / 360, rate: 30 }),
    ],
    ['intervals of 30 s', { limit: 0.01, intervalSeconds: 30 }, 40, () => ({ exposure: 900, rate: 0.02 })],
    [
      'intervals of 60 s',
      { limit: 0.01, intervalSeconds: 60, warmUpSeconds: 90 },
      30,
      () => ({ exposure: 1800, rate: 0.03 }),
    ],
    [
      'start times beyond the thinning',
      { limit: 0.01 },
      360,
      (i: number) => ({ exposure: 100, rate: i > 330 ? 0.05 : 0.009 }),
    ],
  ] as const)('%s', (_, options, blocks, traffic) => {
    const full = { ...base, ...options };
    const evidence = new LimitEvidence(full);
    const history: LimitObservation[] = [];
    for (let i = 0; i < blocks; i++) {
      const { exposure, rate } = traffic(i);
      const bad = full.model === 'poisson' ? poisson(random, exposure * rate) : binomial(random, exposure, rate);
      const interval = at(i, { exposure, bad, squaredCv: 0.1 + 0.1 * random() }, full.intervalSeconds);
      history.push(interval);
      evidence.observe(interval);
      if (blocks > 100 && i % 30 !== 0) continue;
      expectClose(evidence.logE, slowLogE(full, history), 1e-9, `logE after interval ${i}`);
    }
  });
});

describe('an e-process', () => {
  // Every sequence of counts, with its probability: the expectation is exact, and no simulation could be.
  it.each([
    ['as it is', {}],
    ['capped hard', { clipNats: 0.3 }],
    ['with a warm-up', { warmUpSeconds: 20 }],
    ['in 5 s', { intervalSeconds: 5 }],
  ])('expects at most 1 while the conditional rate stays at or below the limit: %s', (_, more) => {
    const options = { ...base, limit: 0.2, clipNats: 50, ...more };
    const requests = 3;
    const chance = (bad: number, rate: number): number =>
      [1, 3, 3, 1][bad]! * rate ** bad * (1 - rate) ** (requests - bad);
    // The rate may depend on what happened: at the limit after a bad slice, far below it after a good one.
    const rates = { constant: () => 0.2, changing: (bads: number[]) => (bads.at(-1) === 0 ? 0.05 : 0.2) };
    const expected = { constant: 0, changing: 0 };
    const walk = (bads: number[], weights: { constant: number; changing: number }): void => {
      if (bads.length === 4) {
        const { logE } = evidenceOf(
          options,
          bads.map((bad) => ({ exposure: requests, bad })),
        );
        expected.constant += weights.constant * Math.exp(logE);
        expected.changing += weights.changing * Math.exp(logE);
        return;
      }
      for (let bad = 0; bad <= requests; bad++) {
        walk([...bads, bad], {
          constant: weights.constant * chance(bad, rates.constant()),
          changing: weights.changing * chance(bad, rates.changing(bads)),
        });
      }
    };
    walk([], { constant: 1, changing: 1 });
    expect(expected.constant).toBeLessThanOrEqual(1 + 1e-12);
    expect(expected.changing).toBeLessThan(expected.constant);
    // Not by being blind: without a cap that bites, nearly nothing is given away.
    if (options.clipNats === 50 && options.warmUpSeconds === 0) expect(expected.constant).toBeGreaterThan(0.99);
  });
});

describe('what counts', () => {
  it('one more bad event never lowers the evidence, whatever is capped', () => {
    fc.assert(
      fc.property(
        anyOptions,
        fc.array(anyCounts, { minLength: 1, maxLength: 12 }),
        fc.nat(),
        fc.constantFrom(2, 5, 10),
        (options, slices, which, intervalSeconds) => {
          const more = slices.map((slice, i) =>
            i === which % slices.length && slice.bad < slice.exposure ? { ...slice, bad: slice.bad + 1 } : slice,
          );
          const [fewer, all] = [slices, more].map((list) => evidenceOf({ ...options, intervalSeconds }, list).logE);
          expect(all!).toBeGreaterThanOrEqual(fewer! - 1e-9 * Math.abs(fewer!));
        },
      ),
      { seed: 31, numRuns: 150 },
    );
  });

  it('stays finite for counts to 1e12 and for zero counts', () => {
    fc.assert(
      fc.property(anyOptions, fc.array(anyCounts, { minLength: 1, maxLength: 20 }), (options, slices) => {
        const evidence = evidenceOf(options, slices);
        expect(evidence.logE).toSatisfy(Number.isFinite);
      }),
      { seed: 32, numRuns: 150 },
    );
  });

  it('no exposure adds nothing', () => {
    const empty = { exposure: 0, bad: 0, squaredCv: 0.3 };
    const [silent, traffic] = [evidenceOf({}, repeat(5, empty)), { exposure: 100, bad: 4, squaredCv: 0.1 }];
    expect(silent.logE).toBeCloseTo(0, 12);
    expect(evidenceOf({}, [traffic, empty, empty]).logE).toBe(evidenceOf({}, [traffic]).logE);
  });

  it('a restart without pod-hours to relate it to adds nothing', () => {
    expect(evidenceOf({ model: 'poisson', limit: 2 }, [{ exposure: 0, bad: 5 }]).logE).toBeCloseTo(0, 12);
  });

  it('a block that the warm-up leaves out is not reported as capped', () => {
    const slices = repeat(2, { exposure: 1000, bad: 60 });
    expect(evidenceOf({ warmUpSeconds: 10 }, slices).cappedBlocks).toBe(1);
    expect(evidenceOf({ warmUpSeconds: 0 }, slices).cappedBlocks).toBe(2);
  });

  it('some noise is always assumed, however many requests there are', () => {
    const quiet = { exposure: 1e9, bad: 1.02e7, squaredCv: 0 };
    expect(evidenceOf({}, [quiet]).logE).toBe(evidenceOf({}, [{ ...quiet, squaredCv: 0.0025 }]).logE);
    expect(evidenceOf({}, repeat(3, quiet)).logE).toBeLessThan(1);
  });

  it('the unit of time that events are counted in changes nothing', () => {
    const hours = repeat(30, { exposure: 5 / 360, bad: 1, squaredCv: 0.1 });
    const milliseconds = repeat(30, { exposure: 50_000, bad: 1, squaredCv: 0.1 });
    const perHour = evidenceOf({ model: 'poisson', limit: 2 }, hours);
    const perMs = evidenceOf({ model: 'poisson', limit: 2 / 3_600_000 }, milliseconds);
    expectClose(perMs.logE, perHour.logE, 1e-9);
  });

  it('10 s add the clip at most, 60 s 2.75 times that, and one lone bad event is never capped', () => {
    const gain = (intervalSeconds: number): number => {
      const long = evidenceOf({ intervalSeconds }, [{ exposure: 4000, bad: 160 }]);
      expect(long.cappedBlocks).toBe(1);
      return long.logE;
    };
    // Half of the weight is on the start, so at most log((1 + e^clip) / 2); a mixture over rates comes close to it.
    expect(gain(10)).toBeLessThan(Math.log((1 + Math.exp(2.5)) / 2));
    expect(gain(60)).toBeLessThan(Math.log((1 + Math.exp(2.5 * 2.75)) / 2));
    expect(gain(60)).toBeGreaterThan(Math.log((1 + Math.exp(2.5)) / 2));
    const lone = evidenceOf({ limit: 0.0001, clipNats: 0.1 }, [{ exposure: 10, bad: 1 }]);
    expect(lone.cappedBlocks).toBe(0);
    expect(lone.logE).toBeGreaterThan(1);
    expect(evidenceOf({ limit: 0.0001, clipNats: 0.1 }, [{ exposure: 10, bad: 2 }])).toMatchObject({
      cappedBlocks: 1,
      logE: lone.logE,
    });
  });

  it.each([
    ['8 bad of 32 at a limit of 0.01', 0.01, 32, 8, true],
    ['7 bad of 28', 0.01, 28, 7, false],
    ['8 bad of 44: less than 20 times the limit', 0.01, 44, 8, false],
    ['8 bad of 150 at a limit of 0.001: 5 points above it', 0.001, 150, 8, true],
    ['8 bad of 160', 0.001, 160, 8, false],
    ['3 bad of 3', 0.1, 3, 3, true],
    ['2 bad of 2', 0.1, 2, 2, false],
    ['60 % bad at a limit of 0.1, as in a tenfold burst', 0.1, 30, 18, false],
    ['90 % bad at a limit of 0.5', 0.5, 30, 27, true],
    ['80 % bad at a limit of 0.5', 0.5, 30, 24, false],
  ])('a block overwhelms, or does not: %s', (_, limit, exposure, bad, overwhelms) => {
    const { logE } = evidenceOf({ limit, warmUpSeconds: 60 }, [{ exposure, bad }]);
    if (overwhelms) expect(logE).toBeGreaterThan(0.5);
    else expect(logE).toBeLessThanOrEqual(0);
  });

  it('the warm-up leaves out what is bad, and does not credit what is good', () => {
    const bad = { exposure: 250, bad: 8 };
    const good = { exposure: 250, bad: 0 };
    const after = repeat(2, bad);
    const warm = (slices: Partial<Counts>[]): number => evidenceOf({ warmUpSeconds: 60 }, slices).logE;
    expect(warm([...repeat(6, bad), ...after])).toBeCloseTo(warm([...repeat(6, { exposure: 0 }), ...after]), 4);
    // Only the tenth of the weight that was on the warm-up itself has seen it.
    const unseen = warm([...repeat(6, { exposure: 0 }), ...after]);
    expect(warm([...repeat(6, good), ...after])).toBeGreaterThan(unseen + Math.log(0.9));
  });

  it('a block is weighed with the noise known before it, not with what it taught', () => {
    const first = evidenceOf({ intervalSeconds: 5 }, [
      { exposure: 500, bad: 20, squaredCv: 0.3 },
      { exposure: 500, bad: 20, squaredCv: 0.3 },
    ]);
    const changed = evidenceOf({ intervalSeconds: 5 }, [
      { exposure: 500, bad: 20, squaredCv: 0.3 },
      { exposure: 500, bad: 20, squaredCv: 0.01 },
    ]);
    expect(changed.logE).toBe(first.logE);
    expect(evidenceOf({}, [{ exposure: 1000, bad: 14, squaredCv: 0.01 }]).logE).toBeGreaterThan(
      evidenceOf({}, [{ exposure: 1000, bad: 14, squaredCv: 0.3 }]).logE,
    );
  });

  it.each([2, 5])('after 10 s, intervals of %i s have said what one of 10 s says', (seconds) => {
    const parts = 10 / seconds;
    fc.assert(
      fc.property(anyOptions, fc.array(anyCounts, { minLength: 1, maxLength: 30 }), (options, slices) => {
        const whole = new LimitEvidence({ ...base, ...options });
        const split = new LimitEvidence({ ...base, ...options, intervalSeconds: seconds });
        slices.forEach(({ exposure, bad, squaredCv }, i) => {
          whole.observe(at(i, { exposure: exposure * parts, bad: bad * parts, squaredCv }));
          for (let part = 0; part < parts; part++)
            split.observe(at(i * parts + part, { exposure, bad, squaredCv }, seconds));
          expectClose(split.logE, whole.logE, 1e-9);
          expect(split.cappedBlocks).toBe(whole.cappedBlocks);
        });
      }),
      { seed: 33, numRuns: 40 },
    );
  });
});
