/** Small statistics of bench results. */

/** Middle value; the upper one of two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Smallest value that at least the share `p` of the values does not exceed; NaN for an empty list. */
export function quantile(values: readonly number[], p: number): number {
  const rank = Math.max(1, Math.ceil(p * values.length - 1e-9));
  return [...values].sort((a, b) => a - b)[rank - 1] ?? Number.NaN;
}

/** Arithmetic mean; NaN for an empty list. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Geometric mean of positive values; NaN for an empty list. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(mean(values.map(Math.log)));
}

/** A share in percent with one decimal. */
export function percent(share: number): string {
  return (share * 100).toFixed(1);
}

/** 95 % confidence interval of a share (Wilson). */
export function wilsonInterval(hits: number, trials: number): { low: number; high: number } {
  const z = 1.96;
  const share = hits / trials;
  const centre = (share + (z * z) / (2 * trials)) / (1 + (z * z) / trials);
  const half =
    (z / (1 + (z * z) / trials)) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
