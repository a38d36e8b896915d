/**
 * The shift between two samples by Hodges and Lehmann, with the confidence interval of the Mann-Whitney test (normal
 * approximation, corrected for ties and continuity), as R's `wilcox.test` and Kayenta compute it. Samples grow pair by
 * pair, so that asking after every interval stays cheap.
 */

/** 99 % quantile of the standard normal: the bound of a two-sided interval of 98 %. */
export const Z_99 = 2.3263478740408408;

/** A shift and the lower and upper end of its confidence interval. */
export interface ShiftInterval {
  estimate: number;
  low: number;
  high: number;
}

/** All differences between the values of two samples, sorted. */
export class SampleDifferences {
  readonly #x: number[] = [];
  readonly #y: number[] = [];
  #sorted: Float64Array = new Float64Array();

  /** Adds values to the two samples. */
  add(x: readonly number[], y: readonly number[]): void {
    const added = [
      ...x.flatMap((own) => this.#y.map((other) => own - other)),
      ...y.flatMap((other) => this.#x.map((own) => own - other)),
      ...x.flatMap((own) => y.map((other) => own - other)),
    ];
    this.#x.push(...x);
    this.#y.push(...y);
    this.#sorted = merge(this.#sorted, Float64Array.from(added).sort());
  }

  /** Values in each of the two samples. */
  get sizes(): readonly [number, number] {
    return [this.#x.length, this.#y.length];
  }

  /**
   * The shift of the first sample against the second; both need a value.
   *
   * @param z - quantile of the standard normal for the interval's level.
   */
  shift(z: number): ShiftInterval {
    const sorted = this.#sorted;
    const last = sorted.length - 1;
    // The test statistic is a step function of the shift; the ends are the differences at which it crosses the bound.
    const rank = Math.max(0, Math.floor(sorted.length / 2 - 0.5 - z * this.#deviation()));
    const middle = last / 2;
    return {
      estimate: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2,
      low: sorted[rank]!,
      high: sorted[last - rank]!,
    };
  }

  /** Standard deviation of the statistic under no difference. Values are tied within their sample only: at almost every shift. */
  #deviation(): number {
    const [m, n] = this.sizes;
    const all = m + n;
    const ties = (tieTerm(this.#x) + tieTerm(this.#y)) / (all * (all - 1));
    return Math.sqrt(((m * n) / 12) * (all + 1 - ties));
  }
}

/** Sum of `t^3 - t` over groups of `t` equal values. */
function tieTerm(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let sum = 0;
  for (const count of counts.values()) sum += count ** 3 - count;
  return sum;
}

function merge(a: Float64Array, b: Float64Array): Float64Array {
  const merged = new Float64Array(a.length + b.length);
  for (let i = 0, j = 0, at = 0; at < merged.length; at++) {
    merged[at] = j >= b.length || (i < a.length && a[i]! <= b[j]!) ? a[i++]! : b[j++]!;
  }
  return merged;
}
