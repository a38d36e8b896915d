/** What the options say about each unit of 10 s: traffic, error rates, the canary's fault, weights and pods. No noise yet. */
import { type DependencyOptions, HORIZON_UNITS, type ScenarioOptions, UNIT_SECONDS } from './scenario-options.ts';

/** One entry a unit, from the start of stable's history on. */
export interface Conditions {
  /** Units before the deployment. */
  history: number;
  /** Expected requests of each arm. */
  canaryRequests: Float64Array;
  stableRequests: Float64Array;
  /** Pods of each arm; the canary has none before the deployment. */
  canaryPods: Int32Array;
  stablePods: Int32Array;
  /** Error rate of a healthy pod. */
  healthyRate: Float64Array;
  /** The canary's fault: factor on its error rate, and what is added to it. */
  faultFactor: Float64Array;
  faultAddition: Float64Array;
  /** Factor on the error rate of a canary that is still cold. */
  coldFactor: Float64Array;
  /** Share of the calls to the dependency that fail, by arm; `null` = there is none. */
  dependency: { canary: Float64Array; stable: Float64Array } | null;
}

/** Share of the calls to a healthy dependency that fail. */
const DEPENDENCY_FAILURES = 0.001;
/** Pods of both arms together. */
const PODS = 20;
/** Below this weight the canary is one pod on top of stable's. */
const SMALL_WEIGHT = 0.04;
/** Period of the time of day's wave, in units. */
const DIURNAL_UNITS = 720;
/** Units in which a cold canary warms up, and its time constant. */
const COLD_UNITS = 12;
const WARMING_UNITS = 3;

/**
 * The conditions of one run.
 *
 * @param phase - phase of the time of day's wave at the deployment, in radians.
 */
export function conditionsOf(kw: ScenarioOptions, phase: number): Conditions {
  const {
    rps = 50,
    base = 0.001,
    ratio = 1,
    add = 0,
    onset = 0,
    ramp = 0,
    cold = 0,
    diurnal = 0,
    incident,
    interference = 0,
    dependency,
    scale,
  } = kw;
  const history = kw.hist ?? 60;
  const per = (valueAt: (t: number) => number): Float64Array =>
    Float64Array.from({ length: history + HORIZON_UNITS }, (_, u) => valueAt(u - history));
  const weight = per((t) => weightAt(kw.w ?? 0.05, t));
  const wave = per((t) => 1 + diurnal * Math.sin((2 * Math.PI * t) / DIURNAL_UNITS + phase));
  const requests = per((t) => rps * UNIT_SECONDS * wave[t + history]!);
  const inIncident = (t: number): boolean => incident !== undefined && t >= incident[0] && t < incident[1];
  return {
    history,
    canaryRequests: requests.map((all, u) => all * weight[u]!),
    stableRequests: requests.map((all, u) => all * (1 - weight[u]!)),
    canaryPods: Int32Array.from(weight, (w, u) => (u < history ? 0 : podsAt(w).canary)),
    stablePods: Int32Array.from(weight, (w, u) => (scale && u - history >= scale[0] ? scale[1] : podsAt(w).stable)),
    healthyRate: per((t) => {
      const overload = t >= 0 ? 1 + interference * weight[t + history]! : 1;
      return base * wave[t + history]! * (inIncident(t) ? incident![2] : 1) * overload;
    }),
    faultFactor: per((t) => {
      const reached = ramp > 0 ? Math.min(Math.max((t - onset) / ramp, 0), 1) : t >= onset ? 1 : 0;
      return 1 + (ratio - 1) * reached;
    }),
    faultAddition: per((t) => (t >= onset ? add : 0)),
    coldFactor: per((t) => (cold > 0 && t >= 0 && t < COLD_UNITS ? 1 + (cold - 1) * Math.exp(-t / WARMING_UNITS) : 1)),
    dependency: dependency
      ? {
          canary: per((t) => failuresAt(dependency, t)),
          stable: per((t) => (dependency.arm === 'canary' ? DEPENDENCY_FAILURES : failuresAt(dependency, t))),
        }
      : null,
  };
}

function failuresAt({ from, to = HORIZON_UNITS, add = 0, factor = 1 }: DependencyOptions, t: number): number {
  if (t < from || t >= to) return DEPENDENCY_FAILURES;
  return Math.min(DEPENDENCY_FAILURES * factor + add, 1);
}

function weightAt(w: NonNullable<ScenarioOptions['w']>, t: number): number {
  if (typeof w === 'number') return w;
  let weight = w[0]![1];
  for (const [from, next] of w) if (t >= from) weight = next;
  return weight;
}

/** Pods follow the weight. */
function podsAt(weight: number): { canary: number; stable: number } {
  const canary = Math.max(1, roundHalfEven(PODS * weight));
  return { canary, stable: weight < SMALL_WEIGHT ? PODS : Math.max(1, PODS - canary) };
}

/** As the study's generator rounds, so that both have the same pods. */
function roundHalfEven(value: number): number {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}
