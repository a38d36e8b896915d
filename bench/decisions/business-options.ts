/** What a business metric of a simulated deployment is made of, and the check of it. */
import { factor, type Rule, rate, share } from './check.ts';

/** Options of a business metric. Units are of 10 s. */
export interface BusinessOptions {
  /** `mean`: values of single requests; `ratio`: good and bad outcomes; `gauge`: one figure of each pod. `mean` by default. */
  type?: 'mean' | 'ratio' | 'gauge';
  /** Whether more of it is better, `higher` by default; of a ratio, more of the outcomes that it counts. */
  better?: 'higher' | 'lower';
  /** Mean of the values of a healthy pod; 50 by default. */
  mean?: number;
  /** Coefficient of variation of single values, which are log-normal; 1 by default, 0.1 for a gauge. */
  cv?: number;
  /** Share of the outcomes that a ratio counts; 0.6 by default. Only where it is given to the metric itself. */
  base?: number;
  /** Share of the requests that have a value; by default such that there are at most 50 values a second. */
  perRequest?: number;
  /** Log-sd of a drift of each pod's level; `true` is 0.05. In `kw` of several metrics a number is a factor on that. */
  noise?: boolean | number;
  /** Coefficient of that drift; 0.9 by default, 0 = independent. */
  autocorrelation?: number;
  /** Log-sd of a drift that all pods share, with a coefficient of 0.9; 0 by default. */
  common?: number;
  /** Factor on the canary's mean, or on a ratio's share, from `onset` on. */
  change?: number;
  /** The same as a `change` of 1 less this. */
  drop?: number;
  /** The same as a `change` of 1 more this. */
  increase?: number;
  onset?: number;
  /** Units in which the change grows to its size. */
  ramp?: number;
  /** Share of the points of each pod that are missing. */
  missing?: number;
}

/** The drift that `noise: true` means. */
export const USUAL_BUSINESS_NOISE = 0.05;
/** Values a second that a service has unless told otherwise. */
const USUAL_VALUES_PER_SECOND = 50;

/** How the options are checked that errors and latency do not have. */
export const BUSINESS_RULES: Record<Exclude<keyof BusinessOptions, 'base' | 'noise' | 'onset' | 'ramp'>, Rule> = {
  type: (check, path, value) => check.oneOf(path, value, ['mean', 'ratio', 'gauge']),
  better: (check, path, value) => check.oneOf(path, value, ['higher', 'lower']),
  mean: factor,
  cv: rate,
  perRequest: share,
  autocorrelation: (check, path, value) => check.number(path, value, -0.999, 0.999),
  common: rate,
  change: factor,
  drop: (check, path, value) => check.number(path, value, 0, 0.999),
  increase: rate,
  missing: share,
};

/** All options in numbers, with their defaults. */
export interface BusinessModel {
  type: 'mean' | 'ratio' | 'gauge';
  better: 'higher' | 'lower';
  mean: number;
  cv: number;
  base: number;
  perRequest: number;
  noise: number;
  autocorrelation: number;
  common: number;
  change: number;
  onset: number;
  ramp: number;
  missing: number;
}

/**
 * Completes the options of one business metric.
 *
 * @param rps - requests a second of both arms together.
 */
export function businessModel(options: BusinessOptions, rps: number): BusinessModel {
  const { type = 'mean', better = 'higher', mean = 50, base = 0.6, autocorrelation = 0.9, common = 0 } = options;
  const { drop = 0, increase = 0, onset = 0, ramp = 0, missing = 0, noise = false } = options;
  return {
    ...{ type, better, mean, base, autocorrelation, common, onset, ramp, missing },
    cv: options.cv ?? (type === 'gauge' ? 0.1 : 1),
    perRequest: options.perRequest ?? Math.min(1, USUAL_VALUES_PER_SECOND / Math.max(rps, 1)),
    noise: typeof noise === 'number' ? noise : noise ? USUAL_BUSINESS_NOISE : 0,
    change: options.change ?? (1 - drop) * (1 + increase),
  };
}
