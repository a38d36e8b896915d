/** Steps of a canary, checked as they are written. */
import type { OptionCheck } from '../../options.ts';
import { durationOf } from '../go-duration.ts';
import type {
  AnalysisStep,
  CanaryScale,
  ExperimentStep,
  HeaderMatch,
  PauseStep,
  PluginStep,
  RolloutExperiment,
  RouteMatch,
  SetCanaryScaleStep,
  SetHeaderRouteStep,
  SetMirrorRouteStep,
  SetWeightStep,
  StringMatch,
} from '../types/steps.ts';
import type { GoDuration, PluginName } from '../types/values.ts';
import { AMOUNT, checkOf, object, objects, PERCENT, required } from './options.ts';
import { ANALYSIS_OPTIONS, type AnalysisOptions, rolloutAnalysis, type TemplateSource } from './rollout-analysis.ts';

/**
 * Gives the canary a share of the traffic; without a router, of the pods.
 *
 * @param weight - percent: an integer from 0 to 100. (With another `maxTrafficWeight` write the step itself.)
 * @throws RolloutGuardError `INVALID_OPTION` at any other value.
 */
export function setWeight(weight: number): SetWeightStep {
  return { setWeight: required(checkOf('setWeight'), 'weight', weight, PERCENT) };
}

/**
 * Waits.
 *
 * @param duration - `'5m'`, or whole seconds. Without it: until somebody promotes.
 * @throws RolloutGuardError `INVALID_OPTION` when Go would not read the duration (it knows no days), or it is below 0.
 */
export function pause(duration?: GoDuration | number): PauseStep {
  if (duration === undefined) return { pause: {} };
  const check = checkOf('pause');
  const time =
    typeof duration === 'number'
      ? check.number('duration', duration, 0, AMOUNT)
      : durationOf(check, 'duration', duration);
  return { pause: { duration: time } };
}

/**
 * Sets the number of the canary's pods apart from its traffic; needs a router.
 *
 * @param scale - exactly one of `weight` (percent of `replicas`), `replicas` and `matchTrafficWeight: true`.
 * @throws RolloutGuardError `INVALID_OPTION` at anything else.
 */
export function setCanaryScale(scale: CanaryScale): SetCanaryScaleStep {
  const check = checkOf('setCanaryScale', scale, 'weight replicas matchTrafficWeight');
  if (Object.keys(scale).length !== 1) check.fail('scale', scale, 'Give exactly one of its three fields.');
  check.number('scale.weight', scale.weight, 0, PERCENT);
  check.number('scale.replicas', scale.replicas, 0, AMOUNT);
  return { setCanaryScale: { ...scale } };
}

/**
 * Runs an analysis and waits for it. Failed and Error abort the rollout, Inconclusive pauses it.
 *
 * @throws RolloutGuardError `INVALID_OPTION` without a template, or with an option that does not exist.
 */
export function analyze(
  templates: TemplateSource | readonly TemplateSource[],
  options: AnalysisOptions = {},
): AnalysisStep {
  return { analysis: rolloutAnalysis(checkOf('analyze', options, ANALYSIS_OPTIONS), templates, options) };
}

/**
 * Sends requests with certain headers to the canary: Istio, ALB, APISIX and plugins. A builder adds the route's name to
 * `managedRoutes` by itself.
 *
 * @param name - of the route.
 * @param headers - what they must be: a text is the whole value. Without headers the route is removed.
 * @throws RolloutGuardError `INVALID_OPTION` without a name.
 */
export function setHeaderRoute(name: string, headers?: { [header: string]: string | StringMatch }): SetHeaderRouteStep {
  const check = checkOf('setHeaderRoute');
  const route: SetHeaderRouteStep['setHeaderRoute'] = { name: check.text('name', name) };
  if (headers !== undefined) {
    route.match = Object.entries(object(check, 'headers', headers)).map(([headerName, value]): HeaderMatch => {
      return { headerName, headerValue: typeof value === 'string' ? { exact: value } : value };
    });
  }
  return { setHeaderRoute: route };
}

/**
 * Sends copies of requests to the canary: Istio and plugins. A builder adds the route's name to `managedRoutes` by itself.
 *
 * @param name - of the route.
 * @param options - `match`: any one of them; without it the route is removed. `percentage` 0 to 100. @defaultValue 100
 * @throws RolloutGuardError `INVALID_OPTION` without a name, or when the percentage is out of bounds.
 */
export function setMirrorRoute(
  name: string,
  options: { match?: RouteMatch[]; percentage?: number } = {},
): SetMirrorRouteStep {
  const check = checkOf('setMirrorRoute', options, 'match percentage');
  check.number('options.percentage', options.percentage, 0, PERCENT);
  return { setMirrorRoute: { name: check.text('name', name), ...options } };
}

/**
 * Runs versions beside each other for a while and waits for it.
 *
 * @throws RolloutGuardError `INVALID_OPTION` without a template, with another `specRef` than `canary` and `stable`, or with
 * a duration that Go would not read: it would never end.
 */
export function experiment(settings: RolloutExperiment): ExperimentStep {
  const check = checkOf('experiment');
  const { templates, duration } = object(check, 'settings', settings);
  if (objects(check, 'templates', templates).length === 0) check.fail('templates', templates, 'Give at least one.');
  for (const [index, template] of templates.entries()) {
    check.text(`templates[${index}].name`, template.name);
    check.oneOf(`templates[${index}].specRef`, template.specRef ?? null, 'canary', ['canary', 'stable']);
  }
  if (duration !== undefined) durationOf(check, 'duration', duration);
  return { experiment: settings };
}

/**
 * Runs a step plugin of the controller.
 *
 * @param name - `organisation/name`, as the controller's configuration has it.
 * @param config - what the plugin takes.
 * @throws RolloutGuardError `INVALID_OPTION` when the name is no such name.
 */
export function plugin(name: PluginName, config?: object): PluginStep {
  return { plugin: { name: pluginName(checkOf('plugin'), name), ...(config && { config }) } };
}

/** A name that the controller's configuration may have. */
export function pluginName(check: OptionCheck, name: PluginName): PluginName {
  if (!/^[\w.-]+\/[\w.-]+$/.test(check.text('name', name))) check.fail('name', name, 'Use organisation/name.');
  return name;
}
