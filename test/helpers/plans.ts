/** Services, faults and targets of any kind for the laws of plans. */
import fc from 'fast-check';
import type { AssumedNoise, Fault, ServiceTraffic } from '../../src/planning/index.ts';
import type { ExplicitHistogram } from '../../src/statistics/histogram.ts';

/** Latency with a median of about 60 ms. */
const LATENCY: ExplicitHistogram = {
  type: 'explicit',
  unit: 'ms',
  upperBounds: [5, 10, 25, 50, 100, 250, 500, 1000, 2500],
  counts: [90, 1210, 12_500, 27_000, 33_000, 22_400, 3700, 380, 16, 4],
};

const anyNoise: fc.Arbitrary<AssumedNoise> = fc.constantFrom('independent', 'calm', 'usual', 'noisy');

/** A number whose logarithm is anywhere between two bounds. */
export const logBetween = (from: number, to: number): fc.Arbitrary<number> =>
  fc.double({ min: Math.log(from), max: Math.log(to), noNaN: true }).map((log) => Number(Math.exp(log).toPrecision(3)));

/** A service from one request a second to a hundred thousand. */
export const anyService: fc.Arbitrary<ServiceTraffic> = fc
  .record({
    requestsPerSecond: logBetween(1, 1e5),
    errorRate: logBetween(1e-4, 0.2),
    noise: anyNoise,
    latencyNoise: anyNoise,
  })
  .map((traffic) => ({ ...traffic, latency: LATENCY }));

/**
 * One whose noise hides no fault: where it does, more counts only make it more certain that the evidence levels out below the bound.
 * And whose canary has more than a request or two in 10 s: a lone error is not capped, two are.
 */
export const anyCalmService: fc.Arbitrary<ServiceTraffic> = fc
  .tuple(anyService, fc.constantFrom<AssumedNoise>('independent', 'calm'))
  .map(([{ requestsPerSecond, ...traffic }, noise]) => ({
    ...traffic,
    requestsPerSecond: requestsPerSecond * 30,
    noise,
    latencyNoise: noise,
  }));

/** A fault well beyond the usual margins: near them chance decides whether the evidence ever levels out above the bound. */
export const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  logBetween(1.7, 50).map((ratio): Fault => ({ kind: 'errors', ratio })),
  logBetween(1.4, 5).map((slower): Fault => ({ kind: 'latency', slower })),
);

/** A canary's share up to a half, beyond which stable is the smaller arm. */
export const anyShare: fc.Arbitrary<number> = logBetween(0.01, 0.5);
