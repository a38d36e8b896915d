import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UnitTraffic } from '../../src/statistics/block-law.ts';
import { CrossingChance, type FaultyCount } from '../../src/statistics/crossing-chance.ts';
import { golden } from '../helpers/golden.ts';

const CALM: FaultyCount = {
  rate: 0.01,
  ratio: 2,
  toleratedRatio: 1.25,
  absoluteTolerance: 0.0005,
  common: false,
  squaredCv: 0,
  learnedSquaredCv: 0,
  clipNats: 2.5,
  spread: 0,
  naturalSpread: 0.05,
};
const TRAFFIC: UnitTraffic = { canaryRequests: 250, stableRequests: 4750 };
const BOUND = Math.log(200);
const WEEK = 60_480;
const units = (more: Partial<FaultyCount> = {}, traffic: UnitTraffic = TRAFFIC, power = 0.8, bound = BOUND) =>
  new CrossingChance({ ...CALM, ...more }, traffic, bound).units(power, WEEK);

interface Study {
  rps: number;
  weight: number;
  base: number;
  ratio: number;
  s2: number;
  power: number;
  intervals: number;
}

describe('the time until a fault has been seen', () => {
  it('is that of the formula of the study, give or take what this one knows and that one does not', () => {
    const { cases } = golden<{ cases: Study[] }>('planner');
    const ratios = cases.map(({ rps, weight, base, ratio, s2, power, intervals }) => {
      const requests = rps * 10;
      const traffic = { canaryRequests: requests * weight, stableRequests: requests * (1 - weight) };
      const noise = { squaredCv: s2, learnedSquaredCv: s2 };
      return (units({ ...noise, rate: base, ratio }, traffic, power) ?? Infinity) / intervals;
    });
    expect(ratios.length).toBeGreaterThanOrEqual(20);
    expect(ratios.filter((ratio) => !(ratio > 0.5 && ratio < 1.5))).toEqual([]);
  });

  it('is never for what is tolerated, for nothing to compare, and beyond the longest time', () => {
    expect(units({ ratio: 1.25 })).toBeNull();
    expect(units({ absoluteTolerance: 0.01 })).toBeNull();
    expect(units({}, { canaryRequests: 0, stableRequests: 4750 })).toBeNull();
    expect(units({}, { canaryRequests: 250, stableRequests: 0 })).toBeNull();
    const needed = units()!;
    const chance = new CrossingChance(CALM, TRAFFIC, BOUND);
    expect(chance.units(0.8, needed * 0.9)).toBeNull();
    expect(chance.units(0.8, needed * 1.1)).not.toBeNull();
  });

  it('is longer with an absolute tolerance that has to be beaten first', () => {
    const rare = { rate: 0.0001, ratio: 10 };
    expect(units({ ...rare, absoluteTolerance: 0.0008 })).toBeGreaterThan(units({ ...rare, absoluteTolerance: 0 })!);
  });

  it('is longer where healthy pods differ, until the fault is within what is natural', () => {
    const alike = units()!;
    // A canary whose own pods are better than stable's hides a part of its fault.
    expect(units({ spread: 0.1 })).toBeGreaterThan(alike * 1.05);
    expect(units({ naturalSpread: 0.15 })).toBeGreaterThan(alike * 1.05);
    expect(units({ naturalSpread: 0.6 })).toBeNull();
  });

  it('is longer where 10 s may add less', () => {
    const much: UnitTraffic = { canaryRequests: 25_000, stableRequests: 475_000 };
    expect(units({ clipNats: 0.8 }, much)).toBeGreaterThan(units({ clipNats: 3 }, much)! * 1.5);
  });

  it('is shorter for common outcomes, which vary less', () => {
    const often = { rate: 0.3, ratio: 1.4 };
    const traffic = { canaryRequests: 100, stableRequests: 1900 };
    expect(units({ ...often, common: true }, traffic)).toBeLessThan(units(often, traffic)!);
  });

  it('and the chance by that time agree', () => {
    const chance = new CrossingChance(CALM, TRAFFIC, BOUND);
    const needed = chance.units(0.8, WEEK)!;
    expect(Math.abs(chance.within(needed) - 0.8)).toBeLessThan(0.03);
    expect(chance.within(needed * 1.2)).toBeGreaterThan(0.8);
    expect(chance.within(needed / 1.2)).toBeLessThan(0.8);
    expect(new CrossingChance({ ...CALM, ratio: 1 }, TRAFFIC, BOUND).within(WEEK)).toBe(0);
  });
});

describe('laws of that time', () => {
  const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
  const anyCount = fc.record({
    rate: number(1e-4, 0.3),
    ratio: number(1.5, 20),
    absoluteTolerance: fc.constantFrom(0, 0.0005),
    squaredCv: number(0, 0.3),
    learnedSquaredCv: number(0, 0.5),
    spread: number(0, 0.15),
    naturalSpread: number(0.02, 0.12),
    clipNats: number(0.8, 3),
    common: fc.boolean(),
  });
  const anyRequests = number(0, 6).map((log) => 10 ** log);
  const split = (requests: number, share: number): UnitTraffic => ({
    canaryRequests: requests * share,
    stableRequests: requests * (1 - share),
  });
  /** Looks lie half an e-fold apart, and what is between them is a straight line. */
  const noLonger = (shorter: number | null, longer: number | null, slack = 1.1): void =>
    expect(shorter ?? Infinity).toBeLessThanOrEqual(longer === null ? Infinity : longer * slack);

  it('more power, more evidence asked for, more noise: never a shorter time', () => {
    fc.assert(
      fc.property(anyCount, anyRequests, number(0.01, 0.5), (count, requests, share) => {
        const traffic = split(requests, share);
        const time = units(count, traffic);
        noLonger(units(count, traffic, 0.5), time);
        noLonger(units(count, traffic, 0.8, BOUND / 2), time);
        noLonger(time, units({ ...count, clipNats: count.clipNats / 2 }, traffic), 1.15);
      }),
      { seed: 9, numRuns: 300 },
    );
  });

  /** A cap takes more from many errors than from few, and from a small fault nearly all: these have neither. */
  const clearCount = anyCount.map((count) => ({
    ...count,
    ratio: count.ratio + 0.5,
    learnedSquaredCv: count.squaredCv,
    clipNats: 2.5,
  }));

  it('more traffic, and more of it at the canary while it has little, never takes much longer', () => {
    fc.assert(
      fc.property(clearCount, anyRequests, number(0.01, 0.1), (count, requests, share) => {
        const time = units(count, split(requests, share));
        // Where the cap begins to bite, more traffic may cost a little time.
        noLonger(units(count, split(requests * 2, share)), time, 1.6);
        noLonger(units(count, split(requests, share * 2)), time, 1.6);
      }),
      { seed: 9, numRuns: 300 },
    );
  });

  it('finite for counts to 1e12', () => {
    fc.assert(
      fc.property(anyCount, number(0, 12), number(0.001, 0.999), (count, log, share) => {
        const time = units(count, split(10 ** log, share));
        if (time !== null) expect(time).toBeGreaterThan(0);
        if (time !== null) expect(time).toBeLessThanOrEqual(WEEK);
      }),
      { seed: 9, numRuns: 300 },
    );
  });
});
