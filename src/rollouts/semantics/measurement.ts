/** One measurement: what the conditions of a metric say of a value (Argo: utils/evaluate/evaluate.go). */
import { OptionCheck } from '../../options.ts';
import { evaluateCondition } from '../expression/evaluate.ts';
import { resultTypeOf } from '../expression/provider-results.ts';
import { ExpressionError } from '../expression/syntax.ts';
import type { AnalysisPhase } from '../types/analysis-run.ts';
import type { Metric } from '../types/metric.ts';
import { Field } from '../validation/field.ts';
import type { ArgoTarget } from '../validation/finding.ts';
import { type ArgumentValues, checkObject, checkOptions, fill } from './limits.ts';

/** How a measurement can end. */
export type FinalPhase = Extract<AnalysisPhase, 'Successful' | 'Failed' | 'Error' | 'Inconclusive'>;

/** What a measurement came to. */
export interface MeasurementAssessment {
  readonly phase: FinalPhase;
  /** Why it is an Error; empty otherwise. */
  readonly message: string;
}

/** Options of {@link assessMeasurement}. */
export interface MeasurementOptions {
  /** Release of the controller: 1.10 reads newer expressions. @defaultValue '1.9' */
  readonly target?: ArgoTarget;
  /** Values of the template's arguments. @defaultValue none */
  readonly args?: ArgumentValues;
  /** What `now()` is in a condition. @defaultValue a condition with `now()` is refused */
  readonly nowMs?: number;
}

/** A measurement whose phase the provider itself decides (kayenta, job, plugin). Made by {@link measured}. */
export class ProviderVerdict {
  readonly phase: FinalPhase;
  readonly message: string;

  constructor(phase: FinalPhase, message: string) {
    this.phase = phase;
    this.message = message;
  }
}

const FINAL_PHASES: readonly FinalPhase[] = ['Successful', 'Failed', 'Error', 'Inconclusive'];

/**
 * A reading of a provider that evaluates no conditions but decides by itself: kayenta, job, plugin.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when there is no such phase.
 */
export function measured(phase: FinalPhase, message = ''): ProviderVerdict {
  new OptionCheck('INVALID_OPTION', 'measured').oneOf('phase', phase, 'Error', FINAL_PHASES);
  return new ProviderVerdict(phase, message);
}

/**
 * Says what Argo makes of one value of a metric. A failure condition that holds wins. With one condition only, the other is
 * its contrary; with both, what is between them is Inconclusive; with none everything is Successful. A condition that
 * cannot be evaluated on this value (an index into an empty list, nil where a number belongs) is an Error.
 *
 * @param value what `result` is: a list of numbers for a Prometheus vector, the JSON value for `web`. An `Error` stands for
 * a provider that could not measure, what {@link measured} returns for one that decides by itself.
 * @throws RolloutGuardError `INVALID_OPTION` when an argument is not given, or the provider evaluates no conditions;
 * `INVALID_EXPRESSION` when a condition uses what this package cannot evaluate, though Argo may.
 */
export function assessMeasurement(
  metric: Pick<Metric, 'name' | 'provider' | 'successCondition' | 'failureCondition'>,
  value: unknown,
  options: MeasurementOptions = {},
): MeasurementAssessment {
  checkObject('assessMeasurement', 'metric', metric, 'Give a metric of a template.');
  checkOptions('assessMeasurement', options, ['target', 'args', 'nowMs']);
  if (value instanceof ProviderVerdict) return { phase: value.phase, message: value.message };
  if (value instanceof Error) return { phase: 'Error', message: value.message };
  const { target = '1.9', args = {}, nowMs } = options;
  const provider = new Field(metric.provider);
  const type = resultTypeOf(provider, target);
  if (provider.entries.some(([name]) => /^(kayenta|job|plugin)$/.test(name))) {
    const mend = 'This provider decides by itself: give measured("Failed") or another phase.';
    new OptionCheck('INVALID_OPTION', 'assessMeasurement').fail(`value of ${metric.name}`, value, mend);
  }
  if (provider.entries.some(([name]) => isNoData(name, value))) {
    return { phase: 'Error', message: 'The provider found no data.' };
  }
  const context = { result: value, ...(type === null ? {} : { type }), ...(nowMs === undefined ? {} : { nowMs }) };
  const holds = (name: 'successCondition' | 'failureCondition'): boolean | null => {
    const source = metric[name];
    if (source === undefined || source === null || source === '') return null;
    return evaluateCondition(fill(source, args, `${metric.name}.${name}`, 'assessMeasurement'), context, target);
  };
  try {
    const success = holds('successCondition');
    const failure = holds('failureCondition');
    return { phase: phaseOf(success, failure), message: '' };
  } catch (error) {
    // What we cannot evaluate is not Argo's Error.
    if (!(error instanceof ExpressionError) || error.ours) throw error;
    return { phase: 'Error', message: error.message };
  }
}

/** Answers that make a provider itself report an Error, so that no condition sees them (Argo: metricproviders/). */
function isNoData(provider: string, value: unknown): boolean {
  const isNil = value === null || value === undefined;
  switch (provider) {
    case 'newRelic':
      return isNil || (typeof value === 'object' && Object.keys(value).length === 0);
    case 'wavefront':
    case 'influxdb':
      return isNil || (Array.isArray(value) && value.length === 0);
    case 'graphite':
    case 'skywalking':
      return isNil;
    default:
      return false;
  }
}

/** `null` is a condition that is not written. */
function phaseOf(success: boolean | null, failure: boolean | null): FinalPhase {
  const failed = failure ?? (success !== null && !success);
  if (failed) return 'Failed';
  return success === false ? 'Inconclusive' : 'Successful';
}
