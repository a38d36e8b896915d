/**
 * When a fault is found that shows in several counts at once: requests slower than several edges. Whoever is slower than one
 * edge is slower than all below it, so neighbouring counts hang together; the rest is chance of their own.
 */
import type { DetectionModel } from './detection-model.ts';
import { type DetectionWalk, strideAfter } from './detection-walk.ts';
import { bivariateNormalCdf, normalQuantile } from './normal.ts';

/** A fault in one count. */
export interface CountedEffect {
  readonly model: DetectionModel;
  /** Ratio of the canary's share of bad requests to stable's. */
  readonly ratio: number;
  /** The canary's share of bad requests; it falls from count to count. */
  readonly share: number;
}

/**
 * Lasting differences are gone through at the points of Gauss and Hermite: standard deviations and weights. Of the five the outermost,
 * with a weight of 1 % each, are added to their neighbours: they take as long as the others together and hardly matter.
 */
const LASTING: readonly (readonly [number, number])[] = [
  [-1.3556261799742, 7 / 30],
  [0, 16 / 30],
  [1.3556261799742, 7 / 30],
];
/** Chance from which on a walk is as good as done, and below which it is left out. */
const CERTAIN = 1 - 1e-6;
const NEGLIGIBLE = 1e-6;

/** When a fault is found, and which of its counts is most likely to show it. */
export interface FoundAt {
  readonly seconds: number;
  readonly leading: number;
}

interface Part {
  readonly weight: number;
  readonly walks: readonly DetectionWalk[];
}

/** The chance to have found a fault, as far as it has been asked for. */
export class JointDetection {
  readonly #blockSeconds: number;
  readonly #parts: readonly Part[];
  readonly #ties: readonly number[];
  /** Blocks, the chance to have found the fault by then, and what shows it. */
  readonly #points: { blocks: number; chance: number; leading: number }[] = [{ blocks: 0, chance: 0, leading: 0 }];

  /** @param effects - at least one, all of the same interval. */
  constructor(effects: readonly CountedEffect[]) {
    this.#blockSeconds = effects[0]!.model.blockSeconds;
    const lasting = effects.some(({ model }) => model.isSpread) ? LASTING : ([[0, 1]] as const);
    this.#parts = lasting.map(([z, weight]) => ({
      weight,
      walks: effects.map(({ model, ratio }) => model.walk(ratio, z)),
    }));
    this.#ties = effects.slice(1).map(({ share }, i) => tie(effects[i]!.share, share));
  }

  /**
   * When the fault is found in any of its counts with the chance `power`.
   *
   * @returns `null` when it takes longer than `longestSeconds`.
   */
  found(power: number, longestSeconds: number): FoundAt | null {
    const points = this.#points;
    while (points.at(-1)!.chance < power) {
      if (points.at(-1)!.blocks * this.#blockSeconds >= longestSeconds) return null;
      this.#advance();
    }
    const at = points.findIndex(({ chance }) => chance >= power);
    const [before, after] = [points[at - 1]!, points[at]!];
    const part = (power - before.chance) / (after.chance - before.chance);
    const blocks = before.blocks + Math.ceil((after.blocks - before.blocks) * part - 1e-9);
    const seconds = blocks * this.#blockSeconds;
    return seconds > longestSeconds ? null : { seconds, leading: after.leading };
  }

  #advance(): void {
    const { blocks } = this.#points.at(-1)!;
    const stride = strideAfter(blocks);
    const chances = this.#parts[0]!.walks.map(() => 0);
    let chance = 0;
    for (const { weight, walks } of this.#parts) {
      walks.forEach((walk, i) => {
        if (walk.crossed < CERTAIN) walk.advance(stride);
        chances[i]! += weight * walk.crossed;
      });
      chance += weight * anyOf(walks, this.#ties);
    }
    this.#points.push({ blocks: blocks + stride, chance, leading: chances.indexOf(Math.max(...chances)) });
  }
}

/** Correlation of being slower than two edges, given the shares of requests that are. */
function tie(larger: number, smaller: number): number {
  if (larger >= 1 || smaller <= 0) return 0;
  return Math.min(Math.sqrt((smaller * (1 - larger)) / (larger * (1 - smaller))), 0.95);
}

/** Chance that any of a chain of walks has crossed: each hangs together with its neighbours only. */
function anyOf(walks: readonly DetectionWalk[], ties: readonly number[]): number {
  let none = 1;
  let correlation = 1;
  let before = { chance: 0, z: 0 };
  walks.forEach(({ crossed: chance }, i) => {
    if (i > 0) correlation *= ties[i - 1]!;
    if (chance < NEGLIGIBLE) return;
    if (chance > CERTAIN) {
      none = 0;
      return;
    }
    const z = -normalQuantile(chance);
    none *= before.chance > 0 ? bivariateNormalCdf(before.z, z, correlation) / (1 - before.chance) : 1 - chance;
    before = { chance, z };
    correlation = 1;
  });
  return 1 - none;
}
