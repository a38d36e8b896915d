/**
 * The chance that the judge has seen a fault by some time, quickly enough for every decision. The judge's sums are taken for a
 * walk with their mean and variance, its own mixtures for the line that rolls back, and lasting differences between pods for
 * levels of the canary. Later windows and the warm-up are left out; plans have a slower and closer answer.
 */
import { beatsAbsoluteTolerance } from './absolute-guard.ts';
import { BlockLaw, type BlockSums, type NoisyCount, type UnitTraffic } from './block-law.ts';
import { FirstPassage } from './first-passage.ts';
import { START_WEIGHT } from './judge-habits.ts';
import { spreadPrior } from './ratio-grid.ts';
import { RollbackLine } from './rollback-line.ts';

/** One count, and a fault in it. */
export interface FaultyCount extends NoisyCount {
  /** Ratio of the canary's share of bad requests to stable's. */
  readonly ratio: number;
  readonly toleratedRatio: number;
  readonly absoluteTolerance: number;
  /** Standard deviation of the lasting log ratio of healthy arms, as it is and as the judge takes it for natural. */
  readonly spread: number;
  readonly naturalSpread: number;
}

/** How far back in time crossings are looked for: by a factor of 20. */
const LOOKED_BACK = 3;
/** A walk that far above its mean decides nothing. */
const FAR_ABOVE = 4.5;
/** Three levels of a canary with the mean and the variance of a normal (Gauss and Hermite): deviations, chances. */
const LEVELS = [
  [-Math.sqrt(3), 1 / 6],
  [0, 2 / 3],
  [Math.sqrt(3), 1 / 6],
] as const;

interface Level {
  readonly chance: number;
  readonly sums: BlockSums;
}

/** Chances for one fault at one split of the traffic. */
export class CrossingChance {
  readonly #count: FaultyCount;
  readonly #traffic: UnitTraffic;
  readonly #line: RollbackLine;
  /** Empty where the fault is never seen. */
  readonly #levels: readonly Level[];

  /** @param bound - evidence that rolls back, in nats. */
  constructor(count: FaultyCount, traffic: UnitTraffic, bound: number) {
    this.#count = count;
    this.#traffic = traffic;
    const { canaryRequests, stableRequests } = traffic;
    const { rate, ratio, toleratedRatio, absoluteTolerance, spread } = count;
    const share = canaryRequests / (canaryRequests + stableRequests);
    const natural = spreadPrior(0, count.naturalSpread);
    this.#line = new RollbackLine(share, toleratedRatio, bound - Math.log(START_WEIGHT), natural);
    const isHarmful = ratio > toleratedRatio && rate * (ratio - 1) > absoluteTolerance;
    const law = new BlockLaw(count, traffic);
    this.#levels =
      isHarmful && canaryRequests > 0 && stableRequests > 0
        ? LEVELS.map(([deviations, chance]) => ({ chance, sums: law.sums(ratio * Math.exp(deviations * spread)) }))
        : [];
  }

  /** Units of 10 s until the chance is that large; `null` where that takes more than `mostUnits`. */
  units(power: number, mostUnits: number): number | null {
    const walk = this.#walk();
    let before = 0;
    for (let at = 0; at < Math.log(mostUnits) + FirstPassage.STEP; at += FirstPassage.STEP) {
      const chance = walk(at);
      if (chance >= power) {
        const part = (power - before) / (chance - before);
        const units = Math.exp(at - (1 - part) * FirstPassage.STEP);
        return units <= mostUnits ? Math.max(units, 1) : null;
      }
      before = chance;
    }
    return null;
  }

  /** Chance that the fault has been seen within so many units. */
  within(units: number): number {
    const walk = this.#walk();
    let chance = 0;
    for (let back = LOOKED_BACK; back >= 0; back -= FirstPassage.STEP) chance = walk(Math.log(units) - back);
    return chance;
  }

  /** Walks on to one time after the other (logarithms of units, a step apart) and tells the chance of having crossed by then. */
  #walk(): (at: number) => number {
    const passages = this.#levels.map(() => new FirstPassage());
    return (at) => {
      const units = Math.exp(at);
      const deviations = this.#levels.map(({ sums }) => Math.sqrt(sums.variance * units));
      const top = Math.max(...this.#levels.map(({ sums }, i) => sums.canary * units + FAR_ABOVE * deviations[i]!));
      const stable = (this.#levels[0]?.sums.stable ?? 0) * units;
      const isNear = this.#levels.length > 0 && this.#line.isCrossed(top, stable);
      const line = isNear ? this.#line.leastCanaryBad(stable) : Infinity;
      return this.#levels.reduce((sum, { chance, sums }, i) => {
        const isGreat = isNear && this.#isGreat(sums, units);
        const boundary = isGreat ? (line - sums.canary * units) / deviations[i]! : Infinity;
        return sum + chance * passages[i]!.step(boundary);
      }, 0);
    };
  }

  /** The excess beats the absolute tolerance. */
  #isGreat({ counted }: BlockSums, units: number): boolean {
    const { canaryRequests, stableRequests } = this.#traffic;
    const totals = {
      canaryRequests: units * canaryRequests,
      canaryBad: units * counted,
      stableRequests: units * stableRequests,
      stableBad: units * stableRequests * this.#count.rate,
    };
    return beatsAbsoluteTolerance(NOTHING, totals, this.#count.absoluteTolerance);
  }
}

const NOTHING = { canaryRequests: 0, canaryBad: 0, stableRequests: 0, stableBad: 0 };
