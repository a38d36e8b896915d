/** Rates over the last minutes of interval telemetry: what a client that knows only aggregates would have said. */
import type {
  AggregateTelemetry,
  DeploymentMetrics,
  DeploymentTelemetry,
  TelemetryInterval,
} from '../ports/telemetry.ts';
import {
  histogramQuantile,
  inUnit,
  type LatencyHistogram,
  mergeHistograms,
  toExplicit,
} from '../statistics/histogram.ts';

/** The last `windowSeconds` before the watermark as rates of both cohorts; `null` for a cohort without requests. */
export function windowMetrics(telemetry: DeploymentTelemetry, windowSeconds: number): AggregateTelemetry {
  const { service, deploymentId, completeUntilMs: atMs } = telemetry;
  const within = telemetry.intervals.filter(
    ({ endMs, segment }) => segment === undefined && endMs <= atMs && endMs > atMs - windowSeconds * 1000,
  );
  const arm = (isCanary: boolean): DeploymentMetrics | null =>
    metricsOf(
      within.filter(({ cohort }) => (cohort === 'canary') === isCanary),
      windowSeconds,
      atMs,
    );
  return {
    schemaVersion: 1,
    kind: 'aggregates',
    service,
    deploymentId,
    windowSeconds,
    atMs,
    canary: arm(true),
    stable: arm(false),
  };
}

function metricsOf(
  intervals: readonly TelemetryInterval[],
  windowSeconds: number,
  atMs: number,
): DeploymentMetrics | null {
  const requests = intervals.reduce((sum, interval) => sum + interval.requests, 0);
  if (requests === 0) return null;
  const errors = intervals.reduce((sum, interval) => sum + interval.errors, 0);
  const latency = merged(intervals);
  const p99LatencyMs = latency && histogramQuantile(inUnit(toExplicit(latency), 'ms'), 0.99);
  return { errorRate: errors / requests, p99LatencyMs, requestsPerSecond: requests / windowSeconds, timestampMs: atMs };
}

/** Buckets that have no bound in common say nothing together: a quantile of some of the requests would be of nobody's. */
function merged(intervals: readonly TelemetryInterval[]): LatencyHistogram | null {
  let sum: LatencyHistogram | null = null;
  for (const { latency } of intervals) {
    if (latency === undefined) continue;
    sum = sum === null ? latency : mergeHistograms(sum, latency);
    if (sum === null) return null;
  }
  return sum;
}
