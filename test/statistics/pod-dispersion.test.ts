import { describe, expect, it } from 'vitest';
import { INFLATION } from '../../src/statistics/dispersion.ts';
import { PodDispersion } from '../../src/statistics/pod-dispersion.ts';
import { binomial, gamma, seededRandom } from '../../src/testing/random.ts';
import { expectClose } from '../helpers/close.ts';
import { golden } from '../helpers/golden.ts';
import { evenly, podCounts } from '../helpers/pods.ts';

interface Case {
  label: string;
  allPodsServe: boolean;
  params: { s20: number; nu0: number; scales: number[] };
  history: number;
  requests: number[][];
  errors: number[][];
  tau2: number;
  squaredCv: number[];
}

const OPTIONS = { prior: 0.1, priorWeight: 6, windowsSeconds: [10, 30, 90] };

describe('golden: the noise of one pod', () => {
  const { cases, relTol } = golden<{ relTol: number; cases: Case[] }>('pod_dispersion');
  // The reference counts a pod without requests as one to compare with; the engine does not.
  it.each(cases.filter(({ allPodsServe }) => allPodsServe))('$label', ({ params, history, tau2, ...rows }) => {
    const { s20, nu0, scales } = params;
    const windowsSeconds = scales.map((scale) => scale * 10);
    const dispersion = new PodDispersion({ prior: s20, priorWeight: nu0, windowsSeconds }, 10);
    rows.requests.forEach((requests, row) => {
      if (row >= history) {
        const expected = rows.squaredCv[row - history]!;
        expectClose(dispersion.squaredCv(tau2) / INFLATION, expected, relTol, `interval ${row - history}`);
      }
      dispersion.learn(podCounts(requests, rows.errors[row]!));
    });
  });
});

/** What is learned from `blocks` of pods whose rates vary with a CV that is drawn anew every block. */
function learnedFrom(cv: number, blocks: number, options = OPTIONS): number {
  const random = seededRandom('pods', cv);
  const dispersion = new PodDispersion(options, 10);
  for (let i = 0; i < blocks; i++) {
    const bad = Array.from({ length: 10 }, () => {
      const level = cv === 0 ? 1 : gamma(random, 1 / cv ** 2, cv ** 2);
      return binomial(random, 2000, Math.min(0.02 * level, 1));
    });
    dispersion.learn(evenly(2000, bad));
  }
  return dispersion.squaredCv(0) / INFLATION;
}

describe('bad requests that are not rare', () => {
  /** Every second request is bad; the pods' rates vary with this CV. */
  const learned = (cv: number, common: boolean): number => {
    const random = seededRandom('common', cv);
    const dispersion = new PodDispersion({ prior: 0.02, priorWeight: 6, windowsSeconds: [10], common }, 10);
    for (let i = 0; i < 400; i++) {
      const bad = Array.from({ length: 10 }, () => binomial(random, 250, 0.5 * gamma(random, 1 / cv ** 2, cv ** 2)));
      dispersion.learn(evenly(250, bad));
    }
    return dispersion.squaredCv(0) / INFLATION;
  };

  it('show their noise; taken for rare ones they would hide it', () => {
    expect(learned(0.1, true)).toBeGreaterThan(0.009);
    expect(learned(0.1, true)).toBeLessThan(0.012);
    expect(learned(0.05, true)).toBeGreaterThan(0.002);
    expect(learned(0.05, false)).toBeLessThan(0.001);
  });
});

describe('what is learned', () => {
  it('is the squared CV of the pods, whatever was assumed at first', () => {
    for (const prior of [0.02, 0.1, 0.5]) {
      const learned = learnedFrom(0.5, 400, { ...OPTIONS, prior });
      expect(learned).toBeGreaterThan(0.18);
      expect(learned).toBeLessThan(0.35);
    }
  });

  it('is much less for calm pods than for noisy ones', () => {
    expect(learnedFrom(0, 200)).toBeLessThan(learnedFrom(0.3, 200));
    expect(learnedFrom(0.3, 200)).toBeLessThan(learnedFrom(1, 200));
  });

  it('starts from what was assumed, with a margin for safety', () => {
    expectClose(new PodDispersion(OPTIONS, 10).squaredCv(0), OPTIONS.prior * INFLATION, 1e-12);
  });

  it('leaves out lasting differences between pods: they are no noise that comes and goes', () => {
    const dispersion = new PodDispersion(OPTIONS, 10);
    for (let i = 0; i < 90; i++) dispersion.learn(evenly(10_000, [100, 150, 200, 250]));
    const spread = 0.12;
    expect(dispersion.squaredCv(spread)).toBeLessThan(0.5 * dispersion.squaredCv(0));
  });

  it('is never below zero', () => {
    const dispersion = new PodDispersion(OPTIONS, 10);
    for (let i = 0; i < 90; i++) dispersion.learn(evenly(10_000, [100, 100, 100]));
    expect(dispersion.squaredCv(4)).toBe(0);
  });
});

describe('nothing is learned', () => {
  const prior = new PodDispersion(OPTIONS, 10).squaredCv(0);
  it.each([
    ['from one pod', evenly(100, [5])],
    ['from one serving pod beside silent ones', podCounts([100, 0, 0], [5, 0, 0])],
    ['without any bad request', evenly(100, [0, 0, 0])],
    ['without any pod', []],
    ['from silent pods', evenly(0, [0, 0])],
  ])('%s', (_, pods) => {
    const dispersion = new PodDispersion(OPTIONS, 10);
    for (let i = 0; i < 9; i++) dispersion.learn(pods);
    expect(dispersion.squaredCv(0)).toBe(prior);
  });
});

describe('blocks of wall time', () => {
  it('takes a noise for the same whether it is seen in blocks of 10 s or of 30 s', () => {
    // Noise that is constant over 30 s: the windows of 30 s and 90 s see all of it.
    const random = seededRandom('blocks');
    const short = new PodDispersion(OPTIONS, 10);
    const long = new PodDispersion(OPTIONS, 30);
    for (let i = 0; i < 60; i++) {
      const bad = Array.from({ length: 6 }, () =>
        binomial(random, 30_000, Math.min(0.01 * gamma(random, 4, 1 / 4), 1)),
      );
      for (let part = 0; part < 3; part++)
        short.learn(
          evenly(
            10_000,
            bad.map((count) => count / 3),
          ),
        );
      long.learn(evenly(30_000, bad));
    }
    expect(long.squaredCv(0) / short.squaredCv(0)).toBeGreaterThan(0.8);
    expect(long.squaredCv(0) / short.squaredCv(0)).toBeLessThan(1.25);
  });

  it('uses a block only once it is complete', () => {
    const dispersion = new PodDispersion({ ...OPTIONS, windowsSeconds: [90] }, 10);
    for (let i = 0; i < 8; i++) dispersion.learn(evenly(1000, [0, 100, 0]));
    expectClose(dispersion.squaredCv(0), OPTIONS.prior * INFLATION, 1e-12);
    dispersion.learn(evenly(1000, [0, 100, 0]));
    expect(dispersion.squaredCv(0)).toBeGreaterThan(1);
  });
});

it('goes on from its state, in the middle of a window too', () => {
  const rows = Array.from({ length: 40 }, (_, i) => evenly(500 + i, [i % 7, (i * 3) % 11, 4]));
  const whole = new PodDispersion(OPTIONS, 10);
  for (const row of rows) whole.learn(row);
  for (const at of [0, 1, 4, 9, 25]) {
    const first = new PodDispersion(OPTIONS, 10);
    for (const row of rows.slice(0, at)) first.learn(row);
    const rest = new PodDispersion(OPTIONS, 10, JSON.parse(JSON.stringify(first.state())));
    for (const row of rows.slice(at)) rest.learn(row);
    expect(rest.squaredCv(0.01)).toBe(whole.squaredCv(0.01));
    expect(rest.state()).toEqual(whole.state());
  }
});
