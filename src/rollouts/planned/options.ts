/** What a planned canary is made of, checked; errors name the options as they were given. */
import { OptionCheck } from '../../options.ts';
import type { DetectionSettings } from '../../planning/detection-settings.ts';
import { type Planner, plannerOf } from '../../planning/plan-steps.ts';
import type { AssumedNoise, ServiceNoiseLevel } from '../../planning/service-noise-level.ts';
import type { ServiceTraffic } from '../../planning/service-traffic.ts';
import type { PlannedAnalysis } from './analysis.ts';
import { type ChosenWeights, canaryWeights } from './canary-weights.ts';

/** The fault that the steps must find, and how surely. */
export type FindTarget =
  /** The canary fails `ratio` times as often as stable. */
  | { readonly ratio: number; readonly power?: number; readonly slower?: never }
  /** Every request of the canary takes `slower` times as long; needs `traffic` with a latency histogram. */
  | { readonly slower: number; readonly power?: number; readonly ratio?: never };

/** What a canary with that fault may cost until it is found. */
export interface ExposureLimits {
  /** Most users that it may serve. @defaultValue no limit */
  readonly mostUsersExposed?: number;
  /** Most bad answers beyond what stable would have given. @defaultValue no limit */
  readonly mostBadAnswers?: number;
  /** Most seconds that all steps together may take. @defaultValue a week */
  readonly withinSeconds?: number;
}

/** The service in a few numbers, or as `trafficOf` of `rolloutguard/planning` learned it from recordings. */
export type PlannedService =
  | {
      /** Requests per second of the whole service, canary and stable together. */
      readonly requestsPerSecond: number;
      /** Stable's share of failed requests, 0 to 1. */
      readonly baselineErrorRate: number;
      /** Noise of the error rate. @defaultValue usual */
      readonly noise?: AssumedNoise | ServiceNoiseLevel;
      /** Requests that one user makes while the canary runs. @defaultValue 1: each request is another user, an upper bound */
      readonly requestsPerUser?: number;
      readonly traffic?: never;
    }
  | {
      readonly traffic: ServiceTraffic;
      readonly requestsPerSecond?: never;
      readonly baselineErrorRate?: never;
      readonly noise?: never;
      readonly requestsPerUser?: never;
    };

/** Options of `plannedCanary`. */
export type PlannedCanaryOptions = PlannedService & {
  /** What the steps must find. `power` is the chance to have found it by their end. @defaultValue power 0.9 */
  readonly find: FindTarget;
  readonly exposure?: ExposureLimits;
  /** Weights that steps may have, in percent, ascending. @defaultValue 1, 2, 5, 10, 20, 30, 40, 50 */
  readonly weights?: readonly number[];
  /** How the judge reads: `detectionSettings(policy, 'error rate')`. @defaultValue half of a budget of 1 %, and the usual margins */
  readonly settings?: DetectionSettings;
  /** `spec.replicas` of the Rollout. @defaultValue not known; needed without a traffic router */
  readonly replicas?: number;
  /** False for a canary without `trafficRouting`, whose weights are made by pods alone. @defaultValue true */
  readonly trafficRouted?: boolean;
  /** `maxSurge` of the strategy; only whether it is zero counts, and only without a router. @defaultValue '25%', as in Argo */
  readonly maxSurge?: number | `${number}%`;
  /** What watches it. @defaultValue Prometheus, beside the steps */
  readonly analysis?: PlannedAnalysis;
};

/** The options, checked. */
export interface KnownOptions {
  readonly check: OptionCheck;
  /** Its target has the shares that weights really make. */
  readonly planner: Planner;
  readonly chosen: ChosenWeights;
  readonly traffic: ServiceTraffic;
}

const KEYS = [
  ...['requestsPerSecond', 'baselineErrorRate', 'noise', 'requestsPerUser', 'traffic', 'find', 'exposure', 'weights'],
  ...['settings', 'replicas', 'trafficRouted', 'maxSurge', 'analysis'],
];
const LIMITS = ['mostUsersExposed', 'mostBadAnswers', 'withinSeconds'];

/** The planner's path to an option, and the option. */
const RENAMED: readonly (readonly [path: RegExp, option: string])[] = [
  [/^target\.fault\.(ratio|slower)/, 'find.$1'],
  [/^target\.power/, 'find.power'],
  [/^target\.weights/, 'weights'],
  [/^target\./, 'exposure.'],
];
const OF_NUMBERS: readonly (readonly [path: RegExp, option: string])[] = [
  [/^traffic\.errorRate/, 'baselineErrorRate'],
  [/^traffic\.pods/, 'replicas'],
  [/^traffic\./, ''],
];

/** Says which option a planner's complaint is about. */
class OptionNames extends OptionCheck {
  readonly #renamed: readonly (readonly [path: RegExp, option: string])[];

  constructor(renamed: readonly (readonly [path: RegExp, option: string])[]) {
    super('INVALID_OPTION', 'plannedCanary');
    this.#renamed = renamed;
  }

  override fail(path: string, value: unknown, mend: string): never {
    const found = this.#renamed.find(([pattern]) => pattern.test(path));
    return super.fail(found === undefined ? path : path.replace(found[0], found[1]), value, mend);
  }
}

/**
 * Checks them.
 *
 * @throws RolloutGuardError `INVALID_OPTION` with the option's path.
 */
export function knownOptions(options: PlannedCanaryOptions): KnownOptions {
  const hasTraffic = (options as Partial<PlannedCanaryOptions> | undefined)?.traffic !== undefined;
  const check = new OptionNames(hasTraffic ? RENAMED : [...RENAMED, ...OF_NUMBERS]);
  check.knownKeys('options', options, KEYS);
  const { find, exposure = {}, weights, settings, trafficRouted = true } = options;
  check.knownKeys('find', find, ['ratio', 'slower', 'power']);
  check.knownKeys('exposure', exposure, LIMITS);
  const { ratio, slower, power = 0.9 } = find;
  if ((ratio === undefined) === (slower === undefined)) {
    check.fail('find', find, 'Give ratio (times the errors) or slower (times as long).');
  }
  if (typeof trafficRouted !== 'boolean') check.fail('trafficRouted', trafficRouted, 'Use true or false.');
  const replicas = check.number('replicas', options.replicas, 0, { min: 1, max: 1e6, integer: true });
  const traffic = serviceOf(check, options, replicas);
  const planner = plannerOf(
    check,
    traffic,
    {
      fault: slower === undefined ? { kind: 'errors', ratio: ratio! } : { kind: 'latency', slower },
      power,
      ...exposure,
      ...(weights === undefined ? {} : { weights }),
    },
    settings,
  );
  const chosen = canaryWeights(check, planner.target.weights, {
    trafficRouted,
    replicas: replicas === 0 ? null : replicas,
    maySurge: surges(check, options.maxSurge),
  });
  const target = { ...planner.target, weights: chosen.weights.map(({ percent }) => percent) };
  return { check, planner: { ...planner, target }, chosen, traffic };
}

function serviceOf(check: OptionCheck, options: PlannedCanaryOptions, replicas: number): ServiceTraffic {
  const pods = replicas > 1 ? { pods: replicas } : {};
  const { traffic, requestsPerSecond, baselineErrorRate, noise, requestsPerUser } = options;
  if (traffic === undefined) {
    return {
      requestsPerSecond,
      errorRate: baselineErrorRate,
      ...(noise === undefined ? {} : { noise }),
      ...(requestsPerUser === undefined ? {} : { requestsPerUser }),
      ...pods,
    };
  }
  for (const name of ['requestsPerSecond', 'baselineErrorRate', 'noise', 'requestsPerUser'] as const) {
    if (options[name] !== undefined) check.fail(name, options[name], 'It is in `traffic`: leave one of them out.');
  }
  if (typeof traffic !== 'object' || traffic === null) check.fail('traffic', traffic, 'Use what `trafficOf` gives.');
  return { ...traffic, ...pods };
}

/** Whether the rollout may add pods at all. Argo rounds a percentage up, so any above zero adds one. */
function surges(check: OptionCheck, maxSurge: number | string = '25%'): boolean {
  const text = typeof maxSurge === 'string' ? /^(\d+)%$/.exec(maxSurge)?.[1] : undefined;
  const number = typeof maxSurge === 'string' ? Number(text ?? Number.NaN) : maxSurge;
  if (!(Number.isInteger(number) && number >= 0)) {
    check.fail('maxSurge', maxSurge, 'Use a whole number of pods, or a percentage such as "25%".');
  }
  return number > 0;
}
