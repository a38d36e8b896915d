/** Refuses telemetry that would corrupt a decision. Counting errors twice is worse than not counting them. */
import { RolloutGuardError } from '../errors.ts';
import type {
  AggregateTelemetry,
  DeploymentMetrics,
  DeploymentTelemetry,
  TelemetryInterval,
} from '../ports/telemetry.ts';

/** Longest telemetry that is judged: four months at 10 s. Longer ones are a wrong unit or a missing start. */
const MOST_INTERVALS = 1_000_000;
/** Bucket bounds are powers of two up to this one. */
const LARGEST_EXPONENT = 1000;
const COHORTS = ['canary', 'stable', 'baseline', 'before'];

/**
 * Checks telemetry from outside.
 *
 * @throws RolloutGuardError `INVALID_TELEMETRY` - unknown schema, counts that are negative, not finite or impossible,
 * intervals that end before they start, are out of order or overlap within one cohort and pod.
 */
export function validateTelemetry(telemetry: DeploymentTelemetry | AggregateTelemetry): void {
  if (typeof telemetry !== 'object' || telemetry === null) fail('telemetry', telemetry, 'Return a telemetry object.');
  if (telemetry.schemaVersion !== 1)
    fail('schemaVersion', telemetry.schemaVersion, 'This version reads schema version 1.');
  if (typeof telemetry.service !== 'string') fail('service', telemetry.service, 'Name the service.');
  if (typeof telemetry.deploymentId !== 'string') fail('deploymentId', telemetry.deploymentId, 'Name the deployment.');
  if (telemetry.kind === 'intervals') validateIntervals(telemetry);
  else if (telemetry.kind === 'aggregates') validateAggregates(telemetry);
  else fail('kind', (telemetry as { kind: unknown }).kind, 'Use "intervals" or "aggregates".');
}

function validateIntervals(telemetry: DeploymentTelemetry): void {
  positive('intervalMs', telemetry.intervalMs);
  finite('deployedAtMs', telemetry.deployedAtMs);
  finite('completeUntilMs', telemetry.completeUntilMs);
  if (!Array.isArray(telemetry.intervals)) fail('intervals', telemetry.intervals, 'Use a list of intervals.');
  if (!Array.isArray(telemetry.weights))
    fail('weights', telemetry.weights, 'Use a list of weight changes, possibly empty.');
  const firstMs = telemetry.intervals.reduce((first, interval) => Math.min(first, interval?.startMs), Infinity);
  if (telemetry.completeUntilMs - Math.max(firstMs, telemetry.deployedAtMs) > MOST_INTERVALS * telemetry.intervalMs) {
    fail(
      'completeUntilMs',
      telemetry.completeUntilMs,
      `It lies more than ${MOST_INTERVALS} intervals after the first one.`,
    );
  }
  telemetry.weights.forEach((weight, i) => {
    finite(`weights[${i}].atMs`, weight?.atMs);
    share(`weights[${i}].canaryShare`, weight.canaryShare);
  });
  const lastEndMs = new Map<string, number>();
  telemetry.intervals.forEach((interval, i) => {
    validateInterval(interval, `intervals[${i}]`);
    const series = JSON.stringify([interval.cohort, interval.pod ?? null, interval.segment ?? null]);
    const previousEndMs = lastEndMs.get(series) ?? -Infinity;
    if (interval.startMs < previousEndMs) {
      const mend = `The interval before it in the same cohort and pod ends at ${previousEndMs}: sort by time and merge overlaps.`;
      fail(`intervals[${i}].startMs`, interval.startMs, mend);
    }
    lastEndMs.set(series, interval.endMs);
  });
}

function validateInterval(interval: TelemetryInterval, path: string): void {
  if (typeof interval !== 'object' || interval === null) fail(path, interval, 'Use an interval object.');
  finite(`${path}.startMs`, interval.startMs);
  finite(`${path}.endMs`, interval.endMs);
  if (interval.endMs <= interval.startMs)
    fail(`${path}.endMs`, interval.endMs, `It must be after startMs (${interval.startMs}).`);
  if (!COHORTS.includes(interval.cohort)) fail(`${path}.cohort`, interval.cohort, `Use one of: ${COHORTS.join(', ')}.`);
  count(`${path}.requests`, interval.requests);
  count(`${path}.errors`, interval.errors);
  if (interval.errors > interval.requests) {
    fail(`${path}.errors`, interval.errors, `There cannot be more errors than requests (${interval.requests}).`);
  }
  if (interval.unanswered !== undefined) {
    count(`${path}.unanswered`, interval.unanswered);
    if (interval.unanswered > interval.errors) {
      fail(`${path}.unanswered`, interval.unanswered, `Unanswered requests are errors too (${interval.errors}).`);
    }
  }
  const { latency } = interval;
  if (latency === undefined) return;
  if (latency === null || !Array.isArray(latency.counts))
    fail(`${path}.latency`, latency, 'Use a histogram with counts.');
  latency.counts.forEach((value, i) => void count(`${path}.latency.counts[${i}]`, value));
  if (latency.type === 'explicit') {
    const { upperBounds, counts } = latency;
    if (!Array.isArray(upperBounds) || counts.length !== upperBounds.length + 1) {
      fail(`${path}.latency.counts`, counts, 'Give one count more than bounds: the last one is the overflow bucket.');
    }
    upperBounds.forEach((bound, i) => {
      finite(`${path}.latency.upperBounds[${i}]`, bound);
      if (i > 0 && bound <= upperBounds[i - 1]!)
        fail(`${path}.latency.upperBounds[${i}]`, bound, 'Sort the bounds in ascending order.');
    });
  } else if (latency.type === 'exponential') {
    count(`${path}.latency.zeroCount`, latency.zeroCount);
    finite(`${path}.latency.scale`, latency.scale);
    finite(`${path}.latency.offset`, latency.offset);
    const reach = Math.max(Math.abs(latency.offset), Math.abs(latency.offset + latency.counts.length));
    if (reach / 2 ** latency.scale > LARGEST_EXPONENT) {
      fail(`${path}.latency.offset`, latency.offset, 'Its bucket bounds are not finite numbers.');
    }
  } else fail(`${path}.latency.type`, (latency as { type: unknown }).type, 'Use "explicit" or "exponential".');
}

function validateAggregates(telemetry: AggregateTelemetry): void {
  positive('windowSeconds', telemetry.windowSeconds);
  finite('atMs', telemetry.atMs);
  for (const arm of ['canary', 'stable'] as const) {
    const metrics: DeploymentMetrics | null = telemetry[arm];
    if (metrics === null) continue;
    if (typeof metrics !== 'object') fail(arm, metrics, 'Use metrics, or null when there are none.');
    share(`${arm}.errorRate`, metrics.errorRate);
    count(`${arm}.requestsPerSecond`, metrics.requestsPerSecond);
    if (metrics.p99LatencyMs !== null) count(`${arm}.p99LatencyMs`, metrics.p99LatencyMs);
  }
}

function fail(path: string, value: unknown, mend: string): never {
  throw new RolloutGuardError('INVALID_TELEMETRY', 'Invalid telemetry', { path, value, mend });
}

function finite(path: string, value: unknown): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) fail(path, value, 'Use a finite number.');
}

function positive(path: string, value: unknown): void {
  finite(path, value);
  if ((value as number) <= 0) fail(path, value, 'Use a number above 0.');
}

function count(path: string, value: unknown): void {
  finite(path, value);
  if ((value as number) < 0) fail(path, value, 'Use a number that is not negative: deltas, not running totals.');
}

function share(path: string, value: unknown): void {
  finite(path, value);
  if ((value as number) < 0 || (value as number) > 1) fail(path, value, 'Use a share between 0 and 1.');
}
