/** The numbers of a metric as Argo's controller reads them. */
import { parseGoDuration } from '../../duration.ts';
import { OptionCheck } from '../../options.ts';
import { object } from '../builders/options.ts';
import type { Metric } from '../types/metric.ts';
import type { MetricNumber } from '../types/values.ts';
import { ARGO_TARGETS, type ArgoTarget } from '../validation/finding.ts';

/** Values of a template's arguments by name: what `{{args.name}}` stands for. */
export type ArgumentValues = Readonly<Record<string, string | number>>;

/** Refuses options that nobody knows, releases that this package does not know, and arguments that are no object. */
export function checkOptions(
  caller: string,
  options: { readonly target?: ArgoTarget; readonly args?: ArgumentValues },
  known: readonly string[],
): void {
  const check = new OptionCheck('INVALID_OPTION', caller);
  check.knownKeys('options', options, known);
  check.oneOf('options.target', options.target, '1.9', ARGO_TARGETS);
  if (options.args !== undefined) object(check, 'options.args', options.args);
}

/** Refuses what is no object at all, as a program without types may give it. */
export function checkObject(caller: string, path: string, value: unknown, mend: string): void {
  if (typeof value !== 'object' || value === null) new OptionCheck('INVALID_OPTION', caller).fail(path, value, mend);
}

/** What decides how long a metric is measured, and what it comes to. */
export interface MetricLimits {
  /** `count` as it is written; 0: not at all. */
  readonly writtenCount: number;
  /** After so many measurements that were no errors it ends; `null`: never by itself. */
  readonly count: number | null;
  /** -1: off. */
  readonly failureLimit: number;
  readonly inconclusiveLimit: number;
  readonly consecutiveErrorLimit: number;
  /** 0: off. */
  readonly consecutiveSuccessLimit: number;
  /** `null`: it is measured once. */
  readonly intervalSeconds: number | null;
  readonly initialDelaySeconds: number | null;
}

/** Argo: utils/defaults/defaults.go. */
const CONSECUTIVE_ERROR_LIMIT = 4;

/**
 * Reads a metric's numbers with Argo's defaults: text that is no number counts as 0, and a count of 0 as none
 * (Argo: analysis_types.go, EffectiveCount).
 *
 * @throws RolloutGuardError `INVALID_OPTION` when an argument is not given, or a duration is none.
 */
export function limitsOf(metric: Metric, args: ArgumentValues, caller: string): MetricLimits {
  checkObject(caller, 'metric', metric, 'Give a metric of a template.');
  const read = (name: keyof Metric, fallback: number): number => {
    const value = metric[name] as MetricNumber | undefined | null;
    if (value === undefined || value === null) return fallback;
    return integerOf(typeof value === 'string' ? fill(value, args, `${metric.name}.${name}`, caller) : value);
  };
  const duration = (name: 'interval' | 'initialDelay'): number | null => {
    const text = metric[name];
    if (text === undefined || text === null || (text as string) === '') return null;
    const path = `${metric.name}.${name}`;
    const seconds = parseGoDuration(fill(text, args, path, caller));
    const mend = 'Use a duration such as 30s, 5m or 1h30m.';
    return seconds ?? new OptionCheck('INVALID_OPTION', caller).fail(path, text, mend);
  };
  const intervalSeconds = duration('interval');
  const writtenCount = read('count', 0);
  return {
    writtenCount,
    count: writtenCount === 0 ? (intervalSeconds === null ? 1 : null) : writtenCount,
    failureLimit: read('failureLimit', 0),
    inconclusiveLimit: read('inconclusiveLimit', 0),
    consecutiveErrorLimit: read('consecutiveErrorLimit', CONSECUTIVE_ERROR_LIMIT),
    consecutiveSuccessLimit: read('consecutiveSuccessLimit', 0),
    intervalSeconds,
    initialDelaySeconds: duration('initialDelay'),
  };
}

/** A number of 32 bits, as Go's `intstr` reads it. */
function integerOf(value: number | string): number {
  if (typeof value === 'number') return Math.trunc(value);
  return /^[-+]?\d+$/.test(value) ? Number(value) : 0;
}

/**
 * Puts the values of arguments into a text.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when a value is not given: Argo ends such a run in Error before it measures; and
 * when the text is none.
 */
export function fill(text: string, args: ArgumentValues, path: string, caller: string): string {
  if (typeof text !== 'string') new OptionCheck('INVALID_OPTION', caller).fail(path, text, 'Use a string.');
  return text.replace(/\{\{\s*args\.([^}\s]+)\s*\}\}/g, (reference, name: string) => {
    if (Object.hasOwn(args, name)) return String(args[name]);
    const mend = `Give the value in options.args: { ${JSON.stringify(name)}: ... }.`;
    return new OptionCheck('INVALID_OPTION', caller).fail(path, reference, mend);
  });
}
