import { parseGoDuration } from '../../duration.ts';
import { RolloutGuardError } from '../../errors.ts';
import type { OptionCheck } from '../../options.ts';
import { checkOf } from '../builders/options.ts';
import { plainCopy } from '../builders/plain.ts';
import { conditions, type NoData, type Predicate } from '../conditions/predicate.ts';
import { durationOf } from '../go-duration.ts';
import type { Metric } from '../types/metric.ts';
import type { GoDuration, MetricDuration, MetricNumber } from '../types/values.ts';
import { validate } from '../validation/validate.ts';
import { argsIn } from './args.ts';
import type { MetricSource } from './sources.ts';

/** How often a metric is measured, and how much it endures. What is not given is written out with its default. */
export interface MetricLimits {
  /** Time between two measurements. @defaultValue one measurement only */
  readonly interval?: MetricDuration | undefined;
  /** How many measurements. @defaultValue 1 without `interval`, else without end: right in the background, refused in a step */
  readonly count?: MetricNumber | undefined;
  /** Time before the first one. @defaultValue none */
  readonly initialDelay?: MetricDuration | undefined;
  /** How many measurements may fail; one more fails the metric. -1: any, with `consecutiveSuccessLimit`. @defaultValue 0 */
  readonly failureLimit?: MetricNumber | undefined;
  /** How many may be inconclusive, all counted; one more pauses the rollout. In words: `patience`. @defaultValue 0 */
  readonly inconclusiveLimit?: MetricNumber | undefined;
  /**
   * For how long measurements may be inconclusive (no data, not decided), gaps not counted. Written as `inconclusiveLimit`:
   * this time by `interval`, but never so many that a metric with a `count` could end without one that is conclusive.
   */
  readonly patience?: GoDuration | undefined;
  /**
   * For how long the provider may fail to answer. Argo asks again every 10 s, whatever the interval, and one error more than
   * `consecutiveErrorLimit` aborts the rollout as a failure would: its default, 4, is an outage of 40 s.
   * @defaultValue '5m'
   */
  readonly tolerateOutage?: GoDuration | undefined;
  /** The same as a number of errors in a row. */
  readonly consecutiveErrorLimit?: MetricNumber | undefined;
  /** So many passes in a row end the metric as passed. From Argo 1.8 on. @defaultValue off */
  readonly consecutiveSuccessLimit?: MetricNumber | undefined;
}

/** Options of {@link metric} for a provider whose results are compared. */
export interface ComparedMetricOptions<R> extends MetricLimits {
  /** What makes a measurement good: `(result) => result.first.atMost(0.01)`. */
  readonly passes: (result: R) => Predicate;
  /** What makes it bad. What neither passes nor fails is inconclusive. @defaultValue not `passes` */
  readonly fails?: ((result: R) => Predicate) | undefined;
  /** What a missing value counts as: an empty list, NaN, nil. @defaultValue 'inconclusive' */
  readonly noData?: NoData | undefined;
}

/** Options of {@link metric}: conditions only where the provider has some. */
export type MetricOptions<R> = [R] extends [null] ? MetricLimits : ComparedMetricOptions<R>;

/** Argo asks again so long after an error (analysis/analysis.go). */
const ERROR_RETRY_SECONDS = 10;
const LIMITS =
  'interval count initialDelay failureLimit inconclusiveLimit patience tolerateOutage consecutiveErrorLimit consecutiveSuccessLimit';

/**
 * One metric of an analysis template, with all its limits and both its conditions written out.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when an option is wrong, or Argo would refuse the metric or any of its settings.
 */
export function metric<R>(name: string, source: MetricSource<R>, options: MetricOptions<R>): Metric {
  const check = checkOf('metric');
  check.knownKeys('source', source, ['provider', 'result']);
  const given: Partial<ComparedMetricOptions<R>> = options;
  const known = source.result === null ? LIMITS : `${LIMITS} passes fails noData`;
  check.knownKeys('options', given, known.split(' '));
  check.text('name', name);
  const { interval, count, initialDelay, failureLimit = 0, consecutiveSuccessLimit } = given;
  // Argo would take one below 0 for reached after the first measurement.
  if (typeof count === 'number') check.number('count', count, 0, { min: 1, integer: true });
  const made = {
    name,
    initialDelay,
    interval,
    count,
    ...(source.result === null ? {} : written(check, source.result, given)),
    failureLimit,
    inconclusiveLimit: inconclusiveLimit(check, given),
    consecutiveErrorLimit: errorLimit(check, given),
    consecutiveSuccessLimit,
    provider: source.provider,
  };
  const copy = plainCopy(check, 'options', made) as Metric;
  refuseWhatArgoRefuses(copy);
  return copy;
}

function written<R>(
  check: OptionCheck,
  result: R,
  { passes, fails, noData }: Partial<ComparedMetricOptions<R>>,
): object {
  for (const [path, test] of Object.entries({ passes, fails: fails ?? passes })) {
    if (typeof test !== 'function') check.fail(path, test, 'Use a function: (result) => result.first.atMost(0.01).');
  }
  return conditions({ passes: passes!(result), fails: fails?.(result), noData });
}

function inconclusiveLimit(
  check: OptionCheck,
  { patience, inconclusiveLimit, interval, count }: MetricLimits,
): MetricNumber {
  if (patience === undefined) return inconclusiveLimit ?? 0;
  if (inconclusiveLimit !== undefined) check.fail('patience', patience, 'Give either patience or inconclusiveLimit.');
  const every = secondsOf(interval);
  if (every === null || every <= 0) check.fail('interval', interval, 'With patience give a time such as 30s.');
  const limit = Math.ceil(seconds(check, 'patience', patience) / every);
  const most = Number(count ?? 0);
  return most > 0 ? Math.min(limit, most - 1) : limit;
}

function errorLimit(check: OptionCheck, { tolerateOutage, consecutiveErrorLimit }: MetricLimits): MetricNumber {
  if (consecutiveErrorLimit === undefined) {
    return Math.ceil(seconds(check, 'tolerateOutage', tolerateOutage ?? '5m') / ERROR_RETRY_SECONDS);
  }
  if (tolerateOutage === undefined) return consecutiveErrorLimit;
  return check.fail('tolerateOutage', tolerateOutage, 'Give either tolerateOutage or consecutiveErrorLimit.');
}

function seconds(check: OptionCheck, path: string, value: unknown): number {
  return parseGoDuration(durationOf(check, path, value))!;
}

function secondsOf(value: unknown): number | null {
  return typeof value === 'string' ? parseGoDuration(value) : null;
}

/**
 * The validation knows all that Argo refuses in a metric: it is asked at once, so that the error names the line of code.
 * What only an older release refuses is left to `build({ target })`.
 */
function refuseWhatArgoRefuses(made: Metric): void {
  const args = argsIn(JSON.stringify(made)).map((name) => ({ name }));
  const spec = { args, metrics: [made] };
  const metadata = { name: 'template' };
  const template = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', metadata, spec };
  for (const { severity, code, path, message, mend } of validate([template], { target: '1.10' })) {
    if (severity !== 'rejected' && code !== 'unknown-field') continue;
    const at = path.replace(/^spec\.metrics\[0\]\./, '');
    const words = message.replaceAll('spec.metrics[0].', '').replace(/\.$/, '');
    throw new RolloutGuardError('INVALID_OPTION', `metric "${made.name}": ${words}`, { path: at, mend });
  }
}
