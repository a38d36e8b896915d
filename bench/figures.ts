/** Small statistics of bench results. */

/** Middle value; the upper one of two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
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
