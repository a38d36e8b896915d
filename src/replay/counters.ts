/** What a criterion counts, of an arm or of a single pod. */
import type { MetricNoise } from '../engine/criteria/criterion-judge.ts';
import type { ErrorRateCriterion } from '../engine/criteria/error-rate.ts';
import type { LatencyCriterion } from '../engine/criteria/latency.ts';
import { ERROR_NOISE, LATENCY_NOISE } from '../engine/criteria/metric-noise.ts';
import type { Slot } from '../engine/slots.ts';
import { chooseEdges, countAbove, type LatencyEdge } from '../statistics/exceedance.ts';
import { histogramTotal, type LatencyHistogram, mergeHistograms } from '../statistics/histogram.ts';

/** Requests, and how many of them were bad. */
export interface Counts {
  requests: number;
  bad: number;
}

/** An arm or a pod in one slot. */
interface Part extends Pick<Slot['stable'], 'requests' | 'errors' | 'latency'> {}

/** Counts what one criterion is about. */
export interface Counter {
  readonly criterion: ErrorRateCriterion | LatencyCriterion;
  readonly noise: MetricNoise;
  /** In words; `null` while nothing can be counted. */
  readonly counted: string | null;
  /** Looks at a recording before it is counted. */
  prepare(slots: readonly Slot[]): void;
  /** `null` where it does not report what is counted. */
  count(part: Part): Counts | null;
}

/** Failed requests. */
export class ErrorCounter implements Counter {
  readonly criterion: ErrorRateCriterion;
  readonly noise: MetricNoise = ERROR_NOISE;
  readonly counted: string = 'failed requests';

  constructor(criterion: ErrorRateCriterion) {
    this.criterion = criterion;
  }

  prepare(): void {}

  count({ requests, errors }: Part): Counts {
    return { requests, bad: errors };
  }
}

/** Stable requests that the edge is chosen by. */
const REFERENCE_REQUESTS = 200;

/** Requests slower than one bucket edge, the same one in all recordings of a service. */
export class LatencyCounter implements Counter {
  readonly criterion: LatencyCriterion;
  readonly noise: MetricNoise = LATENCY_NOISE;
  #reference: LatencyHistogram | null = null;
  #edge: LatencyEdge | null = null;

  constructor(criterion: LatencyCriterion) {
    this.criterion = criterion;
  }

  get counted(): string | null {
    return this.#edge === null ? null : `requests slower than ${Number(this.#edge.edgeMs.toPrecision(3))} ms`;
  }

  prepare(slots: readonly Slot[]): void {
    if (this.#edge !== null) return;
    for (const { stable } of slots) {
      if (stable.latency === null) continue;
      this.#reference =
        this.#reference === null
          ? stable.latency
          : (mergeHistograms(this.#reference, stable.latency) ?? this.#reference);
    }
    if (this.#reference === null || histogramTotal(this.#reference) < REFERENCE_REQUESTS) return;
    this.#edge = this.#edgeFor(this.criterion.maxRelativeIncrease);
  }

  count({ latency }: Part): Counts | null {
    const bad = latency === null || this.#edge === null ? null : countAbove(latency, this.#edge.edgeMs);
    return latency === null || bad === null ? null : { requests: histogramTotal(latency), bad };
  }

  /**
   * How much longer everything takes where so many times as many requests are slower than the edge, as the judge
   * translates it: 0.1 = 10 % longer. `null` where it is more than to the next faster edge, so that nobody can tell.
   */
  slowdownOf(ratio: number): number | null {
    const ratioOf = (slowdown: number): number => this.#edgeFor(slowdown)?.promoteWithin ?? 1;
    let low = 0;
    let high = 4;
    if (ratioOf(high) <= ratio) return null;
    for (let i = 0; i < 40; i++) {
      const slowdown = (low + high) / 2;
      if (ratioOf(slowdown) <= ratio) low = slowdown;
      else high = slowdown;
    }
    return high;
  }

  /** The edge nearest to the criterion's quantile, with what a slowdown is worth there. */
  #edgeFor(slowdown: number): LatencyEdge | null {
    if (this.#reference === null) return null;
    const { quantile, maxRelativeIncrease } = this.criterion;
    const wanted = Math.log(1 - quantile);
    const distance = ({ share }: LatencyEdge): number => Math.abs(Math.log(share) - wanted);
    const edges = chooseEdges(this.#reference, quantile, maxRelativeIncrease, slowdown);
    return edges.sort((a, b) => distance(a) - distance(b))[0] ?? null;
  }
}
