/**
 * Simulated traffic of a canary and its stable pods, second by second, with the kinds of noise that production shows.
 * For unit tests of rollback rules, and for the benches that keep the judge honest.
 */
import type { Cohort, DeploymentTelemetry, TelemetryInterval } from '../ports/telemetry.ts';
import { binomial, gamma, normal, poisson, type Random, seededRandom } from './random.ts';

/** Noise of the error rate. Time constants are wall time; a CV is that of one pod's rate over 10 s. */
export interface TrafficNoise {
  /** CV of noise that is independent from one 10 s to the next. */
  whiteCv?: number;
  /** Standard deviation of a slow log-rate drift of each pod (AR(1), coefficient 0.9 per 10 s). */
  driftDeviation?: number;
  /** The same drift, common to all pods of both cohorts. */
  commonDeviation?: number;
  /** Standard deviation of persistent differences between pods (log rate). */
  podDeviation?: number;
  /** Bursts: chance per pod and 10 s that one starts, its factor on the rate, its mean length. */
  burst?: { chancePer10s: number; factor: number; meanSeconds: number };
}

/** Noise presets of the statistics study. */
export const TRAFFIC_NOISE: Readonly<
  Record<'none' | 'white' | 'drift' | 'pods' | 'bursts' | 'mixed', Readonly<TrafficNoise>>
> = {
  none: {},
  white: { whiteCv: 0.7 },
  drift: { driftDeviation: 0.3, commonDeviation: 0.3 },
  pods: { podDeviation: 0.15, whiteCv: 0.3 },
  bursts: { burst: { chancePer10s: 0.001, factor: 10, meanSeconds: 30 } },
  mixed: {
    whiteCv: 0.5,
    driftDeviation: 0.2,
    commonDeviation: 0.3,
    podDeviation: 0.1,
    burst: { chancePer10s: 0.0003, factor: 8, meanSeconds: 30 },
  },
};

/** What is simulated. */
export interface TrafficOptions {
  /** Same seed, same traffic. */
  seed: number | string;
  /** Seconds with a canary. */
  seconds: number;
  /** Seconds before it, stable only. @defaultValue 0 */
  historySeconds?: number;
  requestsPerSecond: number;
  /** Share of the traffic that goes to the canary, 0 to 1. */
  canaryShare: number;
  /** Failed share of the requests of a healthy pod. */
  errorRate: number;
  /** @defaultValue 20 pods in all, split like the traffic */
  pods?: { canary: number; stable: number };
  /** @defaultValue none */
  noise?: TrafficNoise;
  /** A fault of the canary from `atSecond` on: its rate times `ratio`, plus `add`. */
  fault?: { atSecond: number; ratio?: number; add?: number };
  /** An incident of both cohorts: the rate times `ratio`. */
  incident?: { fromSecond: number; toSecond: number; ratio: number };
}

/** Requests and errors of one pod, one entry a second, from `-historySeconds` on. */
export interface PodSeries {
  cohort: 'canary' | 'stable';
  pod: string;
  requests: Float64Array;
  errors: Float64Array;
}

/** Simulated traffic at a resolution of one second. */
export interface SimulatedTraffic {
  historySeconds: number;
  series: PodSeries[];
}

/** Simulates traffic, second by second. */
export function simulateTraffic(options: TrafficOptions): SimulatedTraffic {
  const history = options.historySeconds ?? 0;
  const seconds = history + options.seconds;
  const canaryPods = options.pods?.canary ?? Math.max(1, Math.round(20 * options.canaryShare));
  const stablePods = options.pods?.stable ?? (options.canaryShare < 0.04 ? 20 : 20 - canaryPods);
  const noise = options.noise ?? {};
  const random = seededRandom('traffic', options.seed);
  const common = drift(random, seconds, noise.commonDeviation ?? 0);

  const pod = (cohort: 'canary' | 'stable', index: number): PodSeries => {
    const share = cohort === 'canary' ? options.canaryShare / canaryPods : (1 - options.canaryShare) / stablePods;
    const level = podNoise(random, seconds, noise);
    const requests = new Float64Array(seconds);
    const errors = new Float64Array(seconds);
    for (let t = 0; t < seconds; t++) {
      const second = t - history;
      if (cohort === 'canary' && second < 0) continue;
      requests[t] = poisson(random, options.requestsPerSecond * share);
      errors[t] = binomial(random, requests[t]!, rateAt(options, cohort, second, common[t]! * level[t]!));
    }
    return { cohort, pod: `${cohort}-${index}`, requests, errors };
  };
  return {
    historySeconds: history,
    series: [
      ...Array.from({ length: canaryPods }, (_, i) => pod('canary', i)),
      ...Array.from({ length: stablePods }, (_, i) => pod('stable', i)),
    ],
  };
}

/**
 * Recorded telemetry of simulated traffic, at any interval length that divides the simulated time.
 *
 * @param deployedAtMs - Unix time of the canary's first second. @defaultValue 2026-01-01
 */
export function simulatedTelemetry(
  traffic: SimulatedTraffic,
  intervalSeconds: number,
  deployedAtMs: number = Date.UTC(2026, 0, 1),
): DeploymentTelemetry {
  const intervals: TelemetryInterval[] = [];
  const length = traffic.series[0]!.requests.length;
  for (const { cohort, pod, requests, errors } of traffic.series) {
    for (let from = 0; from + intervalSeconds <= length; from += intervalSeconds) {
      const startMs = deployedAtMs + (from - traffic.historySeconds) * 1000;
      if (cohort === 'canary' && startMs < deployedAtMs) continue;
      const endMs = startMs + intervalSeconds * 1000;
      const label: Cohort = endMs <= deployedAtMs ? 'before' : cohort;
      const to = from + intervalSeconds;
      intervals.push({
        startMs,
        endMs,
        cohort: label,
        pod,
        requests: total(requests, from, to),
        errors: total(errors, from, to),
      });
    }
  }
  intervals.sort((a, b) => a.startMs - b.startMs);
  return {
    schemaVersion: 1,
    kind: 'intervals',
    service: 'simulated',
    deploymentId: 'simulation',
    intervalMs: intervalSeconds * 1000,
    deployedAtMs,
    completeUntilMs: deployedAtMs + (length - traffic.historySeconds) * 1000,
    weights: [],
    intervals,
  };
}

function rateAt(options: TrafficOptions, cohort: 'canary' | 'stable', second: number, level: number): number {
  const { fault, incident } = options;
  let rate = options.errorRate * level;
  if (incident && second >= incident.fromSecond && second < incident.toSecond) rate *= incident.ratio;
  if (fault && cohort === 'canary' && second >= fault.atSecond) rate = rate * (fault.ratio ?? 1) + (fault.add ?? 0);
  return Math.min(rate, 0.999);
}

function podNoise(random: Random, seconds: number, noise: TrafficNoise): Float64Array {
  const level = drift(random, seconds, noise.driftDeviation ?? 0);
  const deviation = noise.podDeviation ?? 0;
  const persistent = deviation > 0 ? Math.exp(normal(random) * deviation - deviation ** 2 / 2) : 1;
  let bursting = false;
  let white = 1;
  for (let t = 0; t < seconds; t++) {
    if (noise.whiteCv && t % 10 === 0) white = gamma(random, 1 / noise.whiteCv ** 2, noise.whiteCv ** 2);
    if (noise.burst) {
      const { chancePer10s, meanSeconds } = noise.burst;
      bursting = bursting ? random() > 1 / meanSeconds : random() < chancePer10s / 10;
    }
    level[t]! *= persistent * white * (bursting ? noise.burst!.factor : 1);
  }
  return level;
}

/** Log-normal AR(1) with mean about 1, constant over 10 s. */
function drift(random: Random, seconds: number, deviation: number): Float64Array {
  const level = new Float64Array(seconds).fill(1);
  if (deviation === 0) return level;
  const coefficient = 0.9;
  const innovation = deviation * Math.sqrt(1 - coefficient ** 2);
  let log = normal(random) * deviation;
  for (let t = 0; t < seconds; t++) {
    if (t > 0 && t % 10 === 0) log = coefficient * log + innovation * normal(random);
    level[t] = Math.exp(log - deviation ** 2 / 2);
  }
  return level;
}

function total(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let t = from; t < to; t++) sum += values[t]!;
  return sum;
}
