/** What a plan needs to know of a service: how much traffic, how much of it is bad, how noisy that is. */
import type { OptionCheck } from '../options.ts';
import type { LatencyHistogram } from '../statistics/histogram.ts';
import { checkedLatency } from './checked-latency.ts';
import { type AssumedNoise, noiseLevel, type ServiceNoiseLevel } from './service-noise-level.ts';

/** A service, as a plan sees it. Plain JSON. `trafficOf` makes it of a recording. */
export interface ServiceTraffic {
  /** Requests per second of the whole service, canary and stable together. */
  readonly requestsPerSecond: number;
  /** Stable's share of failed requests, 0 to 1. */
  readonly errorRate: number;
  /** Stable's latency; needed for plans on latency. */
  readonly latency?: LatencyHistogram;
  /** Noise of the error rate. @defaultValue usual */
  readonly noise?: AssumedNoise | ServiceNoiseLevel;
  /** Noise of the latency. @defaultValue usual */
  readonly latencyNoise?: AssumedNoise | ServiceNoiseLevel;
  /** Pods of the whole service: the canary has its share of them, at least one. @defaultValue not known: noise is the same at all weights */
  readonly pods?: number;
  /** Requests that one user makes while the canary runs. @defaultValue 1: each request is another user, an upper bound */
  readonly requestsPerUser?: number;
}

/** A checked service with nothing left open. */
export interface KnownTraffic {
  readonly requestsPerSecond: number;
  readonly errorRate: number;
  readonly latency: LatencyHistogram | null;
  readonly noise: ServiceNoiseLevel;
  readonly latencyNoise: ServiceNoiseLevel;
  readonly pods: number | null;
  readonly requestsPerUser: number;
}

const KEYS = ['requestsPerSecond', 'errorRate', 'latency', 'noise', 'latencyNoise', 'pods', 'requestsPerUser'];

/** Checks a service and fills in the defaults. */
export function knownTraffic(check: OptionCheck, traffic: ServiceTraffic): KnownTraffic {
  check.knownKeys('traffic', traffic, KEYS);
  const { requestsPerSecond, errorRate, latency, noise, latencyNoise, pods, requestsPerUser } = traffic;
  if (requestsPerSecond === 0) {
    const mend = 'Without traffic nothing can be seen: give the requests of the whole service.';
    check.fail('traffic.requestsPerSecond', 0, mend);
  }
  return {
    requestsPerSecond: check.number('traffic.requestsPerSecond', requestsPerSecond ?? null, 0, { above: 0, max: 1e9 }),
    errorRate: check.number('traffic.errorRate', errorRate ?? null, 0, { min: 0, below: 1 }),
    latency: latency === undefined ? null : checkedLatency(check, 'traffic.latency', latency),
    noise: noiseLevel(check, 'traffic.noise', noise, 'errors'),
    latencyNoise: noiseLevel(check, 'traffic.latencyNoise', latencyNoise, 'latency'),
    pods: pods === undefined ? null : check.number('traffic.pods', pods, 0, { min: 2, integer: true }),
    requestsPerUser: check.number('traffic.requestsPerUser', requestsPerUser, 1, { min: 1, max: 1e9 }),
  };
}
