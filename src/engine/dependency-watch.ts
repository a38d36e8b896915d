/**
 * What the service's calls to one dependency say. Failing more than before the deployment at stable, they name the place
 * of an incident; failing more at the canary than at stable, they say where its fault may be. They never roll back.
 */
import type { JudgedCounts } from '../ports/decision.ts';
import { UNIT_SECONDS } from '../statistics/dispersion.ts';
import { type RateRatio, rateRatio } from '../statistics/rate-ratio.ts';
import type { DependencyCalls } from './dependency-stream.ts';
import { IncidentWatch, type IncidentWatchState } from './incident-watch.ts';
import { rateOf } from './rate-of.ts';

/** Time of canary calls that the comparison of the arms looks back. */
const WINDOW_SECONDS = 120;
/** Squared CV of the rate noise per 10 s and log spread of pods, as assumed for a comparison that is only shown. */
const SQUARED_CV = 0.125;
const POD_SPREAD = 0.15;
/** The canary's calls count as worse from this ratio on, if it is surely above the second and this many points above stable. */
const WORSE_RATIO = 2;
const SURELY_ABOVE = 1.25;
const ABSOLUTE_TOLERANCE = 0.002;
/** Canary calls without which nothing is said about the canary. */
const LEAST_CALLS = 20;
/** Failed share of the canary's calls that is worth a word where there is nothing to compare it with. */
const FAILING_SHARE = 0.05;

/** State of {@link DependencyWatch}, plain JSON. */
export interface DependencyWatchState {
  name: string;
  before: JudgedCounts;
  watch: IncidentWatchState;
  recent: { canary: JudgedCounts; stable: JudgedCounts }[];
}

/** Watches the calls to one dependency. */
export class DependencyWatch {
  readonly name: string;
  /** Stable's calls now against before. */
  readonly watch: IncidentWatch;
  readonly #intervalSeconds: number;
  readonly #before: JudgedCounts;
  /** Slots in which the canary called, over the last two minutes of such slots. */
  readonly #recent: DependencyWatchState['recent'];

  constructor(name: string, intervalSeconds: number, state?: DependencyWatchState) {
    this.name = name;
    this.#intervalSeconds = intervalSeconds;
    this.#before = { ...(state?.before ?? { requests: 0, bad: 0 }) };
    this.watch = new IncidentWatch(this.#before, intervalSeconds, state?.watch);
    this.#recent = (state?.recent ?? []).map(copyOf);
  }

  state(): DependencyWatchState {
    return {
      name: this.name,
      before: { ...this.#before },
      watch: this.watch.state(),
      recent: this.#recent.map(copyOf),
    };
  }

  /** Takes in stable's calls of a slot before the canary's first request. */
  learnBefore({ requests, bad }: JudgedCounts): void {
    this.#before.requests += requests;
    this.#before.bad += bad;
  }

  /** Takes in the calls of the next slot. */
  observe({ canary, stable }: Omit<DependencyCalls, 'name'>, endMs: number): void {
    this.watch.observe(stable, endMs);
    if (!(canary.requests > 0)) return;
    this.#recent.push(copyOf({ canary, stable }));
    if (this.#recent.length > Math.max(1, Math.round(WINDOW_SECONDS / this.#intervalSeconds))) this.#recent.shift();
  }

  /** The canary's calls over the last two minutes in which it made any. */
  get canary(): JudgedCounts {
    return this.#sumOf('canary');
  }

  /** Stable's calls at the same time. */
  get stable(): JudgedCounts {
    return this.#sumOf('stable');
  }

  /** How many times as often the canary's calls fail as stable's at the same time; `null` while one of them makes none. */
  get canaryRatio(): RateRatio | null {
    const units = Math.max(1, (this.#recent.length * this.#intervalSeconds) / UNIT_SECONDS);
    return rateRatio(this.canary, this.stable, (2 * SQUARED_CV) / units + POD_SPREAD ** 2);
  }

  /** The canary's calls fail clearly more often than stable's at the same time. */
  get worseAtCanary(): boolean {
    const { canary, canaryRatio } = this;
    if (canaryRatio === null || canary.requests < LEAST_CALLS) return false;
    const { ratio, low } = canaryRatio;
    return ratio >= WORSE_RATIO && low > SURELY_ABOVE && rateOf(canary) - rateOf(this.stable) > ABSOLUTE_TOLERANCE;
  }

  /** Only the canary calls it, and many of its calls fail. Whether that is its fault, no comparison can say. */
  get failsAtCanaryOnly(): boolean {
    const { canary, stable } = this;
    return !(stable.requests > 0) && canary.requests >= LEAST_CALLS && rateOf(canary) >= FAILING_SHARE;
  }

  /** Stable's calls fail more than before, and the canary's do too. */
  get degradedAtBoth(): boolean {
    const { canary, watch } = this;
    return watch.held && canary.requests >= LEAST_CALLS && rateOf(canary) > watch.limit;
  }

  #sumOf(arm: 'canary' | 'stable'): JudgedCounts {
    return this.#recent.reduce(
      (sum, slot) => ({ requests: sum.requests + slot[arm].requests, bad: sum.bad + slot[arm].bad }),
      { requests: 0, bad: 0 },
    );
  }
}

function copyOf({ canary, stable }: DependencyWatchState['recent'][number]): DependencyWatchState['recent'][number] {
  return {
    canary: { requests: canary.requests, bad: canary.bad },
    stable: { requests: stable.requests, bad: stable.bad },
  };
}
