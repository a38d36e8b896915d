/** What recordings say of a service: its traffic, its rate of errors, its latency, its noise. */

import { RolloutGuardError } from '../errors.ts';
import { OptionCheck } from '../options.ts';
import type { DeploymentTelemetry, TelemetryInterval } from '../ports/telemetry.ts';
import { chooseEdges, countAbove } from '../statistics/exceedance.ts';
import { histogramTotal, type LatencyHistogram, mergeHistograms } from '../statistics/histogram.ts';
import { ERROR_HABITS, LATENCY_HABITS } from '../statistics/judge-habits.ts';
import { middleNoise, noiseOf } from './noise-learner.ts';
import { type BadOf, RecordedBlocks } from './recorded-blocks.ts';
import type { ServiceNoiseLevel } from './service-noise-level.ts';
import type { ServiceTraffic } from './service-traffic.ts';

/** Options of {@link trafficOf}. */
export interface TrafficOfOptions {
  /** The quantile that the service is known by: an edge near it is judged. @defaultValue 0.99 */
  readonly quantile?: number;
}

/**
 * Learns a service from recordings of its deployments: traffic from both arms, everything else from stable alone, so that a
 * faulty canary does not matter. Where stable pods are told apart, the noise is what the judge would learn from them. One
 * recording is enough; several give the middle, and are better.
 *
 * @throws RolloutGuardError `INVALID_TELEMETRY` - no recording, or stable served nothing in all of them.
 */
export function trafficOf(
  telemetry: DeploymentTelemetry | readonly DeploymentTelemetry[],
  options: TrafficOfOptions = {},
): ServiceTraffic {
  const check = new OptionCheck('INVALID_OPTION', 'trafficOf');
  check.knownKeys('options', options, ['quantile']);
  const quantile = check.number('quantile', options.quantile, 0.99, { above: 0, below: 1 });
  const all = Array.isArray(telemetry)
    ? (telemetry as readonly DeploymentTelemetry[])
    : [telemetry as DeploymentTelemetry];
  all.forEach((one, i) => {
    if (one?.kind === 'intervals' && Array.isArray(one.intervals)) return;
    throw new RolloutGuardError('INVALID_TELEMETRY', 'trafficOf: not a recording', {
      path: Array.isArray(telemetry) ? `telemetry[${i}].kind` : 'telemetry.kind',
      value: one?.kind,
      mend: 'Give DeploymentTelemetry: counts by interval. Rates alone do not tell how noisy a service is.',
    });
  });
  const recordings = all.filter(({ intervals }) => sumOf(intervals.filter(isStable), (one) => one.requests) > 0);
  if (recordings.length === 0) {
    throw new RolloutGuardError('INVALID_TELEMETRY', 'trafficOf: stable served no request', {
      path: 'telemetry.intervals',
      mend: 'Give a recording with stable in it.',
    });
  }
  const whole = recordings.map(({ intervals }) => intervals.filter(({ segment }) => segment === undefined));
  const stable = whole.flatMap((intervals) => intervals.filter(isStable));
  const blocks = recordings.map((recording) => new RecordedBlocks(recording));
  const traffic = blocks.map((one) => one.traffic);
  const seconds = traffic.reduce((sum, one) => sum + one.seconds, 0);
  const latency = stable.reduce<LatencyHistogram | null>((sum, one) => added(sum, one.latency), null);
  const noise = learned(blocks, ({ requests, errors }) => ({ requests, bad: errors }), ERROR_HABITS);
  return {
    requestsPerSecond: traffic.reduce((sum, { requests }) => sum + requests, 0) / seconds,
    errorRate: sumOf(stable, (one) => one.errors) / sumOf(stable, (one) => one.requests),
    noise,
    ...(latency === null ? {} : { latency, latencyNoise: latencyNoise(blocks, latency, quantile) }),
    ...(noise.pods ? { pods: Math.round(noise.pods.canary + noise.pods.stable) } : {}),
  };
}

function learned(blocks: readonly RecordedBlocks[], badOf: BadOf, habits: typeof ERROR_HABITS): ServiceNoiseLevel {
  return middleNoise(blocks.map((one) => noiseOf(one.recorded(badOf), habits)));
}

/** Noise at each edge that is judged; the first one stands for all others. */
function latencyNoise(
  blocks: readonly RecordedBlocks[],
  latency: LatencyHistogram,
  quantile: number,
): ServiceNoiseLevel {
  // Which margins are tolerated does not matter to where the edges are.
  const edges = chooseEdges(latency, quantile, 0.1, 0.25).map(({ edgeMs }) => ({
    ...learned(blocks, slowerThan(edgeMs), LATENCY_HABITS),
    edgeMs,
  }));
  const { edgeMs: _, ...first } = edges[0]!;
  return { ...first, edges };
}

function slowerThan(edgeMs: number): BadOf {
  return ({ latency }) => {
    const bad = latency ? countAbove(latency, edgeMs) : null;
    return latency === undefined || bad === null ? null : { requests: histogramTotal(latency), bad };
  };
}

/** Buckets that have no bound in common with those before are left out. */
function added(sum: LatencyHistogram | null, more: LatencyHistogram | undefined): LatencyHistogram | null {
  if (more === undefined) return sum;
  return sum === null ? more : (mergeHistograms(sum, more) ?? sum);
}

function isStable({ cohort, segment }: TelemetryInterval): boolean {
  return cohort !== 'canary' && segment === undefined;
}

function sumOf(intervals: readonly TelemetryInterval[], value: (interval: TelemetryInterval) => number): number {
  return intervals.reduce((sum, interval) => sum + value(interval), 0);
}
