/** A random walk on a lattice: where it may be, around its mean path. */
import { logPoisson } from './count-law.ts';

/** Chances of the steps, from the cell `first` on. */
export interface LatticeLaw {
  readonly first: number;
  readonly chances: Float64Array;
}

/** Chances below this are left out of sums. */
const NEGLIGIBLE = 1e-10;
/** From so many jumps on their number is as good as normal. */
const NORMAL_FROM = 200;
/** Reach of a normal law in standard deviations, and points per deviation. */
const REACH = 5;
const PER_DEVIATION = 8;
const NORMAL_PLACES: Float64Array = Float64Array.from(
  { length: 2 * REACH * PER_DEVIATION + 1 },
  (_, i) => i / PER_DEVIATION - REACH,
);
const NORMAL_CHANCES: Float64Array = scaledToOne(NORMAL_PLACES.map((z) => Math.exp(-0.5 * z * z)));

/** The cells of a lattice. Walks that leave it below stay in the lowest one, above in the highest. */
export class WalkLattice {
  readonly cell: number;
  readonly size: number;
  /** Index of the mean path. */
  readonly zero: number;
  readonly #scratch: Float64Array;

  /**
   * @param cell - width of a cell.
   * @param below - distance from the mean path that is kept below it.
   * @param above - the same above it.
   */
  constructor(cell: number, below: number, above: number) {
    this.cell = cell;
    this.zero = Math.ceil(below / cell) + 2;
    this.size = this.zero + Math.ceil(above / cell) + 3;
    this.#scratch = new Float64Array(this.size);
  }

  /** All of the chance on the mean path. */
  start(): Float64Array {
    const chances = new Float64Array(this.size);
    chances[this.zero] = 1;
    return chances;
  }

  /** Steps with these values: each is shared by its two neighbours, which keeps the mean. */
  law(values: ArrayLike<number>, chances: ArrayLike<number>): LatticeLaw {
    const { cell, size } = this;
    let [first, last] = [0, 1];
    for (let i = 0; i < values.length; i++) {
      const place = Math.floor(values[i]! / cell);
      if (place < first) first = place;
      if (place >= last) last = place + 1;
    }
    first = Math.max(first, -size);
    last = Math.min(last, size);
    const steps = new Float64Array(last - first + 1);
    for (let i = 0; i < values.length; i++) {
      const place = Math.min(Math.max(values[i]! / cell, first), last);
      const at = Math.min(Math.floor(place), last - 1);
      steps[at - first]! += chances[i]! * (1 - (place - at));
      steps[at + 1 - first]! += chances[i]! * (place - at);
    }
    return trimmed(first, steps);
  }

  /**
   * Many steps at once: jumps of one size at random times that have the given mean and variance together, seen from the
   * mean; normal where there are many.
   */
  jumps(mean: number, variance: number): LatticeLaw {
    const size = variance / mean;
    const expected = mean / size;
    if (!(expected < NORMAL_FROM)) return this.normal(variance);
    const counts = Math.ceil(expected + 7 * Math.sqrt(expected) + 4);
    const [values, chances] = [new Float64Array(counts), new Float64Array(counts)];
    for (let count = 0; count < counts; count++) {
      values[count] = count * size - mean;
      chances[count] = Math.exp(logPoisson(count, expected));
    }
    return this.law(values, chances);
  }

  /** A normal step with the mean 0. */
  normal(variance: number): LatticeLaw {
    const deviation = Math.sqrt(variance);
    return this.law(
      NORMAL_PLACES.map((z) => z * deviation),
      NORMAL_CHANCES,
    );
  }

  /** Takes a step in place. */
  step(chances: Float64Array, { first, chances: steps }: LatticeLaw): void {
    const { size } = this;
    const before = this.#scratch;
    before.set(chances);
    chances.fill(0);
    const width = steps.length;
    for (let i = 0; i < size; i++) {
      const chance = before[i]!;
      if (chance < NEGLIGIBLE) continue;
      const from = i + first;
      if (from >= 0 && from + width <= size) {
        for (let j = 0; j < width; j++) chances[from + j]! += chance * steps[j]!;
      } else {
        for (let j = 0; j < width; j++) chances[Math.min(Math.max(from + j, 0), size - 1)]! += chance * steps[j]!;
      }
    }
  }

  /** Brings every walk to a part of its distance from the mean path. */
  shrink(chances: Float64Array, part: number): Float64Array {
    const after = new Float64Array(this.size);
    for (let i = 0; i < this.size; i++) {
      const chance = chances[i]!;
      if (chance === 0) continue;
      const place = this.zero + (i - this.zero) * part;
      const at = Math.floor(place);
      after[at]! += chance * (1 - (place - at));
      if (place > at) after[at + 1]! += chance * (place - at);
    }
    return after;
  }

  /** Takes out all walks at or above a distance from the mean path and returns their chance. */
  takeAbove(chances: Float64Array, distance: number): number {
    const from = Math.max(Math.ceil(distance / this.cell + this.zero - 1e-6), 0);
    let taken = 0;
    for (let i = from; i < this.size; i++) {
      taken += chances[i]!;
      chances[i] = 0;
    }
    return taken;
  }

  /** Takes out a part of all walks and returns its chance. */
  takePart(chances: Float64Array, part: number): number {
    let taken = 0;
    for (let i = 0; i < this.size; i++) {
      taken += chances[i]! * part;
      chances[i]! *= 1 - part;
    }
    return taken;
  }
}

/** Without the negligible steps at both ends. */
function trimmed(first: number, steps: Float64Array): LatticeLaw {
  let [from, to] = [0, steps.length];
  while (from < to - 1 && steps[from]! < NEGLIGIBLE) from += 1;
  while (to > from + 1 && steps[to - 1]! < NEGLIGIBLE) to -= 1;
  return { first: first + from, chances: steps.slice(from, to) };
}

function scaledToOne(chances: Float64Array): Float64Array {
  const total = chances.reduce((sum, chance) => sum + chance, 0);
  return chances.map((chance) => chance / total);
}
