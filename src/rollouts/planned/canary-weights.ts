/** The weights that a canary can really have. With a traffic router every percent; without one, pods. */
import type { OptionCheck } from '../../options.ts';
import { basicCanaryPods, type CanaryPods } from './basic-canary-pods.ts';

/** A weight, and what becomes of it. */
export interface CanaryWeight {
  /** For `setWeight`, in percent. */
  readonly setWeight: number;
  /** Share of the traffic that the canary gets by it, in percent. */
  readonly percent: number;
  /** Pods that make that share; `null` where a router does. */
  readonly pods: CanaryPods | null;
}

/** How Argo splits the traffic. */
export interface TrafficSplit {
  readonly trafficRouted: boolean;
  /** `null`: not known. */
  readonly replicas: number | null;
  readonly maySurge: boolean;
}

/** Weights to choose from, ascending by what they make of them, and what must be told of them. */
export interface ChosenWeights {
  readonly weights: readonly CanaryWeight[];
  readonly notes: readonly string[];
}

/** A weight that misses its share by more than that is written as what it is. */
const MISSED = 0.5;

/** @param weights - whole percentages, 1 to 99, ascending. */
export function canaryWeights(check: OptionCheck, weights: readonly number[], split: TrafficSplit): ChosenWeights {
  const { trafficRouted, replicas, maySurge } = split;
  if (trafficRouted) {
    return { weights: weights.map((weight) => ({ setWeight: weight, percent: weight, pods: null })), notes: [] };
  }
  if (replicas === null) {
    check.fail('replicas', replicas, 'Without a traffic router the pods are the weights: say how many there are.');
  }
  const byPods = new Map<string, { pods: CanaryPods; asked: number[] }>();
  for (const weight of weights) {
    const pods = basicCanaryPods(replicas, weight, maySurge);
    const key = `${pods.canary}/${pods.total}`;
    const same = byPods.get(key);
    if (same === undefined) byPods.set(key, { pods, asked: [weight] });
    else same.asked.push(weight);
  }
  const possible = [...byPods.values()].filter(({ pods }) => pods.canary > 0 && pods.canary < pods.total);
  if (possible.length === 0) {
    check.fail('replicas', replicas, 'One pod cannot be both versions: use more, let maxSurge add one, or a router.');
  }
  const notes: string[] = [];
  const chosen = possible.map(({ pods, asked }) => {
    const percent = (pods.canary * 100) / pods.total;
    const nearest = Math.round(percent);
    // What is written should be what happens, where that can be written at all.
    const written = [...asked].sort((a, b) => Math.abs(a - percent) - Math.abs(b - percent))[0]!;
    const made = basicCanaryPods(replicas, nearest, maySurge);
    const isHonest = made.canary === pods.canary && made.total === pods.total && nearest > 0 && nearest < 100;
    const setWeight = isHonest ? nearest : written;
    const missed = asked.filter((weight) => Math.abs(weight - percent) > MISSED);
    if (missed.length > 0) {
      const share = `${pods.canary} of ${pods.total} pods, ${Number(percent.toPrecision(3))} %`;
      notes.push(`Without a traffic router the pods are the weights: ${missed.join(', ')} % would be ${share}.`);
    }
    return { setWeight, percent, pods };
  });
  return { weights: chosen.sort((a, b) => a.percent - b.percent), notes };
}
