/** Faults as the judge sees them: shares of bad requests at stable, and ratios of the canary's to them. */
import { chooseEdges } from '../statistics/exceedance.ts';
import { histogramTotal, inUnit, type LatencyHistogram, toExplicit } from '../statistics/histogram.ts';
import type { KnownSettings } from './detection-settings.ts';
import type { Fault } from './fault.ts';
import type { ServiceNoiseLevel } from './service-noise-level.ts';
import type { KnownTraffic } from './service-traffic.ts';

/** One count that a criterion judges: all failed requests, or those slower than one edge. */
export interface CountedFault {
  /** Stable's share of bad requests. */
  readonly rate: number;
  /** Ratio of the canary's share to it. */
  readonly ratio: number;
  /** Ratio that is tolerated. */
  readonly toleratedRatio: number;
  readonly noise: ServiceNoiseLevel;
}

/** The counts that a fault shows in. Errors: one. Latency: one an edge, whose evidence the judge averages. */
export function countsOf(traffic: KnownTraffic, fault: Fault, settings: KnownSettings): CountedFault[] {
  if (fault.kind === 'errors') {
    const rate = traffic.errorRate;
    // A canary cannot fail more than all of its requests.
    const ratio = rate > 0 ? Math.min(fault.ratio, 1 / rate) : fault.ratio;
    return [{ rate, ratio, toleratedRatio: 1 + settings.maxRelativeIncrease, noise: traffic.noise }];
  }
  const { latency } = traffic;
  if (latency === null) return [];
  const { quantile, maxRelativeIncrease, promoteWithin } = settings;
  const total = histogramTotal(latency);
  return chooseEdges(latency, quantile, maxRelativeIncrease, promoteWithin - 1).map(({ edgeMs, toleratedRatio }) => {
    const rate = shareSlower(latency, edgeMs, total);
    return {
      rate,
      ratio: shareSlower(latency, edgeMs / fault.slower, total) / rate,
      toleratedRatio,
      noise: traffic.latencyNoise,
    };
  });
}

/**
 * Share of requests slower than a time. Between two bounds the log odds of being slower are taken as linear in the log of
 * the time; beyond the outermost ones they go on as in the last bucket.
 */
export function shareSlower(histogram: LatencyHistogram, ms: number, total: number): number {
  const { upperBounds, counts } = inUnit(toExplicit(histogram), 'ms');
  const at = upperBounds.findIndex((bound) => bound >= ms * (1 - 1e-9));
  const last = upperBounds.length - 1;
  // Log odds at bound `i`, with half a request on either side so that they are finite.
  const logOdds = (i: number): number => {
    let slower = 0;
    for (let k = i + 1; k < counts.length; k++) slower += counts[k]!;
    return Math.log((slower + 0.5) / (total - slower + 0.5));
  };
  if (last < 0) return 0;
  const upper = at < 0 ? last : at;
  if (Math.abs(upperBounds[upper]! - ms) <= 1e-9 * ms || last === 0) return odds(logOdds(upper));
  const from = Math.max(upper - 1, 0);
  const to = from + 1;
  const slope = (logOdds(to) - logOdds(from)) / Math.log(upperBounds[to]! / upperBounds[from]!);
  return odds(logOdds(from) + slope * Math.log(ms / upperBounds[from]!));
}

function odds(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
