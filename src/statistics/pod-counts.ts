/**
 * What single pods did. Stable pods are the best teachers of how noisy a service is: the fault of a canary cannot soil
 * what is learned from them.
 */

/** Requests of one pod in one slice of time, and how many of them were bad. */
export interface PodCounts {
  pod: string;
  requests: number;
  bad: number;
}

/** Adds up two lists that are sorted by pod; the sum is sorted too, so that it never depends on who reported first. */
export function mergePods(a: readonly PodCounts[], b: readonly PodCounts[]): readonly PodCounts[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const sums = new Map(a.map((counts) => [counts.pod, { ...counts }]));
  for (const { pod, requests, bad } of b) {
    const sum = sums.get(pod);
    if (sum === undefined) sums.set(pod, { pod, requests, bad });
    else {
      sum.requests += requests;
      sum.bad += bad;
    }
  }
  return [...sums.values()].sort((x, y) => (x.pod < y.pod ? -1 : 1));
}

/** Fewest stable pods that can be compared with each other. */
export const FEWEST_PODS = 2;
/** Share of an even split of the traffic from which on a pod counts as one. */
const COUNTED_SHARE = 0.25;
/** What is left of a pod's traffic after each unit of 10 s, for that purpose: about two minutes are looked at. */
const MEMORY_PER_UNIT = 11 / 12;
/** Share of an arm's traffic that must be told apart by pod. */
const NAMED_SHARE = 0.99;

/** Number of pods that carry at least a quarter of an even share of the requests. */
export function countWitnesses(requests: readonly number[]): number {
  const least = (COUNTED_SHARE * requests.reduce((sum, own) => sum + own, 0)) / requests.length;
  return requests.filter((own) => own > 0 && own >= least).length;
}

/** State of {@link PodCount}, plain JSON. */
export interface PodCountState {
  traffic: [pod: string, requests: number][];
  total: number;
}

/** Counts the pods of an arm that really carry traffic; pods come and go, and one that gets 1 % of it is no witness. */
export class PodCount {
  #traffic = new Map<string, number>();
  #total = 0;

  constructor(state?: PodCountState) {
    if (state === undefined) return;
    this.#traffic = new Map(state.traffic);
    this.#total = state.total;
  }

  /** Takes in what each pod did and what the whole arm did in the same time. */
  learn(pods: readonly PodCounts[], armRequests: number, units: number): void {
    const memory = MEMORY_PER_UNIT ** units;
    this.#total = this.#total * memory + armRequests;
    for (const [pod, requests] of this.#traffic) {
      if (requests < 1e-6) this.#traffic.delete(pod);
      else this.#traffic.set(pod, requests * memory);
    }
    for (const { pod, requests } of pods) this.#traffic.set(pod, (this.#traffic.get(pod) ?? 0) + requests);
  }

  /** Pods that carry at least a quarter of an even share; 0 while traffic is not told apart by pod. */
  get pods(): number {
    let named = 0;
    for (const requests of this.#traffic.values()) named += requests;
    if (named <= 0 || named < NAMED_SHARE * this.#total) return 0;
    return countWitnesses([...this.#traffic.values()]);
  }

  state(): PodCountState {
    return { traffic: [...this.#traffic], total: this.#total };
  }
}
