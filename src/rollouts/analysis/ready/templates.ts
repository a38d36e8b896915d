/**
 * Ready templates for Prometheus: the canary against a limit, against stable, or both. What they ask by default is what
 * OpenTelemetry's HTTP servers record (https://opentelemetry.io/docs/specs/semconv/http/http-metrics/).
 */
import type { OptionCheck } from '../../../options.ts';
import { checkOf } from '../../builders/options.ts';
import type { Limit } from '../../conditions/values.ts';
import type { AnalysisTemplate } from '../../types/analysis-template.ts';
import type { Metric } from '../../types/metric.ts';
import { promqlLabel } from '../args.ts';
import { type AnalysisTemplateBuilder, analysisTemplate } from '../template.ts';
import {
  metricName,
  type Passes,
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

/**
 * Share of requests that end in an error. A canary without any error counts as 0, one with too few requests as no data.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when an option is wrong or both limits are missing.
 */
export function errorRateTemplate(options: ErrorRateOptions): AnalysisTemplateBuilder<AnalysisTemplate> {
  const own = 'histogram minRequests errors max maxTimesStable';
  return ready('errorRateTemplate', 'error-rate', options, own, errorShare(options, ''));
}

/**
 * Share of requests that end without an error.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when an option is wrong or both limits are missing.
 */
export function successRatioTemplate(options: SuccessRatioOptions): AnalysisTemplateBuilder<AnalysisTemplate> {
  const own = 'histogram minRequests errors min minTimesStable';
  return ready('successRatioTemplate', 'success-ratio', options, own, errorShare(options, '1 - '));
}

/**
 * A quantile of the time that requests take.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when an option is wrong or both limits are missing.
 */
export function latencyTemplate(options: LatencyOptions): AnalysisTemplateBuilder<AnalysisTemplate> {
  const own = 'histogram minRequests quantile maxSeconds maxTimesStable';
  return ready('latencyTemplate', 'latency', options, own, (selection, check) => {
    const histogram = metricName(check, 'histogram', options.histogram ?? HISTOGRAM);
    const quantile = check.number('quantile', options.quantile, 0.99, { above: 0, below: 1 });
    const value = (side: Side): string =>
      `histogram_quantile(${quantile}, ${selection.rate(side, `${histogram}_bucket`, [], ' by (le) ')})`;
    return { value, counter: `${histogram}_count` };
  });
}

/**
 * A share that matters to the business, of two counters: checkouts completed of checkouts begun.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when an option is wrong or both limits are missing.
 */
export function businessMetricTemplate(options: BusinessMetricOptions): AnalysisTemplateBuilder<AnalysisTemplate> {
  const own = 'good total minRequests min minTimesStable';
  return ready('businessMetricTemplate', 'business-metric', options, own, ({ rate }, check) => {
    const [good, total] = [metricName(check, 'good', options.good), metricName(check, 'total', options.total)];
    return { value: (side) => share(rate(side, good), rate(side, total)), counter: total };
  });
}

/**
 * How full the fullest pod is.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when an option is wrong or both limits are missing.
 */
export function saturationTemplate(options: SaturationOptions): AnalysisTemplateBuilder<AnalysisTemplate> {
  return ready('saturationTemplate', 'saturation', options, 'gauge max maxTimesStable', ({ over }, check) => {
    const gauge = metricName(check, 'gauge', options.gauge ?? 'nodejs_eventloop_utilization_ratio');
    return { value: (side) => `max(${over('avg_over_time', side, gauge)})`, counter: null, floor: 0.01 };
  });
}

const HISTOGRAM = 'http_server_request_duration_seconds';

/** What is compared. */
interface Comparison {
  readonly value: (side: Side) => string;
  /** What must have grown enough; `null`: nothing. */
  readonly counter: string | null;
  /** Least value of stable that a multiple is taken of: 0 has none. */
  readonly floor?: number;
  /** Highest limit that there can be. */
  readonly most?: number;
}

/** Reads the options of one template. */
type ReadOptions = (selection: Selection, check: OptionCheck) => Comparison;

/** @param own - names of its options beside those of all; the last two are the limit and the multiple of stable. */
function ready(
  caller: string,
  defaultName: string,
  options: ReadyOptions,
  own: string,
  read: ReadOptions,
): AnalysisTemplateBuilder<AnalysisTemplate> {
  const check = checkOf(caller, options, `${READY_OPTIONS} ${own}`);
  const name = check.text('name', options.name ?? defaultName);
  const selection = selectionOf(check, options);
  const { value, counter, floor = 0.001, most } = read(selection, check);
  const metrics = own
    .split(' ')
    .slice(-2)
    .flatMap((path, against): Metric[] => {
      const limit = (options as Readonly<Record<string, Limit | undefined>>)[path];
      if (limit === undefined) return [];
      const bounds = most === undefined || against ? { above: 0 } : { above: 0, max: most };
      if (typeof limit !== 'string') check.number(path, limit, 0, bounds);
      const canary = value('canary');
      const query = against ? `(${canary})\n/ clamp_min(${value('stable')}, ${floor})` : canary;
      const sides: readonly Side[] = against ? ['canary', 'stable'] : ['canary'];
      const asked = counter === null ? query : selection.whereBusy(query, counter, sides);
      const lower = path.startsWith('min');
      const passes: Passes = ({ first }) => (lower ? first.atLeast(limit) : first.atMost(limit));
      return [readyMetric(against ? `${name}-against-stable` : name, asked, options, passes)];
    });
  if (metrics.length === 0) check.fail('options', options, `Give ${own.split(' ').slice(-2).join(', ')}, or both.`);
  return analysisTemplate(name).metrics(...metrics);
}

function errorShare(options: ErrorOptions, before: string): ReadOptions {
  return ({ rate }, check) => {
    const { histogram = HISTOGRAM, errors = promqlLabel('http_response_status_code', '5..', '=~') } = options;
    const counter = `${metricName(check, 'histogram', histogram)}_count`;
    check.text('errors', errors);
    return { value: (side) => before + share(rate(side, counter, [errors]), rate(side, counter)), counter, most: 1 };
  };
}

/** A series that never was is 0: it appears with its first error, or its first success. */
function share(part: string, whole: string): string {
  return `(${part} or vector(0)) / ${whole}`;
}
