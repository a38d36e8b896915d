/** What is known beforehand of the noise of each kind of count, for the judges and for whoever learns a service as they do. */
import { type CountHabits, ERROR_HABITS, LATENCY_HABITS } from '../../statistics/judge-habits.ts';
import type { MetricNoise } from './criterion-judge.ts';

/** Of failed requests. */
export const ERROR_NOISE: MetricNoise = noiseOf(ERROR_HABITS);

/** Of requests slower than a bucket edge. */
export const LATENCY_NOISE: MetricNoise = noiseOf(LATENCY_HABITS);

function noiseOf({ largestColdStart: _, ...habits }: CountHabits): MetricNoise {
  return { ...habits, learnFromPods: true };
}
