/**
 * How long the judge takes to see a fault that is there from the canary's first request. The answer is a distribution: chance
 * in the counts, in the noise, and in how far the canary's pods differ from stable's for good.
 */
import { blockSeconds, clipUnits } from './blocks.ts';
import { type CountedWalk, DetectionWalk } from './detection-walk.ts';
import { ArmDispersion, temper, UNIT_SECONDS } from './dispersion.ts';
import { ANCHOR_RATIO } from './evidence-chain.ts';
import { ARM_WINDOWS_SECONDS, CLIP_NATS, type CountHabits, PRIOR_WEIGHT, START_WEIGHT } from './judge-habits.ts';
import type { BlockReading } from './judged-block.ts';
import { type RatioPrior, spreadPrior } from './ratio-grid.ts';
import { RollbackLine } from './rollback-line.ts';
import { WATCHED_FOR, WATCHED_SECONDS } from './warm-up.ts';
import { WarmUpChance } from './warm-up-chance.ts';

/** A count that is judged in two arms. */
export interface JudgedCount {
  /** Requests per second of each arm. */
  readonly canaryPerSecond: number;
  readonly stablePerSecond: number;
  /** Stable's share of bad requests. */
  readonly rate: number;
  readonly toleratedRatio: number;
  readonly absoluteTolerance: number;
  /** Evidence that rolls back, in nats. */
  readonly bound: number;
  readonly warmUpSeconds: number;
  readonly intervalSeconds: number;
  /** The noise as it is: squared CV per 10 s, and the standard deviation of the lasting log ratio of healthy arms. */
  readonly noise: { readonly squaredCv: number; readonly spread: number };
  /** The noise as the judge has learned or assumes it. */
  readonly learned: LearnedNoise;
  readonly habits: CountHabits;
}

/** What the judge takes for natural, at one time. */
export interface Knowledge {
  /** Squared CV of the noise per 10 s. */
  readonly squaredCv: number;
  /** Most evidence of 10 s, in nats. */
  readonly clipNats: number;
  /** Ratios that healthy arms have for good. */
  readonly natural: RatioPrior;
  /** Seconds of telemetry that it comes from. */
  readonly learnedSeconds: number;
}

/** What the judge takes for natural when the canary starts, and what it learns. */
export interface LearnedNoise extends Knowledge {
  /** The same with more telemetry; in between it changes with the logarithm of the time. */
  readonly later?: Knowledge;
  /** Pods are not told apart: the noise is learned from the two arms, and a fault is taken for noise at first. */
  readonly fromArms: boolean;
}

/** Blocks in which what is learned from the arms changes much. */
const LEARNING_BLOCKS = 20;
/** Blocks at which what is learned from the arms is read anew. */
const ARM_STAGES: readonly number[] = [0, 1, 2, 3, 5, 8, 13, LEARNING_BLOCKS];
/** Blocks until what is known from pods has changed enough to be read anew, and how often that doubles. */
const STAGE_BLOCKS = 12;
const MOST_STAGES = 8;
/** Learning about lasting differences goes on beyond what was recorded, as it went: so many times as far. */
const FORESEEN = 2;
/** A spread below this changes nothing. */
const LEAST_SPREAD = 0.005;
/** Times for one split of the traffic; all ratios share its line. */
export class DetectionModel {
  readonly #count: JudgedCount;
  readonly #walk: CountedWalk;
  readonly #blockSeconds: number;
  readonly #warmUps = new Map<number, WarmUpChance>();
  readonly #armNoise = new Map<number, readonly number[]>();

  constructor(count: JudgedCount) {
    this.#count = count;
    const { canaryPerSecond, stablePerSecond, noise, warmUpSeconds } = count;
    const seconds = blockSeconds(count.intervalSeconds);
    this.#blockSeconds = seconds;
    const warmUpBlocks = Math.ceil(warmUpSeconds / seconds - 1e-9);
    const watchedSeconds = Math.max(warmUpSeconds, Math.min(WATCHED_FOR * warmUpSeconds, WATCHED_SECONDS));
    this.#walk = {
      canaryRequests: canaryPerSecond * seconds,
      stableRequests: stablePerSecond * seconds,
      rate: count.rate,
      absoluteTolerance: count.absoluteTolerance,
      squaredCv: (noise.squaredCv * UNIT_SECONDS) / seconds,
      lineAt: this.#lines(),
      warmUpBlocks,
      watchedBlocks: Math.max(Math.ceil(watchedSeconds / seconds - 1e-9), warmUpBlocks),
      stageOf: (block) => this.#stageOf(block),
      reading: (block, canaryRate) => this.#reading(block, canaryRate),
      warmUp: (canaryRate) => this.#warmUp(canaryRate),
    };
  }

  /** Length of a block in seconds. */
  get blockSeconds(): number {
    return this.#blockSeconds;
  }

  /** The walk of a canary with `ratio` times the rate, whose pods lie so many standard deviations off for good. */
  walk(ratio: number, deviations = 0): DetectionWalk {
    return new DetectionWalk(this.#walk, ratio * Math.exp(deviations * this.#count.noise.spread));
  }

  /** Whether the canary's pods may differ from stable's for good. */
  get isSpread(): boolean {
    return this.#count.noise.spread >= LEAST_SPREAD;
  }

  /** Number of bad canary requests that rolls back after so many blocks: between the lines of what is known first and later. */
  #lines(): CountedWalk['lineAt'] {
    const { canaryPerSecond, stablePerSecond, toleratedRatio, bound, learned, noise } = this.#count;
    const lineOf = (natural: RatioPrior): RollbackLine =>
      new RollbackLine(
        canaryPerSecond / (canaryPerSecond + stablePerSecond),
        toleratedRatio,
        bound - Math.log(START_WEIGHT),
        natural,
      );
    const first = lineOf(learned.natural);
    if (learned.later === undefined) return (stableBad) => first.leastCanaryBad(stableBad);
    const later = lineOf(learned.later.natural);
    const settled = lineOf(spreadPrior(0, noise.spread));
    return (stableBad, blocks) => {
      const [from, to] = [first.leastCanaryBad(stableBad), later.leastCanaryBad(stableBad)];
      const needed = from * (to / from) ** this.#progress(blocks, to < from ? FORESEEN : 1);
      // However long it learns, no more becomes known than how far the pods really differ.
      return Math.max(needed, Math.min(to, settled.leastCanaryBad(stableBad)));
    };
  }

  /** How far the judge has come from what it knew first to what it knows later (1) and beyond. */
  #progress(blocks: number, most: number): number {
    const { learned } = this.#count;
    if (learned.later === undefined) return 0;
    const more = (learned.learnedSeconds + blocks * this.#blockSeconds) / learned.learnedSeconds;
    const part = Math.log(more) / Math.log(learned.later.learnedSeconds / learned.learnedSeconds);
    return Math.min(part, most);
  }

  /** The block that stands for all that are read like this one. */
  #stageOf(block: number): number {
    const { fromArms, later } = this.#count.learned;
    if (fromArms) return ARM_STAGES.findLast((stage) => stage <= block)!;
    if (later === undefined || block < STAGE_BLOCKS) return 0;
    return STAGE_BLOCKS * 2 ** Math.min(Math.floor(Math.log2(block / STAGE_BLOCKS)), MOST_STAGES);
  }

  /** How the judge reads the block with an index. */
  #reading(block: number, canaryRate: number): BlockReading {
    const { learned, habits } = this.#count;
    const units = clipUnits(this.#blockSeconds);
    const part = this.#progress(block, 1);
    const known = (of: (knowledge: Knowledge) => number): number =>
      of(learned) + part * (of(learned.later ?? learned) - of(learned));
    const learnedCv = learned.fromArms ? this.#learnedFromArms(block, canaryRate) : known(({ squaredCv }) => squaredCv);
    return {
      squaredCv: (learnedCv * UNIT_SECONDS) / this.#blockSeconds,
      clipNats: known(({ clipNats }) => clipNats) * units,
      favourClipNats: CLIP_NATS * units,
      catastrophe: habits.catastrophe,
    };
  }

  #warmUp(canaryRate: number): WarmUpChance {
    // What is learned from the arms hardly changes from rate to rate: an eighth of an e-fold is fine enough.
    const key = this.#count.learned.fromArms ? Math.round(Math.log(canaryRate) * 8) : 0;
    let warmUp = this.#warmUps.get(key);
    if (warmUp === undefined) {
      const { canaryRequests, stableRequests, rate, squaredCv, watchedBlocks } = this.#walk;
      const stableBad = stableRequests * rate;
      warmUp = new WarmUpChance({
        canaryRequests,
        stableRequests,
        stableBad,
        squaredCv,
        blockSeconds: this.#blockSeconds,
        blocks: watchedBlocks,
        largestColdStart: this.#count.habits.largestColdStart,
        temperOf: (block, canaryBad) =>
          temper(
            { canaryRequests, canaryBad, stableRequests, stableBad },
            ANCHOR_RATIO,
            this.#reading(block, canaryRate).squaredCv,
          ),
      });
      this.#warmUps.set(key, warmUp);
    }
    return warmUp;
  }

  /** Squared CV per 10 s that the judge has learned from the arms before a block. */
  #learnedFromArms(block: number, canaryRate: number): number {
    let path = this.#armNoise.get(canaryRate);
    if (path === undefined) {
      path = this.#learnFromArms(canaryRate);
      this.#armNoise.set(canaryRate, path);
    }
    return path[Math.min(block, path.length - 1)]!;
  }

  /** What the judge makes of a path that lies a standard deviation above and below its mean by turns. */
  #learnFromArms(canaryRate: number): number[] {
    const { canaryRequests, stableRequests, rate, squaredCv } = this.#walk;
    const { dispersionPrior: prior, common } = this.#count.habits;
    const dispersion = new ArmDispersion(
      { prior, priorWeight: PRIOR_WEIGHT, windowsSeconds: ARM_WINDOWS_SECONDS, common },
      this.#blockSeconds,
    );
    const bad = canaryRequests * canaryRate;
    const deviation = Math.sqrt(bad * (common ? 1 - canaryRate : 1) + bad * bad * squaredCv);
    const totals = { canaryRequests: 0, canaryBad: 0, stableRequests: 0, stableBad: 0 };
    return Array.from({ length: LEARNING_BLOCKS + 1 }, (_, i) => {
      const known = dispersion.squaredCv;
      const canaryBad = Math.max(bad + (i % 2 === 0 ? deviation : -deviation), 0);
      totals.canaryRequests += canaryRequests;
      totals.canaryBad += bad;
      totals.stableRequests += stableRequests;
      totals.stableBad += stableRequests * rate;
      dispersion.learn({ canaryRequests, canaryBad, stableRequests, stableBad: stableRequests * rate }, totals);
      return known;
    });
  }
}
