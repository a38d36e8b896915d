/** What is known beforehand of the noise of each kind of count, for the judges and for whoever learns a service as they do. */
import { HARD_DOWN, MOSTLY_SLOW } from '../../statistics/burst-clip.ts';
import type { MetricNoise } from './criterion-judge.ts';

/** Of failed requests. */
export const ERROR_NOISE: MetricNoise = {
  dispersionPrior: 0.1,
  spreadFactor: 1,
  catastrophe: HARD_DOWN,
  learnFromPods: true,
  common: false,
};

/** Of requests slower than a bucket edge. */
export const LATENCY_NOISE: MetricNoise = {
  dispersionPrior: 0.02,
  spreadFactor: 0.5,
  catastrophe: MOSTLY_SLOW,
  learnFromPods: true,
  common: true,
};
