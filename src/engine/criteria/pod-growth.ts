/**
 * How much every pod has grown since it was settled. Memory rises in each pod with its age, and a canary pod is always
 * younger than a stable one, so levels say nothing; a leak shows in how fast they grow. A pod that settles later joins at
 * stable's growth of that time: what all pods do together, with the traffic of the day, drops out.
 */

/** One reading of one pod. */
export interface PodLevel {
  pod: string;
  value: number;
  ageSeconds: number | null;
}

/** A settled pod. */
export interface GrownPod {
  pod: string;
  growth: number;
}

/** Growth of both arms' pods. */
export interface Grown {
  canary: GrownPod[];
  stable: GrownPod[];
}

/** State of {@link PodGrowth}, plain JSON. */
export interface PodGrowthState {
  seconds: number;
  canary: [pod: string, life: Life][];
  stable: [pod: string, life: Life][];
}

interface Life {
  bornSeconds: number;
  lastSeconds: number;
  /** At its last reading; `null` where it is not reported. */
  ageSeconds: number | null;
  /** Seconds of readings taken for the base, their sum, and that of stable's growth at the same times. */
  baseSeconds: number;
  baseSum: number;
  growthSum: number;
  /** Level that its growth is counted from; `null` while it settles. */
  base: number | null;
}

/** Age from which a pod's caches and pools are filled. */
const SETTLED_AGE_SECONDS = 300;
/** A pod's base is its mean over this time: one reading is too noisy to divide all later ones by. */
const BASE_SECONDS = 60;
/** A pod that has not been seen for so long is forgotten. */
const FORGET_AFTER_SECONDS = 900;

/** Turns levels of pods into growth. */
export class PodGrowth {
  readonly #canary: Map<string, Life>;
  readonly #stable: Map<string, Life>;
  /** Time that was told of so far. */
  #seconds: number;

  constructor(state?: PodGrowthState) {
    this.#seconds = state?.seconds ?? 0;
    this.#canary = new Map(state?.canary.map(([pod, life]) => [pod, { ...life }]));
    this.#stable = new Map(state?.stable.map(([pod, life]) => [pod, { ...life }]));
  }

  /** Takes in the levels of a slot; returns the growth of the settled pods, as a ratio to their base. */
  observe(canary: readonly PodLevel[], stable: readonly PodLevel[], slotSeconds: number): Grown {
    // Stable pods that are there from the first slot on are old, unless their age says something else.
    const bornSeconds = this.#seconds === 0 ? -SETTLED_AGE_SECONDS : this.#seconds;
    const grownStable = this.#grown(this.#stable, stable, bornSeconds);
    const grownCanary = this.#grown(this.#canary, canary, this.#seconds);
    const growth = grownStable.length > 0 ? mean(grownStable.map((pod) => pod.growth)) : 1;
    for (const [lives, levels] of [
      [this.#stable, stable],
      [this.#canary, canary],
    ] as const) {
      for (const { pod, value } of levels) settle(lives.get(pod), value, growth, slotSeconds, this.#seconds);
    }
    this.#seconds += slotSeconds;
    return { canary: grownCanary, stable: grownStable };
  }

  state(): PodGrowthState {
    const copy = (lives: ReadonlyMap<string, Life>): [string, Life][] =>
      [...lives].map(([pod, life]) => [pod, { ...life }]);
    return { seconds: this.#seconds, canary: copy(this.#canary), stable: copy(this.#stable) };
  }

  /** Growth of the pods that have a base; notes who was seen. */
  #grown(lives: Map<string, Life>, levels: readonly PodLevel[], bornSeconds: number): GrownPod[] {
    for (const [pod, { lastSeconds }] of lives) {
      if (this.#seconds - lastSeconds > FORGET_AFTER_SECONDS) lives.delete(pod);
    }
    return levels.flatMap(({ pod, value, ageSeconds }) => {
      let life = lives.get(pod);
      // Younger than before: its container was restarted, and grows anew.
      if (life === undefined || (ageSeconds ?? Infinity) < (life.ageSeconds ?? 0)) {
        life = { bornSeconds, lastSeconds: 0, ageSeconds: null, baseSeconds: 0, baseSum: 0, growthSum: 0, base: null };
        lives.set(pod, life);
      }
      life.lastSeconds = this.#seconds;
      life.ageSeconds = ageSeconds;
      return life.base === null ? [] : [{ pod, growth: value / life.base }];
    });
  }
}

/** Takes the base of a pod that is old enough and has none. */
function settle(life: Life | undefined, value: number, growth: number, slotSeconds: number, nowSeconds: number): void {
  if (life === undefined || life.base !== null) return;
  if ((life.ageSeconds ?? nowSeconds - life.bornSeconds) < SETTLED_AGE_SECONDS) return;
  life.baseSeconds += slotSeconds;
  life.baseSum += value * slotSeconds;
  life.growthSum += growth * slotSeconds;
  if (life.baseSeconds < BASE_SECONDS - 1e-9) return;
  const base = life.baseSum / life.growthSum;
  if (base > 0 && Number.isFinite(base)) life.base = base;
  else Object.assign(life, { baseSeconds: 0, baseSum: 0, growthSum: 0 });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
