/**
 * How long do bursts of this service last? An excess of the canary must outlast the longest one that any stable pod has
 * shown, so the cap on the evidence of 10 s is learned from the stable pods.
 */
import { FEWEST_PODS, type PodCounts } from './pod-counts.ts';

/** Standardised excess of one pod over its siblings that counts as a hit. */
const HIT = 2.2;
/** What makes a hit. */
export interface BurstKind {
  /** Squared CV of rate noise per 10 s that is no hit. @defaultValue 0.25: half as many again now and then */
  ordinarySquaredCv?: number;
  /** Fewer than the siblings is what is bad. */
  fewer?: boolean;
}
/**
 * Nats that a whole burst may add, spread over its length: the longest one seen, a third longer (the canary's may be the
 * longest of all), and one and a half units more. And the limits of the cap.
 */
const BURST_NATS = 7.3;
const BURST_STRETCH = 1.3;
const BURST_MARGIN = 1.5;
const LEAST_CLIP = 0.8;
const LARGEST_CLIP = 3;

/**
 * Cap on the evidence of 10 s, in nats, for a service whose bursts last up to `longest` units of 10 s.
 *
 * @param stretch - how much longer than that the canary's own burst may be; the study's figures are for 1.
 */
export function clipForBurst(longest: number, stretch: number = BURST_STRETCH): number {
  // One hit alone is chance: among twenty pods there is always one.
  const stretched = longest + (stretch - 1) * Math.max(longest - 1, 0);
  return Math.min(Math.max(BURST_NATS / (stretched + BURST_MARGIN), LEAST_CLIP), LARGEST_CLIP);
}

/** State of {@link BurstLength}, plain JSON. */
export interface BurstLengthState {
  longest: number;
  runs: [pod: string, run: number][];
}

const ORDINARY_SQUARED_CV = 0.25;

/** Follows the runs of excess of every stable pod. Predictable: a value is used only for later blocks. */
export class BurstLength {
  readonly #ordinarySquaredCv: number;
  readonly #sign: number;
  #longest: number;
  #runs: Map<string, number>;

  constructor(state?: BurstLengthState, { ordinarySquaredCv = ORDINARY_SQUARED_CV, fewer = false }: BurstKind = {}) {
    this.#ordinarySquaredCv = ordinarySquaredCv;
    this.#sign = fewer ? -1 : 1;
    this.#longest = state?.longest ?? 0;
    this.#runs = new Map(state?.runs);
  }

  /** Longest run of excess that any pod has shown, in units of 10 s. */
  get longest(): number {
    return this.#longest;
  }

  /** Cap on the evidence of 10 s, in nats: a burst as long as the longest one must not suffice. */
  get clipNats(): number {
    return clipForBurst(this.#longest);
  }

  /** Takes in one finished block of `units` times 10 s. A run grows on a hit and shrinks without one. */
  learn(pods: readonly PodCounts[], units: number): void {
    const serving = pods.filter(({ requests }) => requests > 0);
    if (serving.length < FEWEST_PODS) return;
    let requests = 0;
    let bad = 0;
    for (const pod of serving) {
      requests += pod.requests;
      bad += pod.bad;
    }
    for (const pod of serving) {
      const siblingRate = (bad - pod.bad) / Math.max(requests - pod.requests, 1);
      const expected = siblingRate * pod.requests;
      const deviation = Math.sqrt(expected + (this.#ordinarySquaredCv / units) * expected * expected + 1);
      const before = this.#runs.get(pod.pod) ?? 0;
      const run = (this.#sign * (pod.bad - expected)) / deviation > HIT ? before + units : Math.max(before - units, 0);
      if (run > 0) this.#runs.set(pod.pod, run);
      else if (before > 0) this.#runs.delete(pod.pod);
      this.#longest = Math.max(this.#longest, run);
    }
  }

  state(): BurstLengthState {
    return { longest: this.#longest, runs: [...this.#runs] };
  }
}
