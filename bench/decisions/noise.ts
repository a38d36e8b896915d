/** Natural noise of error rates, in units of 10 s. */
import type { RandomStream } from './random.ts';
import type { Noise } from './scenario-options.ts';

/** Coefficient of the drift that all pods share. */
const COMMON_DRIFT = 0.9;
/** Pods differ in how an incident hits them: log-sd. */
const INCIDENT_POD_DEVIATION = 0.1;

/** The factor that the drift of all pods puts on every error rate, per unit. */
export function commonNoise(random: RandomStream, noise: Noise, units: number): Float64Array {
  const level = new Float64Array(units).fill(1);
  if (noise.com) multiplyByDrift(random, COMMON_DRIFT, noise.com, 0, level);
  return level;
}

/**
 * Fills `level` with the factor that noise puts on one pod's error rate in each unit.
 *
 * @returns 1 in the units in which the pod bursts; `null` if pods never do.
 */
export function podNoise(
  random: RandomStream,
  noise: Noise,
  spreadByIncident: boolean,
  level: Float64Array,
): Uint8Array | null {
  const units = level.length;
  let persistent = noise.pod ? Math.exp(noise.pod * random.normal() - noise.pod ** 2 / 2) : 1;
  if (spreadByIncident) persistent *= Math.exp(INCIDENT_POD_DEVIATION * random.normal());
  level.fill(persistent);
  if (noise.gcv) {
    const shape = 1 / noise.gcv ** 2;
    for (let u = 0; u < units; u++) level[u]! *= random.gamma(shape) / shape;
  }
  if (noise.arsd) multiplyByDrift(random, noise.ar ?? 0, noise.arsd, noise.arsd ** 2 / 2, level);
  if (!noise.bp) return null;
  const bursts = new Uint8Array(units);
  const end = 1 / (noise.bl ?? 1);
  let bursting = false;
  for (let u = 0; u < units; u++) {
    bursting = bursting ? random.uniform() > end : random.uniform() < noise.bp;
    if (!bursting) continue;
    level[u]! *= noise.bm ?? 1;
    bursts[u] = 1;
  }
  return bursts;
}

/** Adds a stationary AR(1) with the given standard deviation to `level`. */
export function drift(random: RandomStream, coefficient: number, deviation: number, level: Float64Array): void {
  const innovation = deviation * Math.sqrt(1 - coefficient ** 2);
  let value = deviation * random.normal();
  for (let u = 0; u < level.length; u++) {
    if (u > 0) value = coefficient * value + innovation * random.normal();
    level[u]! += value;
  }
}

/** Multiplies `level` by the exponential of a drift less `shift`. */
function multiplyByDrift(
  random: RandomStream,
  coefficient: number,
  deviation: number,
  shift: number,
  level: Float64Array,
): void {
  const values = new Float64Array(level.length);
  drift(random, coefficient, deviation, values);
  for (let u = 0; u < level.length; u++) level[u]! *= Math.exp(values[u]! - shift);
}
