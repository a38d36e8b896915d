/**
 * Latency of a simulated deployment: bucket counts of every pod in every interval, for the requests that the traffic has
 * there. Noise and faults act in units of 10 s; an interval of several units has the mean of their distributions.
 */
import { type LatencyOptions, latencyNoise, slowTime, USUAL_PAUSES } from './latency-options.ts';
import { tabledNormalCdf } from './math/normal.ts';
import { drift } from './noise.ts';
import { RandomStream } from './random.ts';
import type { ArmSeries, PodBursts, Traffic } from './scenario.ts';
import { HORIZON_UNITS, UNIT_SECONDS } from './scenario-options.ts';

/** Bucket counts of both arms. */
export interface LatencySeries {
  upperBoundsMs: readonly number[];
  /** Count of bucket `b` of pod `p` in interval `i`: at `(i * pods + p) * buckets + b`, the last bucket without a bound. */
  canary: Float64Array;
  stable: Float64Array;
}

const UPPER_BOUNDS_MS: readonly number[] = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];
/** Buckets, the one without a bound included. */
export const LATENCY_BUCKETS: number = UPPER_BOUNDS_MS.length + 1;
const MEDIAN_MS = 60;
const LOG_DEVIATION = 0.8;
/** Standard normal quantiles of the bounds. */
const BOUND_Z = UPPER_BOUNDS_MS.map((bound) => Math.log(bound / MEDIAN_MS) / LOG_DEVIATION);
const COMMON_DRIFT = 0.9;
/** A pause slows so many requests by this factor. */
const PAUSED_SHARE = 0.05;
const PAUSE_Z = Math.log(5) / LOG_DEVIATION;
const COLD_UNITS = 12;
const WARMING_UNITS = 3;

/** The state of one pod in one unit: what its distribution of times depends on. */
interface PodState {
  /** Logarithm of the factor on all times. */
  level: number;
  /** How much of the canary's fault there is, 0 to 1. */
  fault: number;
  /** Logarithm of the factor of a cold canary. */
  cold: number;
  paused: boolean;
}

/** Simulates the latency of a deployment whose traffic is known. Same options, traffic and key, same counts. */
export function simulateLatency(options: LatencyOptions, traffic: Traffic, key: string): LatencySeries {
  const random = new RandomStream(`${key}/latency`);
  const { scenario, history } = traffic;
  const noise = latencyNoise(options.noise);
  const units = history + HORIZON_UNITS;
  const common = new Float64Array(units);
  if (noise) drift(random, COMMON_DRIFT, noise.com, common);
  const slow = slowTime(options);
  if (slow) for (let u = 0; u < units; u++) if (isWithin(u - history, slow)) common[u]! += Math.log(slow[2]);
  const pauses = options.gc === true ? USUAL_PAUSES : Number(options.gc ?? 0);
  const distribution = new Distribution(options);

  const sample = (arm: ArmSeries, bursts: PodBursts, isCanary: boolean): Float64Array => {
    const counts = new Float64Array(arm.requests.length * LATENCY_BUCKETS);
    const first = isCanary ? history : 0;
    const level = new Float64Array(units);
    const paused = new Uint8Array(units);
    const states: PodState[] = [];
    for (let pod = 0; pod < arm.pods; pod++) {
      level.set(common);
      if (noise) {
        const lasting = noise.pod * random.normal();
        drift(random, noise.ar, noise.arsd, level);
        for (let u = 0; u < units; u++) level[u]! += lasting + noise.white * random.normal();
      }
      for (let u = 0; u < units; u++) {
        paused[u] = (pauses > 0 && random.uniform() < pauses) || bursts[pod]?.[u] === 1 ? 1 : 0;
      }
      for (let u = first; u < units; u++) {
        const t = u - history;
        states[u] = {
          level: level[u]!,
          fault: isCanary ? faultAt(options, t) : 0,
          cold: isCanary ? coldAt(options, t) : 0,
          paused: paused[u] === 1,
        };
      }
      for (let i = 0; i < arm.requests.length / arm.pods; i++) {
        const requests = arm.requests[i * arm.pods + pod]!;
        if (requests === 0) continue;
        const from = first + Math.floor((i * scenario.intervalSeconds) / UNIT_SECONDS);
        const to = from + Math.max(1, scenario.intervalSeconds / UNIT_SECONDS);
        multinomial(
          random,
          requests,
          distribution.cdf(states, from, to),
          counts,
          (i * arm.pods + pod) * LATENCY_BUCKETS,
        );
      }
    }
    return counts;
  };
  const stable = sample(scenario.stable, traffic.stableBursts, false);
  const canary = sample(scenario.canary, traffic.canaryBursts, true);
  return { upperBoundsMs: UPPER_BOUNDS_MS, canary, stable };
}

function isWithin(t: number, [from, to]: readonly [number, number, number]): boolean {
  return t >= from && t < to;
}

function faultAt({ onset = 0, ramp = 0 }: LatencyOptions, t: number): number {
  if (t < onset) return 0;
  return ramp > 0 ? Math.min((t - onset) / ramp, 1) : 1;
}

function coldAt({ cold = 0 }: LatencyOptions, t: number): number {
  return cold > 0 && t >= 0 && t < COLD_UNITS ? Math.log(cold) * Math.exp(-t / WARMING_UNITS) : 0;
}

/** Shares of requests up to each bound. Remembers the last state: without noise nothing changes for long. */
class Distribution {
  readonly #shift: number;
  readonly #tailZ: number;
  readonly #tailShare: number;
  readonly #stretch: number;
  readonly #timeouts: number;
  readonly #mean = new Float64Array(UPPER_BOUNDS_MS.length);
  readonly #one = new Float64Array(UPPER_BOUNDS_MS.length);
  #last: PodState | null = null;

  constructor({ shift = 1, tail = 1, timeouts = 0 }: LatencyOptions) {
    const [quantile, factor] = typeof tail === 'number' ? [0.9, tail] : tail;
    this.#shift = Math.log(shift) / LOG_DEVIATION;
    this.#tailShare = quantile;
    this.#tailZ = quantileZ(quantile);
    this.#stretch = Math.log(factor) / LOG_DEVIATION;
    this.#timeouts = timeouts;
  }

  /** The mean over units `from` (inclusive) to `to` (exclusive). */
  cdf(states: readonly PodState[], from: number, to: number): Float64Array {
    if (to - from === 1) return this.#cdfOf(states[from]!);
    this.#mean.fill(0);
    for (let u = from; u < to; u++) {
      const cdf = this.#cdfOf(states[u]!);
      for (let b = 0; b < cdf.length; b++) this.#mean[b]! += cdf[b]! / (to - from);
    }
    return this.#mean;
  }

  #cdfOf(state: PodState): Float64Array {
    const last = this.#last;
    const { level, fault, cold, paused } = state;
    if (last && last.level === level && last.fault === fault && last.cold === cold && last.paused === paused) {
      return this.#one;
    }
    this.#last = state;
    const moved = level / LOG_DEVIATION + fault * this.#shift + cold / LOG_DEVIATION;
    const stretch = fault * this.#stretch;
    const answered = 1 - fault * this.#timeouts;
    for (let b = 0; b < BOUND_Z.length; b++) {
      const z = BOUND_Z[b]! - moved;
      let cdf = tabledNormalCdf(z);
      // Values above the quantile are stretched: up to its stretched place nothing more is added.
      if (stretch !== 0 && z > this.#tailZ) cdf = Math.max(this.#tailShare, tabledNormalCdf(z - stretch));
      cdf *= answered;
      if (paused) cdf = (1 - PAUSED_SHARE) * cdf + PAUSED_SHARE * tabledNormalCdf(z - PAUSE_Z);
      this.#one[b] = cdf;
    }
    return this.#one;
  }
}

/** The standard normal quantile, by bisection: asked once a run. */
function quantileZ(share: number): number {
  let [low, high] = [-9, 9];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (tabledNormalCdf(middle) < share) low = middle;
    else high = middle;
  }
  return low;
}

/** Adds the counts of so many requests, bucket by bucket: each is binomial given what is left. */
function multinomial(
  random: RandomStream,
  requests: number,
  cdf: Float64Array,
  counts: Float64Array,
  at: number,
): void {
  let left = requests;
  let below = 0;
  for (let b = 0; b < cdf.length && left > 0; b++) {
    const mass = cdf[b]! - below;
    if (mass <= 0) continue;
    const count = random.binomial(left, mass / (1 - below));
    counts[at + b]! += count;
    left -= count;
    below = cdf[b]!;
  }
  counts[at + cdf.length]! += left;
}
