/**
 * The line that a faulty canary must cross: how many bad canary requests roll back, given those of stable. While the traffic is
 * split in the same way, the judge's curve depends on nothing but the two tempered sums, so its own mixtures are asked here.
 */
import { logMixture } from './log-space.ts';
import { LOG_RATIOS, nearestPosition, type RatioPrior, worsePrior } from './ratio-grid.ts';

/** Points of the line that are worked out, per e-fold of stable's sum; between them it is straight in logarithms. */
const PER_FOLD = 6;
/** Relative precision of a point. */
const PRECISION = 1e-4;

/** The line for one split of the traffic. Points are kept, since all effects and times of a plan share them. */
export class RollbackLine {
  readonly #needed: number;
  readonly #nullPosition: number;
  readonly #alternative: RatioPrior;
  readonly #natural: RatioPrior;
  readonly #odds: number;
  /** `log1p(share x expm1(x))` over the grid. */
  readonly #normalisers: Float64Array;
  readonly #curve: Float64Array = new Float64Array(LOG_RATIOS.length);
  readonly #points = new Map<number, number>();

  /**
   * @param canaryShare - canary's share of the requests.
   * @param needed - evidence that the window which starts with the deployment must reach, in nats.
   * @param natural - ratios that are natural.
   */
  constructor(canaryShare: number, toleratedRatio: number, needed: number, natural: RatioPrior) {
    this.#needed = needed;
    this.#nullPosition = nearestPosition(Math.log(toleratedRatio));
    this.#alternative = worsePrior(Math.log(toleratedRatio));
    this.#natural = natural;
    this.#odds = canaryShare / (1 - canaryShare);
    this.#normalisers = Float64Array.from(LOG_RATIOS, (x) => Math.log1p(canaryShare * Math.expm1(x)));
  }

  /** True when tempered sums of bad requests roll back. */
  isCrossed(canaryBad: number, stableBad: number): boolean {
    return this.#excess(canaryBad, stableBad) >= 0;
  }

  /** Least tempered number of bad canary requests that rolls back, given stable's; Infinity where none is known to. */
  leastCanaryBad(stableBad: number): number {
    const place = Math.log(Math.max(stableBad, 1e-6)) * PER_FOLD;
    const below = Math.floor(place);
    const [low, high] = [this.#point(below), this.#point(below + 1)];
    return Math.exp(low + (high - low) * (place - below));
  }

  /** Log of the line at a place of its grid. */
  #point(place: number): number {
    let point = this.#points.get(place);
    if (point === undefined) {
      const stableBad = Math.exp(place / PER_FOLD);
      // Never from a point that happens to be known: the answer would depend on what was asked before.
      point = this.#solve(stableBad, Math.log(4 + 1.5 * this.#odds * stableBad));
      this.#points.set(place, point);
    }
    return point;
  }

  /** Brackets the crossing around a guess of the logarithm, then false position (Illinois) on the evidence that is missing. */
  #solve(stableBad: number, guess: number): number {
    const excess = (log: number): number => this.#excess(Math.exp(log), stableBad);
    let [low, high] = [guess, guess];
    let [atLow, atHigh] = [excess(guess), 0];
    atHigh = atLow;
    for (let step = 0.25; atLow >= 0 && low > -30; step *= 2) {
      [high, atHigh] = [low, atLow];
      low -= step;
      atLow = excess(low);
    }
    for (let step = 0.25; atHigh < 0 && high < 60; step *= 2) {
      [low, atLow] = [high, atHigh];
      high += step;
      atHigh = excess(high);
    }
    let side = 0;
    while (high - low > PRECISION) {
      let middle = (low * atHigh - high * atLow) / (atHigh - atLow);
      if (!(middle > low && middle < high)) middle = (low + high) / 2;
      const at = excess(middle);
      if (Math.abs(at) < PRECISION) return middle;
      if (at < 0) {
        [low, atLow] = [middle, at];
        if (side === -1) atHigh /= 2;
        side = -1;
      } else {
        [high, atHigh] = [middle, at];
        if (side === 1) atLow /= 2;
        side = 1;
      }
    }
    return high;
  }

  /** Evidence of the window beyond what is needed. */
  #excess(canaryBad: number, stableBad: number): number {
    const curve = this.#curve;
    const bad = canaryBad + stableBad;
    for (let k = 0; k < curve.length; k++) curve[k] = canaryBad * LOG_RATIOS[k]! - bad * this.#normalisers[k]!;
    const innocent = Math.max(
      curve[this.#nullPosition]!,
      logMixture(curve, this.#natural.logWeights, this.#natural.positions),
    );
    return logMixture(curve, this.#alternative.logWeights, this.#alternative.positions) - innocent - this.#needed;
  }
}
