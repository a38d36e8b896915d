import { describe, expect, it } from 'vitest';
import type { Cell, CellOptions } from '../../bench/decisions/cell.ts';
import { LATENCY_BUCKETS } from '../../bench/decisions/latency.ts';
import { normalCdf, tabledNormalCdf } from '../../bench/decisions/math/normal.ts';
import { type Scenario, simulate, simulateCell } from '../../bench/decisions/scenario.ts';

/** So many requests that an interval's shares are the pod's true ones, within a few per mille. */
const PLENTY = { rps: 2e7, hist: 0 } as const;
const BOUNDS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

function cellOf(kw: CellOptions): Cell {
  return { name: 'cell', kind: 'null', metric: 'latency', kw };
}

/** Share of a pod's requests in an interval that took longer than a bound. */
function slower(
  { latency, canary }: Scenario,
  arm: 'canary' | 'stable',
  pod: number,
  i: number,
  bound: number,
): number {
  const pods = arm === 'canary' ? canary.pods : latency!.stable.length / (LATENCY_BUCKETS * 180);
  const at = (i * pods + pod) * LATENCY_BUCKETS;
  const counts = latency![arm].subarray(at, at + LATENCY_BUCKETS);
  const all = counts.reduce((a, b) => a + b, 0);
  return counts.subarray(BOUNDS.indexOf(bound) + 1).reduce((a, b) => a + b, 0) / all;
}

/** What the log-normal of median 60 ms and log-sd 0.8 says. */
function beyond(ms: number, factor = 1): number {
  return normalCdf(-Math.log(ms / (60 * factor)) / 0.8);
}

function canary(kw: CellOptions, i: number, bound: number): number {
  return slower(simulateCell(cellOf({ ...PLENTY, ...kw }), 'canary'), 'canary', 0, i, bound);
}

describe('latency: the histograms', () => {
  it('hold every request once, and are the same for the same key', () => {
    const kw = { rps: 500, gaps: { share: 0.2 }, noise: true, gc: true };
    const scenario = simulateCell(cellOf(kw), 'a');
    for (const arm of ['canary', 'stable'] as const) {
      scenario[arm].requests.forEach((requests, at) => {
        const counts = scenario.latency![arm].subarray(at * LATENCY_BUCKETS, (at + 1) * LATENCY_BUCKETS);
        if (counts.reduce((a, b) => a + b, 0) !== requests) throw new Error(`${arm} at ${at}`);
      });
    }
    expect(simulateCell(cellOf(kw), 'a')).toEqual(scenario);
    expect(simulateCell(cellOf(kw), 'b').latency).not.toEqual(scenario.latency);
  });

  it('leave the counts of traffic and errors as they are', () => {
    const kw = { rps: 50, base: 0.01, od: 'all' };
    const { latency, ...rest } = simulateCell({ name: 'c', kind: 'null', metrics: ['errors', 'latency'], kw }, 'same');
    expect(latency).not.toBeNull();
    expect({ ...rest, latency: null }).toEqual(simulate(kw, 'same'));
  });

  it('are log-normal, median 60 ms, without noise', () => {
    for (const bound of BOUNDS.slice(0, -2)) {
      expect(canary({}, 7, bound)).toBeCloseTo(beyond(bound), 3);
    }
  });

  it('spread like binomial counts', () => {
    const { latency, stable } = simulateCell(cellOf({ rps: 500 }), 'spread');
    const slow = Array.from({ length: stable.requests.length }, (_, at) =>
      latency!.stable.subarray(at * LATENCY_BUCKETS + 6, (at + 1) * LATENCY_BUCKETS).reduce((a, b) => a + b, 0),
    );
    const mean = slow.reduce((a, b) => a + b, 0) / slow.length;
    const variance = slow.reduce((sum, n) => sum + (n - mean) ** 2, 0) / slow.length;
    expect(mean / (250 * beyond(250))).toBeCloseTo(1, 1);
    expect(variance / mean).toBeCloseTo(1, 1);
  });
});

describe('latency: faults of the canary', () => {
  it('shift: all times, from the onset on', () => {
    const kw = { shift: 1.25, onset: 60 };
    expect(canary(kw, 59, 100)).toBeCloseTo(beyond(100), 3);
    expect(canary(kw, 60, 100)).toBeCloseTo(beyond(100, 1.25), 3);
    expect(canary(kw, 60, 500)).toBeCloseTo(beyond(500, 1.25), 3);
  });

  it('tail: values above the quantile alone', () => {
    for (const tail of [1.3, [0.9, 1.3]] as const) {
      expect(canary({ tail }, 3, 100)).toBeCloseTo(beyond(100), 3);
      expect(canary({ tail }, 3, 250)).toBeCloseTo(beyond(250, 1.3), 3);
    }
    // p90 is 167 ms: stretched by 3, everything above it is beyond 500 ms.
    expect(canary({ tail: [0.9, 3.1] }, 3, 500)).toBeCloseTo(0.1, 3);
    expect(canary({ tail: [0.99, 3] }, 3, 250)).toBeCloseTo(beyond(250), 3);
  });

  it('timeouts: slower than everything', () => {
    expect(canary({ timeouts: 0.05 }, 3, 10_000)).toBeCloseTo(0.05, 3);
    expect(canary({ timeouts: 0.05 }, 3, 100)).toBeCloseTo(0.05 + 0.95 * beyond(100), 3);
  });

  it('ramp: the fault grows', () => {
    expect(canary({ shift: 4, ramp: 60 }, 30, 100)).toBeCloseTo(beyond(100, 2), 3);
    expect(canary({ shift: 4, ramp: 60 }, 90, 100)).toBeCloseTo(beyond(100, 4), 3);
  });

  it('cold: slow at first, warm within two minutes', () => {
    expect(canary({ cold: 2 }, 0, 100)).toBeCloseTo(beyond(100, 2), 3);
    expect(canary({ cold: 2 }, 3, 100)).toBeCloseTo(beyond(100, 2 ** Math.exp(-1)), 3);
    expect(canary({ cold: 2 }, 12, 100)).toBeCloseTo(beyond(100), 3);
  });

  it('none of them touches stable', () => {
    const kw = { ...PLENTY, shift: 2, tail: 2, timeouts: 0.1, cold: 3 };
    const scenario = simulateCell(cellOf(kw), 'stable');
    expect(slower(scenario, 'stable', 4, 9, 100)).toBeCloseTo(beyond(100), 3);
  });
});

describe('latency: noise', () => {
  /** Logarithms of the factor on all times, from the share beyond 100 ms, by pod. */
  function levels(kw: CellOptions, runs: number): number[][] {
    return Array.from({ length: runs }, (_, run) => simulateCell(cellOf({ ...PLENTY, ...kw }), `level ${run}`)).flatMap(
      (scenario) =>
        Array.from({ length: 19 }, (_, pod) =>
          Array.from({ length: 180 }, (_, i) => {
            const share = slower(scenario, 'stable', pod, i, 100);
            let [low, high] = [-3, 3];
            while (high - low > 1e-4) {
              const middle = (low + high) / 2;
              if (beyond(100, Math.exp(middle)) < share) low = middle;
              else high = middle;
            }
            return low;
          }),
        ),
    );
  }
  const deviation = (values: number[]): number => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  };

  it.each([
    [{ white: 0.04 }, 0.04],
    [{ pod: 0.1 }, 0.1],
    [{ arsd: 0.05, ar: 0.9 }, 0.05],
    [{ com: 0.1 }, 0.1],
    [true, Math.sqrt(0.05 ** 2 + 0.04 ** 2 + 0.03 ** 2 + 0.1 ** 2)],
    [2, 2 * Math.sqrt(0.05 ** 2 + 0.04 ** 2 + 0.03 ** 2 + 0.1 ** 2)],
  ])('%j has a log-sd of %f', (noise, expected) => {
    expect(deviation(levels({ noise }, 8).flat()) / expected).toBeCloseTo(1, 0);
  });

  it('pods share the common drift alone', () => {
    const [first, second] = levels({ noise: { com: 0.1 } }, 1);
    first!.forEach((level, i) => {
      expect(level).toBeCloseTo(second![i]!, 2);
    });
    const [a, b] = levels({ noise: { white: 0.04 } }, 1);
    expect(a!.some((level, i) => Math.abs(level - b![i]!) > 0.02)).toBe(true);
  });

  it('gc: 5 % of the requests take 5 times as long, now and then', () => {
    const paused = 0.95 * beyond(1000) + 0.05 * beyond(1000, 5);
    expect(canary({ gc: 1 }, 5, 1000)).toBeCloseTo(paused, 3);
    const scenario = simulateCell(cellOf({ ...PLENTY, gc: true }), 'gc');
    let pauses = 0;
    for (let pod = 0; pod < 19; pod++) {
      for (let i = 0; i < 180; i++) pauses += slower(scenario, 'stable', pod, i, 1000) > 0.0018 ? 1 : 0;
    }
    expect(pauses).toBeGreaterThan(1);
    expect(pauses).toBeLessThan(30);
  });

  it('bursts of pods are pauses, at the same times', () => {
    const kw: CellOptions = { ...PLENTY, base: 0.01, od: { bp: 0.05, bm: 10, bl: 3 } };
    const scenario = simulateCell({ name: 'c', kind: 'null', metrics: ['errors', 'latency'], kw }, 'bursts');
    for (let i = 0; i < 180; i++) {
      const isBurst = scenario.canary.errors[i]! / scenario.canary.requests[i]! > 0.05;
      expect(slower(scenario, 'canary', 0, i, 1000) > 0.0018).toBe(isBurst);
    }
  });

  it('both: slows both arms for a while', () => {
    const scenario = simulateCell(cellOf({ ...PLENTY, both: 2 }), 'both');
    for (const [i, factor] of [
      [47, 1],
      [48, 2],
      [83, 2],
      [84, 1],
    ] as const) {
      expect(slower(scenario, 'canary', 0, i, 250)).toBeCloseTo(beyond(250, factor), 3);
      expect(slower(scenario, 'stable', 8, i, 250)).toBeCloseTo(beyond(250, factor), 3);
    }
  });

  it('longer intervals have the mean of their times', () => {
    const scenario = simulateCell(cellOf({ ...PLENTY, shift: 2, onset: 60, intervalSeconds: 40 }), 'long');
    expect(slower(scenario, 'canary', 0, 14, 100)).toBeCloseTo(beyond(100), 3);
    expect(slower(scenario, 'canary', 0, 15, 100)).toBeCloseTo(beyond(100, 2), 3);
    const straddling = simulateCell(cellOf({ ...PLENTY, shift: 2, onset: 62, intervalSeconds: 40 }), 'long');
    const half = (beyond(100) + beyond(100, 2)) / 2;
    expect(slower(straddling, 'canary', 0, 15, 100)).toBeCloseTo(half, 3);
  });

  it('of a preset: noise for any but iid, as the study has it', () => {
    const noisy = (od: string): boolean => {
      const scenario = simulateCell(cellOf({ ...PLENTY, od }), 'od');
      const differences = Array.from({ length: 20 }, (_, i) =>
        Math.abs(slower(scenario, 'canary', 0, i, 100) - slower(scenario, 'stable', 4, i, 100)),
      );
      return Math.max(...differences) > 0.005;
    };
    expect(['iid', 'noise', 'gc', 'ar'].map(noisy)).toEqual([false, true, true, true]);
  });
});

describe('the table of the normal distribution', () => {
  it('is as exact as a simulation needs', () => {
    for (let z = -9.9; z < 9.9; z += 0.0137) {
      expect(Math.abs(tabledNormalCdf(z) - normalCdf(z))).toBeLessThan(1e-7);
      if (z > -4.5) expect(Math.abs(tabledNormalCdf(z) / normalCdf(z) - 1)).toBeLessThan(1e-5);
    }
    expect([-12, 12].map(tabledNormalCdf)).toEqual([0, 1]);
  });
});
