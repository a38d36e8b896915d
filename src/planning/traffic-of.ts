/** What a recording says of a service: its traffic, its rate of errors, its latency, its noise. */
import { RolloutGuardError } from '../errors.ts';
import type { DeploymentTelemetry, TelemetryInterval } from '../ports/telemetry.ts';
import { type LatencyHistogram, mergeHistograms } from '../statistics/histogram.ts';
import type { ServiceTraffic } from './service-traffic.ts';

/**
 * Learns a service from a recording of one deployment: traffic from both arms, everything else from stable alone, before and
 * during the deployment.
 *
 * @throws RolloutGuardError `INVALID_TELEMETRY` - stable served nothing in it.
 */
export function trafficOf(telemetry: DeploymentTelemetry): ServiceTraffic {
  const whole = telemetry.intervals.filter(({ segment }) => segment === undefined);
  const stable = whole.filter(({ cohort }) => cohort !== 'canary');
  const requests = sumOf(stable, (one) => one.requests);
  const times = new Set(whole.map(({ startMs }) => startMs));
  if (requests === 0) {
    throw new RolloutGuardError('INVALID_TELEMETRY', 'trafficOf: stable served no request', {
      path: 'telemetry.intervals',
      mend: 'Give a recording with stable in it.',
    });
  }
  let latency: LatencyHistogram | null = null;
  for (const one of stable) {
    if (one.latency === undefined) continue;
    latency = latency === null ? one.latency : (mergeHistograms(latency, one.latency) ?? latency);
  }
  return {
    requestsPerSecond: sumOf(whole, (one) => one.requests) / ((times.size * telemetry.intervalMs) / 1000),
    errorRate: sumOf(stable, (one) => one.errors) / requests,
    ...(latency === null ? {} : { latency }),
  };
}

function sumOf(intervals: readonly TelemetryInterval[], value: (interval: TelemetryInterval) => number): number {
  return intervals.reduce((sum, interval) => sum + value(interval), 0);
}
