import { describe, expect, it } from 'vitest';
import type { Cell, CellOptions } from '../../bench/decisions/cell.ts';
import { measuresOf } from '../../bench/decisions/judges/business-measures.ts';
import { LogNormalSums } from '../../bench/decisions/math/log-normal-sum.ts';
import { RandomStream } from '../../bench/decisions/random.ts';
import { type Scenario, simulate, simulateCell } from '../../bench/decisions/scenario.ts';

/** So many values that a pod's mean is its true one, within a few per mille. */
const PLENTY: CellOptions = { rps: 1e5, hist: 0, perRequest: 1, cv: 0.2 };

function run(kw: CellOptions, key = 'business'): Scenario {
  return simulateCell({ name: 'cell', kind: 'null', metric: 'business', kw }, key);
}

/** Mean of the values of a pod in an interval. */
function mean(scenario: Scenario, arm: 'canary' | 'stable', pod: number, i: number): number {
  const at = i * scenario[arm].pods + pod;
  const { sum, count } = scenario.business[0]![arm];
  return sum[at]! / count[at]!;
}

function canary(kw: CellOptions, i: number): number {
  return mean(run({ ...PLENTY, ...kw }), 'canary', 0, i);
}

describe('sums of log-normal values', () => {
  const RUNS = 4000;

  it.each([
    [0.5, 8],
    [1, 40],
    [3, 40],
    [1, 300],
    [3, 300],
    [3, 3000],
  ])('a CV of %f, %d values: mean, spread and squares', (cv, count) => {
    const random = new RandomStream(`sums ${cv} ${count}`);
    const sums = new LogNormalSums(cv);
    const drawn = Array.from({ length: RUNS }, () => sums.draw(random, count));
    const average = drawn.reduce((all, { sum }) => all + sum, 0) / RUNS / count;
    const variance = drawn.reduce((all, { sum }) => all + (sum / count - 1) ** 2, 0) / RUNS;
    const squares = drawn.reduce((all, { sumOfSquares }) => all + sumOfSquares, 0) / RUNS / count;
    expect(Math.abs(average - 1)).toBeLessThan((5 * cv) / Math.sqrt(count * RUNS));
    // Heavy tails need many runs to show their whole spread.
    const tolerance = cv > 2 ? 0.8 : 0.12;
    expect(Math.abs((variance * count) / cv ** 2 - 1)).toBeLessThan(tolerance);
    expect(Math.abs(squares / (1 + cv ** 2) - 1)).toBeLessThan(tolerance);
    for (const { sum, sumOfSquares } of drawn) expect(sumOfSquares).toBeGreaterThanOrEqual(sum ** 2 / count - 1e-9);
  });

  it.each([20, 200, 2000])('%d values of a heavy tail are spread as if each were drawn', (count) => {
    const random = new RandomStream(`tail ${count}`);
    const sums = new LogNormalSums(6);
    const deviation = Math.sqrt(Math.log1p(36));
    const one = (): number => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += Math.exp(deviation * random.normal() - deviation ** 2 / 2);
      return sum;
    };
    const sorted = (draw: () => number): number[] => Array.from({ length: 1000 }, draw).sort((a, b) => a - b);
    const [fast, exact] = [sorted(() => sums.draw(random, count).sum), sorted(one)];
    for (const at of [100, 500, 900]) expect(Math.abs(Math.log(fast[at]! / exact[at]!))).toBeLessThan(0.14);
  });

  it('no spread, no values', () => {
    const random = new RandomStream('none');
    expect(new LogNormalSums(0).draw(random, 7)).toEqual({ sum: 7, sumOfSquares: 7 });
    expect(new LogNormalSums(3).draw(random, 0)).toEqual({ sum: 0, sumOfSquares: 0 });
  });
});

describe('business metrics', () => {
  it('are the same for the same key, and leave traffic and errors as they are', () => {
    const cell: Cell = { name: 'c', kind: 'null', metrics: ['errors', 'business'], kw: { od: 'all', base: 0.01 } };
    const scenario = simulateCell(cell, 'same');
    expect(simulateCell(cell, 'same')).toEqual(scenario);
    expect({ ...scenario, business: [] }).toEqual(simulate(cell.kw, 'same'));
  });

  it('differ from each other in one deployment', () => {
    const { business } = simulateCell({ name: 'c', kind: 'null', metrics: ['business', 'business'], kw: {} }, 'two');
    expect(business.map(({ name }) => name)).toEqual(['business', 'business 2']);
    expect(business[0]!.stable.sum).not.toEqual(business[1]!.stable.sum);
  });

  it('have the mean, and a value for that share of the requests', () => {
    expect(canary({ mean: 20 }, 3) / 20).toBeCloseTo(1, 2);
    const { business, canary: arm } = run({ rps: 5000, perRequest: 0.2 });
    const counted = business[0]!.canary.count.reduce((a, b) => a + b, 0);
    expect(counted / arm.requests.reduce((a, b) => a + b, 0)).toBeCloseTo(0.2, 2);
  });

  it('change, drop, increase: at the canary alone, from the onset on', () => {
    expect(canary({ change: 0.8, onset: 60 }, 59) / 50).toBeCloseTo(1, 2);
    expect(canary({ change: 0.8, onset: 60 }, 60) / 40).toBeCloseTo(1, 2);
    expect(canary({ drop: 0.5 }, 3) / 25).toBeCloseTo(1, 2);
    expect(canary({ increase: 0.2 }, 3) / 60).toBeCloseTo(1, 2);
    expect(canary({ change: 0.25, ramp: 60 }, 30) / 25).toBeCloseTo(1, 2);
    expect(mean(run({ ...PLENTY, drop: 0.5 }), 'stable', 3, 9) / 50).toBeCloseTo(1, 2);
  });

  it('noise, autocorrelation: a drift of each pod', () => {
    const logs = (kw: CellOptions): number[][] => {
      const scenarios = [1, 2, 3].map((key) => run({ ...PLENTY, ...kw }, `drift ${key}`));
      return scenarios.flatMap((scenario) =>
        Array.from({ length: 19 }, (_, pod) =>
          Array.from({ length: 180 }, (__, i) => Math.log(mean(scenario, 'stable', pod, i) / 50)),
        ),
      );
    };
    const moment = (pods: number[][], lag: number): number => {
      const products = pods.flatMap((pod) => pod.slice(lag).map((value, i) => value * pod[i]!));
      return products.reduce((a, b) => a + b, 0) / products.length;
    };
    const drifting = logs({ noise: 0.1, autocorrelation: 0.8 });
    expect(Math.abs(Math.sqrt(moment(drifting, 0)) / 0.1 - 1)).toBeLessThan(0.1);
    expect(moment(drifting, 1) / moment(drifting, 0)).toBeCloseTo(0.8, 1);
    expect(Math.abs(moment(logs({ noise: 0.1, autocorrelation: 0 }), 1))).toBeLessThan(0.001);
    const [a, b] = logs({ common: 0.2 });
    a!.forEach((level, i) => {
      expect(level).toBeCloseTo(b![i]!, 1);
    });
  });

  it('bursts of pods make it worse, at the same times', () => {
    for (const [better, factor] of [
      ['higher', 0.9],
      ['lower', 1 / 0.9],
    ] as const) {
      const metrics = ['errors', { metric: 'business', better }] as const;
      const kw: CellOptions = { ...PLENTY, cv: 0.1, base: 0.01, od: { bp: 0.05, bm: 10, bl: 3 } };
      const scenario = simulateCell({ name: 'c', kind: 'null', metrics, kw }, 'bursts');
      for (let i = 0; i < 180; i++) {
        const isBurst = scenario.canary.errors[i]! / scenario.canary.requests[i]! > 0.05;
        expect(mean(scenario, 'canary', 0, i) / 50).toBeCloseTo(isBurst ? factor : 1, 2);
      }
    }
  });

  it('missing: that share of the points', () => {
    const { present } = run({ missing: 0.2 }).business[0]!.stable;
    const share = present.reduce((a, b) => a + b, 0) / present.length;
    expect(Math.abs(share - 0.8)).toBeLessThan(0.03);
  });

  it('ratio: the bad outcomes of those that a base of them counts as good, or as bad', () => {
    const share = (kw: CellOptions): number => canary({ ...PLENTY, type: 'ratio', ...kw }, 3);
    expect(share({ base: 0.6, drop: 0.5 })).toBeCloseTo(0.7, 2);
    expect(share({ base: 0.2, better: 'lower', increase: 0.5 })).toBeCloseTo(0.3, 2);
  });

  it('gauge: one figure of each pod, with its spread', () => {
    const { sum, count } = run({ type: 'gauge', mean: 30, cv: 0.2 }).business[0]!.stable;
    const average = sum.reduce((a, b) => a + b, 0) / sum.length;
    const variance = sum.reduce((all, value) => all + (value - average) ** 2, 0) / sum.length;
    expect(average / 30).toBeCloseTo(1, 1);
    expect(Math.sqrt(variance) / average).toBeCloseTo(0.2, 1);
    expect(count.every((one) => one === 0)).toBe(true);
  });
});

describe('business metrics as measures', () => {
  const told = (kw: CellOptions, pods: [number, number]): unknown => {
    const { business } = run({ w: 0.2, ...kw });
    return measuresOf(business, 'canary', ...pods);
  };

  it('of a pod and of all pods together', () => {
    const { business } = run({ w: 0.2 });
    const { count, sum, sumOfSquares } = business[0]!.canary;
    const total = (values: Float64Array): number => values.subarray(0, 4).reduce((a, b) => a + b, 0);
    expect(measuresOf(business, 'canary', 2, 3)).toEqual({
      business: { type: 'mean', sum: sum[2], count: count[2], sumOfSquares: sumOfSquares[2] },
    });
    expect(measuresOf(business, 'canary', 0, 4)).toEqual({
      business: { type: 'mean', sum: total(sum), count: total(count), sumOfSquares: total(sumOfSquares) },
    });
  });

  it('by type, and nothing where no point is', () => {
    expect(told({ type: 'ratio' }, [0, 4])).toEqual({
      business: { type: 'ratio', bad: expect.any(Number), total: expect.any(Number) },
    });
    expect(told({ type: 'gauge', cv: 0 }, [0, 4])).toEqual({ business: { type: 'gauge', value: 50 } });
    expect(told({ missing: 1 }, [0, 4])).toBeUndefined();
  });
});
