/**
 * How many pods a canary without a traffic router has: there the pods are the weight. After Argo's own rule
 * (utils/replicaset/canary.go, `approximateWeightedCanaryStableReplicaCounts`).
 */

/** Pods of both versions while a weight is set. */
export interface CanaryPods {
  readonly canary: number;
  readonly total: number;
}

/**
 * The pods that come nearest to a weight. A weight from 1 to 99 leaves each version at least one pod, unless one pod is all
 * there is. If pods may be added for the time of the rollout, one more than `replicas` is tried too.
 *
 * @param weight - in percent, 0 to 100.
 * @param maySurge - whether `maxSurge` comes to at least one pod.
 */
export function basicCanaryPods(replicas: number, weight: number, maySurge: boolean): CanaryPods {
  const wanted = (replicas * weight) / 100;
  const [up, down] = [Math.ceil(wanted), Math.floor(wanted)];
  const mayBeAlone = weight === 0 || weight === 100 || (replicas === 1 && !maySurge);
  const options: CanaryPods[] = [];
  for (const total of maySurge ? [replicas, replicas + 1] : [replicas]) {
    if (up < total || mayBeAlone) options.push({ canary: up, total });
    // Of two that are as near as each other the larger one counts.
    const isTied = ((total * weight) / 100) % 1 === 0.5;
    if (!isTied && (down > 0 || mayBeAlone)) options.push({ canary: down, total });
  }
  const distance = ({ canary, total }: CanaryPods): number => Math.abs((canary * 100) / total - weight);
  return options.reduce((best, one) => (distance(one) < distance(best) ? one : best));
}
