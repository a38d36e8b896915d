import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../bench/decisions/random.ts';

function sample(count: number, draw: (random: RandomStream) => number, key = 'fixed'): number[] {
  const random = new RandomStream(key);
  return Array.from({ length: count }, () => draw(random));
}

function momentsOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}

/** Fails unless the counts have the given probabilities: chi-square, at about five standard deviations. */
function expectDistribution(values: readonly number[], masses: readonly number[]): void {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let [chiSquare, cells] = [0, 0];
  for (let k = 0; k <= Math.max(...values); k++) {
    const expected = masses[k]! * values.length;
    if (expected < 5) continue;
    chiSquare += ((counts.get(k) ?? 0) - expected) ** 2 / expected;
    cells += 1;
  }
  expect(cells).toBeGreaterThan(3);
  expect(chiSquare).toBeLessThan(cells + 5 * Math.sqrt(2 * cells));
}

/** Probabilities of 0 to `highest`, from the log of the first and the factor from each to the next. */
function massesOf(logFirst: number, highest: number, factor: (k: number) => number): number[] {
  const logs = [logFirst];
  for (let k = 1; k <= highest; k++) logs.push(logs[k - 1]! + Math.log(factor(k)));
  return logs.map(Math.exp);
}

describe('random stream', () => {
  it('repeats itself for the same key and differs for another', () => {
    const draws = (key: string): number[] => sample(5, (random) => random.uniform(), key);
    expect(draws('1/cell/7')).toEqual(draws('1/cell/7'));
    expect(new Set([...draws('1/cell/7'), ...draws('1/cell/8'), ...draws('2/cell/7')]).size).toBe(15);
  });

  it('gives unrelated streams to neighbouring keys', () => {
    const first = Array.from({ length: 20_000 }, (_, run) => new RandomStream(`1/cell/${run}`).uniform() - 0.5);
    const { mean, variance } = momentsOf(first);
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(1 / 12 / 20_000));
    expect(variance).toBeCloseTo(1 / 12, 2);
    const lagged = first.slice(1).reduce((sum, value, i) => sum + value * first[i]!, 0) / first.length / variance;
    expect(Math.abs(lagged)).toBeLessThan(5 / Math.sqrt(20_000));
  });

  it('draws standard normals', () => {
    const values = sample(40_000, (random) => random.normal());
    const { mean, variance } = momentsOf(values);
    expect(Math.abs(mean)).toBeLessThan(0.025);
    expect(Math.abs(variance - 1)).toBeLessThan(0.036);
    const beyond = values.filter((value) => Math.abs(value) > 1.959964).length / values.length;
    expect(Math.abs(beyond - 0.05)).toBeLessThan(0.006);
  });

  it.each([0.4, 1, 2.04, 11.1])('draws gammas of shape %f', (shape) => {
    const { mean, variance } = momentsOf(sample(40_000, (random) => random.gamma(shape)));
    expect(Math.abs(mean / shape - 1)).toBeLessThan(5 / Math.sqrt(shape * 40_000));
    expect(Math.abs(variance / shape - 1)).toBeLessThan(0.12);
  });

  // Below and above the mean of 10 different methods are used.
  it.each([0.02, 3, 9.9, 10.1, 47, 2500])('draws Poisson counts of mean %f', (mean) => {
    const values = sample(40_000, (random) => random.poisson(mean));
    if (mean > 0.1)
      expectDistribution(
        values,
        massesOf(-mean, 4000, (k) => mean / k),
      );
    expect(Math.abs(momentsOf(values).mean - mean)).toBeLessThan(5 * Math.sqrt(mean / 40_000));
  });

  it.each([
    [25, 0.01],
    [25, 0.9],
    [300, 0.03],
    [300, 0.0332],
    [300, 0.0335],
    [2500, 0.05],
    [1000, 0.97],
    [47_500, 0.01],
  ])('draws binomial counts of %d trials at %f', (trials, p) => {
    const values = sample(40_000, (random) => random.binomial(trials, p));
    const odds = p / (1 - p);
    const masses = massesOf(trials * Math.log1p(-p), trials, (k) => ((trials - k + 1) / k) * odds);
    if (trials * p > 1) expectDistribution(values, masses);
    expect(Math.abs(momentsOf(values).mean - trials * p)).toBeLessThan(5 * Math.sqrt((trials * p * (1 - p)) / 40_000));
  });

  it('knows the limits: no trials, no chance, certainty', () => {
    const random = new RandomStream('limits');
    expect([random.poisson(0), random.binomial(0, 0.5), random.binomial(9, 0), random.binomial(9, 1)]).toEqual([
      0, 0, 0, 9,
    ]);
  });
});
