/**
 * What the judges assume and start from, as far as plans need it too: kept here once, for both. Only the defaults of a policy
 * stand in its schema, and a test holds the two against each other.
 */
import { type Catastrophe, HARD_DOWN, MOSTLY_SLOW } from './burst-clip.ts';
import { LARGEST_COLD_START } from './fading-start.ts';

/** Share of the evidence that is kept for faults from the start: most faults are there from the first request. */
export const START_WEIGHT = 0.75;
/** Evidence that 10 s may add at most where bursts are not known, and in favour of the canary. */
export const CLIP_NATS = 2.5;
/** Weight of the prior of the dispersion, and the windows that it is learned over, from pods and from arms. */
export const PRIOR_WEIGHT = 6;
export const POD_WINDOWS_SECONDS: readonly number[] = [10, 30, 90];
export const ARM_WINDOWS_SECONDS: readonly number[] = [10, 30, 90, 270];
/** Lasting differences that a policy assumes where pods are not told apart. */
export const ASSUMED_POD_SPREAD = 0.16;
/** Telemetry from before the deployment that a policy learns from. */
export const HISTORY_SECONDS = 600;

/** What is particular to one kind of count. */
export interface CountHabits {
  readonly dispersionPrior: number;
  /** Lasting differences as a multiple of {@link ASSUMED_POD_SPREAD}. */
  readonly spreadFactor: number;
  readonly catastrophe: Catastrophe;
  readonly largestColdStart: number;
  /** Bad requests are not rare. */
  readonly common: boolean;
}

/** Failed requests. */
export const ERROR_HABITS: CountHabits = {
  dispersionPrior: 0.1,
  spreadFactor: 1,
  catastrophe: HARD_DOWN,
  largestColdStart: LARGEST_COLD_START,
  common: false,
};

/** Slow requests. */
export const LATENCY_HABITS: CountHabits = {
  dispersionPrior: 0.02,
  spreadFactor: 0.5,
  catastrophe: MOSTLY_SLOW,
  // A canary that takes twice as long at first has a hundred times as many requests beyond the far tail's edge.
  largestColdStart: 150,
  common: true,
};
