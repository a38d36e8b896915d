import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RoutedSlot, trafficShare } from '../../src/engine/traffic-share.ts';
import { normal, poisson, seededRandom } from '../../src/testing/random.ts';

const slot = (canaryRequests: number, stableRequests: number, canaryShare: number | null): RoutedSlot => ({
  canaryRequests,
  stableRequests,
  canaryShare,
});
const repeat = (times: number, one: RoutedSlot): RoutedSlot[] => Array.from({ length: times }, () => one);
const findingOf = (slots: readonly RoutedSlot[], slotSeconds = 10) => trafficShare(slots, slotSeconds).finding;

describe('a canary that gets its share', () => {
  it('is as routed', () => {
    const { expected, observed, finding } = trafficShare(repeat(6, slot(50, 950, 0.05)), 10);
    expect(finding).toBe('as-routed');
    expect(expected).toBeCloseTo(0.05, 12);
    expect(observed).toBe(0.05);
  });

  it('is as routed through weight steps: each slot is measured against its own weight', () => {
    const steps = [
      ...repeat(2, slot(10, 990, 0.01)),
      ...repeat(2, slot(200, 800, 0.2)),
      ...repeat(2, slot(500, 500, 0.5)),
    ];
    const share = trafficShare(steps, 10);
    expect(share).toMatchObject({ finding: 'as-routed', observed: 1420 / 6000 });
    expect(share.expected).toBeCloseTo(1420 / 6000, 12);
    // Against the newest weight alone it would look like a loss of more than half.
    expect(findingOf(steps.map((one) => ({ ...one, canaryShare: 0.5 })))).toBe('low');
  });

  it('is not called low by chance, in noise of 20 %', () => {
    const random = seededRandom('routing noise');
    let low = 0;
    for (const share of [0.02, 0.2, 0.6]) {
      for (let run = 0; run < 2000; run++) {
        const noise = Math.exp(0.2 * normal(random));
        const slots = Array.from({ length: 6 }, () =>
          slot(poisson(random, 12 * noise), poisson(random, (12 * (1 - share)) / share), share),
        );
        if (findingOf(slots) === 'low') low += 1;
      }
    }
    // One in 20,000 at most is promised.
    expect(low).toBeLessThanOrEqual(2);
  });

  it('is as routed at 100 %, where stable has nothing', () => {
    expect(trafficShare(repeat(6, slot(80, 0, 1)), 10)).toEqual({ expected: 1, observed: 1, finding: 'as-routed' });
    expect(findingOf([...repeat(3, slot(100, 100, 0.5)), ...repeat(3, slot(200, 2, 1))])).toBe('as-routed');
  });
});

describe('a router that sends nothing', () => {
  it('is found after 30 s in which ten requests were due', () => {
    expect(findingOf(repeat(3, slot(0, 95, 0.05)))).toBe('missing');
    expect(findingOf(repeat(2, slot(0, 1000, 0.05)))).toBe('unknown');
    expect(trafficShare(repeat(3, slot(0, 95, 0.05)), 10).observed).toBe(0);
  });

  it('needs ten due requests, exactly', () => {
    expect(findingOf([slot(0, 4, 0.5), slot(0, 4, 0.5), slot(0, 2, 0.5)])).toBe('missing');
    expect(findingOf([slot(0, 4, 0.5), slot(0, 4, 0.5), slot(0, 1, 0.5)])).toBe('unknown');
  });

  it('is found although the canary had its share before', () => {
    const before = repeat(10, slot(50, 950, 0.05));
    expect(findingOf([...before, ...repeat(3, slot(0, 950, 0.05))])).toBe('missing');
    expect(findingOf([...before, ...repeat(2, slot(0, 950, 0.05))])).toBe('as-routed');
    expect(findingOf([...before, ...repeat(3, slot(0, 950, 0.05)), slot(1, 950, 0.05)])).toBe('low');
  });

  it('is found at 100 % by silence alone', () => {
    expect(findingOf(repeat(3, slot(0, 0, 1)))).toBe('missing');
    expect(findingOf([...repeat(10, slot(50, 50, 0.5)), ...repeat(3, slot(0, 0, 1))])).toBe('missing');
    expect(findingOf([...repeat(10, slot(50, 50, 0.5)), ...repeat(2, slot(0, 0, 1))])).toBe('as-routed');
    expect(trafficShare(repeat(3, slot(0, 0, 1)), 10)).toMatchObject({ expected: 1, observed: null });
  });

  it('is measured in routed time only: slots at weight 0 are no silence', () => {
    const off = slot(0, 1000, 0);
    expect(findingOf([...repeat(4, off), ...repeat(2, slot(0, 1000, 0.05))])).toBe('unknown');
    expect(findingOf([...repeat(3, off), ...repeat(3, slot(0, 1000, 0.05))])).toBe('missing');
  });

  it.each([
    [2, 15],
    [5, 6],
    [10, 3],
    [20, 3],
    [60, 3],
  ])('takes 30 s and three slots, also with slots of %i s', (seconds, slots) => {
    expect(findingOf(repeat(slots, slot(0, 1000, 0.05)), seconds)).toBe('missing');
    expect(findingOf(repeat(slots - 1, slot(0, 1000, 0.05)), seconds)).toBe('unknown');
  });
});

describe('a canary that drops connections', () => {
  it.each([
    [0.05, 30],
    [0.2, 30],
    [0.5, 60],
    // Stable's few requests are then a poor measure of what was due.
    [0.9, 300],
  ])('is found at a weight of %f when it drops two thirds of %i requests a slot', (share, due) => {
    const stable = (due * (1 - share)) / share;
    const dropped = trafficShare(repeat(6, slot(due / 3, stable, share)), 10);
    expect(dropped.finding).toBe('low');
    expect(dropped.expected).toBeCloseTo(share, 12);
    expect(dropped.observed).toBeCloseTo(due / 3 / (due / 3 + stable), 12);
    expect(findingOf(repeat(6, slot(due * 0.6, stable, share)))).toBe('as-routed');
  });

  it('is found by the slots in which stable could tell, when others were routed to the canary alone', () => {
    expect(findingOf([...repeat(3, slot(10, 40, 0.5)), ...repeat(3, slot(300, 1, 1))])).toBe('low');
  });

  it('is not found where stable has too few requests to measure it by', () => {
    expect(findingOf(repeat(6, slot(5, 2, 0.9)))).toBe('as-routed');
    expect(findingOf(repeat(6, slot(5, 18, 0.5)))).toBe('low');
  });

  it('is not called low before fifty requests were due', () => {
    expect(findingOf([...repeat(3, slot(1, 16, 0.5)), slot(0, 2, 0.5)])).toBe('low');
    expect(findingOf([...repeat(3, slot(1, 16, 0.5)), slot(0, 1, 0.5)])).toBe('as-routed');
  });

  it('is found through a weight step', () => {
    const slots = [...repeat(3, slot(16, 950, 0.05)), ...repeat(3, slot(66, 800, 0.2))];
    expect(findingOf(slots)).toBe('low');
  });

  it('is never cleared by dropping more: fewer arrivals are never a better finding', () => {
    const rank = { 'as-routed': 0, low: 1, missing: 1, unknown: 0 };
    const slots = fc.array(
      fc.record({
        canaryRequests: fc.nat(300),
        stableRequests: fc.nat(2000),
        canaryShare: fc.constantFrom(0.05, 0.2, 0.5),
      }),
      { minLength: 3, maxLength: 8 },
    );
    fc.assert(
      fc.property(slots, fc.double({ min: 0, max: 1, noNaN: true }), (list, kept) => {
        const fewer = list.map((one) => ({ ...one, canaryRequests: Math.floor(one.canaryRequests * kept) }));
        // Silence of too few due requests is not known to be a loss; until then the finding may change its name only.
        if (list.slice(-3).some(({ stableRequests }) => stableRequests < 200)) return;
        expect(rank[findingOf(fewer)]).toBeGreaterThanOrEqual(rank[findingOf(list)]);
      }),
      { seed: 51, numRuns: 300 },
    );
  });
});

describe('what nobody can tell', () => {
  it.each([
    ['there are no slots', []],
    ['the weight is not known', repeat(6, slot(0, 1000, null))],
    ['the weight is 0', repeat(6, slot(0, 1000, 0))],
    ['the weight is 0 by now', [...repeat(5, slot(0, 1000, 0.05)), slot(0, 1000, 0)]],
  ])('%s', (_, slots) => {
    expect(trafficShare(slots, 10)).toEqual({ expected: null, observed: null, finding: 'unknown' });
  });

  it('too little traffic to tell is neither missing nor as routed', () => {
    expect(trafficShare(repeat(6, slot(0, 10, 0.05)), 10)).toMatchObject({ observed: 0, finding: 'unknown' });
    expect(findingOf(repeat(6, slot(1, 10, 0.05)))).toBe('unknown');
    expect(trafficShare(repeat(6, slot(0, 0, 0.05)), 10)).toEqual({
      expected: 0.05,
      observed: null,
      finding: 'unknown',
    });
  });

  it('slots of unknown weight say nothing about the others', () => {
    const share = trafficShare([slot(9000, 10, null), ...repeat(3, slot(50, 950, 0.05))], 10);
    expect(share).toMatchObject({ finding: 'as-routed', observed: 0.05 });
  });

  it('only the last minute counts', () => {
    const now = repeat(6, slot(50, 950, 0.05));
    expect(trafficShare([...repeat(30, slot(0, 950, 0.05)), ...now], 10)).toEqual(trafficShare(now, 10));
    expect(trafficShare([...repeat(300, slot(0, 950, 0.05)), ...repeat(30, slot(50, 950, 0.05))], 2)).toEqual(
      trafficShare(repeat(30, slot(50, 950, 0.05)), 2),
    );
  });
});
