import { EvidenceCurve, type EvidenceCurveOptions } from '../../src/statistics/evidence-curve.ts';
import { simulateTraffic, type TrafficOptions } from '../../src/testing/traffic.ts';
import { referenceOptions } from './reference-options.ts';

/** Counts of both arms, second by second. */
interface Arms {
  canaryRequests: Float64Array;
  canaryBad: Float64Array;
  stableRequests: Float64Array;
  stableBad: Float64Array;
}

/** Simulated traffic, added up over the pods of each arm. */
export function simulateArms(options: TrafficOptions): Arms {
  const zeros = (): Float64Array => new Float64Array(options.seconds);
  const arms = { canaryRequests: zeros(), canaryBad: zeros(), stableRequests: zeros(), stableBad: zeros() };
  for (const { cohort, requests, errors } of simulateTraffic(options).series) {
    for (let t = 0; t < options.seconds; t++) {
      arms[`${cohort}Requests`][t]! += requests[t]!;
      arms[`${cohort}Bad`][t]! += errors[t]!;
    }
  }
  return arms;
}

/** Second at which the judge would roll back the same traffic, asked after every interval of the given length; `null` = never. */
export function secondsToRollback(
  arms: Arms,
  intervalSeconds: number,
  more: Partial<EvidenceCurveOptions> = {},
): number | null {
  const curve = new EvidenceCurve({ ...referenceOptions(), symmetricClip: true, intervalSeconds, ...more });
  const sum = (values: Float64Array, from: number): number =>
    values.subarray(from, from + intervalSeconds).reduce((a, b) => a + b, 0);
  for (let from = 0; from + intervalSeconds <= arms.canaryBad.length; from += intervalSeconds) {
    curve.observe({
      startSeconds: from,
      endSeconds: from + intervalSeconds,
      canaryRequests: sum(arms.canaryRequests, from),
      canaryBad: sum(arms.canaryBad, from),
      stableRequests: sum(arms.stableRequests, from),
      stableBad: sum(arms.stableBad, from),
    });
    if (curve.logE >= Math.log(1 / 0.005)) return from + intervalSeconds;
  }
  return null;
}
