import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PodCounts } from '../../src/statistics/pod-counts.ts';
import { ServiceNoise, type ServiceNoiseOptions, type ServiceNoiseState } from '../../src/statistics/service-noise.ts';
import { type ArmCounts, addCounts, noCounts } from '../../src/statistics/share-likelihood.ts';
import { binomial, gamma, seededRandom } from '../../src/testing/random.ts';
import { expectClose } from '../helpers/close.ts';
import { evenly } from '../helpers/pods.ts';

const ARM_WINDOWS = [10, 30, 90, 270];
const ARMS: ServiceNoiseOptions = {
  dispersion: { kind: 'arms', prior: 0.1, priorWeight: 6, windowsSeconds: ARM_WINDOWS },
  naturalSpread: 0.15,
  clipNats: 2.5,
};
const PODS: ServiceNoiseOptions = {
  ...ARMS,
  dispersion: {
    kind: 'pods',
    prior: 0.1,
    priorWeight: 6,
    windowsSeconds: [10, 30, 90],
    armWindowsSeconds: ARM_WINDOWS,
  },
};

interface Block {
  canary: PodCounts[];
  stable: PodCounts[];
  /** What both arms did, where it is not the sum of the pods. */
  arms?: ArmCounts;
}
const sumOf = ({ canary, stable }: Block): ArmCounts => ({
  canaryRequests: canary.reduce((sum, { requests }) => sum + requests, 0),
  canaryBad: canary.reduce((sum, { bad }) => sum + bad, 0),
  stableRequests: stable.reduce((sum, { requests }) => sum + requests, 0),
  stableBad: stable.reduce((sum, { bad }) => sum + bad, 0),
});

/** A walk through blocks, as the judge takes it: what is natural is asked before a block is learned from. */
class Walk {
  noise: ServiceNoise;
  readonly #options: ServiceNoiseOptions;
  readonly #totals: ArmCounts = noCounts();

  constructor(options: ServiceNoiseOptions) {
    this.#options = options;
    this.noise = new ServiceNoise(options, 10);
  }

  take(blocks: readonly Block[]): this {
    for (const block of blocks) {
      const arms = block.arms ?? sumOf(block);
      addCounts(this.#totals, arms);
      this.noise.see(block.canary, block.stable);
      this.noise.learn(arms, this.#totals, block.canary, block.stable);
    }
    return this;
  }

  /** Stores and restores what was learned. */
  reload(): this {
    this.noise = new ServiceNoise(
      this.#options,
      10,
      JSON.parse(JSON.stringify(this.noise.state())) as ServiceNoiseState,
    );
    return this;
  }
}

/** What is known of the noise before a block is judged. */
function naturalBefore(noise: ServiceNoise, { canary, stable }: Block): unknown {
  noise.see(canary, stable);
  const { fromPods, squaredCv, clipNats, spread, longestBurstSeconds } = noise;
  return { fromPods, squaredCv, clipNats, spread, longestBurstSeconds, prior: [...noise.naturalPrior(0).logWeights] };
}

/** Blocks of pods whose error rates vary with a CV from block to block. */
function blocks(times: number, { canary = 1, stable = 6, cv = 0.3, canaryRate = 0.01, seed = 'noise' } = {}): Block[] {
  const random = seededRandom(seed, times);
  const bad = (rate: number): number =>
    binomial(random, 2000, Math.min(rate * (cv > 0 ? gamma(random, 1 / cv ** 2, cv ** 2) : 1), 1));
  return Array.from({ length: times }, () => ({
    canary: evenly(
      2000,
      Array.from({ length: canary }, () => bad(canaryRate)),
      'canary',
    ),
    stable: evenly(
      2000,
      Array.from({ length: stable }, () => bad(0.01)),
      'stable',
    ),
  }));
}

describe('where traffic is not told apart by pod', () => {
  const anonymous = (block: Block): Block => ({ canary: [], stable: [], arms: sumOf(block) });

  it('takes bursts and lasting differences as they were given', () => {
    const { noise } = new Walk(PODS).take(blocks(30).map(anonymous));
    expect(noise).toMatchObject({ fromPods: false, clipNats: 2.5, spread: 0.15, longestBurstSeconds: null });
  });

  it('learns the noise from the two arms, as if pods had never been asked for', () => {
    const totals = noCounts();
    const [pods, arms] = [new ServiceNoise(PODS, 10), new ServiceNoise(ARMS, 10)];
    for (const block of blocks(40, { cv: 0.8 })) {
      const counts = sumOf(block);
      addCounts(totals, counts);
      for (const noise of [pods, arms]) noise.learn(counts, totals, [], []);
      expect(pods.squaredCv).toBe(arms.squaredCv);
    }
    expect(pods.squaredCv).not.toBe(new ServiceNoise(ARMS, 10).squaredCv);
  });

  it('does so too while stable is one pod: there is nothing to compare it with', () => {
    const { noise } = new Walk(PODS).take(blocks(30, { stable: 1 }));
    expect(noise).toMatchObject({ fromPods: false, spread: 0.15, longestBurstSeconds: null });
  });

  it('uses a known noise as it is', () => {
    const { noise } = new Walk({ ...ARMS, dispersion: { kind: 'known', squaredCv: 0.07 } }).take(blocks(10));
    expect(noise).toMatchObject({ fromPods: false, squaredCv: 0.07, spread: 0.15, clipNats: 2.5 });
  });
});

describe('where the stable pods are known, the noise', () => {
  it('is more for noisy pods than for calm ones', () => {
    const calm = new Walk(PODS).take(blocks(60, { cv: 0 })).noise;
    const noisy = new Walk(PODS).take(blocks(60, { cv: 0.8 })).noise;
    expect(calm.fromPods && noisy.fromPods).toBe(true);
    expect(noisy.squaredCv).toBeGreaterThan(3 * calm.squaredCv);
  });

  it('is not soiled by the fault of the canary', () => {
    const [last] = blocks(1, { seed: 'last' });
    const taken = blocks(40);
    const faulty = taken.map(({ canary, stable }) => ({
      canary: canary.map((pod, i) => ({ ...pod, bad: (i % 2) * 1000 + pod.bad })),
      stable,
    }));
    const [healthy, ill] = [new Walk(PODS).take(taken), new Walk(PODS).take(faulty)];
    expect(naturalBefore(ill.noise, last!)).toEqual(naturalBefore(healthy.noise, last!));
  });

  it('is known before a block is judged: what a block shows counts only for later ones', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.array(fc.nat(2000), { minLength: 6, maxLength: 6 }), (times, bad) => {
        const past = blocks(times);
        const [one, other] = blocks(2, { seed: 'two' });
        const next = { canary: one!.canary, stable: evenly(2000, bad, 'stable') };
        const known = (block: Block): unknown => naturalBefore(new Walk(PODS).take(past).noise, block);
        expect(known(next)).toEqual(known(other!));
      }),
      { seed: 2, numRuns: 30 },
    );
  });

  it('is less the more pods serve: their noise and their differences average out', () => {
    const few = new Walk(PODS).take(blocks(60, { canary: 1, stable: 2 })).noise;
    const many = new Walk(PODS).take(blocks(60, { canary: 10, stable: 20 })).noise;
    expect(many.squaredCv).toBeLessThan(few.squaredCv / 3);
    expect(many.spread).toBeLessThan(few.spread / 1.5);
  });

  it('lowers the cap after a long burst of one pod, and says how long it was', () => {
    const burst = blocks(40, { cv: 0 }).map(({ canary, stable }, i) => ({
      canary,
      stable: i >= 10 && i < 15 ? stable.map((pod, p) => (p === 0 ? { ...pod, bad: 500 } : pod)) : stable,
    }));
    const [quiet, bursty] = [new Walk(PODS).take(blocks(40, { cv: 0 })), new Walk(PODS).take(burst)];
    expect(bursty.noise.longestBurstSeconds).toBe(50);
    expect(bursty.noise.clipNats).toBeLessThan(quiet.noise.clipNats);
  });

  it('falls back on what is assumed when only one of them is left, and comes back with them', () => {
    const walk = new Walk(PODS).take(blocks(30));
    expect(walk.noise.fromPods).toBe(true);
    walk.take(blocks(60, { stable: 1 }));
    expect(walk.noise).toMatchObject({ fromPods: false, spread: 0.15 });
    walk.take(blocks(30));
    expect(walk.noise.fromPods).toBe(true);
  });

  it('is learned before the deployment, so that the first interval is judged by it', () => {
    const [first] = blocks(1, { seed: 'first' });
    const noise = new ServiceNoise(PODS, 10);
    const fresh = naturalBefore(new ServiceNoise(PODS, 10), first!);
    for (const { stable } of blocks(60, { cv: 1 })) noise.learnBefore(stable, 12_000);
    const known = naturalBefore(noise, first!);
    expect(known).toMatchObject({ fromPods: true });
    expect(known).not.toEqual(fresh);
  });
});

describe('which pods serve', () => {
  it('is not forgotten because a block begins empty', () => {
    const { noise } = new Walk(PODS).take(blocks(20, { canary: 3, stable: 6 }));
    const before = [noise.squaredCv, noise.spread];
    noise.see([], []);
    expect(noise.fromPods).toBe(true);
    expect([noise.squaredCv, noise.spread]).toEqual(before);
  });

  it('is not changed by one pod that reports first', () => {
    const { noise } = new Walk(PODS).take(blocks(20, { canary: 3, stable: 6 }));
    const before = noise.squaredCv;
    noise.see(evenly(100, [1], 'canary'), evenly(100, [1], 'stable'));
    expect(noise.squaredCv).toBe(before);
  });

  it('counts soon when only the canary grows, and when only stable does', () => {
    const grown = (canary: number, stable: number): ServiceNoise =>
      new Walk(PODS).take(blocks(20, { cv: 0 })).take(blocks(4, { cv: 0, canary, stable })).noise;
    const { squaredCv } = grown(1, 6);
    expect(grown(4, 6).squaredCv).toBeLessThan(squaredCv / 2);
    expect(grown(1, 12).squaredCv).toBeLessThan(squaredCv);
    expect(grown(4, 6).spread).toBeLessThan(grown(1, 6).spread);
    expect(grown(1, 12).spread).toBeLessThan(grown(1, 6).spread);
  });
});

it('gives a new prior only with a new version', () => {
  const walk = new Walk(PODS);
  let [version, prior] = [walk.noise.version, [...walk.noise.naturalPrior(0).logWeights]];
  let changes = 0;
  for (const block of [...blocks(20), ...blocks(20, { stable: 1 }), ...blocks(20, { canary: 3, stable: 4 })]) {
    walk.take([block]);
    const now = [...walk.noise.naturalPrior(0).logWeights];
    if (walk.noise.version === version) expect(now).toEqual(prior);
    else changes += 1;
    [version, prior] = [walk.noise.version, now];
  }
  expect(changes).toBeGreaterThan(3);
});

it('goes on from its state at any block', () => {
  const all = [...blocks(13), ...blocks(7, { stable: 2, canary: 2 }), ...blocks(9, { stable: 1 })];
  const [next] = blocks(1, { seed: 'next' });
  const whole = naturalBefore(new Walk(PODS).take(all).noise, next!);
  for (let at = 0; at <= all.length; at += 3) {
    const walk = new Walk(PODS).take(all.slice(0, at));
    expect(naturalBefore(walk.reload().take(all.slice(at)).noise, next!)).toEqual(whole);
  }
});

it('has a prior of weight one around any centre', () => {
  const { noise } = new Walk(PODS).take(blocks(10));
  for (const centre of [-1, 0, Math.log(1.5), 3]) {
    const { logWeights } = noise.naturalPrior(centre);
    expectClose(
      logWeights.reduce((sum, weight) => sum + Math.exp(weight), 0),
      1,
      1e-9,
    );
  }
});
