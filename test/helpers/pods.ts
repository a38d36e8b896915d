import type { PodCounts } from '../../src/statistics/pod-counts.ts';

/** Counts of pods that are named by their place, sorted by name. */
export function podCounts(requests: readonly number[], bad: readonly number[], prefix = 'pod'): PodCounts[] {
  return requests.map((count, i) => ({
    pod: `${prefix}-${String(i).padStart(3, '0')}`,
    requests: count,
    bad: bad[i] ?? 0,
  }));
}

/** The same number of requests for every pod. */
export function evenly(requests: number, bad: readonly number[], prefix = 'pod'): PodCounts[] {
  return podCounts(
    bad.map(() => requests),
    bad,
    prefix,
  );
}
