/** How often a metric is measured, and how many bad measurements it bears (Argo rules 70 to 80: utils/analysis/factory.go). */
import { parseGoDuration } from '../../../duration.ts';
import type { Field } from '../field.ts';
import { EFFECT, type Report } from '../report.ts';
import { checkDuration, checkNumber, checkPositive, countOf, knownText, type Resolve } from './values.ts';

const LIMITS = ['consecutiveSuccessLimit', 'failureLimit', 'inconclusiveLimit', 'consecutiveErrorLimit'] as const;
const AT_ONCE = 'It is measured again and again without a pause.';

/** After an Error Argo waits 10 s, whatever the interval is: so many are an hour. */
const MOST_ERRORS = 360;

const OFTEN_SECONDS = 60;

/** How many measurements the metric takes: `Infinity` without an end, `null` when not known before a run. */
export function measurementsOf(metric: Field, resolve: Resolve): number | null {
  const count = countOf(metric.at('count'), resolve, 0);
  if (count !== 0) return count;
  return metric.at('interval').text ? Number.POSITIVE_INFINITY : 1;
}

/** Reports counts, limits and times of one metric that contradict each other. */
export function checkLimits(metric: Field, resolve: Resolve, report: Report): void {
  const { runError } = EFFECT;
  const fields = LIMITS.map((name) => metric.at(name));
  const [successes, failures, inconclusive, errors] = fields.map((field, index) => {
    const value = countOf(field, resolve, index === 3 ? 4 : 0);
    const least = index === 1 ? -1 : 0;
    if (value !== null && value < least)
      report.rejected('limit-negative', field, `${LIMITS[index]} is ${value}.`, runError, `Give ${least} or more.`);
    return value;
  }) as [number | null, number | null, number | null, number | null];
  const count = metric.at('count');
  for (const field of [count, ...fields]) checkNumber(field, resolve, report);

  if (failures === -1 && successes === 0) {
    const message = 'failureLimit is off, and there is no consecutiveSuccessLimit.';
    report.rejected('limits-off', fields[1]!, message, runError, 'Set one of them.');
  }
  const times = countOf(count, resolve, 0) ?? 0;
  const together = successes === null || failures === null ? null : successes + Math.max(failures, 0);
  for (const [least, what] of [
    [together, 'failureLimit + consecutiveSuccessLimit'],
    [inconclusive, LIMITS[2]],
  ] as const) {
    if (least === null || times <= 0 || times >= least) continue;
    const message = `count is ${times}, ${what} ${least}.`;
    report.rejected('count-too-small', count, message, runError, `Set count to ${least} or more.`);
  }
  const interval = metric.at('interval');
  if (times > 1 && !interval.value)
    report.rejected('interval-missing', count, `count is ${times}, without an interval.`, runError, 'Set interval.');
  checkPositive(checkDuration(interval, resolve, report, runError), interval, report, AT_ONCE, 'unsafe');
  checkDuration(metric.at('initialDelay'), resolve, report, runError);

  const between =
    (metric.at('successCondition').text && metric.at('failureCondition').text) ||
    metric.at('provider', 'kayenta').present;
  checkReach(failures !== null && successes === 0 ? failures : -1, 'metric-never-fails', 'fail');
  checkReach(inconclusive !== null && between ? inconclusive : -1, 'metric-never-inconclusive', 'be inconclusive');
  // A limit is exceeded by more than it, so one as large as the count never is.
  function checkReach(limit: number, code: 'metric-never-fails' | 'metric-never-inconclusive', what: string): void {
    const most = measurementsOf(metric, resolve);
    if (most === null || most < 1 || limit < most) return;
    const at = fields[what === 'fail' ? 1 : 2]!;
    const effect = 'The metric is Successful even if all are.';
    report.unsafe(code, at, `All ${most} measurements may ${what}.`, effect, `Give less than ${most}.`);
  }
  if (errors !== null && errors > MOST_ERRORS) {
    const message = `${errors} errors in a row, one in 10 s, are ${Math.round(errors / 36) / 10} hours.`;
    const effect = 'So long an outage of the metrics source is waited for.';
    report.advice('outage-unnoticed', fields[3]!, message, effect, 'Give the tens of seconds that you want to wait.');
  }
}

/**
 * Says once for an analysis that a short outage would abort: only where it is measured without an end and so often that an
 * outage is met, and nobody has decided what then.
 */
export function adviseOutage(metrics: readonly Field[], resolve: Resolve, report: Report): void {
  const endless = metrics.filter((metric) => {
    const seconds = parseGoDuration(knownText(metric.at('interval'), resolve) ?? '') ?? OFTEN_SECONDS + 1;
    return seconds <= OFTEN_SECONDS && measurementsOf(metric, resolve) === Number.POSITIVE_INFINITY;
  });
  if (endless.length === 0 || endless.some((metric) => metric.at(LIMITS[3]).present)) return;
  const message = 'No metric has a consecutiveErrorLimit: it is 4, with 10 s between.';
  const effect = 'An outage of the metrics source of 40 s aborts the rollout.';
  report.advice('outage-aborts', endless[0]!, message, effect, 'Set it: 4 if that is meant, 30 for five minutes.');
}
