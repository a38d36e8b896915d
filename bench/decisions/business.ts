/** Business metrics of a simulated deployment: one measure of every pod in every interval, on the requests of its traffic. */
import type { BusinessModel } from './business-options.ts';
import { LogNormalSums } from './math/log-normal-sum.ts';
import { drift } from './noise.ts';
import { RandomStream } from './random.ts';
import type { ArmSeries, PodBursts, Traffic } from './scenario.ts';
import { HORIZON_UNITS, UNIT_SECONDS } from './scenario-options.ts';

/** One business metric of both arms. */
export interface BusinessSeries {
  name: string;
  model: BusinessModel;
  canary: ArmMeasures;
  stable: ArmMeasures;
}

/** Entries are of pods and intervals, as in {@link ArmSeries}; the arrays that a type does not need are empty. */
export interface ArmMeasures {
  /** 1 where there is a point. */
  present: Uint8Array;
  /** Values, or outcomes of a ratio. */
  count: Float64Array;
  /** Sum of the values; the bad outcomes of a ratio; the value of a gauge. */
  sum: Float64Array;
  sumOfSquares: Float64Array;
}

const COMMON_DRIFT = 0.9;
/** A burst of a pod makes its metric worse by this factor. */
const BURST_FACTOR = 0.9;
const HIGHEST_SHARE = 0.999;

/** Simulates one business metric of a deployment whose traffic is known. Same model, traffic, name and key, same figures. */
export function simulateBusiness(name: string, model: BusinessModel, traffic: Traffic, key: string): BusinessSeries {
  const random = new RandomStream(`${key}/business ${name}`);
  const { scenario, history } = traffic;
  const units = history + HORIZON_UNITS;
  const common = new Float64Array(units);
  if (model.common > 0) drift(random, COMMON_DRIFT, model.common, common);
  const values = new LogNormalSums(model.cv);
  const worse = Math.log(model.better === 'higher' ? BURST_FACTOR : 1 / BURST_FACTOR);

  const sample = (arm: ArmSeries, bursts: PodBursts, isCanary: boolean): ArmMeasures => {
    const size = arm.requests.length;
    const measures: ArmMeasures = {
      present: new Uint8Array(size),
      count: new Float64Array(size),
      sum: new Float64Array(size),
      sumOfSquares: new Float64Array(size),
    };
    const first = isCanary ? history : 0;
    const level = new Float64Array(units);
    for (let pod = 0; pod < arm.pods; pod++) {
      level.set(common);
      if (model.noise > 0) drift(random, model.autocorrelation, model.noise, level);
      for (let u = 0; u < units; u++) {
        if (bursts[pod]?.[u] === 1) level[u]! += worse;
        if (isCanary) level[u]! += Math.log(model.change) * reached(model, u - history);
      }
      for (let i = 0; i < size / arm.pods; i++) {
        const at = i * arm.pods + pod;
        if (arm.present[at] !== 1 || (model.missing > 0 && random.uniform() < model.missing)) continue;
        const from = first + Math.floor((i * scenario.intervalSeconds) / UNIT_SECONDS);
        const factor = meanFactor(level, from, Math.max(1, scenario.intervalSeconds / UNIT_SECONDS));
        measures.present[at] = 1;
        drawPoint(random, model, values, factor, arm.requests[at]!, measures, at);
      }
    }
    return measures;
  };
  const stable = sample(scenario.stable, traffic.stableBursts, false);
  const canary = sample(scenario.canary, traffic.canaryBursts, true);
  return { name, model, canary, stable };
}

function reached({ onset, ramp }: BusinessModel, t: number): number {
  if (t < onset) return 0;
  return ramp > 0 ? Math.min((t - onset) / ramp, 1) : 1;
}

function meanFactor(level: Float64Array, from: number, units: number): number {
  let sum = 0;
  for (let u = from; u < from + units; u++) sum += Math.exp(level[u]!);
  return sum / units;
}

function drawPoint(
  random: RandomStream,
  { type, better, mean, base, perRequest }: BusinessModel,
  values: LogNormalSums,
  factor: number,
  requests: number,
  measures: ArmMeasures,
  at: number,
): void {
  if (type === 'gauge') {
    measures.sum[at] = mean * factor * values.draw(random, 1).sum;
    return;
  }
  const count = random.binomial(requests, perRequest);
  measures.count[at] = count;
  if (type === 'ratio') {
    const counted = random.binomial(count, Math.min(base * factor, HIGHEST_SHARE));
    measures.sum[at] = better === 'higher' ? count - counted : counted;
    return;
  }
  const { sum, sumOfSquares } = values.draw(random, count);
  measures.sum[at] = sum * mean * factor;
  measures.sumOfSquares[at] = sumOfSquares * (mean * factor) ** 2;
}
