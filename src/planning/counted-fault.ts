/** Faults as the judge sees them: shares of bad requests at stable, and ratios of the canary's to them. */
import { chooseEdges } from '../statistics/exceedance.ts';
import { type CountHabits, ERROR_HABITS, LATENCY_HABITS } from '../statistics/judge-habits.ts';
import { shareSlower } from '../statistics/share-slower.ts';
import type { KnownSettings } from './detection-settings.ts';
import type { Fault, FaultKind } from './fault.ts';
import type { ServiceNoiseLevel } from './service-noise-level.ts';
import type { KnownTraffic } from './service-traffic.ts';

/** One count that a criterion judges: all failed requests, or those slower than one edge. */
export interface JudgedRate {
  /** Stable's share of bad requests. */
  readonly rate: number;
  /** The edge that requests are slower than; `null` for errors. */
  readonly edgeMs: number | null;
  /** Ratio that is tolerated. */
  readonly toleratedRatio: number;
  readonly noise: ServiceNoiseLevel;
  readonly habits: CountHabits;
}

/** The counts of a criterion. Errors: one. Latency: one an edge, whose evidence the judge averages. */
export function ratesOf(kind: FaultKind, traffic: KnownTraffic, settings: KnownSettings): JudgedRate[] {
  const { quantile, maxRelativeIncrease, promoteWithin } = settings;
  const { errorRate, latency, noise, latencyNoise } = traffic;
  if (kind === 'errors') {
    const toleratedRatio = 1 + maxRelativeIncrease;
    return [{ rate: errorRate, edgeMs: null, toleratedRatio, noise, habits: ERROR_HABITS }];
  }
  if (latency === null) return [];
  return chooseEdges(latency, quantile, maxRelativeIncrease, promoteWithin - 1).map(({ edgeMs, toleratedRatio }) => ({
    rate: shareSlower(latency, edgeMs),
    edgeMs,
    toleratedRatio,
    noise: noiseAt(latencyNoise, edgeMs),
    habits: LATENCY_HABITS,
  }));
}

/** Ratio of the canary's share of bad requests to stable's. A canary cannot fail more than all of its requests. */
export function ratioOf({ rate, edgeMs }: JudgedRate, fault: Fault, traffic: KnownTraffic): number {
  if (fault.kind === 'errors') return rate > 0 ? Math.min(fault.ratio, 1 / rate) : fault.ratio;
  return shareSlower(traffic.latency!, edgeMs! / fault.slower) / rate;
}

function noiseAt(level: ServiceNoiseLevel, edgeMs: number): ServiceNoiseLevel {
  const distance = (edge: { edgeMs: number }): number => Math.abs(Math.log(edge.edgeMs / edgeMs));
  const [nearest] = [...(level.edges ?? [])].sort((a, b) => distance(a) - distance(b));
  return nearest ?? level;
}
