/** The criterion on a business figure: a share, a mean or a level that the service itself measures. Its judge is in `measured-judge.ts`. */
import { OptionCheck } from '../../options.ts';
import { completeOptions } from '../json-schema.ts';
import { businessMetricSchema } from '../policy-schema.ts';
import { checkMargins, defaultPromoteWithin, defaultWeight, type Importance, toleratedRatio } from './margins.ts';

/** Judges a measure of the whole service. Made by {@link businessMetric}. */
export interface BusinessMetricCriterion {
  kind: 'business-metric';
  /** Unique in its policy. */
  name: string;
  /** Its key in `measures` of the telemetry. */
  measure: string;
  importance: Importance;
  /** Share of the false-rollback budget. In a policy all weights sum to 1; before, only their ratios matter. */
  weight: number;
  better: 'higher' | 'lower';
  /** Relative change for the worse that is tolerated: 0.05 = a drop of 5 % where higher is better, else a rise. */
  maxRelativeChange: number;
  /** Ratio of the better to the worse one within which the canary counts as non-inferior. */
  promoteWithin: number;
}

/** Options of {@link businessMetric}. */
export interface BusinessMetricOptions {
  /** Which way is good: of a `ratio` measure the share that is not bad (`higher`), or the bad share (`lower`). */
  better: 'higher' | 'lower';
  /** Where higher is better: the drop that is tolerated, below 1. @defaultValue 0.05 */
  maxRelativeDrop?: number;
  /** Where lower is better: the rise that is tolerated. @defaultValue 0.05 */
  maxRelativeIncrease?: number;
  /** Key in `measures` of the telemetry. @defaultValue the name */
  measure?: string;
  /** @defaultValue normal */
  importance?: Importance;
  /** Relative to the other criteria. @defaultValue 2 if critical, 1 if normal, 0 if informational */
  weight?: number;
  /** @defaultValue the square of the tolerated ratio, at least 1.1 */
  promoteWithin?: number;
}

const OPTIONS = [
  ...['better', 'maxRelativeDrop', 'maxRelativeIncrease'],
  ...['measure', 'importance', 'weight', 'promoteWithin'],
];

/**
 * A criterion on a business figure, such as the share of checkouts that are completed, or orders per request.
 *
 * @param name - what it is called, and its key in `measures` unless `measure` says otherwise.
 * @throws RolloutGuardError `INVALID_POLICY` - no name, no `better`, unknown options, numbers out of their bounds, a tolerance
 * for the better direction, `promoteWithin` not above the tolerated ratio, or a weight that does not fit the importance.
 */
export function businessMetric(name: string, options: BusinessMetricOptions): BusinessMetricCriterion {
  const check = new OptionCheck('INVALID_POLICY', 'businessMetric');
  check.text('name', name);
  check.knownKeys('options', options, OPTIONS);
  const { maxRelativeDrop, maxRelativeIncrease, ...rest } = options;
  if (rest.better === undefined) check.fail('better', rest.better, 'Say which way is good: "higher" or "lower".');
  if (rest.better === 'higher' && maxRelativeIncrease !== undefined)
    check.fail('maxRelativeIncrease', maxRelativeIncrease, 'Where higher is better, use maxRelativeDrop.');
  if (rest.better === 'lower' && maxRelativeDrop !== undefined)
    check.fail('maxRelativeDrop', maxRelativeDrop, 'Where lower is better, use maxRelativeIncrease.');
  if (maxRelativeDrop !== undefined) check.number('maxRelativeDrop', maxRelativeDrop, 0, { min: 0, below: 1 });
  if (maxRelativeIncrease !== undefined)
    check.number('maxRelativeIncrease', maxRelativeIncrease, 0, { min: 0, max: 100 });
  const maxRelativeChange = maxRelativeDrop ?? maxRelativeIncrease;
  const given = completeOptions(check, businessMetricSchema, {
    ...rest,
    name,
    ...(maxRelativeChange === undefined ? {} : { maxRelativeChange }),
  });
  const criterion: BusinessMetricCriterion = {
    ...given,
    measure: given.measure ?? name,
    weight: given.weight ?? defaultWeight(given.importance),
    promoteWithin: given.promoteWithin ?? defaultPromoteWithin(toleratedRatio(given.maxRelativeChange, given.better)),
  };
  checkMargins(check, '', criterion);
  return criterion;
}
