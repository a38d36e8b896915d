import { describe, expect, it } from 'vitest';
import { type ArmSeries, type Scenario, simulate } from '../../bench/decisions/scenario.ts';
import type { ScenarioOptions } from '../../bench/decisions/scenario-options.ts';

/** So many requests that an interval's error rate is the pod's true rate, within a few per mille. */
const PLENTY = { rps: 1e8, base: 0.01 } as const;

function runs(count: number, kw: ScenarioOptions): Scenario[] {
  return Array.from({ length: count }, (_, run) => simulate(kw, `law ${run}`));
}

/** Error rates of one pod, interval by interval. */
function podRates(arm: ArmSeries, pod: number): number[] {
  return Array.from({ length: arm.requests.length / arm.pods }, (_, i) => {
    return arm.errors[i * arm.pods + pod]! / arm.requests[i * arm.pods + pod]!;
  });
}

function allPodRates(scenarios: readonly Scenario[]): number[][] {
  return scenarios.flatMap(({ stable }) => Array.from({ length: stable.pods }, (_, pod) => podRates(stable, pod)));
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((a, b) => a + b, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** 2));
}

/** Correlation of neighbours, around a known mean. */
function lagOne(values: readonly number[], centre: number): number {
  const products = values.slice(1).map((value, i) => (value - centre) * (values[i]! - centre));
  return mean(products) / mean(values.map((value) => (value - centre) ** 2));
}

function sum(values: Float64Array, from = 0, to = values.length): number {
  return values.subarray(from, to).reduce((a, b) => a + b, 0);
}

describe('scenario: shape', () => {
  it('has a history of stable and 30 minutes of both arms', () => {
    const { stable, canary, historyIntervals, intervals } = simulate({ hist: 30, w: 0.2 }, 'shape');
    expect([historyIntervals, intervals]).toEqual([30, 180]);
    expect([stable.pods, canary.pods]).toEqual([16, 4]);
    expect(stable.requests).toHaveLength(16 * 210);
    expect(canary.requests).toHaveLength(4 * 180);
    expect(stable.present.every((seen) => seen === 1)).toBe(true);
  });

  it.each([
    [0.01, 1, 20],
    [0.05, 1, 19],
    [0.5, 10, 10],
  ])('at a weight of %f has %d canary and %d stable pods', (w, canaryPods, stablePods) => {
    const { canary, stable } = simulate({ w }, 'pods');
    expect([canary.pods, stable.pods]).toEqual([canaryPods, stablePods]);
  });

  it('is the same for the same options and key, and another for another key', () => {
    const kw: ScenarioOptions = { od: 'all', gaps: { share: 0.2 }, reset: 40 };
    expect(simulate(kw, 'a')).toEqual(simulate(kw, 'a'));
    expect(simulate(kw, 'a').canary.requests).not.toEqual(simulate(kw, 'b').canary.requests);
  });

  it('sums the pods', () => {
    const { stable } = simulate({ w: 0.2 }, 'sums');
    for (const i of [0, 17, 239]) {
      expect(stable.totalRequests[i]).toBe(sum(stable.requests, i * 16, (i + 1) * 16));
      expect(stable.totalErrors[i]).toBe(sum(stable.errors, i * 16, (i + 1) * 16));
    }
  });
});

describe('scenario: without noise', () => {
  it('splits the traffic by weight and fails at the base rate', () => {
    const { canary, stable } = simulate({ rps: 5000, w: 0.2, base: 0.02 }, 'calm');
    const requests = 5000 * 1800;
    expect(Math.abs(sum(canary.totalRequests) / (requests * 0.2) - 1)).toBeLessThan(5 / Math.sqrt(requests * 0.2));
    const errors = sum(stable.totalErrors);
    expect(Math.abs(errors / sum(stable.totalRequests) / 0.02 - 1)).toBeLessThan(5 / Math.sqrt(errors));
  });

  it('spreads requests and errors like Poisson counts', () => {
    const { stable } = simulate({ rps: 500, base: 0.01 }, 'poisson');
    const dispersion = (values: Float64Array): number => variance([...values]) / mean(values);
    expect(Math.abs(dispersion(stable.requests) - 1)).toBeLessThan(0.11);
    expect(Math.abs(dispersion(stable.errors) - 1)).toBeLessThan(0.11);
  });
});

describe('scenario: noise', () => {
  it('gcv: independent gamma factors of that CV', () => {
    const rates = allPodRates(runs(2, { ...PLENTY, od: { gcv: 0.7 } }));
    const all = rates.flat();
    expect(mean(all)).toBeCloseTo(0.01, 3);
    expect(Math.sqrt(variance(all)) / mean(all)).toBeCloseTo(0.7, 1);
    expect(Math.abs(mean(rates.map((pod) => lagOne(pod, 0.01))))).toBeLessThan(0.05);
  });

  it('pod: persistent log-normal levels of mean 1', () => {
    const levels = allPodRates(runs(40, { ...PLENTY, hist: 0, od: { pod: 0.5 } })).map((pod) =>
      Math.log(mean(pod) / 0.01),
    );
    expect(Math.abs(Math.sqrt(variance(levels)) - 0.5)).toBeLessThan(0.065);
    expect(Math.abs(mean(levels) + 0.125)).toBeLessThan(0.09);
    const [pod] = allPodRates(runs(1, { ...PLENTY, od: { pod: 0.5 } }));
    expect(Math.sqrt(variance(pod!)) / mean(pod!)).toBeLessThan(0.02);
  });

  it('ar, arsd: a drift of each pod with that autocorrelation', () => {
    const logs = allPodRates(runs(6, { ...PLENTY, od: { ar: 0.9, arsd: 0.3 } })).map((pod) =>
      pod.map((rate) => Math.log(rate / 0.01)),
    );
    expect(Math.abs(mean(logs.flat()) + 0.045)).toBeLessThan(0.04);
    expect(Math.sqrt(variance(logs.flat()))).toBeCloseTo(0.3, 1);
    expect(mean(logs.map((pod) => lagOne(pod, -0.045)))).toBeCloseTo(0.9, 1);
  });

  it('com: one drift for all pods of both arms', () => {
    const scenarios = runs(20, { ...PLENTY, od: { com: 0.3 } });
    const logs = scenarios.map(({ stable }) => podRates(stable, 0).map((rate) => Math.log(rate / 0.01)));
    expect(Math.sqrt(variance(logs.flat()))).toBeCloseTo(0.3, 1);
    expect(mean(logs.map((pod) => lagOne(pod, 0)))).toBeCloseTo(0.9, 1);
    const { stable, canary, historyIntervals } = scenarios[0]!;
    podRates(canary, 0).forEach((rate, i) => {
      expect(rate / podRates(stable, 3)[historyIntervals + i]!).toBeCloseTo(1, 1);
    });
  });

  it('bp, bm, bl: bursts that are that frequent, strong and long', () => {
    const pods = allPodRates(runs(40, { ...PLENTY, hist: 0, od: { bp: 0.02, bm: 10, bl: 3 } }));
    let [bursting, bursts] = [0, 0];
    for (const pod of pods) {
      pod.forEach((rate, i) => {
        const burst = rate > 0.05;
        expect(rate).toBeCloseTo(burst ? 0.1 : 0.01, 2);
        bursting += burst ? 1 : 0;
        bursts += burst && !(i > 0 && pod[i - 1]! > 0.05) ? 1 : 0;
      });
    }
    const intervals = pods.length * 180;
    // About 2,000 bursts: their number and mean length are known within a few per cent.
    expect(Math.abs(bursts / ((intervals - bursting) * 0.02) - 1)).toBeLessThan(0.12);
    expect(Math.abs(bursting / bursts - 3)).toBeLessThan(0.3);
  });
});

describe('scenario: bursts of one arm', () => {
  it.each(['canary', 'stable'] as const)('burstsAt: only the pods of %s burst', (burstsAt) => {
    const scenario = simulate({ ...PLENTY, w: 0.5, hist: 0, od: { bp: 0.05, bm: 10, bl: 3 }, burstsAt }, 'one arm');
    for (const arm of ['canary', 'stable'] as const) {
      const bursts = podRates(scenario[arm], 3).filter((rate) => rate > 0.05).length;
      expect(bursts > 0).toBe(arm === burstsAt);
    }
  });
});

describe('scenario: what happens to both arms', () => {
  it('incident: multiplies both arms from and to the given units', () => {
    const { canary, stable, historyIntervals } = simulate({ ...PLENTY, incident: [48, 84, 20] }, 'incident');
    for (const i of [47, 48, 83, 84]) {
      const expected = i === 48 || i === 83 ? 0.2 : 0.01;
      expect(podRates(canary, 0)[i]! / expected).toBeCloseTo(1, 2);
      expect(podRates(stable, 5)[historyIntervals + i]! / expected).toBeCloseTo(1, 2);
    }
  });

  it('incident under noise: hits pods differently', () => {
    const scenarios = runs(10, { ...PLENTY, od: { gcv: 0 }, incident: [48, 84, 20] });
    const logs = scenarios.flatMap(({ stable }) =>
      [...Array(19).keys()].map((pod) => Math.log(podRates(stable, pod)[110]!)),
    );
    expect(Math.abs(Math.sqrt(variance(logs)) - 0.1)).toBeLessThan(0.03);
  });

  it('diurnal: a wave of two hours in traffic and error rate alike', () => {
    const { stable } = simulate({ ...PLENTY, diurnal: 0.5, hist: 900 }, 'diurnal');
    const traffic = [...stable.totalRequests].map((requests) => requests / (1e8 * 10 * 0.95));
    expect(Math.max(...traffic)).toBeCloseTo(1.5, 2);
    expect(Math.min(...traffic)).toBeCloseTo(0.5, 2);
    expect(traffic[720]! / traffic[0]!).toBeCloseTo(1, 2);
    traffic.forEach((level, i) => {
      expect(stable.totalErrors[i]! / stable.totalRequests[i]! / 0.01 / level).toBeCloseTo(1, 2);
    });
  });
});

describe('scenario: causes outside the canary', () => {
  const rate = (arm: ArmSeries, i: number): number => podRates(arm, 0)[i]!;

  it('interference: both arms suffer in proportion to the weight, from each step on', () => {
    const w = [
      [0, 0.05],
      [60, 0.5],
    ] as const;
    const { canary, stable, historyIntervals } = simulate({ ...PLENTY, w, interference: 4 }, 'interference');
    expect(rate(stable, historyIntervals - 1) / 0.01).toBeCloseTo(1, 2);
    for (const [i, factor] of [
      [0, 1.2],
      [59, 1.2],
      [60, 3],
      [179, 3],
    ] as const) {
      expect(rate(canary, i) / 0.01).toBeCloseTo(factor, 1);
      expect(rate(stable, historyIntervals + i) / 0.01).toBeCloseTo(factor, 1);
    }
  });

  it.each([
    ['both', 0.11],
    ['canary', 0.01],
  ] as const)('dependency: failing calls fail the request, at %s', (arm, ofStable) => {
    const dependency = { from: 60, to: 90, add: 0.1, arm };
    const { canary, stable, historyIntervals } = simulate({ ...PLENTY, dependency }, 'dependency');
    for (const [i, own, other] of [
      [59, 0.01, 0.01],
      [60, 0.11, ofStable],
      [89, 0.11, ofStable],
      [90, 0.01, 0.01],
    ] as const) {
      expect(rate(canary, i)).toBeCloseTo(own, 2);
      expect(rate(stable, historyIntervals + i)).toBeCloseTo(other, 2);
      const calls = { ...canary, errors: canary.dependencyFailures! };
      expect(rate(calls, i)).toBeCloseTo(own - 0.009, 3);
    }
  });

  it('dependency: the oracle knows that the canary has another', () => {
    const dependency = { from: 60, add: 0.1, arm: 'canary' } as const;
    const { truth } = simulate({ base: 0, dependency }, 'truth');
    expect([truth.healthyRate[70], truth.faultyRate[70]]).toEqual([0.001, 0.101]);
    expect(simulate({ base: 0, dependency: { from: 60, factor: 20 } }, 'truth').truth.healthyRate[70]).toBe(0.02);
  });
});

describe('scenario: the canary', () => {
  const rates = (kw: ScenarioOptions): number[] => podRates(simulate({ ...PLENTY, ...kw }, 'fault').canary, 0);

  it('ratio and onset', () => {
    const faulty = rates({ ratio: 5, onset: 60 });
    expect(faulty[59]! / 0.01).toBeCloseTo(1, 1);
    expect(faulty[60]! / 0.05).toBeCloseTo(1, 1);
  });

  it('add', () => {
    const faulty = rates({ base: 0, add: 0.03, onset: 2 });
    expect(faulty[1]).toBe(0);
    expect(faulty[2]! / 0.03).toBeCloseTo(1, 1);
  });

  it('ramp: grows linearly to the ratio', () => {
    const faulty = rates({ ratio: 5, onset: 20, ramp: 100 });
    expect([20, 70, 120, 179].map((i) => Math.round(faulty[i]! * 1000))).toEqual([10, 30, 50, 50]);
  });

  it('cold: decays within two minutes', () => {
    const cold = rates({ cold: 5 });
    expect(cold[0]! / 0.05).toBeCloseTo(1, 1);
    expect(cold[3]! / (0.01 * (1 + 4 / Math.E))).toBeCloseTo(1, 1);
    expect(cold[12]! / 0.01).toBeCloseTo(1, 1);
  });

  it('knows the true rates, without the cold start', () => {
    const { truth } = simulate(
      { base: 0.01, ratio: 5, add: 0.1, onset: 60, cold: 5, incident: [100, 110, 3] },
      'truth',
    );
    const at = (i: number): number[] =>
      [truth.healthyRate[i]!, truth.faultyRate[i]!].map((rate) => Number(rate.toFixed(9)));
    expect([at(0), at(59), at(60), at(105)]).toEqual([
      [0.01, 0.01],
      [0.01, 0.01],
      [0.01, 0.15],
      [0.03, 0.25],
    ]);
  });

  it('weight steps: traffic and pods follow', () => {
    const steps: ScenarioOptions = {
      rps: 1e6,
      w: [
        [0, 0.01],
        [30, 0.05],
        [60, 0.2],
        [120, 0.5],
      ],
    };
    const { canary, stable, historyIntervals } = simulate(steps, 'steps');
    const podsAt = (arm: ArmSeries, i: number): number =>
      arm.present.subarray(i * arm.pods, (i + 1) * arm.pods).reduce((a, b) => a + b, 0);
    const at = (i: number): number[] => {
      const [own, other] = [canary.totalRequests[i]!, stable.totalRequests[historyIntervals + i]!];
      return [Number((own / (own + other)).toFixed(2)), podsAt(canary, i), podsAt(stable, historyIntervals + i)];
    };
    expect([29, 30, 60, 119, 120].map(at)).toEqual([
      [0.01, 1, 20],
      [0.05, 1, 19],
      [0.2, 4, 16],
      [0.2, 4, 16],
      [0.5, 10, 10],
    ]);
  });
});

describe('scenario: what telemetry loses', () => {
  it('gaps: that share of the intervals of each arm, with all counts of the interval', () => {
    const scenarios = runs(10, { rps: 500, gaps: { share: 0.3 } });
    for (const arm of ['canary', 'stable'] as const) {
      const seen = scenarios.map((scenario) => mean(scenario[arm].present));
      expect(Math.abs(mean(seen) - 0.7)).toBeLessThan(5 * Math.sqrt(0.21 / 1800));
    }
    const { stable } = scenarios[0]!;
    const lost = stable.totalRequests.indexOf(0);
    expect([...stable.present.subarray(lost * 19, lost * 19 + 19)]).toEqual(Array(19).fill(0));
  });

  it('gaps: one run of missing canary intervals, at changing places', () => {
    const starts = runs(20, { rps: 500, gaps: { canaryRun: 12 } }).map(({ canary, stable }) => {
      const missing = [...canary.present.keys()].filter((i) => canary.present[i] === 0);
      expect(missing).toHaveLength(12);
      expect(missing.at(-1)! - missing[0]!).toBe(11);
      expect(stable.present.includes(0)).toBe(false);
      return missing[0]!;
    });
    expect(new Set(starts).size).toBeGreaterThan(10);
  });

  it('gaps: bad answers are served whether telemetry sees them or not', () => {
    const { badServed, canary } = simulate({ rps: 500, base: 0.05, gaps: { canaryRun: 20 } }, 'unseen');
    expect(canary.totalErrors.filter((errors) => errors === 0)).toHaveLength(20);
    expect(badServed.every((errors) => errors > 0)).toBe(true);
  });

  it('reset: of the interval of the restart only what was counted since', () => {
    const scenarios = runs(100, { rps: 2000, base: 0.1, reset: 60 });
    const kept = scenarios.map(({ canary }) => canary.totalRequests[60]! / canary.totalRequests[59]!);
    expect(Math.abs(mean(kept) - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / 100));
    const [errors, requests] = [
      mean(scenarios.map(({ canary }) => canary.totalErrors[60]!)),
      mean(scenarios.map(({ canary }) => canary.totalRequests[60]!)),
    ];
    expect(errors / requests).toBeCloseTo(0.1, 2);
    expect(mean(scenarios.map(({ canary }) => canary.totalRequests[61]!)) / 1000).toBeCloseTo(1, 1);
  });

  it.each([8, 38])('scale: %d stable pods share the same traffic', (pods) => {
    const { stable, historyIntervals } = simulate({ rps: 5000, scale: [60, pods] }, 'scale');
    const at = historyIntervals + 60;
    const podsIn = (i: number): number => stable.present.subarray(i * stable.pods, (i + 1) * stable.pods).indexOf(0);
    expect(stable.pods).toBe(Math.max(19, pods));
    expect(podsIn(at - 1)).toBe(pods > 19 ? 19 : -1);
    expect(podsIn(at)).toBe(pods > 19 ? -1 : pods);
    expect(sum(stable.totalRequests, at, at + 60) / sum(stable.totalRequests, at - 60, at)).toBeCloseTo(1, 2);
  });
});

describe('scenario: other interval lengths', () => {
  it.each([1, 5, 30, 60])('at %d s has as many intervals as fit, with the same traffic', (intervalSeconds) => {
    const { canary, intervals, historyIntervals } = simulate({ rps: 500, base: 0.05, intervalSeconds }, 'length');
    expect([intervals, historyIntervals]).toEqual([1800 / intervalSeconds, 600 / intervalSeconds]);
    expect(sum(canary.totalRequests) / (25 * 1800)).toBeCloseTo(1, 1);
    expect(sum(canary.totalErrors) / sum(canary.totalRequests)).toBeCloseTo(0.05, 2);
  });

  it('shorter intervals share the noise of their 10 s', () => {
    const { stable } = simulate({ ...PLENTY, od: { gcv: 0.7 }, intervalSeconds: 5 }, 'halves');
    const halves = podRates(stable, 0);
    for (let i = 0; i < 100; i += 2) expect(halves[i]! / halves[i + 1]!).toBeCloseTo(1, 1);
    expect(halves[0]! / halves[2]!).not.toBeCloseTo(1, 2);
  });

  it('longer intervals are sums of 10 s: their noise averages out', () => {
    const cv2 = (intervalSeconds: number): number => {
      const all = allPodRates(runs(6, { ...PLENTY, od: { gcv: 0.7 }, intervalSeconds })).flat();
      return variance(all) / mean(all) ** 2;
    };
    expect(Math.abs(cv2(10) / cv2(60) / 6 - 1)).toBeLessThan(0.15);
  });

  it('indices stay in units of 10 s', () => {
    const { canary } = simulate({ ...PLENTY, ratio: 5, onset: 60, intervalSeconds: 30 }, 'indices');
    const rates = podRates(canary, 0);
    expect([19, 20].map((i) => Math.round(rates[i]! * 1000))).toEqual([10, 50]);
  });
});
