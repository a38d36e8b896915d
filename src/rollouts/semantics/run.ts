/** A whole run: what its metrics come to together (Argo: analysis/analysis.go, assessRunStatus). */
import { nearestName } from '../../nearest.ts';
import { OptionCheck } from '../../options.ts';
import { list, object } from '../builders/options.ts';
import type { AnalysisPhase, RunSummary } from '../types/analysis-run.ts';
import type { ArgoTarget } from '../validation/finding.ts';
import { type ArgumentValues, checkOptions } from './limits.ts';
import { assessMetric, breachOf, isFinal, type MetricAssessment, settled } from './metric.ts';
import { type Analysis, type RunSpec, runSpecOf } from './spec.ts';

/** What a run came to. */
export interface RunAssessment {
  readonly phase: AnalysisPhase;
  /** Which metric decided and by which limit, in Argo's words; empty when all is well. */
  readonly message: string;
  /** One for each metric that was measured at least once, in the order of the metrics. */
  readonly metricResults: readonly MetricAssessment[];
  /** How many metrics ended how, those of the dry run left out. */
  readonly runSummary: Required<RunSummary>;
  /** The same of the metrics of the dry run, which do not count for the phase. */
  readonly dryRunSummary: Required<RunSummary>;
}

/** Options of {@link assessRun}. */
export interface RunOptions {
  /** Release of the controller. @defaultValue '1.9' */
  readonly target?: ArgoTarget;
  /** Values of the template's arguments; the template's own defaults count where none is given. @defaultValue none */
  readonly args?: ArgumentValues;
  /** What `now()` is in a condition. @defaultValue a condition with `now()` is refused */
  readonly nowMs?: number;
  /** True: the run was told to end (`spec.terminate`). @defaultValue what the run says */
  readonly terminate?: boolean;
}

/** Worse ones later. */
const ORDER: readonly AnalysisPhase[] = ['Successful', 'Running', 'Pending', 'Inconclusive', 'Error', 'Failed'];

/**
 * Says what Argo makes of a run, given all values that each metric was measured at. The run is as bad as its worst metric,
 * those of the dry run left out; it is over when every metric is (of the dry run too), or at once when one that counts did
 * not succeed: the others then end as Successful, unless they had failed already.
 *
 * @param analysis a template, several that are used together, or a run.
 * @param values for each metric what `result` was each time; see `assessMeasurement`. A metric that is absent was not
 * measured yet.
 * @throws RolloutGuardError `INVALID_OPTION` when the values of a metric are no list or those of a metric that does not
 * exist, an argument has no value, or a duration is none; else as `assessMeasurement`.
 */
export function assessRun(
  analysis: Analysis | readonly Analysis[],
  values: Readonly<Record<string, readonly unknown[]>>,
  options: RunOptions = {},
): RunAssessment {
  checkOptions('assessRun', options, ['target', 'args', 'nowMs', 'terminate']);
  const { terminate, args = {}, ...reading } = options;
  const spec = runSpecOf(analysis, args, 'assessRun');
  const check = new OptionCheck('INVALID_OPTION', 'assessRun');
  checkNames(check, 'values', values, spec);
  for (const [name, own] of Object.entries(values)) list(check, `values[${JSON.stringify(name)}]`, own);
  if (spec.invalid !== null) return invalidRun(spec.invalid);
  const results = spec.metrics.flatMap(({ metric, dryRun }) => {
    const own = Object.hasOwn(values, metric.name) ? values[metric.name]! : [];
    return own.length === 0 ? [] : [assessMetric(metric, own, { ...reading, args: spec.args, dryRun })];
  });
  return settledRun(spec, results, terminate ?? spec.terminate);
}

/** Refuses names that no metric has: a test with a misspelt one would prove nothing. */
export function checkNames(check: OptionCheck, path: string, values: object, { metrics }: RunSpec): void {
  const known = metrics.map(({ metric }) => metric.name);
  for (const name of Object.keys(object(check, path, values))) {
    if (known.includes(name)) continue;
    const near = nearestName(name, known);
    const mend = near === null ? `The metrics are ${known.join(', ')}.` : `Did you mean ${JSON.stringify(near)}?`;
    check.fail(`${path}[${JSON.stringify(name)}]`, name, mend);
  }
}

/** A run that Argo ends before it measures. */
export function invalidRun(message: string): RunAssessment {
  return { phase: 'Error', message, metricResults: [], runSummary: emptySummary(), dryRunSummary: emptySummary() };
}

function emptySummary(): Required<RunSummary> {
  return { count: 0, successful: 0, failed: 0, inconclusive: 0, error: 0 };
}

/** Looks at the run until nothing changes: one metric that fails ends the others at the next look. */
function settledRun(spec: RunSpec, results: readonly MetricAssessment[], terminate: boolean): RunAssessment {
  const first = lookedAt(spec, results, terminate);
  return isFinal(first.phase) ? first : lookedAt(spec, first.metricResults, terminate);
}

/** One look of the controller: it settles each metric, and then the run. */
export function lookedAt(spec: RunSpec, results: readonly MetricAssessment[], terminate: boolean): RunAssessment {
  const terminating = isTerminating(results, terminate);
  const runSummary = emptySummary();
  const dryRunSummary = emptySummary();
  const metricResults: MetricAssessment[] = [];
  let worst: AnalysisPhase | null = null;
  let message = terminate ? 'Run Terminated' : '';
  let isOver = true;
  for (const { metric, limits, dryRun } of spec.metrics) {
    const summary = dryRun ? dryRunSummary : runSummary;
    summary.count++;
    const before = results.find(({ name }) => name === metric.name);
    const result = before === undefined ? undefined : settled(before, limits, terminating);
    if (result !== undefined) metricResults.push(result);
    if (result === undefined || !isFinal(result.phase)) {
      isOver = false;
      continue;
    }
    const breach = breachOf(result, limits);
    // Argo counts by the limit that was passed: what ended otherwise counts as successful.
    const key = (breach?.phase ?? 'Successful').toLowerCase() as Exclude<keyof RunSummary, 'count'>;
    summary[key]++;
    if (dryRun) worst ??= 'Successful';
    else if (worst === null || ORDER.indexOf(result.phase) > ORDER.indexOf(worst)) {
      worst = result.phase;
      if (breach !== null) message = messageOf(result, breach.message);
    }
  }
  const summaries = { metricResults, runSummary, dryRunSummary };
  if (terminating) return { phase: worst ?? 'Successful', message, ...summaries };
  if (!isOver || worst === null) return { phase: 'Running', message: '', ...summaries };
  return { phase: worst, message, ...summaries };
}

/** Whether the run measures nothing more: it was told to end, or a metric that counts did not succeed. */
export function isTerminating(results: readonly MetricAssessment[], terminate: boolean): boolean {
  return terminate || results.some(({ phase, dryRun }) => !dryRun && isFinal(phase) && phase !== 'Successful');
}

function messageOf({ name, phase, message }: MetricAssessment, reason: string): string {
  return `Metric "${name}" assessed ${phase} due to ${reason}${message === '' ? '' : `: "Error Message: ${message}"`}`;
}
