/** Business metrics of an app, in the form in which the judge's criterion of the same name finds them. */
import { BusinessRegistry } from './business-registry.ts';
import type { BusinessMetricDefinition, BusinessMetrics, BusinessMetricType } from './business-types.ts';
import { sharedMeterHub } from './meter.ts';

/** Global, not a module variable: two copies of this package in one process report one metric. */
const REGISTRY = Symbol.for('rolloutguard.telemetry.business-metrics.1');
const globals = globalThis as { [REGISTRY]?: BusinessRegistry };

/**
 * Defines a business metric that `businessMetric(name)` of a policy finds. Call it once where a module is loaded, and
 * record from anywhere. It works before telemetry is started, and does nothing in a process without telemetry.
 *
 * Exported as `rolloutguard.business.<name>` through the OpenTelemetry metrics of the process, ours or another SDK's. The
 * same name and options give the same instrument again. Of more than 500 names the later ones record nothing, which is reported.
 *
 * @param name - letters, digits and `_ . - /`, beginning with a letter; at most 233 characters.
 * @throws RolloutGuardError `INVALID_OPTION` - a bad name or option; a name that is defined already with other options, or
 * that differs from a defined one only in case or in `_ . - /` (metric stores take these for equal). Recording never throws.
 */
export function defineBusinessMetric<T extends BusinessMetricType>(
  name: string,
  options: BusinessMetricDefinition<T>,
): BusinessMetrics[T] {
  globals[REGISTRY] ??= new BusinessRegistry(sharedMeterHub());
  return globals[REGISTRY].define(name, options);
}
