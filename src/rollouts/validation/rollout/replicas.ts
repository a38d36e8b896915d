/** How many pods a weight becomes when no router splits the traffic (Argo: utils/replicaset/canary.go). */
import type { Field } from '../field.ts';

/**
 * Percent of the pods that are canaries once the controller has reached `weight`: the nearest that whole pods can make,
 * of `replicas` pods, or of one more when it may surge, with at least one of each version where there are two pods.
 *
 * @param replicas - at least 1.
 * @param weight - above 0 and below 100.
 * @param maxSurge - as it is written; 25 % when it is not.
 */
export function actualWeight(replicas: number, weight: number, maxSurge: Field): number {
  const wanted = (replicas * weight) / 100;
  const surge = pods(maxSurge, replicas) > 0;
  const zeroAllowed = replicas === 1 && !surge;
  const options: (readonly [canary: number, total: number])[] = [];
  const consider = (total: number) => {
    if (total > replicas || Math.ceil(wanted) < replicas || zeroAllowed) options.push([Math.ceil(wanted), total]);
    // Of two that are equally near, the controller takes the higher one.
    const tied = ((total * weight) / 100) % 1 === 0.5;
    if (!tied && (wanted >= 1 || zeroAllowed)) options.push([Math.floor(wanted), total]);
  };
  consider(replicas);
  if (surge) consider(replicas + 1);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [canary, total] of options) {
    const actual = (canary * 100) / total;
    if (Math.abs(actual - weight) < least) {
      least = Math.abs(actual - weight);
      best = actual;
    }
  }
  return best;
}

/** Pods beyond the replicas: a number, or a percentage rounded up. */
function pods(maxSurge: Field, replicas: number): number {
  const { text, number } = maxSurge;
  if (number !== undefined) return number;
  const percent = maxSurge.present ? Number.parseInt(text ?? '', 10) || 0 : 25;
  return Math.ceil((replicas * percent) / 100);
}
