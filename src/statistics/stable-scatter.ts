/**
 * How much stable's rate varies around its own recent level, where pods are not told apart. A canary of one pod is as noisy
 * as all of stable's pods together are steady: the variance of stable's sum, times as often as the canary fits into stable,
 * is that of the canary. From the two arms alone the same is only known when the deployment is half over, and until then
 * slow noise is taken for a lasting difference (14 % false rollbacks with a CV of 30 % that lasts for minutes).
 */
import { INFLATION, UNIT_SECONDS } from './dispersion.ts';

/** State of {@link StableScatter}, plain JSON. */
export interface StableScatterState {
  seconds: number;
  blocks: number;
  windows: WindowState[];
}

interface WindowState {
  requests: number;
  bad: number;
  /** Recent level: sums that fade. */
  level: { requests: number; bad: number };
  squares: number;
  count: number;
}

/** Lengths of windows; the largest estimate counts, which takes autocorrelation in. */
const WINDOWS_SECONDS = [10, 30, 90];
/** What is left of the level's weight after 10 s. */
const MEMORY = 1 - 1 / 30;
/** Windows that the prior counts for. */
const PRIOR_WEIGHT = 1;
/** The recent level follows slow noise, which hides a third of it. */
const HIDDEN = 1.5;
/** Nothing is learned beyond this time: an incident may move stable as it likes. */
const TAUGHT_SECONDS = 1200;

/** Learns the squared CV of stable's rate per 10 s. Predictable: a value is used only for later blocks. */
export class StableScatter {
  readonly #prior: number;
  readonly #blockSeconds: number;
  readonly #windows: (WindowState & { readonly blocks: number; readonly units: number })[];
  #seconds: number;
  #blocks: number;

  /** @param prior - squared CV, per 10 s, of the noise on the comparison of the two arms. */
  constructor(prior: number, blockSeconds: number, state?: StableScatterState) {
    this.#prior = prior;
    this.#blockSeconds = blockSeconds;
    this.#seconds = state?.seconds ?? 0;
    this.#blocks = state?.blocks ?? 0;
    const lengths = new Set(WINDOWS_SECONDS.map((seconds) => Math.max(1, Math.ceil(seconds / blockSeconds))));
    this.#windows = [...lengths].map((blocks, i) => ({
      blocks,
      units: (blocks * blockSeconds) / UNIT_SECONDS,
      requests: 0,
      bad: 0,
      squares: 0,
      count: 0,
      ...state?.windows[i],
      level: { requests: 0, bad: 0, ...state?.windows[i]?.level },
    }));
  }

  /**
   * Squared CV, per 10 s, of the noise on the comparison of a canary with stable.
   *
   * @param stablePerCanary - how many times the canary's requests stable has.
   */
  squaredCv(stablePerCanary: number): number {
    let largest = 0;
    for (const { units, squares, count } of this.#windows) {
      const arms = 1 + stablePerCanary;
      const estimate = (PRIOR_WEIGHT * (this.#prior / units) + HIDDEN * squares * arms) / (PRIOR_WEIGHT + count);
      largest = Math.max(largest, estimate * units);
    }
    return largest * INFLATION;
  }

  /** Takes in what stable did in one finished block. */
  learn(requests: number, bad: number): void {
    if (this.#seconds >= TAUGHT_SECONDS) return;
    this.#seconds += this.#blockSeconds;
    this.#blocks += 1;
    for (const window of this.#windows) {
      window.requests += requests;
      window.bad += bad;
      if (this.#blocks % window.blocks === 0) closeWindow(window);
    }
  }

  state(): StableScatterState {
    return {
      seconds: this.#seconds,
      blocks: this.#blocks,
      windows: this.#windows.map(({ requests, bad, level, squares, count }) => ({
        requests,
        bad,
        level: { ...level },
        squares,
        count,
      })),
    };
  }
}

function closeWindow(window: WindowState & { readonly units: number }): void {
  const { level, requests, bad } = window;
  if (level.bad > 0 && requests > 0) {
    const expected = (level.bad / level.requests) * requests;
    // Counts vary by themselves, those of the level too.
    const sampling = expected + (expected * expected) / level.bad;
    window.squares += ((bad - expected) ** 2 - sampling) / expected / expected;
    window.count += 1;
  }
  const kept = MEMORY ** window.units;
  level.requests = level.requests * kept + requests;
  level.bad = level.bad * kept + bad;
  window.requests = 0;
  window.bad = 0;
}
