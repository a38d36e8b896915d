/** What is judged: the metrics of templates or of a run, as one run would have them. */
import { OptionCheck } from '../../options.ts';
import { objects } from '../builders/options.ts';
import type { AnalysisTemplateSpec, TemplateArgument } from '../types/analysis-template.ts';
import type { Metric } from '../types/metric.ts';
import type { DryRun } from '../types/rollout-analysis.ts';
import { goPattern } from '../validation/analysis/name-rules.ts';
import { type ArgumentValues, checkObject, limitsOf, type MetricLimits } from './limits.ts';

/** A template, a run, or anything else with metrics in its `spec`. */
export interface Analysis {
  readonly metadata?: { readonly name?: string };
  readonly spec: {
    readonly metrics?: readonly Metric[];
    readonly args?: readonly TemplateArgument[];
    readonly dryRun?: readonly DryRun[];
    readonly templates?: AnalysisTemplateSpec['templates'];
    readonly terminate?: boolean;
  };
}

/** One metric with its numbers read. */
export interface JudgedMetric {
  readonly metric: Metric;
  readonly limits: MetricLimits;
  readonly dryRun: boolean;
}

/** The metrics of one run. */
export interface RunSpec {
  readonly metrics: readonly JudgedMetric[];
  readonly args: ArgumentValues;
  readonly terminate: boolean;
  /** Why Argo ends such a run in Error before it measures; `null` when it does not. */
  readonly invalid: string | null;
}

/**
 * Puts templates together as a Rollout does that refers to all of them: metrics and dry-run rules one after the other.
 * Arguments keep their defaults where the caller gives no value.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when a part is no list of objects, a template names another one that is not
 * given, an argument has no value, or a duration is none.
 */
export function runSpecOf(given: Analysis | readonly Analysis[], args: ArgumentValues, caller: string): RunSpec {
  const check = new OptionCheck('INVALID_OPTION', caller);
  const analyses = isList(given) ? given : [given];
  for (const analysis of analyses)
    checkObject(caller, 'spec', analysis?.spec, 'Give a template or a run, with its spec.');
  const names = new Set(analyses.map(({ metadata }) => metadata?.name));
  const all = <T>(key: string, read: (spec: Analysis['spec']) => readonly T[] | undefined): T[] =>
    analyses.flatMap(({ spec }) => objects(check, `spec.${key}`, read(spec) ?? []));
  for (const { templateName } of all('templates', ({ templates }) => templates)) {
    const mend = 'Give that template too: [template, other].';
    if (!names.has(templateName)) check.fail('spec.templates', templateName, mend);
  }
  const declared = all('args', ({ args: own }) => own);
  const values = valuesOf(declared, args);
  const metrics = all('metrics', ({ metrics: own }) => own);
  const rules = all('dryRun', ({ dryRun }) => dryRun);
  const matchers = rules.map(({ metricName }) => matcherOf(metricName, check));
  const judged = metrics.map((metric, index): JudgedMetric => {
    if (typeof metric.name !== 'string') check.fail(`spec.metrics[${index}].name`, metric.name, 'Use a string.');
    const dryRun = matchers.some((matches) => matches(metric.name));
    return { metric, limits: limitsOf(metric, values, caller), dryRun };
  });
  const unmatched = matchers.findIndex((matches) => !metrics.some(({ name }) => matches(name)));
  const invalid =
    invalidOf(judged) ?? (unmatched < 0 ? null : `dryRun[${unmatched}]: Rule didn't match any metric name(s)`);
  return {
    metrics: judged,
    args: values,
    terminate: analyses.some(({ spec }) => spec.terminate === true),
    invalid: invalid === null ? null : `Analysis spec invalid: ${invalid}`,
  };
}

function isList(given: Analysis | readonly Analysis[]): given is readonly Analysis[] {
  return Array.isArray(given);
}

function valuesOf(declared: readonly TemplateArgument[], args: ArgumentValues): ArgumentValues {
  const values = new Map<string, string | number>();
  for (const { name, value } of declared) if (value !== undefined && value !== null) values.set(name, value);
  for (const [name, value] of Object.entries(args)) values.set(name, value);
  return Object.fromEntries(values);
}

/** Argo matches anywhere in the name, and takes a rule that is no regular expression for one that matches nothing. */
function matcherOf(source: string, check: OptionCheck): (name: string) => boolean {
  const pattern = goPattern(source);
  if (pattern === 'unknown')
    check.fail('spec.dryRun', source, 'Use a simpler regular expression: this one is not read here.');
  return pattern === 'invalid' ? () => false : pattern;
}

/** Argo's checks of a run before it measures (Argo: utils/analysis/factory.go, ValidateMetrics). */
function invalidOf(metrics: readonly JudgedMetric[]): string | null {
  if (metrics.length === 0) return 'no metrics specified';
  const names = new Set<string>();
  for (const [index, { metric, limits }] of metrics.entries()) {
    if (names.has(metric.name)) return `metrics[${index}]: duplicate name '${metric.name}'`;
    names.add(metric.name);
    const problem = problemOf(limits);
    if (problem !== null) return `metrics[${index}]: ${problem}`;
  }
  return null;
}

function problemOf(limits: MetricLimits): string | null {
  const { failureLimit, inconclusiveLimit, consecutiveErrorLimit, consecutiveSuccessLimit, intervalSeconds } = limits;
  const count = limits.writtenCount;
  if (consecutiveSuccessLimit < 0) return 'consecutiveSuccessLimit must be >= 0';
  if (failureLimit < -1) return 'failureLimit must be >= -1';
  if (failureLimit === -1 && consecutiveSuccessLimit === 0) return 'failureLimit -1 needs consecutiveSuccessLimit';
  if (inconclusiveLimit < 0) return 'inconclusiveLimit must be >= 0';
  if (consecutiveErrorLimit < 0) return 'consecutiveErrorLimit must be >= 0';
  if (count > 0 && count < Math.max(failureLimit, 0) + consecutiveSuccessLimit) {
    return 'count must be >= failureLimit + consecutiveSuccessLimit';
  }
  if (count > 0 && count < inconclusiveLimit) return 'count must be >= inconclusiveLimit';
  if (count > 1 && intervalSeconds === null) return 'interval must be specified when count > 1';
  return null;
}
