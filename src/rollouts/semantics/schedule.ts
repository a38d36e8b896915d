/** When a metric is measured next (Argo: analysis/analysis.go, generateMetricTasks). */

import type { MetricResult } from '../types/analysis-run.ts';
import type { Metric } from '../types/metric.ts';
import type { Timestamp } from '../types/values.ts';
import { type ArgumentValues, checkOptions, limitsOf, type MetricLimits } from './limits.ts';
import { isFinal } from './metric.ts';

/** After an Error the wait is this, whatever the interval. */
const ERROR_RETRY_SECONDS = 10;

/** Options of {@link nextMeasurementAt}. */
export interface ScheduleOptions {
  /** `status.startedAt` of the run: what `initialDelay` counts from. @defaultValue absent: the run has not been looked at */
  readonly startedAt?: Timestamp;
  /** True: the run ends, and nothing is measured any more. @defaultValue false */
  readonly terminating?: boolean;
  /** Values of the template's arguments. @defaultValue none */
  readonly args?: ArgumentValues;
}

/**
 * When Argo measures a metric next. The first measurement is at once, or when `initialDelay` has passed since the run was
 * first looked at; the next when `interval` has passed since the last one was finished, and 10 seconds after one that was
 * an Error, however long or short the interval is.
 *
 * @param result the metric's entry in `status.metricResults`; `null` while it has none.
 * @returns milliseconds since 1970, not before which; 0 for at once. `null`: not at all, or not known before the run started.
 * @throws RolloutGuardError `INVALID_OPTION` when an argument is not given, or a duration is none.
 */
export function nextMeasurementAt(
  metric: Metric,
  result: MetricResult | null,
  options: ScheduleOptions = {},
): number | null {
  checkOptions('nextMeasurementAt', options, ['startedAt', 'terminating', 'args']);
  const { startedAt, terminating = false, args = {} } = options;
  const limits = limitsOf(metric, args, 'nextMeasurementAt');
  if (isFinal(result?.phase)) return null;
  const last = result?.measurements?.at(-1);
  if (last !== undefined && last.finishedAt === undefined) return timeOf(last.resumeAt) ?? 0;
  if (terminating) return null;
  if (last === undefined) {
    if (limits.initialDelaySeconds === null) return 0;
    const started = timeOf(startedAt);
    return started === null ? null : started + limits.initialDelaySeconds * 1000;
  }
  if (limits.count !== null && (result?.count ?? 0) >= limits.count) return null;
  const finished = timeOf(last.finishedAt);
  return finished === null ? null : finished + secondsToNext(limits, last.phase === 'Error') * 1000;
}

/** How long after the end of a measurement the next one is due. */
export function secondsToNext({ intervalSeconds }: MetricLimits, afterError: boolean): number {
  return afterError ? ERROR_RETRY_SECONDS : (intervalSeconds ?? ERROR_RETRY_SECONDS);
}

function timeOf(text: Timestamp | undefined): number | null {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? null : time;
}
