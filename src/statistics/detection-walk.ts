/**
 * When a fault crosses the line that rolls back: the walk of the judge's sum, block by block, as a distribution. It knows the
 * cap, lone errors, catastrophes, the warm-up and the absolute guard. It leaves out what matters little here: later start
 * times, and that learned noise goes on changing.
 */

import { type BlockOutcomes, type BlockReading, blockOutcomes } from './judged-block.ts';
import { type LatticeLaw, WalkLattice } from './walk-lattice.ts';
import type { WarmUpChance } from './warm-up-chance.ts';

/** What one walk needs. */
export interface CountedWalk {
  readonly canaryRequests: number;
  readonly stableRequests: number;
  readonly rate: number;
  readonly absoluteTolerance: number;
  /** Squared CV of the canary's rate over a block, as it is. */
  readonly squaredCv: number;
  /** Least tempered bad canary requests that roll back, given stable's and the blocks so far. */
  lineAt(stableBad: number, blocks: number): number;
  readonly warmUpBlocks: number;
  /** Blocks after which the warm-up is dropped, if it has not been admitted. */
  readonly watchedBlocks: number;
  /** The block that stands for all that are read like one. */
  stageOf(block: number): number;
  reading(block: number, canaryRate: number): BlockReading;
  warmUp(canaryRate: number): WarmUpChance;
}

/** Blocks that are gone through one by one; later ones in steps of 1/20 of the time so far. */
const SINGLE_BLOCKS = 20;
/** Cells per standard deviation of the walk at the crossing, and the reach of the lattice in such deviations. */
const CELLS_PER_DEVIATION = 10;
const REACH = 5.5;
/** A lattice reaches as far as walks get in so many times the time that its cells are made for. */
const WIDEST = 4;
/** A mean path that takes longer does not cross. */
const MOST_BLOCKS = 1e6;
/** Nats by which the absolute tolerance must be beaten: that of `absolute-guard.ts`. */
const GUARD_NATS = 2;

/** The sums of one block, on average and in their scatter. */
interface BlockSums {
  readonly outcomes: BlockOutcomes;
  readonly canary: number;
  readonly stable: number;
  readonly counted: number;
  /** Chance that the block alone crosses the line, at once. */
  readonly atOnce: number;
}

interface Scatter {
  readonly distances: Float64Array;
  readonly variance: number;
}

/** How many blocks to go on by after so many. */
export function strideAfter(blocks: number): number {
  return blocks < SINGLE_BLOCKS ? 1 : Math.floor(blocks / SINGLE_BLOCKS);
}

/** The distribution of the time to cross, for one ratio. */
export class DetectionWalk {
  readonly #walk: CountedWalk;
  readonly #canaryRate: number;
  readonly #blocks = new Map<number, BlockSums>();
  readonly #scatters = new Map<number, Scatter>();
  readonly #laws = new Map<string, LatticeLaw>();
  readonly #lattice: WalkLattice;
  /** How much one bad stable request counts in terms of the canary's. */
  readonly #exchange: number;
  /** Admitted walks, those whose warm-up waits, those whose warm-up was dropped, and all that did not cross at once. */
  #admitted: Float64Array;
  #waiting: Float64Array | null;
  #dropped: Float64Array | null = null;
  #all: Float64Array;
  #time = 0;
  #crossed = 0;
  /** Mean sums so far. */
  #canary = 0;
  #stable = 0;
  #counted = 0;
  /** Mean sums of the warm-up. */
  #canaryBefore = 0;
  #stableBefore = 0;

  constructor(walk: CountedWalk, ratio: number) {
    this.#walk = walk;
    this.#canaryRate = Math.min(walk.rate * ratio, 1);
    const crossing = this.#meanCrossing();
    const { canary, stable } = this.#block(SINGLE_BLOCKS);
    const at = stable * crossing;
    const line = (stableBad: number): number => this.#line(stableBad, crossing);
    this.#exchange = stable > 0 ? (line(at * 1.1) - line(at / 1.1)) / (at * (1.1 - 1 / 1.1)) : 0;
    const likely = this.#likelyCrossing(crossing);
    const { variance } = this.#scatter(SINGLE_BLOCKS);
    const widest = Math.sqrt(variance * Math.min(crossing, WIDEST * likely));
    const first = this.#line(stable, 1);
    const cell = Math.max(Math.sqrt(variance * likely) / CELLS_PER_DEVIATION, first / 400, canary * 1e-9, 1e-12);
    this.#lattice = new WalkLattice(cell, REACH * widest, Math.min(first, (REACH + 1.5) * widest));
    this.#all = this.#lattice.start();
    this.#admitted = this.#lattice.start();
    this.#waiting = walk.warmUpBlocks > 0 ? this.#admitted : null;
    if (this.#waiting) this.#admitted = new Float64Array(this.#lattice.size);
  }

  /** Blocks gone through so far. */
  get blocks(): number {
    return this.#time;
  }

  /** Chance to have crossed by then. */
  get crossed(): number {
    return this.#crossed;
  }

  /** Goes on by so many blocks, looking at the line once. */
  advance(blocks: number): void {
    const block = this.#block(this.#time);
    const law = this.#lawOf(this.#time, blocks);
    this.#takeAtOnce(1 - (1 - block.atOnce) ** blocks);
    for (const chances of [this.#admitted, this.#waiting, this.#waiting && this.#all, this.#dropped])
      if (chances) this.#lattice.step(chances, law);
    this.#time += blocks;
    this.#canary += block.canary * blocks;
    this.#stable += block.stable * blocks;
    this.#counted += block.counted * blocks;
    if (this.#time === this.#walk.warmUpBlocks) {
      this.#canaryBefore = this.#canary;
      this.#stableBefore = this.#stable;
    }
    if (this.#waiting) this.#admit(this.#waiting);
    this.#crossed += this.#takeCrossed(this.#admitted, 0, 0);
    if (this.#dropped) this.#crossed += this.#takeCrossed(this.#dropped, this.#canaryBefore, this.#stableBefore);
  }

  /** Lets go of walks that have shown not to fade; once it is over, drops the warm-up of the others. */
  #admit(waiting: Float64Array): void {
    const { zero, size, cell } = this.#lattice;
    const { warmUpBlocks, watchedBlocks, warmUp } = this.#walk;
    const counted = this.#canary > 0 ? this.#counted / this.#canary : 1;
    for (let i = 0; i < size; i++) {
      if (waiting[i]! < 1e-12) continue;
      const canaryBad = ((i - zero) * cell + this.#canary) * counted;
      const admitted = warmUp(this.#canaryRate).admitted(canaryBad, this.#time);
      // What was admitted once stays so: no more may wait than the chance at this time says.
      const stays = Math.min(waiting[i]!, this.#all[i]! * (1 - admitted));
      this.#admitted[i]! += waiting[i]! - stays;
      waiting[i] = stays;
    }
    if (this.#time < watchedBlocks) return;
    // What came after the warm-up is its share of the whole, give or take.
    const part = (watchedBlocks - warmUpBlocks) / watchedBlocks;
    const scatter = this.#scatter(SINGLE_BLOCKS).variance * watchedBlocks * part * (1 - part);
    this.#dropped = this.#lattice.shrink(waiting, part);
    if (scatter > 0) this.#lattice.step(this.#dropped, this.#lattice.normal(scatter));
    this.#waiting = null;
  }

  #takeAtOnce(chance: number): void {
    if (chance === 0) return;
    for (const chances of [this.#admitted, this.#waiting, this.#dropped])
      if (chances) this.#crossed += this.#lattice.takePart(chances, chance);
    this.#lattice.takePart(this.#all, chance);
  }

  #takeCrossed(chances: Float64Array, canaryBefore: number, stableBefore: number): number {
    const canary = this.#canary - canaryBefore;
    const counted = this.#canary > 0 ? (this.#counted * canary) / this.#canary : 0;
    const guard = counted > 0 ? (this.#guard(canary / this.#canary) * canary) / counted : 0;
    const needed = Math.max(this.#line(this.#stable - stableBefore, this.#time), guard);
    return this.#lattice.takeAbove(chances, needed - canary);
  }

  /** Bad canary requests that beat the absolute tolerance, in the given part of the time so far. */
  #guard(part: number): number {
    const { canaryRequests, rate, absoluteTolerance } = this.#walk;
    const tolerated = canaryRequests * this.#time * part * (rate + absoluteTolerance);
    if (tolerated <= 0) return 0;
    // n log(n / tolerated) - (n - tolerated) = 2, by Newton's method from above: convex, so it never passes the root.
    let bad = tolerated + 2 + 2 * Math.sqrt(tolerated);
    for (let i = 0; i < 6; i++) {
      const log = Math.log(bad / tolerated);
      bad -= (bad * log - (bad - tolerated) - GUARD_NATS) / log;
    }
    return bad;
  }

  #line(stableBad: number, blocks: number): number {
    return this.#walk.lineAt(stableBad, blocks);
  }

  /** Blocks after which the mean path crosses the line, not rounded. */
  #meanCrossing(): number {
    const { canary, stable } = this.#block(SINGLE_BLOCKS);
    const isBelow = (blocks: number): boolean => canary * blocks < this.#line(stable * blocks, blocks);
    let [low, high] = [0, 1];
    while (isBelow(high) && high < MOST_BLOCKS) high *= 2;
    for (let i = 0; i < 30; i++) {
      const middle = (low + high) / 2;
      if (isBelow(middle)) low = middle;
      else high = middle;
    }
    return Math.max(high, 1);
  }

  /**
   * Blocks after which walks begin to cross: the mean path is a standard deviation from the line, or as near as it ever comes.
   * The lattice is made for that time. On cells for a much later one, short steps would seem to scatter more than they do.
   */
  #likelyCrossing(crossing: number): number {
    const { canary, stable } = this.#block(SINGLE_BLOCKS);
    const { variance } = this.#scatter(SINGLE_BLOCKS);
    let [likely, nearest] = [crossing, Infinity];
    for (let blocks = 1; blocks < crossing; blocks *= 1.4) {
      const distance = (this.#line(stable * blocks, blocks) - canary * blocks) / Math.sqrt(variance * blocks);
      if (distance < nearest) [likely, nearest] = [blocks, distance];
      if (distance <= 1) break;
    }
    return nearest > 1 && crossing < MOST_BLOCKS ? crossing : likely;
  }

  /** The sums of the block with an index. */
  #block(index: number): BlockSums {
    const at = this.#walk.stageOf(index);
    let sums = this.#blocks.get(at);
    if (sums === undefined) {
      sums = this.#sums(at);
      this.#blocks.set(at, sums);
    }
    return sums;
  }

  #sums(index: number): BlockSums {
    const { canaryRequests, stableRequests, rate, squaredCv } = this.#walk;
    const reading = this.#walk.reading(index, this.#canaryRate);
    const law = { canaryRequests, stableRequests, stableRate: rate, canaryRate: this.#canaryRate, squaredCv };
    const outcomes = blockOutcomes(law, reading);
    const { chance, canary, stable, counted, catastrophic } = outcomes;
    const means = { canary: 0, stable: 0, counted: 0 };
    let atOnce = 0;
    for (let i = 0; i < chance.length; i++) {
      // A catastrophe counts at once, whatever came before; what crosses by itself is kept apart from the slow walk.
      if (catastrophic[i] === 1 && canary[i]! >= this.#line(stable[i]!, 1)) {
        atOnce += chance[i]!;
        chance[i] = 0;
        continue;
      }
      means.canary += chance[i]! * canary[i]!;
      means.stable += chance[i]! * stable[i]!;
      means.counted += chance[i]! * counted[i]!;
    }
    const left = 1 - atOnce;
    if (left < 1e-9) return { outcomes, canary: canary[0]!, stable: stable[0]!, counted: counted[0]!, atOnce: 1 };
    for (let i = 0; i < chance.length; i++) chance[i]! /= left;
    return {
      outcomes,
      canary: means.canary / left,
      stable: means.stable / left,
      counted: means.counted / left,
      atOnce,
    };
  }

  /** How far the outcomes of a block lie from its mean, stable's part exchanged, and the variance of that. */
  #scatter(index: number): Scatter {
    const at = this.#walk.stageOf(index);
    let scatter = this.#scatters.get(at);
    if (scatter === undefined) {
      const { outcomes, canary, stable } = this.#block(at);
      const distances = new Float64Array(outcomes.chance.length);
      let variance = 0;
      for (let i = 0; i < distances.length; i++) {
        const distance = outcomes.canary[i]! - canary - this.#exchange * (outcomes.stable[i]! - stable);
        distances[i] = distance;
        variance += outcomes.chance[i]! * distance * distance;
      }
      scatter = { distances, variance };
      this.#scatters.set(at, scatter);
    }
    return scatter;
  }

  /** Steps of one block, or of many at once. */
  #lawOf(index: number, blocks: number): LatticeLaw {
    const at = this.#walk.stageOf(index);
    const key = `${at}/${blocks}`;
    let law = this.#laws.get(key);
    if (law === undefined) {
      const block = this.#block(at);
      law =
        blocks === 1
          ? this.#lattice.law(this.#scatter(at).distances, block.outcomes.chance)
          : this.#lattice.jumps(block.canary * blocks, this.#scatter(at).variance * blocks);
      this.#laws.set(key, law);
    }
    return law;
  }
}
