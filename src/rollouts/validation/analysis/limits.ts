/** How often a metric is measured, and how many bad measurements it bears (Argo rules 70 to 80: utils/analysis/factory.go). */
import type { Field } from '../field.ts';
import type { Report } from '../report.ts';
import { EFFECT } from '../report.ts';
import { shown } from '../shown.ts';
import { checkDuration, checkPositive, countOf, type Resolve } from './values.ts';

const LIMITS = ['consecutiveSuccessLimit', 'failureLimit', 'inconclusiveLimit', 'consecutiveErrorLimit'] as const;

/** After an Error Argo waits 10 seconds, whatever the interval is. */
const ERROR_RETRY_SECONDS = 10;
const LONGEST_OUTAGE_SECONDS = 3600;

/** How many measurements the metric takes: `Infinity` without an end, `null` when not known before a run. */
export function measurementsOf(metric: Field, resolve: Resolve): number | null {
  const count = countOf(metric.at('count'), resolve, 0);
  if (count !== 0) return count;
  return metric.at('interval').text ? Number.POSITIVE_INFINITY : 1;
}

/** Reports counts, limits and times of one metric that contradict each other. */
export function checkLimits(metric: Field, resolve: Resolve, report: Report): void {
  const [successes, failures, inconclusive, errors] = LIMITS.map((name) => {
    const value = countOf(metric.at(name), resolve, name === 'consecutiveErrorLimit' ? 4 : 0);
    const least = name === 'failureLimit' ? -1 : 0;
    if (value !== null && value < least) {
      const mend = least === 0 ? 'Give 0 or more.' : 'Give 0 or more, or -1 to turn it off.';
      report.rejected('limit-negative', metric.at(name), `${name} is ${value}.`, EFFECT.runError, mend);
    }
    return value;
  }) as [number | null, number | null, number | null, number | null];
  for (const name of ['count', ...LIMITS]) checkNumber(metric.at(name), name, resolve, report);

  if (failures === -1 && successes === 0) {
    const message = 'failureLimit is off, and consecutiveSuccessLimit is not set: nothing could end this metric.';
    const mend = 'Set consecutiveSuccessLimit, or a failureLimit of 0 or more.';
    report.rejected('limits-off', metric.at('failureLimit'), message, EFFECT.runError, mend);
  }

  const count = metric.at('count');
  const times = countOf(count, resolve, 0);
  if (times !== null && times > 0) {
    const room = successes === null || failures === null ? null : successes + Math.max(failures, 0);
    checkRoom(room, 'failureLimit and consecutiveSuccessLimit together');
    checkRoom(inconclusive, 'inconclusiveLimit');
  }
  function checkRoom(least: number | null, what: string): void {
    if (least === null || times === null || times >= least) return;
    const message = `count is ${times}, but ${what} ask for ${least}.`;
    report.rejected('count-too-small', count, message, EFFECT.runError, `Set count to ${least} or more.`);
  }

  const interval = metric.at('interval');
  if (times !== null && times > 1 && (!interval.present || interval.text === '')) {
    const mend = 'Set interval, such as 30s.';
    report.rejected('interval-missing', count, `count is ${times}, without an interval.`, EFFECT.runError, mend);
  }
  checkPositive(checkDuration(interval, resolve, report, EFFECT.runError), interval, report);
  checkDuration(metric.at('initialDelay'), resolve, report, EFFECT.runError);
  checkReach(metric, resolve, report, { failures, inconclusive, errors, successes });
}

/** A limit that is as large as the count is never exceeded: Argo compares with "more than". */
function checkReach(
  metric: Field,
  resolve: Resolve,
  report: Report,
  limits: Readonly<Record<'failures' | 'inconclusive' | 'errors' | 'successes', number | null>>,
): void {
  const times = measurementsOf(metric, resolve);
  const { failures, inconclusive, errors, successes } = limits;
  if (times !== null && times >= 1) {
    if (failures !== null && failures >= times && successes === 0) {
      const message = `${failures} of ${times} measurements may fail: more cannot.`;
      const effect = 'The metric is Successful even if every measurement fails.';
      const mend = `Set failureLimit below ${times}.`;
      report.unsafe('metric-never-fails', metric.at('failureLimit'), message, effect, mend);
    }
    const judges = metric.at('successCondition').present && metric.at('failureCondition').present;
    const between = judges || metric.at('provider', 'kayenta').present;
    if (inconclusive !== null && inconclusive >= times && between) {
      const message = `${inconclusive} of ${times} measurements may be inconclusive: more cannot.`;
      const effect = 'The metric is Successful even if every measurement is inconclusive.';
      const mend = `Set inconclusiveLimit below ${times}.`;
      report.unsafe('metric-never-inconclusive', metric.at('inconclusiveLimit'), message, effect, mend);
    }
  }
  if (errors !== null && errors * ERROR_RETRY_SECONDS > LONGEST_OUTAGE_SECONDS) {
    const hours = Math.round((errors * ERROR_RETRY_SECONDS) / 360) / 10;
    const message = `${errors} errors in a row are borne, one each 10 s: ${hours} hours.`;
    const effect = 'While the metrics source is down, the analysis neither ends nor judges.';
    const mend = 'Set consecutiveErrorLimit to the outage that you want to wait for, in tens of seconds.';
    report.advice('outage-unnoticed', metric.at('consecutiveErrorLimit'), message, effect, mend);
  }
}

function checkNumber(field: Field, name: string, resolve: Resolve, report: Report): void {
  const text = field.text === undefined ? null : resolve(field.text);
  if (text === null || /^[-+]?\d+$/.test(text)) return;
  const mend = 'Write a whole number.';
  report.unsafe('limit-not-a-number', field, `${name} is ${shown(text)}, no number.`, 'Argo counts it as 0.', mend);
}

/**
 * Says once for an analysis that a short outage would abort: only where nobody has decided it.
 */
export function adviseOutage(metrics: readonly Field[], report: Report): void {
  const asks = (metric: Field): boolean => metric.at('interval').present && !metric.at('provider', 'job').present;
  const open = metrics.filter((metric) => asks(metric) && !metric.at('consecutiveErrorLimit').present);
  if (open.length === 0 || open.length < metrics.filter(asks).length) return;
  const message = 'No metric says how long its source may fail; the default is four errors, 10 s apart.';
  const effect = 'A source that is down for about 40 s aborts the rollout, whatever the canary does.';
  const mend = 'Set consecutiveErrorLimit: 4 if that is meant, 30 for about five minutes.';
  report.advice('outage-aborts', open[0]!, message, effect, mend);
}
