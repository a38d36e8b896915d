/** One metric: what its measurements come to (Argo: analysis/analysis.go, assessMetricStatus). */
import { OptionCheck } from '../../options.ts';
import { list } from '../builders/options.ts';
import type { AnalysisPhase, Measurement, MetricResult } from '../types/analysis-run.ts';
import type { Metric } from '../types/metric.ts';
import { checkOptions, limitsOf, type MetricLimits } from './limits.ts';
import {
  assessMeasurement,
  type FinalPhase,
  type MeasurementAssessment,
  type MeasurementOptions,
} from './measurement.ts';

/** Options of {@link assessMetric}. */
export interface MetricOptions extends MeasurementOptions {
  /** True: the run is told to end, or another of its metrics did not succeed. @defaultValue false */
  readonly terminating?: boolean;
  /** True: the metric does not count for its run; only its message differs. @defaultValue false */
  readonly dryRun?: boolean;
}

/** What a metric came to. A `MetricResult` of Argo's with everything filled in. */
export interface MetricAssessment extends Required<Omit<MetricResult, 'metadata'>> {
  measurements: Measurement[];
}

/** Whether nothing changes any more. */
export function isFinal(phase: AnalysisPhase | '' | undefined): phase is FinalPhase {
  return phase === 'Successful' || phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive';
}

/**
 * Says what Argo makes of the values of one metric, one after the other. Limits are strict: with the defaults the first
 * failure fails, the first inconclusive measurement ends it so, and the fifth error in a row is one too many. Values after
 * its end are not looked at; `measurements` has those that were.
 *
 * @param values what `result` is each time; see {@link assessMeasurement} for errors and for verdicts of providers.
 * @throws RolloutGuardError `INVALID_OPTION` when the values are no list, an argument is not given, or a duration is none;
 * else as {@link assessMeasurement}.
 */
export function assessMetric(
  metric: Metric,
  values: readonly unknown[],
  options: MetricOptions = {},
): MetricAssessment {
  checkOptions('assessMetric', options, ['target', 'args', 'nowMs', 'terminating', 'dryRun']);
  list(new OptionCheck('INVALID_OPTION', 'assessMetric'), 'values', values);
  const { terminating = false, dryRun = false, ...reading } = options;
  const limits = limitsOf(metric, reading.args ?? {}, 'assessMetric');
  let result = newResult(metric.name, dryRun);
  for (const value of values) {
    result = settled(counted(result, measurementOf(assessMeasurement(metric, value, reading), value)), limits, false);
    if (isFinal(result.phase)) break;
  }
  return settled(result, limits, terminating);
}

/** A metric that nothing was measured of yet. */
export function newResult(name: string, dryRun: boolean): MetricAssessment {
  const counters = {
    count: 0,
    successful: 0,
    failed: 0,
    inconclusive: 0,
    error: 0,
    consecutiveError: 0,
    consecutiveSuccess: 0,
  };
  return { name, phase: 'Pending', message: '', measurements: [], ...counters, dryRun };
}

/** The measurement as the run would keep it. */
export function measurementOf({ phase, message }: MeasurementAssessment, value: unknown): Measurement {
  const text = value instanceof Error || phase === 'Error' ? undefined : textOf(value);
  return { phase, ...(message === '' ? {} : { message }), ...(text === undefined ? {} : { value: text }) };
}

/** JSON has no NaN, and Argo writes it so. */
function textOf(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, part) =>
    typeof part === 'number' && !Number.isFinite(part) ? String(part) : part,
  );
}

/** The result with one more measurement in its counters. It is added to the list of the old one, which is used no more. */
export function counted(result: MetricAssessment, measurement: Measurement): MetricAssessment {
  const { phase } = measurement;
  const isError = phase === 'Error';
  result.measurements.push(measurement);
  return {
    ...result,
    // Argo makes the entry as Running, so that going on is no change, and leaves no message.
    phase: result.phase === 'Pending' ? 'Running' : result.phase,
    count: result.count + (isError ? 0 : 1),
    successful: result.successful + (phase === 'Successful' ? 1 : 0),
    failed: result.failed + (phase === 'Failed' ? 1 : 0),
    inconclusive: result.inconclusive + (phase === 'Inconclusive' ? 1 : 0),
    error: result.error + (isError ? 1 : 0),
    consecutiveError: isError ? result.consecutiveError + 1 : 0,
    consecutiveSuccess: phase === 'Successful' ? result.consecutiveSuccess + 1 : 0,
  };
}

/** The result with the phase that its counters come to, and the message of the measurement that led there. */
export function settled(result: MetricAssessment, limits: MetricLimits, terminating: boolean): MetricAssessment {
  const phase = phaseOf(result, limits, terminating);
  if (phase === result.phase) return result;
  const breach = breachOf(result, limits);
  const message =
    result.dryRun && isFinal(phase) && breach !== null
      ? `Metric assessed ${phase} due to ${breach.message}`
      : (result.measurements.at(-1)?.message ?? '');
  return { ...result, phase, message };
}

/** The phase of a metric by its counters: in this order, as Argo decides it. */
function phaseOf(result: MetricAssessment, limits: MetricLimits, terminating: boolean): AnalysisPhase {
  if (isFinal(result.phase)) return result.phase;
  const last = result.measurements.at(-1);
  if (last === undefined) return terminating ? 'Successful' : 'Pending';
  if (!isFinal(last.phase)) return 'Running';
  const breach = breachOf(result, limits);
  if (breach !== null) return breach.phase;
  const { count, failureLimit, consecutiveSuccessLimit } = limits;
  const wantsStreak = consecutiveSuccessLimit > 0;
  if (wantsStreak && result.consecutiveSuccess >= consecutiveSuccessLimit) return 'Successful';
  if (count !== null && result.count >= count) {
    if (!wantsStreak) return 'Successful';
    // The failures were few enough, the successes too few.
    return failureLimit >= 0 ? 'Inconclusive' : 'Failed';
  }
  return terminating ? 'Successful' : 'Running';
}

/** A limit that was passed: which, in Argo's words. When several are, the last check counts. */
export interface Breach {
  readonly phase: FinalPhase;
  readonly message: string;
}

/** The limit that a metric is over, or `null`. */
export function breachOf(result: MetricAssessment, limits: MetricLimits): Breach | null {
  const { failureLimit, inconclusiveLimit, consecutiveErrorLimit } = limits;
  const { failed, inconclusive, consecutiveError } = result;
  if (consecutiveError > consecutiveErrorLimit) {
    const message = `consecutiveErrors (${consecutiveError}) > consecutiveErrorLimit (${consecutiveErrorLimit})`;
    return { phase: 'Error', message };
  }
  if (inconclusive > inconclusiveLimit) {
    return {
      phase: 'Inconclusive',
      message: `inconclusive (${inconclusive}) > inconclusiveLimit (${inconclusiveLimit})`,
    };
  }
  if (failureLimit >= 0 && failed > failureLimit) {
    return { phase: 'Failed', message: `failed (${failed}) > failureLimit (${failureLimit})` };
  }
  return null;
}
