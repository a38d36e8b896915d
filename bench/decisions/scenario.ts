/**
 * One simulated deployment: counts of every pod in every interval, 30 minutes of canary and stable after a history of
 * stable. Noise acts on the pods' error rates in units of 10 s, so that it is the same noise at any interval length.
 */
import { type BusinessSeries, simulateBusiness } from './business.ts';
import { type Cell, partsOf } from './cell.ts';
import { type Conditions, conditionsOf } from './conditions.ts';
import { type LatencySeries, simulateLatency } from './latency.ts';
import { commonNoise, podNoise } from './noise.ts';
import { RandomStream } from './random.ts';
import { NOISE_PRESETS, type Noise, type ScenarioOptions, UNIT_SECONDS } from './scenario-options.ts';
import { loseBeforeRestart, loseIntervals } from './telemetry-loss.ts';

/** What a metrics client would tell about one arm: deltas per pod and interval, counter resets already resolved. */
export interface ArmSeries {
  /** Pods that exist at some time; pod `p` of interval `i` is at `i * pods + p`. */
  pods: number;
  requests: Float64Array;
  errors: Float64Array;
  /** Failed calls to the dependency, of one a request; `null` = there is no dependency. */
  dependencyFailures: Float64Array | null;
  /** 1 where the pod has telemetry in that interval; counts are 0 elsewhere. */
  present: Uint8Array;
  /** Sums over the pods, one per interval. */
  totalRequests: Float64Array;
  totalErrors: Float64Array;
}

/** One simulated deployment. */
export interface Scenario {
  intervalSeconds: number;
  /** Intervals of stable before the deployment; they come first in `stable`. */
  historyIntervals: number;
  /** Intervals that are judged. */
  intervals: number;
  /** `intervals` long. */
  canary: ArmSeries;
  /** `historyIntervals + intervals` long. */
  stable: ArmSeries;
  /** `null` = latency is not measured. */
  latency: LatencySeries | null;
  business: readonly BusinessSeries[];
  /** Bad answers that the canary really gave per judged interval, seen by telemetry or not. */
  badServed: Float64Array;
  /** What only the simulation knows, per judged interval: the canary's error rate without and with its fault, before noise. */
  truth: { healthyRate: Float64Array; faultyRate: Float64Array };
}

/** For each pod 1 in the units in which it bursts, history included; `null` if it never does. */
export type PodBursts = readonly (Uint8Array | null)[];

/** A scenario with what other metrics of the same pods need to know. */
export interface Traffic {
  scenario: Scenario;
  /** Units before the deployment. */
  history: number;
  canaryBursts: PodBursts;
  stableBursts: PodBursts;
}

/** Error rates never exceed this. */
const HIGHEST_RATE = 0.999;

/** Key of the random stream of one run: the same whatever else is simulated, by whom and in which order. */
export function runKey(seed: string, cell: string, run: number): string {
  return `${seed}/${cell}/${run}`;
}

/** Simulates traffic and errors of one deployment. Same options and key, same counts. The options must have been checked. */
export function simulate(kw: ScenarioOptions, key: string): Scenario {
  return simulateTraffic(kw, key).scenario;
}

/** Simulates a deployment with all metrics of a cell. Same cell and key, same counts. */
export function simulateCell(cell: Cell, key: string): Scenario {
  const { traffic: kw, latency, business } = partsOf(cell);
  const traffic = simulateTraffic(kw, key);
  return {
    ...traffic.scenario,
    latency: latency && simulateLatency(latency, traffic, key),
    business: business.map(({ name, model }) => simulateBusiness(name, model, traffic, key)),
  };
}

function simulateTraffic(kw: ScenarioOptions, key: string): Traffic {
  const random = new RandomStream(key);
  const noise: Noise = typeof kw.od === 'object' ? kw.od : NOISE_PRESETS[kw.od ?? 'iid']!;
  const { intervalSeconds = UNIT_SECONDS } = kw;
  const conditions = conditionsOf(kw, kw.diurnal ? random.uniform() * 2 * Math.PI : 0);
  const { history, healthyRate, faultFactor, faultAddition, coldFactor, dependency } = conditions;
  const units = healthyRate.length;
  const common = commonNoise(random, noise, units);
  const spreadByIncident = kw.incident !== undefined && kw.od !== undefined && kw.od !== 'iid';

  const bursts: Record<'canary' | 'stable', (Uint8Array | null)[]> = { canary: [], stable: [] };

  const sample = (arm: 'canary' | 'stable', fromUnit: number): ArmSeries => {
    const [pods, requests] = [conditions[`${arm}Pods`], conditions[`${arm}Requests`]];
    const most = pods.reduce((a, b) => Math.max(a, b), 0);
    const series = emptySeries(most, ((units - fromUnit) * UNIT_SECONDS) / intervalSeconds, dependency !== null);
    const level = new Float64Array(units);
    const calm = kw.burstsAt === (arm === 'canary' ? 'stable' : 'canary');
    const own: Noise = calm ? { ...noise, bp: 0 } : noise;
    for (let pod = 0; pod < most; pod++) {
      bursts[arm].push(podNoise(random, own, spreadByIncident, level));
      for (let u = fromUnit; u < units; u++) {
        if (pod >= pods[u]!) continue;
        let rate = healthyRate[u]! * common[u]! * level[u]!;
        if (arm === 'canary') rate = rate * faultFactor[u]! * coldFactor[u]! + faultAddition[u]!;
        const failures = dependency ? dependency[arm][u]! : 0;
        const expected = requests[u]! / pods[u]!;
        drawUnit(random, series, pod, u - fromUnit, intervalSeconds, expected, bounded(rate), failures);
      }
    }
    return series;
  };

  const stable = sample('stable', 0);
  const canary = sample('canary', history);
  const badServed = sumOverPods(canary, canary.errors);
  if (kw.reset !== undefined)
    loseBeforeRestart(random, canary, Math.floor((kw.reset * UNIT_SECONDS) / intervalSeconds));
  if (kw.gaps) loseIntervals(random, kw.gaps, canary, stable, intervalSeconds);
  for (const arm of [canary, stable]) {
    arm.totalRequests = sumOverPods(arm, arm.requests);
    arm.totalErrors = sumOverPods(arm, arm.errors);
  }
  const intervals = badServed.length;
  const historyIntervals = stable.totalRequests.length - intervals;
  const scenario: Scenario = {
    intervalSeconds,
    historyIntervals,
    intervals,
    canary,
    stable,
    latency: null,
    business: [],
    badServed,
    truth: trueRates(conditions, intervals, intervalSeconds),
  };
  return { scenario, history, canaryBursts: bursts.canary, stableBursts: bursts.stable };
}

/** Draws the counts of one pod in one unit and adds them to its interval, or spreads them over its intervals. */
function drawUnit(
  random: RandomStream,
  series: ArmSeries,
  pod: number,
  unit: number,
  intervalSeconds: number,
  expected: number,
  errorRate: number,
  dependencyFailures: number,
): void {
  const parts = Math.max(1, UNIT_SECONDS / intervalSeconds);
  for (let part = 0; part < parts; part++) {
    const interval = parts > 1 ? unit * parts + part : Math.floor((unit * UNIT_SECONDS) / intervalSeconds);
    const at = interval * series.pods + pod;
    const requests = random.poisson(expected / parts);
    series.requests[at]! += requests;
    const failed = random.binomial(requests, dependencyFailures);
    if (series.dependencyFailures) series.dependencyFailures[at]! += failed;
    series.errors[at]! += failed + random.binomial(requests - failed, errorRate);
    series.present[at] = 1;
  }
}

/** Means over the units that an interval touches. */
function trueRates(conditions: Conditions, intervals: number, intervalSeconds: number): Scenario['truth'] {
  const { history, faultFactor, faultAddition, dependency } = conditions;
  // A request fails by itself, or with its call to the dependency; what hits both arms is no fault of the canary.
  const either = (rate: number, failures: number): number => rate + failures * (1 - rate);
  const healthyRate = dependency
    ? conditions.healthyRate.map((rate, u) => either(rate, dependency.stable[u]!))
    : conditions.healthyRate;
  const faulty = conditions.healthyRate.map((rate, u) =>
    either(bounded(rate * faultFactor[u]! + faultAddition[u]!), dependency ? dependency.canary[u]! : 0),
  );
  const perInterval = (rates: Float64Array): Float64Array =>
    Float64Array.from({ length: intervals }, (_, i) => {
      const from = history + Math.floor((i * intervalSeconds) / UNIT_SECONDS);
      return mean(rates.subarray(from, from + Math.max(1, intervalSeconds / UNIT_SECONDS)));
    });
  return { healthyRate: perInterval(healthyRate), faultyRate: perInterval(faulty) };
}

function bounded(rate: number): number {
  return Math.min(Math.max(rate, 0), HIGHEST_RATE);
}

function emptySeries(pods: number, intervals: number, hasDependency: boolean): ArmSeries {
  return {
    pods,
    requests: new Float64Array(pods * intervals),
    errors: new Float64Array(pods * intervals),
    dependencyFailures: hasDependency ? new Float64Array(pods * intervals) : null,
    present: new Uint8Array(pods * intervals),
    totalRequests: new Float64Array(intervals),
    totalErrors: new Float64Array(intervals),
  };
}

function sumOverPods(arm: ArmSeries, values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length / arm.pods);
  for (let at = 0, i = 0; i < sums.length; i++) {
    for (let pod = 0; pod < arm.pods; pod++) sums[i]! += values[at++]!;
  }
  return sums;
}

function mean(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
