import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../../bench/figures.ts';
import { LimitEvidence, type LimitEvidenceOptions } from '../../src/statistics/limit-evidence.ts';
import { binomial, gamma, normal, seededRandom } from '../../src/testing/random.ts';
import { at, base, evidenceOf } from '../helpers/limit-evidence.ts';

describe('promises, by simulation of 30 minutes', () => {
  interface Traffic {
    requests: number;
    rate: number;
    /** CV of noise that is new every 10 s. */
    whiteCv?: number;
    /** Standard deviation of a slow drift of the log rate (AR(1), 0.9 per 10 s). */
    drift?: number;
    /** Squared CV that the judge is told: per 10 s, autocorrelation included. */
    squaredCv: number;
    fromSecond?: number;
    ratio?: number;
  }
  /** Seconds until the evidence reaches 1 in 100. */
  function secondsToFinding(seed: string, options: LimitEvidenceOptions, traffic: Traffic): number {
    const random = seededRandom('limit', seed);
    const evidence = new LimitEvidence(options);
    const { requests, whiteCv = 0, drift = 0, fromSecond = 0, ratio = 1 } = traffic;
    let log = normal(random) * drift;
    for (let i = 0; i < 180; i++) {
      log = 0.9 * log + drift * Math.sqrt(1 - 0.81) * normal(random);
      const noise = Math.exp(log - drift ** 2 / 2) * (whiteCv > 0 ? gamma(random, whiteCv ** -2, whiteCv ** 2) : 1);
      const rate = Math.min(traffic.rate * noise * (i * 10 >= fromSecond ? ratio : 1), 0.999);
      evidence.observe(
        at(i, { exposure: requests, bad: binomial(random, requests, rate), squaredCv: traffic.squaredCv }),
      );
      if (evidence.logE >= Math.log(100)) return (i + 1) * 10 - fromSecond;
    }
    return Infinity;
  }
  const times = (runs: number, options: Partial<LimitEvidenceOptions>, traffic: Traffic): number[] =>
    Array.from({ length: runs }, (_, run) =>
      secondsToFinding(`${run} ${JSON.stringify(traffic)}`, { ...base, ...options }, traffic),
    ).sort((a, b) => a - b);

  it.each([
    ['as many as expected, few requests', { requests: 25, rate: 0.01, squaredCv: 0 }],
    ['as many as expected', { requests: 2500, rate: 0.01, squaredCv: 0 }],
    ['noise of 50 %', { requests: 250, rate: 0.01, whiteCv: 0.5, squaredCv: 0.25 }],
    ['noise of 50 %, many requests', { requests: 25_000, rate: 0.01, whiteCv: 0.5, squaredCv: 0.25 }],
    ['a slow drift', { requests: 2500, rate: 0.01, drift: 0.3, squaredCv: 19 * Math.expm1(0.09) }],
    ['half the limit, with noise of 70 %', { requests: 2500, rate: 0.005, whiteCv: 0.7, squaredCv: 0.49 }],
  ])('a canary at or below its limit is not found: %s', (_, traffic) => {
    const runs = 150;
    const found = times(runs, {}, traffic).filter(Number.isFinite).length;
    expect(wilsonInterval(found, runs).low).toBeLessThanOrEqual(0.01);
    expect(found / runs).toBeLessThanOrEqual(0.02);
  });

  it('noise that the judge is not told of does find healthy canaries: the caller must learn it', () => {
    const found = times(100, {}, { requests: 2500, rate: 0.01, drift: 0.3, squaredCv: 0 }).filter(Number.isFinite);
    expect(found.length).toBeGreaterThan(5);
  });

  it.each([
    ['2.5 requests/s', { requests: 25, rate: 0.01, ratio: 5 }, {}, 120, 240],
    ['25 requests/s', { requests: 250, rate: 0.01, ratio: 5 }, {}, 40, 60],
    ['25 requests/s, from minute 10 on', { requests: 250, rate: 0.005, ratio: 10, fromSecond: 600 }, {}, 60, 80],
    [
      '25 requests/s, through a warm-up of 60 s',
      { requests: 250, rate: 0.01, ratio: 5 },
      { warmUpSeconds: 60 },
      100,
      120,
    ],
  ])('finds five times the limit at %s', (_, traffic, options, median, late) => {
    const sorted = times(60, options, { ...traffic, squaredCv: 0.1 });
    expect(sorted[30]).toBeLessThanOrEqual(median);
    expect(sorted[54]).toBeLessThanOrEqual(late);
  });

  it('finds a canary that is down in one interval, also during the warm-up', () => {
    const down = { exposure: 25, bad: 25, squaredCv: 0.1 };
    for (const limit of [0.01, 0.1])
      expect(evidenceOf({ limit, warmUpSeconds: 60 }, [down]).logE).toBeGreaterThan(Math.log(1000));
    // Half of all requests may fail here, so 25 failures say less.
    expect(evidenceOf({ limit: 0.5, warmUpSeconds: 60 }, [down, down]).logE).toBeGreaterThan(Math.log(1000));
  });
});

describe('crash loops', () => {
  const options = { model: 'poisson', limit: 2, clipNats: 8 } as const;
  const restarts = (pods: number, seconds: readonly number[]): LimitEvidence => {
    const hours = (pods * 10) / 3600;
    const slices = Array.from({ length: 1 + Math.floor(seconds.at(-1)! / 10) }, (_, i) => ({
      exposure: hours,
      bad: pods * seconds.filter((second) => Math.floor(second / 10) === i).length,
    }));
    return evidenceOf(options, slices);
  };
  it.each([1, 2, 5, 20])('of %i pods are found within minutes, although all restart together', (pods) => {
    expect(restarts(pods, [10, 30, 70, 150]).logE).toBeGreaterThan(Math.log(1000));
  });
  it.each([1, 2, 5, 20])('are more than all of %i pods restarting once', (pods) => {
    expect(restarts(pods, [10]).logE).toBeLessThan(Math.log(1000));
  });
});
