/** Refuses telemetry that would corrupt a decision. Counting errors twice is worse than not counting them. */
import { RolloutGuardError } from '../errors.ts';
import type {
  AggregateTelemetry,
  DeploymentMetrics,
  DeploymentTelemetry,
  Measure,
  SourceProblem,
  TelemetryInterval,
  WeightChange,
} from '../ports/telemetry.ts';

/** Longest telemetry that is judged: four months at 10 s. Longer ones are a wrong unit or a missing start. */
const MOST_INTERVALS = 1_000_000;
/** Bucket bounds are powers of two up to this one. */
const LARGEST_EXPONENT = 1000;
/** Largest measured value, or sum of them: its square can still be added up over a whole deployment. */
const LARGEST_VALUE = 1e100;
const COHORTS = ['canary', 'stable', 'baseline', 'before'];

/**
 * Checks telemetry from outside.
 *
 * @throws RolloutGuardError `INVALID_TELEMETRY` - unknown schema, counts that are negative, above 2^53 - 1, not finite or impossible,
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
  telemetry.weights.forEach((weight, i) => void validateWeight(weight, `weights[${i}]`));
  const lastEndMs = new SeriesEnds();
  telemetry.intervals.forEach((interval, i) => {
    validateInterval(interval, `intervals[${i}]`);
    lastEndMs.add(interval, `intervals[${i}]`);
  });
  if (telemetry.dependencies !== undefined) validateDependencies(telemetry.dependencies);
  if (telemetry.problems !== undefined) validateProblems(telemetry.problems);
}

function validateProblems(problems: unknown): void {
  if (!Array.isArray(problems)) fail('problems', problems, 'Use a list of problems, or leave it out.');
  problems.forEach((problem, i) => void validateProblem(problem, `problems[${i}]`));
}

function validateDependencies(dependencies: unknown): void {
  if (typeof dependencies !== 'object' || dependencies === null || Array.isArray(dependencies))
    fail('dependencies', dependencies, 'Use an object with a list of intervals for each name.');
  const ends = new SeriesEnds();
  for (const [name, intervals] of Object.entries(dependencies)) {
    const path = dependencyPath(name);
    if (!Array.isArray(intervals)) fail(path, intervals, 'Use a list of intervals.');
    intervals.forEach((interval, i) => {
      validateInterval(interval, `${path}[${i}]`);
      ends.add(interval, `${path}[${i}]`, name);
    });
  }
}

/**
 * Where a dependency stands in telemetry.
 *
 * @throws RolloutGuardError `INVALID_TELEMETRY` - it has no name.
 */
export function dependencyPath(name: unknown): string {
  if (typeof name !== 'string' || name === '') fail('dependencies', name, 'Name every dependency.');
  return `dependencies.${name}`;
}

/** Checks one change of the router's weight; throws as {@link validateTelemetry}. */
export function validateWeight(weight: WeightChange, path: string): void {
  finite(`${path}.atMs`, weight?.atMs);
  share(`${path}.canaryShare`, weight.canaryShare);
}

/** Checks one problem of a source; throws as {@link validateTelemetry}. */
export function validateProblem(problem: SourceProblem, path: string): void {
  finite(`${path}.atMs`, problem?.atMs);
  for (const field of ['source', 'code', 'message'] as const) {
    if (typeof problem[field] !== 'string') fail(`${path}.${field}`, problem[field], 'Use a text.');
  }
}

/** Ends of every series (cohort, pod and segment) so far: intervals of one series come in order and never overlap. */
export class SeriesEnds {
  readonly #ends: Map<string, number>;

  constructor(ends: readonly [series: string, endMs: number][] = []) {
    this.#ends = new Map(ends);
  }

  /**
   * Notes the end of an interval.
   *
   * @param dependency - the interval counts calls to it; those are series of their own.
   * @throws RolloutGuardError `INVALID_TELEMETRY` - it begins before the last one of its series ended.
   */
  add({ cohort, pod, segment, startMs, endMs }: TelemetryInterval, path: string, dependency?: string): void {
    const called = dependency === undefined ? [] : [dependency];
    const series = JSON.stringify([cohort, pod ?? null, segment ?? null, ...called]);
    const previousEndMs = this.#ends.get(series) ?? -Infinity;
    if (startMs < previousEndMs) {
      const mend = `The interval before it in the same cohort and pod ends at ${previousEndMs}: sort by time and merge overlaps.`;
      fail(`${path}.startMs`, startMs, mend);
    }
    this.#ends.set(series, endMs);
  }

  /** Forgets series that ended by then. */
  forgetUntil(endMs: number): void {
    for (const [series, end] of this.#ends) if (end <= endMs) this.#ends.delete(series);
  }

  state(): [series: string, endMs: number][] {
    return [...this.#ends];
  }
}

/**
 * Checks one interval.
 *
 * @throws RolloutGuardError `INVALID_TELEMETRY` as {@link validateTelemetry}.
 */
export function validateInterval(interval: TelemetryInterval, path: string): void {
  if (typeof interval !== 'object' || interval === null) fail(path, interval, 'Use an interval object.');
  finite(`${path}.startMs`, interval.startMs);
  finite(`${path}.endMs`, interval.endMs);
  if (interval.endMs <= interval.startMs)
    fail(`${path}.endMs`, interval.endMs, `It must be after startMs (${interval.startMs}).`);
  if (!COHORTS.includes(interval.cohort)) fail(`${path}.cohort`, interval.cohort, `Use one of: ${COHORTS.join(', ')}.`);
  for (const name of ['pod', 'segment'] as const) {
    if (interval[name] !== undefined && typeof interval[name] !== 'string')
      fail(`${path}.${name}`, interval[name], 'Use a name, or leave it out.');
  }
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
  if (interval.restarts !== undefined) count(`${path}.restarts`, interval.restarts);
  validateMeasures(interval.measures, `${path}.measures`);
  const { latency } = interval;
  if (latency === undefined) return;
  if (latency === null || !Array.isArray(latency.counts))
    fail(`${path}.latency`, latency, 'Use a histogram with counts.');
  // There are more of these than of anything else, so a path is made only for what is wrong.
  for (let i = 0; i < latency.counts.length; i++)
    if (!isCount(latency.counts[i])) count(`${path}.latency.counts[${i}]`, latency.counts[i]);
  if (latency.type === 'explicit') {
    const { upperBounds, counts } = latency;
    if (!Array.isArray(upperBounds) || counts.length !== upperBounds.length + 1) {
      fail(`${path}.latency.counts`, counts, 'Give one count more than bounds: the last one is the overflow bucket.');
    }
    upperBounds.forEach((bound, i) => {
      if (!Number.isFinite(bound)) finite(`${path}.latency.upperBounds[${i}]`, bound);
      if (i > 0 && bound <= upperBounds[i - 1]!)
        fail(`${path}.latency.upperBounds[${i}]`, bound, 'Sort the bounds in ascending order.');
    });
  } else if (latency.type === 'exponential') {
    count(`${path}.latency.zeroCount`, latency.zeroCount);
    notNegative(`${path}.latency.zeroThreshold`, latency.zeroThreshold);
    whole(`${path}.latency.scale`, latency.scale);
    whole(`${path}.latency.offset`, latency.offset);
    const reach = Math.max(Math.abs(latency.offset), Math.abs(latency.offset + latency.counts.length));
    if (reach / 2 ** latency.scale > LARGEST_EXPONENT) {
      fail(`${path}.latency.offset`, latency.offset, 'Its bucket bounds are not finite numbers.');
    }
  } else fail(`${path}.latency.type`, (latency as { type: unknown }).type, 'Use "explicit" or "exponential".');
  if (latency.unit !== 's' && latency.unit !== 'ms') fail(`${path}.latency.unit`, latency.unit, 'Use "s" or "ms".');
}

function validateMeasures(measures: Readonly<Record<string, Measure>> | undefined, path: string): void {
  if (measures === undefined) return;
  if (typeof measures !== 'object' || measures === null || Array.isArray(measures))
    fail(path, measures, 'Use an object with a measure by name.');
  for (const [name, measure] of Object.entries(measures)) {
    const at = `${path}.${name}`;
    switch (measure?.type) {
      case 'ratio':
        count(`${at}.bad`, measure.bad);
        count(`${at}.total`, measure.total);
        if (measure.bad > measure.total)
          fail(`${at}.bad`, measure.bad, `There cannot be more than the total (${measure.total}).`);
        break;
      case 'mean':
        within(`${at}.sum`, measure.sum, LARGEST_VALUE);
        count(`${at}.count`, measure.count);
        if (measure.sumOfSquares !== undefined) sumOfSquares(`${at}.sumOfSquares`, measure.sumOfSquares, measure);
        break;
      case 'gauge':
        within(`${at}.value`, measure.value, LARGEST_VALUE);
        if (measure.podAgeSeconds !== undefined) count(`${at}.podAgeSeconds`, measure.podAgeSeconds);
        break;
      default:
        fail(at, measure, 'Use a measure of type "ratio", "mean" or "gauge".');
    }
  }
}

/** Too small a sum of squares says that values are all alike, and noise would pass for evidence. */
function sumOfSquares(path: string, value: number, { sum, count: values }: Measure & { type: 'mean' }): void {
  notNegative(path, value);
  within(path, value, LARGEST_VALUE ** 2);
  const least = values > 0 ? sum * (sum / values) : 0;
  if (value < least * (1 - 1e-6)) fail(path, value, `It cannot be below sum^2 / count (${least}).`);
}

function validateAggregates(telemetry: AggregateTelemetry): void {
  positive('windowSeconds', telemetry.windowSeconds);
  finite('atMs', telemetry.atMs);
  for (const arm of ['canary', 'stable'] as const) {
    const metrics: DeploymentMetrics | null = telemetry[arm];
    if (metrics === null) continue;
    if (typeof metrics !== 'object') fail(arm, metrics, 'Use metrics, or null when there are none.');
    share(`${arm}.errorRate`, metrics.errorRate);
    notNegative(`${arm}.requestsPerSecond`, metrics.requestsPerSecond);
    if (metrics.p99LatencyMs !== null) notNegative(`${arm}.p99LatencyMs`, metrics.p99LatencyMs);
  }
}

function fail(path: string, value: unknown, mend: string): never {
  throw new RolloutGuardError('INVALID_TELEMETRY', 'Invalid telemetry', { path, value, mend });
}

function finite(path: string, value: unknown): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) fail(path, value, 'Use a finite number.');
}

function whole(path: string, value: unknown): void {
  if (!Number.isInteger(value)) fail(path, value, 'Use a whole number.');
}

function positive(path: string, value: unknown): void {
  finite(path, value);
  if ((value as number) <= 0) fail(path, value, 'Use a number above 0.');
}

/** Beyond 2^53 - 1 counts are not exact, and sums and ratios of them need not be finite. */
function count(path: string, value: unknown): void {
  notNegative(path, value);
  if ((value as number) > Number.MAX_SAFE_INTEGER)
    fail(path, value, `Use a number up to 2^53 - 1 (${Number.MAX_SAFE_INTEGER}): larger ones are not counts.`);
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

function within(path: string, value: unknown, largest: number): void {
  finite(path, value);
  if (Math.abs(value as number) > largest)
    fail(path, value, `Use a number between -${largest} and ${largest}, in a larger unit if need be.`);
}

function notNegative(path: string, value: unknown): void {
  finite(path, value);
  if ((value as number) < 0) fail(path, value, 'Use a number that is not negative: deltas, not running totals.');
}

function share(path: string, value: unknown): void {
  finite(path, value);
  if ((value as number) < 0 || (value as number) > 1) fail(path, value, 'Use a share between 0 and 1.');
}
