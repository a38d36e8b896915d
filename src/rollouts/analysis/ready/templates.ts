/**
 * Ready templates for Prometheus: the canary against a limit, against stable, or both. What they ask by default is what
 * OpenTelemetry's HTTP servers record (https://opentelemetry.io/docs/specs/semconv/http/http-metrics/).
 */
import { OptionCheck } from '../../../options.ts';
import type { Limit } from '../../conditions/values.ts';
import type { AnalysisTemplate } from '../../types/analysis-template.ts';
import type { Metric } from '../../types/metric.ts';
import { promqlLabel } from '../args.ts';
import { type AnalysisTemplateBuilder, analysisTemplate } from '../template.ts';
import {
  checkLimit,
  READY_OPTIONS,
  type ReadyOptions,
  readyMetric,
  type Selection,
  type Side,
  selectionOf,
} from './selection.ts';

/** Names of what HTTP servers record. */
export interface HttpMetricOptions {
  /** Histogram of request durations in seconds, without `_count` and `_bucket`. @defaultValue 'http_server_request_duration_seconds' */
  readonly histogram?: string | undefined;
}

interface ErrorOptions extends ReadyOptions, HttpMetricOptions {
  /** Which requests are errors. @defaultValue promqlLabel('http_response_status_code', '5..', '=~') */
  readonly errors?: string | undefined;
}

/** Options of {@link errorRateTemplate}: at least one of the two limits. */
export interface ErrorRateOptions extends ErrorOptions {
  /** Highest share of errors, such as 0.01. */
  readonly max?: Limit | undefined;
  /** Highest share of errors as a multiple of stable's, such as 2. A stable share below 0.1 % counts as that. */
  readonly maxTimesStable?: Limit | undefined;
}

/** Options of {@link successRatioTemplate}: at least one of the two limits. */
export interface SuccessRatioOptions extends ErrorOptions {
  /** Lowest share of requests without an error, such as 0.99. */
  readonly min?: Limit | undefined;
  /** Lowest share as a multiple of stable's, such as 0.995. */
  readonly minTimesStable?: Limit | undefined;
}

/** Options of {@link latencyTemplate}: at least one of the two limits. */
export interface LatencyOptions extends ReadyOptions, HttpMetricOptions {
  /** Which quantile. @defaultValue 0.99 */
  readonly quantile?: number | undefined;
  /** Longest time, in seconds as Prometheus has it, such as 0.5. */
  readonly maxSeconds?: Limit | undefined;
  /** Longest time as a multiple of stable's, such as 1.3. Less than a millisecond counts as one. */
  readonly maxTimesStable?: Limit | undefined;
}

/** Options of {@link businessMetricTemplate}: at least one of the two limits. */
export interface BusinessMetricOptions extends ReadyOptions {
  /** Counter of what ended well, such as `checkout_completed_total`. */
  readonly good: string;
  /** Counter of all that began, such as `checkout_started_total`. It is what `minRequests` counts. */
  readonly total: string;
  /** Lowest share. */
  readonly min?: Limit | undefined;
  /** Lowest share as a multiple of stable's, such as 0.95. */
  readonly minTimesStable?: Limit | undefined;
}

/** Options of {@link saturationTemplate}: at least one of the two limits. */
export interface SaturationOptions extends Omit<ReadyOptions, 'minRequests'> {
  /** Gauge, from 0 to 1. The fullest pod counts. @defaultValue 'nodejs_eventloop_utilization_ratio' */
  readonly gauge?: string | undefined;
  /** Highest value of the fullest pod, on average over the window, such as 0.8. */
  readonly max?: Limit | undefined;
  /** Highest value as a multiple of stable's fullest pod, such as 1.5. Less than 1 % counts as that. */
  readonly maxTimesStable?: Limit | undefined;
}

const HISTOGRAM = 'http_server_request_duration_seconds';
const BOTH: readonly Side[] = ['canary', 'stable'];

/**
 * Share of requests that end in an error. A canary without any error counts as 0, one with too few requests as no data.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when an option is wrong or both limits are missing.
 */
export function errorRateTemplate(options: ErrorRateOptions): AnalysisTemplateBuilder<AnalysisTemplate> {
  const check = checked('errorRateTemplate', options, ['histogram', 'errors', 'max', 'maxTimesStable']);
  const { max, maxTimesStable } = options;
  checkLimit(check, 'max', max, 1);
  checkLimit(check, 'maxTimesStable', maxTimesStable);
  return compared(check, 'error-rate', options, {
    ...errorShare(check, options, (share) => share),
    ...{ floor: 0.001, limit: max, timesStable: maxTimesStable, worse: 'higher' },
  });
}

/**
 * Share of requests that end without an error.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when an option is wrong or both limits are missing.
 */
export function successRatioTemplate(options: SuccessRatioOptions): AnalysisTemplateBuilder<AnalysisTemplate> {
  const check = checked('successRatioTemplate', options, ['histogram', 'errors', 'min', 'minTimesStable']);
  const { min, minTimesStable } = options;
  checkLimit(check, 'min', min, 1);
  checkLimit(check, 'minTimesStable', minTimesStable);
  return compared(check, 'success-ratio', options, {
    ...errorShare(check, options, (share) => `1 - ${share}`),
    ...{ floor: 0.001, limit: min, timesStable: minTimesStable, worse: 'lower' },
  });
}

/**
 * A quantile of the time that requests take.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when an option is wrong or both limits are missing.
 */
export function latencyTemplate(options: LatencyOptions): AnalysisTemplateBuilder<AnalysisTemplate> {
  const check = checked('latencyTemplate', options, ['histogram', 'quantile', 'maxSeconds', 'maxTimesStable']);
  const { maxSeconds, maxTimesStable, histogram = HISTOGRAM } = options;
  const quantile = check.number('quantile', options.quantile, 0.99, { above: 0, below: 1 });
  checkLimit(check, 'maxSeconds', maxSeconds);
  checkLimit(check, 'maxTimesStable', maxTimesStable);
  const selection = selectionOf(check, options);
  const buckets = `${histogram}_bucket`;
  return compared(check, 'latency', options, {
    value: (side) => `histogram_quantile(${quantile}, ${selection.rate(side, buckets, [], ' by (le) ')})`,
    ...{ selection, counter: `${histogram}_count`, floor: 0.001 },
    ...{ limit: maxSeconds, timesStable: maxTimesStable, worse: 'higher' },
  });
}

/**
 * A share that matters to the business, of two counters: checkouts completed of checkouts begun.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when an option is wrong or both limits are missing.
 */
export function businessMetricTemplate(options: BusinessMetricOptions): AnalysisTemplateBuilder<AnalysisTemplate> {
  const check = checked('businessMetricTemplate', options, ['good', 'total', 'min', 'minTimesStable']);
  const { min, minTimesStable } = options;
  const [good, total] = [check.text('good', options.good), check.text('total', options.total)];
  checkLimit(check, 'min', min);
  checkLimit(check, 'minTimesStable', minTimesStable);
  const selection = selectionOf(check, options);
  return compared(check, 'business-metric', options, {
    value: (side) => share(selection.rate(side, good), selection.rate(side, total)),
    ...{ selection, counter: total, floor: 0.001 },
    ...{ limit: min, timesStable: minTimesStable, worse: 'lower' },
  });
}

/**
 * How full the fullest pod is.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when an option is wrong or both limits are missing.
 */
export function saturationTemplate(options: SaturationOptions): AnalysisTemplateBuilder<AnalysisTemplate> {
  const check = checked('saturationTemplate', options, ['gauge', 'max', 'maxTimesStable'], ['minRequests']);
  const { max, maxTimesStable, gauge = 'nodejs_eventloop_utilization_ratio' } = options;
  checkLimit(check, 'max', max);
  checkLimit(check, 'maxTimesStable', maxTimesStable);
  const selection = selectionOf(check, options);
  return compared(check, 'saturation', options, {
    value: (side) => `max(${selection.over('avg_over_time', side, gauge)})`,
    ...{ selection, counter: null, floor: 0.01 },
    ...{ limit: max, timesStable: maxTimesStable, worse: 'higher' },
  });
}

/** What is compared, and how. */
interface Comparison {
  readonly value: (side: Side) => string;
  readonly selection: Selection;
  /** What must have grown enough; `null`: nothing. */
  readonly counter: string | null;
  /** Least value of stable that a multiple is taken of: 0 has none. */
  readonly floor: number;
  readonly limit: Limit | undefined;
  readonly timesStable: Limit | undefined;
  readonly worse: 'higher' | 'lower';
}

function compared(
  check: OptionCheck,
  defaultName: string,
  options: ReadyOptions,
  { value, selection, counter, floor, limit, timesStable, worse }: Comparison,
): AnalysisTemplateBuilder<AnalysisTemplate> {
  const name = check.text('name', options.name ?? defaultName);
  const busy = (query: string, sides: readonly Side[]) =>
    counter === null ? query : selection.whereBusy(query, counter, sides);
  const made = (own: string, query: string, bound: Limit): Metric =>
    readyMetric(own, query, options, ({ first }) => (worse === 'higher' ? first.atMost(bound) : first.atLeast(bound)));
  const metrics: Metric[] = [];
  if (limit !== undefined) metrics.push(made(name, busy(value('canary'), ['canary']), limit));
  if (timesStable !== undefined) {
    const multiple = `(${value('canary')})\n/ clamp_min(${value('stable')}, ${floor})`;
    metrics.push(made(`${name}-against-stable`, busy(multiple, BOTH), timesStable));
  }
  if (metrics.length === 0) check.fail('options', options, 'Give a limit, a multiple of stable, or both.');
  return analysisTemplate(name).metrics(...metrics);
}

function errorShare(
  check: OptionCheck,
  options: ErrorOptions,
  use: (share: string) => string,
): Pick<Comparison, 'value' | 'selection' | 'counter'> {
  const { histogram = HISTOGRAM, errors = promqlLabel('http_response_status_code', '5..', '=~') } = options;
  const selection = selectionOf(check, options);
  const counter = `${histogram}_count`;
  const value = (side: Side) => use(share(selection.rate(side, counter, [errors]), selection.rate(side, counter)));
  return { value, selection, counter };
}

/** A series that never was is 0: it appears with its first error, or its first success. */
function share(part: string, whole: string): string {
  return `(${part} or vector(0)) / ${whole}`;
}

function checked(
  caller: string,
  options: ReadyOptions,
  own: readonly string[],
  without: readonly string[] = [],
): OptionCheck {
  const check = new OptionCheck('INVALID_OPTION', caller);
  check.knownKeys('options', options, [...own, ...READY_OPTIONS.filter((name) => !without.includes(name))]);
  return check;
}
