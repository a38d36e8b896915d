/**
 * What one block of wall time adds to the judge's sums: its bad requests, tempered by the learned noise and capped. Every
 * outcome of the block is gone through, so that cap, lone errors and catastrophes are those of the judge.
 */

import { MINIMUM_SQUARED_CV } from './blocks.ts';
import { type Catastrophe, isCatastrophic } from './burst-clip.ts';
import { countLaw, threePoints } from './count-law.ts';
import { temper } from './dispersion.ts';
import { ANCHOR_RATIO } from './evidence-chain.ts';
import { type ArmCounts, canaryShareAt } from './share-likelihood.ts';

/** Traffic and rates of one block. */
export interface BlockLaw {
  readonly canaryRequests: number;
  readonly stableRequests: number;
  /** Share of bad requests at stable and at the canary. */
  readonly stableRate: number;
  readonly canaryRate: number;
  /** Squared CV of the noise of the canary's rate over the block, as it really is. */
  readonly squaredCv: number;
}

/** How the judge weighs a block. */
export interface BlockReading {
  /** Squared CV over the block that it has learned. */
  readonly squaredCv: number;
  /** Most evidence of the block against the canary and in its favour, in nats. */
  readonly clipNats: number;
  readonly favourClipNats: number;
  readonly catastrophe: Catastrophe;
}

/** All outcomes of a block, column by column: what is added to the tempered and capped sums, and the chance of it. */
export interface BlockOutcomes {
  readonly chance: Float64Array;
  readonly canary: Float64Array;
  readonly stable: Float64Array;
  /** Bad canary requests as counted. */
  readonly counted: Float64Array;
  /** 1 = counts at once. */
  readonly catastrophic: Uint8Array;
}

/** Fewer bad stable requests than this are listed one by one. */
const LISTED_STABLE = 2;
/** Evidence in favour is measured as seen from here, for ratios below: those of `non-inferiority.ts`. */
const FAVOUR_ANCHOR = 1.5;
const FAVOUR_BELOW = FAVOUR_ANCHOR * Math.exp(-0.05);
/** Bad requests are rare below this share: they vary like a Poisson count. */
const RARE = 0.05;

/** Goes through all outcomes of a block. */
export function blockOutcomes(law: BlockLaw, reading: BlockReading): BlockOutcomes {
  const { canaryRequests, stableRequests, stableRate, canaryRate, squaredCv } = law;
  const canaryBad = canaryRequests * canaryRate;
  const stableBad = stableRequests * stableRate;
  const canaries = countLaw(canaryBad, canaryBad * sampling(canaryRate) + canaryBad * canaryBad * squaredCv);
  const stables =
    stableBad < LISTED_STABLE ? countLaw(stableBad, stableBad) : threePoints(stableBad, stableBad * (1 - stableRate));
  const size = canaries.length * stables.length;
  const [chance, canary, stable, counted] = [0, 0, 0, 0].map(() => new Float64Array(size)) as Columns;
  const catastrophic = new Uint8Array(size);
  const block: ArmCounts = { canaryRequests, canaryBad: 0, stableRequests, stableBad: 0 };
  let at = 0;
  for (const [bad, canaryChance] of canaries) {
    for (const [badStable, stableChance] of stables) {
      block.canaryBad = bad;
      block.stableBad = badStable;
      const isCatastrophe = isCatastrophic(block, stableRate, reading.catastrophe);
      const weight = weightOf(block, reading, isCatastrophe);
      chance[at] = canaryChance * stableChance;
      canary[at] = weight * bad;
      stable[at] = weight * badStable;
      counted[at] = bad;
      catastrophic[at] = isCatastrophe ? 1 : 0;
      at += 1;
    }
  }
  return { chance, canary, stable, counted, catastrophic };
}

type Columns = [Float64Array, Float64Array, Float64Array, Float64Array];

/** Factor by which the block's counts enter the judge's sums. */
function weightOf(block: ArmCounts, reading: BlockReading, catastrophic: boolean): number {
  const weight = 1 / temper(block, ANCHOR_RATIO, Math.max(reading.squaredCv, MINIMUM_SQUARED_CV));
  const favour = favourOf(block);
  const cap = favour > 0 ? Math.min(weight, reading.favourClipNats / favour) : weight;
  if (block.canaryBad <= 1 || catastrophic) return cap;
  const gain = gainOf(block);
  return gain > 0 ? Math.min(cap, reading.clipNats / gain) : cap;
}

/** The most that the block's likelihood speaks against the canary: that of the ratio that fits it best. */
function gainOf(block: ArmCounts): number {
  return fitShare(block) > canaryShareAt(ANCHOR_RATIO, block) ? fitOver(ANCHOR_RATIO, block) : 0;
}

/** The most that it speaks for a ratio below the promotion margin. */
function favourOf(block: ArmCounts): number {
  return fitShare(block) < canaryShareAt(FAVOUR_BELOW, block) ? fitOver(FAVOUR_ANCHOR, block) : 0;
}

/** Canary's share of the bad requests. */
function fitShare({ canaryBad, stableBad }: ArmCounts): number {
  return canaryBad / Math.max(canaryBad + stableBad, 1e-300);
}

/** Log likelihood of the ratio that fits best, over that of another. */
function fitOver(ratio: number, block: ArmCounts): number {
  const { canaryBad, stableBad } = block;
  const [share, other] = [fitShare(block), canaryShareAt(ratio, block)];
  const canaryNats = canaryBad > 0 ? canaryBad * Math.log(share / other) : 0;
  const stableNats = stableBad > 0 ? stableBad * Math.log((1 - share) / (1 - other)) : 0;
  return canaryNats + stableNats;
}

function sampling(rate: number): number {
  return rate > RARE ? 1 - rate : 1;
}
