/** Promises on means, by simulation: healthy canaries stay, and a drop is found. */
import { describe, expect } from 'vitest';
import { MeanJudge } from '../../src/engine/criteria/mean-judge.ts';
import type { ArmValues } from '../../src/statistics/mean-counts.ts';
import { gamma, normal, poisson, type Random, seededRandom } from '../../src/testing/random.ts';
import { itSimulates } from '../helpers/simulation.ts';

const MARGINS = { better: 'higher', toleratedRatio: 1 / 0.95, promoteWithin: 1.108 } as const;
const SETTINGS = { intervalSeconds: 10, warmUpSeconds: 60, assumedPodSpread: 0.16 };
/** A single criterion has half of the budget of 1 %. */
const BOUND = Math.log(200);

interface Service {
  seed: string;
  pods: number;
  valuesPerPod: number;
  /** CV of single values, and standard deviation of the log of a pod's slow noise. */
  cv: number;
  noise: number;
  named: boolean;
  /** What is left of the canary's mean. */
  left: number;
}

/** Seconds until the mean rolls back; `null` if it does not within half an hour. */
function secondsToRollback(service: Service): number | null {
  const random = seededRandom(service.seed);
  const judge = new MeanJudge(MARGINS, false, SETTINGS);
  const noise = Array.from({ length: service.pods }, () => normal(random) * service.noise);
  for (let i = 0; i < 60; i++) judge.learnValuesBefore(valuesOf(service, random, noise, 1, service.pods), 1);
  for (let i = 0; i < 180; i++) {
    const stable = valuesOf(service, random, noise, 1, service.pods);
    const canary = valuesOf(service, random, noise, 0, 1, service.left);
    judge.observeValues(canary, stable, { startSeconds: i * 10, endSeconds: (i + 1) * 10 });
    if (judge.logE >= BOUND) return (i + 1) * 10;
  }
  return null;
}

/** Sums of gamma values of some pods in 10 s. The pod of the canary is the first one. */
function valuesOf(service: Service, random: Random, noise: number[], from: number, to: number, left = 1): ArmValues {
  const { valuesPerPod, cv } = service;
  const pods: ArmValues['pods'][number][] = [];
  for (let i = from; i < to; i++) {
    noise[i] = 0.9 * noise[i]! + Math.sqrt(0.19) * service.noise * normal(random);
    const count = poisson(random, valuesPerPod);
    const scale = left * 30 * Math.exp(noise[i]!) * cv * cv;
    let [sum, sumOfSquares] = [0, 0];
    for (let k = 0; k < count; k++) {
      const value = gamma(random, 1 / cv / cv, scale);
      sum += value;
      sumOfSquares += value * value;
    }
    pods.push({ pod: `pod-${String(i).padStart(2, '0')}`, count, sum, sumOfSquares });
  }
  const total = (key: 'count' | 'sum' | 'sumOfSquares'): number => pods.reduce((sum, pod) => sum + (pod[key] ?? 0), 0);
  return {
    count: total('count'),
    sum: total('sum'),
    sumOfSquares: total('sumOfSquares'),
    pods: service.named ? pods : [],
  };
}

const RUNS = 40;
const USUAL: Service = { seed: '', pods: 20, valuesPerPod: 10, cv: 1, noise: 0, named: true, left: 1 };
const times = (service: Partial<Service>): number[] =>
  Array.from(
    { length: RUNS },
    (_, run) => secondsToRollback({ ...USUAL, ...service, seed: `${JSON.stringify(service)} ${run}` }) ?? Infinity,
  ).sort((a, b) => a - b);

describe('means, by simulation', () => {
  itSimulates.each<[string, Partial<Service>]>([
    ['few values', {}],
    ['heavy tails', { cv: 3 }],
    ['slow noise', { noise: 0.3 }],
    ['heavy tails in two series', { cv: 3, named: false }],
    ['slow noise in two series', { noise: 0.1, named: false }],
  ])('roll back few healthy canaries: %s', (_, service) => {
    expect(times(service).filter(Number.isFinite).length).toBeLessThanOrEqual(2);
  });

  itSimulates('find half of the mean within minutes', () => {
    const found = times({ left: 0.5 });
    expect(found[RUNS / 2]).toBeLessThanOrEqual(240);
    expect(found[RUNS - 2]).toBeLessThanOrEqual(600);
  });
});
