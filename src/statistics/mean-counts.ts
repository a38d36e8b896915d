/**
 * Means as counts. A sum of values, divided by what one typical event of it is worth, varies as a count of rare events
 * does: values with a coefficient of variation `cv` around a mean `m` come in events of `cv^2 m`, and `n` of them make
 * `n / cv^2` events (for orders per request that is the orders themselves). So the judge of counts judges means too, with all
 * that it knows of noise, bursts and pods. A score that is linear in the sum needs no logarithm: sums of zero are evidence
 * like others, and a skewed mean of few values has no bias.
 */
import { INFLATION } from './dispersion.ts';
import { FEWEST_PODS, type PodCounts } from './pod-counts.ts';

/** Values of one slice of time. */
export interface ValueSum {
  count: number;
  sum: number;
  /** `null` where it is not reported. */
  sumOfSquares: number | null;
}

/** Values of one arm, and of its pods as far as they are named. */
export interface ArmValues extends ValueSum {
  pods: readonly (ValueSum & { pod: string })[];
}

/** Values as counts of events. */
export interface ValueCounts {
  requests: number;
  bad: number;
  pods: PodCounts[];
}

/** State of {@link MeanCounts}, plain JSON. */
export interface MeanCountsState {
  recent: { count: number; sum: number };
  lately: { count: number; sum: number };
  within: Scatter;
  between: Scatter;
  last: { count: number; sum: number } | null;
  perPod: { canary: number; stable: number };
}

/** Squared deviations relative to the mean, and how many of them are free. */
interface Scatter {
  squares: number;
  freedom: number;
}

/** Exposure per event: events are rare, so that the number of the canary's varies like a Poisson count. */
const EXPOSURE = 1000;
/** What is left of a value's weight in the mean after 10 s, for a memory of five minutes and of one. */
const MEMORY = 1 - 1 / 30;
const SHORT_MEMORY = 1 - 1 / 6;
/** Values spread at least this much, whatever was seen: a CV of 20 %. */
const LEAST_SQUARED_CV = 0.04;
/** Until much is known values are taken to have this squared CV, with the weight of so many values. */
const PRIOR_SQUARED_CV = 1;
const PRIOR_VALUES = 10;
/** Comparisons of pods, or of neighbouring slices of time, from which the spread of values is inferred. */
const FEWEST_COMPARISONS = 6;
/** More events in one slice of time change nothing: the least rate noise, 5 %, outweighs theirs even at a hundredth of the traffic. */
const MOST_EVENTS = 1e6;
/** A mean further above the usual one says no more. */
const LARGEST_MULTIPLE = 1e4;

/** Turns sums of values into counts of events. Predictable: what a slice of time shows is used only for later ones. */
export class MeanCounts {
  readonly #fixedSquaredCv: number | null;
  readonly #state: MeanCountsState;

  /** @param fixedSquaredCv - of single values, where it is known; `null` = learned from stable. */
  constructor(fixedSquaredCv: number | null, state?: MeanCountsState) {
    this.#fixedSquaredCv = fixedSquaredCv;
    this.#state = structuredClone(state) ?? {
      recent: { count: 0, sum: 0 },
      lately: { count: 0, sum: 0 },
      within: { squares: 0, freedom: 0 },
      between: { squares: 0, freedom: 0 },
      last: null,
      perPod: { canary: 0, stable: 0 },
    };
  }

  /** Squared CV of single values; `null` while it is not known. */
  get squaredCv(): number | null {
    const { within, between, perPod } = this.#state;
    if (this.#fixedSquaredCv !== null) return this.#fixedSquaredCv;
    if (within.freedom > 0) {
      const squares = within.squares + PRIOR_VALUES * PRIOR_SQUARED_CV;
      return Math.max(squares / (within.freedom + PRIOR_VALUES), LEAST_SQUARED_CV);
    }
    if (between.freedom < FEWEST_COMPARISONS) return null;
    // Part of what pods show may be noise of their rates, which does not shrink when the canary's pods have more values.
    const crowded = perPod.stable > 0 ? Math.max(1, perPod.canary / perPod.stable) : 1;
    return Math.max(INFLATION * crowded * (between.squares / between.freedom), LEAST_SQUARED_CV);
  }

  /** Stable's usual mean; 0 while there is none. */
  get mean(): number {
    const { recent, lately } = this.#state;
    return Math.max(meanOf(recent), meanOf(lately), 0);
  }

  /** The counts of both arms in one slice of time; `null` while they cannot be had. */
  counts(canary: ArmValues, stable: ArmValues): { canary: ValueCounts; stable: ValueCounts } | null {
    const { mean, squaredCv } = this;
    if (!(mean > 0) || squaredCv === null || !isCountable(canary) || !isCountable(stable)) return null;
    const spread = Math.max(squaredCv, (canary.count + stable.count) / MOST_EVENTS);
    const of = ({ count, sum }: ValueSum): { requests: number; bad: number } => ({
      requests: (EXPOSURE * count) / spread,
      bad: count > 0 ? (count / spread) * Math.min(Math.max(sum / count / mean, 0), LARGEST_MULTIPLE) : 0,
    });
    const arm = (values: ArmValues): ValueCounts => ({
      ...of(values),
      pods: values.pods.filter(({ count }) => count > 0).map((pod) => ({ pod: pod.pod, ...of(pod) })),
    });
    return { canary: arm(canary), stable: arm(stable) };
  }

  /** Takes in one finished slice of time of `units` times 10 s; of the canary only how many values it had is used. */
  learn(stable: ArmValues, canary: ArmValues | null, units: number): void {
    const state = this.#state;
    if (canary !== null) state.perPod.canary = blended(state.perPod.canary, perPod(canary), units);
    if (stable.count <= 0 || !isCountable(stable)) return;
    state.perPod.stable = blended(state.perPod.stable, perPod(stable), units);
    const mean = this.mean > 0 ? this.mean : meanOf(stable);
    if (mean > 0) this.#learnScatter(stable, mean);
    state.last = { count: stable.count, sum: stable.sum };
    add(state.recent, stable, MEMORY ** units);
    add(state.lately, stable, SHORT_MEMORY ** units);
  }

  state(): MeanCountsState {
    return structuredClone(this.#state);
  }

  #learnScatter(stable: ArmValues, mean: number): void {
    const { within, between, last } = this.#state;
    const { count, sum, sumOfSquares } = stable;
    if (sumOfSquares !== null) {
      const squares = Math.max(sumOfSquares - sum * (sum / count), 0) / mean / mean;
      if (!Number.isFinite(squares)) return;
      within.squares += squares;
      within.freedom += Math.max(count - 1, 0);
      return;
    }
    const pods = stable.pods.filter((pod) => pod.count > 0);
    if (pods.length >= FEWEST_PODS) {
      for (const pod of pods) between.squares += pod.count * ((meanOf(pod) - meanOf(stable)) / mean) ** 2;
      between.freedom += pods.length - 1;
    } else if (last !== null) {
      between.squares += ((meanOf(stable) - meanOf(last)) / mean) ** 2 / (1 / count + 1 / last.count);
      between.freedom += 1;
    }
  }
}

/** False where a mean cannot be a rate of events: a sum below zero, or none. */
export function isCountable({ sum, sumOfSquares }: ValueSum): boolean {
  return sum >= 0 && Number.isFinite(sum) && Number.isFinite(sumOfSquares ?? 0);
}

function meanOf({ count, sum }: { count: number; sum: number }): number {
  return count > 0 ? sum / count : 0;
}

function perPod({ count, pods }: ArmValues): number {
  return count / Math.max(pods.filter((pod) => pod.count > 0).length, 1);
}

function blended(before: number, now: number, units: number): number {
  return before > 0 ? before * MEMORY ** units + now * (1 - MEMORY ** units) : now;
}

function add(sum: { count: number; sum: number }, more: ValueSum, kept: number): void {
  sum.count = sum.count * kept + more.count;
  sum.sum = sum.sum * kept + more.sum;
}
