/** Both arms' counts over stretches of time, for judges that know only the two sums. */
import type { ArmSeries, Scenario } from '../scenario.ts';

/** Counts of both arms over one stretch. */
export interface Block {
  /** The interval that ends it. */
  lastInterval: number;
  canaryRequests: number;
  canaryErrors: number;
  stableRequests: number;
  stableErrors: number;
  /** Whether both arms have telemetry in it. */
  complete: boolean;
}

/** The judged time in stretches of so many seconds; of one interval each where intervals are longer. */
export function blocksOf(scenario: Scenario, seconds: number): Block[] {
  const { canary, stable, historyIntervals, intervals, intervalSeconds } = scenario;
  const length = Math.max(1, Math.round(seconds / intervalSeconds));
  return Array.from({ length: Math.floor(intervals / length) }, (_, block) => {
    const from = block * length;
    const to = from + length;
    return {
      lastInterval: to - 1,
      canaryRequests: sum(canary.totalRequests, from, to),
      canaryErrors: sum(canary.totalErrors, from, to),
      stableRequests: sum(stable.totalRequests, historyIntervals + from, historyIntervals + to),
      stableErrors: sum(stable.totalErrors, historyIntervals + from, historyIntervals + to),
      complete: seen(canary, from, to) && seen(stable, historyIntervals + from, historyIntervals + to),
    };
  });
}

/** A share of errors; 0 without requests. */
export function rateOf(errors: number, requests: number): number {
  return errors / Math.max(requests, 1);
}

function sum(values: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) total += values[i]!;
  return total;
}

function seen({ present, pods }: ArmSeries, from: number, to: number): boolean {
  return present.subarray(from * pods, to * pods).includes(1);
}
