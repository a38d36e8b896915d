/** Sums of log-normal values, drawn without drawing each value, and still with the tail that single values give them. */
import type { RandomStream } from '../random.ts';
import { normalCdf } from './normal.ts';

/** Up to so many values each is drawn. */
const FEW = 12;
/** For up to so many values, those beyond this standard normal quantile are drawn one by one. */
const CUTS = [
  { upTo: 60, cut: 1.5 },
  { upTo: 500, cut: 2 },
  { upTo: Number.POSITIVE_INFINITY, cut: 3 },
] as const;

/** A sum and the sum of the squares. */
export interface Sums {
  sum: number;
  sumOfSquares: number;
}

interface Body {
  upTo: number;
  /** Standard normal quantile from which a value belongs to the tail, and how likely that is. */
  cut: number;
  tail: number;
  /** Mean and variance of a value below it. */
  mean: number;
  variance: number;
}

/** Log-normal values of mean 1 and a given coefficient of variation. */
export class LogNormalSums {
  readonly #deviation: number;
  readonly #median: number;
  readonly #bodies: readonly Body[];

  constructor(cv: number) {
    const variance = Math.log1p(cv * cv);
    this.#deviation = Math.sqrt(variance);
    this.#median = Math.exp(-variance / 2);
    this.#bodies = CUTS.map(({ upTo, cut }) => {
      const below = normalCdf(cut);
      const moment = (k: number): number =>
        (Math.exp((k * (k - 1) * variance) / 2) * normalCdf(cut - k * this.#deviation)) / below;
      return { upTo, cut, tail: normalCdf(-cut), mean: moment(1), variance: Math.max(moment(2) - moment(1) ** 2, 0) };
    });
  }

  /** The sums of `count` values: exact for few; for many, exact beyond a quantile and a gamma of the right moments below it. */
  draw(random: RandomStream, count: number): Sums {
    const sums = { sum: 0, sumOfSquares: 0 };
    if (this.#deviation === 0) return { sum: count, sumOfSquares: count };
    if (count <= FEW) {
      for (let i = 0; i < count; i++) this.#add(sums, random.normal());
      return sums;
    }
    const { cut, tail, mean, variance } = this.#bodies.find(({ upTo }) => count <= upTo)!;
    const beyond = random.binomial(count, tail);
    for (let i = 0; i < beyond; i++) this.#add(sums, tailNormal(random, cut));
    const rest = count - beyond;
    const shape = (rest * mean * mean) / variance;
    const body = (random.gamma(shape) / shape) * rest * mean;
    sums.sum += body;
    sums.sumOfSquares += (body * body) / rest + rest * variance;
    return sums;
  }

  #add(sums: Sums, normal: number): void {
    const value = this.#median * Math.exp(this.#deviation * normal);
    sums.sum += value;
    sums.sumOfSquares += value * value;
  }
}

/** A standard normal beyond `cut` (Marsaglia 1964). */
function tailNormal(random: RandomStream, cut: number): number {
  for (;;) {
    const x = Math.sqrt(cut * cut - 2 * Math.log(random.uniform()));
    if (random.uniform() * x <= cut) return x;
  }
}
