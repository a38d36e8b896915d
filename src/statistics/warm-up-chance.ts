/**
 * The chance that the evidence of the warm-up has shown not to fade, given how many bad requests the canary has had so far.
 * What decides is when they came: late ones speak for a lasting fault. Given their number, that is a sum of weights.
 */
import { ANCHOR_RATIO } from './evidence-chain.ts';
import { FADE_SECONDS, LEAST_LOG_START } from './fading-start.ts';
import { normalCdf } from './normal.ts';
import { LOG_RATIOS, nearestPosition } from './ratio-grid.ts';
import { ADMITTED_FROM } from './warm-up.ts';

/** What the chance depends on besides the counts. */
export interface WarmUpLaw {
  readonly canaryRequests: number;
  readonly stableRequests: number;
  /** Bad stable requests of a block. */
  readonly stableBad: number;
  /** Squared CV of the noise of the canary's rate over a block. */
  readonly squaredCv: number;
  readonly blockSeconds: number;
  /** Blocks that are looked at. */
  readonly blocks: number;
  /** Ratio at the start beyond which an excess is no cold start. */
  readonly largestColdStart: number;
  /** Factor that the likelihood of a block with so many bad canary requests is divided by. */
  temperOf(block: number, canaryBad: number): number;
}

/** Counts of a block that are worked out, and the step between them. */
const COUNTS = 24;
const COUNT_STEP = 1.28;
/** Least bad canary requests of a block that are worked out. */
const LEAST_COUNT = 0.02;

interface Path {
  /** Log ratio and log normaliser in each block. */
  readonly ratio: Float64Array;
  readonly normaliser: Float64Array;
}

/** Chances for one split of the traffic. */
export class WarmUpChance {
  readonly #counts: number[];
  /** By count, then by block: lasting over fading on a steady path, and its standard deviation around that. */
  readonly #logLasting: Float64Array[];
  readonly #deviation: Float64Array[];

  constructor(law: WarmUpLaw) {
    const least = Math.max((law.stableBad * law.canaryRequests * ANCHOR_RATIO) / law.stableRequests, LEAST_COUNT);
    this.#counts = Array.from({ length: COUNTS }, (_, i) => least * COUNT_STEP ** i);
    const normaliserOf = normalisers(law);
    const paths = fadingPaths(law, normaliserOf);
    const grid = LOG_RATIOS.slice(nearestPosition(Math.log(ANCHOR_RATIO))).map((x) => [x, normaliserOf(x)] as const);
    const rows = this.#counts.map((count) => steadyPath(law, count, grid, paths));
    this.#logLasting = rows.map(({ logLasting }) => logLasting);
    this.#deviation = rows.map(({ deviation }) => deviation);
  }

  /** @param canaryBad - bad canary requests of the first `blocks` blocks together. */
  admitted(canaryBad: number, blocks: number): number {
    const count = canaryBad / blocks;
    const place = Math.log(count / this.#counts[0]!) / Math.log(COUNT_STEP);
    if (!(place > 0)) return 0;
    const at = Math.min(Math.floor(place), COUNTS - 2);
    const between = (rows: Float64Array[]): number => {
      const [low, high] = [rows[at]![blocks - 1]!, rows[at + 1]![blocks - 1]!];
      return low + (high - low) * Math.min(place - at, 1.5);
    };
    const logLasting = between(this.#logLasting);
    const deviation = between(this.#deviation);
    if (deviation < 1e-9) return logLasting >= ADMITTED_FROM ? 1 : 0;
    return normalCdf((logLasting - ADMITTED_FROM) / deviation);
  }
}

/** Log normaliser of the canary's share at a log ratio, relative to the anchor. */
function normalisers({ canaryRequests, stableRequests }: WarmUpLaw): (logRatio: number) => number {
  const anchor = LOG_RATIOS[nearestPosition(Math.log(ANCHOR_RATIO))]!;
  const canary = canaryRequests * Math.exp(anchor);
  const share = canary / (canary + stableRequests);
  return (logRatio) => Math.log1p(share * Math.expm1(logRatio - anchor));
}

/** The fading paths that the judge compares with. */
function fadingPaths(law: WarmUpLaw, normaliserOf: (logRatio: number) => number): Path[] {
  const { blocks, blockSeconds, largestColdStart } = law;
  const starts = LOG_RATIOS.filter((x) => x >= LEAST_LOG_START && x <= Math.log(largestColdStart));
  return FADE_SECONDS.flatMap((fade) =>
    starts.map((start) => {
      const ratio = Float64Array.from({ length: blocks }, (_, i) =>
        Math.log1p(Math.expm1(start) * Math.exp((-(i + 0.5) * blockSeconds) / fade)),
      );
      return { ratio, normaliser: ratio.map(normaliserOf) };
    }),
  );
}

/** Lasting over fading where every block has the same count, after each block. */
function steadyPath(
  law: WarmUpLaw,
  count: number,
  grid: readonly (readonly [number, number])[],
  paths: readonly Path[],
): { logLasting: Float64Array; deviation: Float64Array } {
  const bad = count + law.stableBad;
  const variance = count + count * count * law.squaredCv;
  let [best, ratio, normaliser] = [-Infinity, 0, 0];
  for (const [x, at] of grid) {
    const value = count * x - bad * at;
    if (value > best) [best, ratio, normaliser] = [value, x, at];
  }
  const logLasting = new Float64Array(law.blocks);
  const deviation = new Float64Array(law.blocks);
  const fading = new Float64Array(paths.length);
  const weights = new Float64Array(paths.length);
  const squares = new Float64Array(paths.length);
  let lasting = 0;
  let spread = 0;
  for (let i = 0; i < law.blocks; i++) {
    const temper = law.temperOf(i, count);
    lasting += best / temper;
    spread += variance / (temper * temper);
    let strongest = 0;
    for (let p = 0; p < paths.length; p++) {
      const path = paths[p]!;
      fading[p]! += (count * path.ratio[i]! - bad * path.normaliser[i]!) / temper;
      const weight = ratio - path.ratio[i]! - (normaliser - path.normaliser[i]!);
      weights[p]! += weight;
      squares[p]! += weight * weight;
      if (fading[p]! > fading[strongest]!) strongest = p;
    }
    const blocks = i + 1;
    const scatter = Math.max(squares[strongest]! / blocks - (weights[strongest]! / blocks) ** 2, 0);
    logLasting[i] = lasting - fading[strongest]!;
    deviation[i] = Math.sqrt(scatter * spread);
  }
  return { logLasting, deviation };
}
