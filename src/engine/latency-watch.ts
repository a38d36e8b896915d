/** Is stable slower than before the deployment? Requests slower than bucket edges near its p90 and p99, watched as counts. */
import type { JudgedCounts } from '../ports/decision.ts';
import { chooseEdges, countAbove } from '../statistics/exceedance.ts';
import { histogramTotal, type LatencyHistogram, mergeHistograms } from '../statistics/histogram.ts';
import { IncidentWatch, type IncidentWatchState } from './incident-watch.ts';

/** Shares of slower requests that edges are wanted near. */
const WANTED_SHARES = [0.1, 0.01];
/** At an edge that more requests than this are beyond, a share cannot grow enough to tell. */
const LARGEST_SHARE = 0.4;
/** Requests before the deployment without which no edge is chosen. */
const REFERENCE_REQUESTS = 200;

/**
 * Wider than that of errors: where everything takes 10 % longer for a while, half as many requests again are beyond the
 * p99 of before.
 */
const NATURAL_SPREAD = 0.2;
/** What edges are chosen by besides the wanted shares; the tolerance is not used. */
const QUANTILE = 0.99;
const TOLERANCE = 0.1;

/** State of {@link LatencyWatch}, plain JSON. */
export interface LatencyWatchState {
  reference: LatencyHistogram | null;
  edges: { edgeMs: number; before: JudgedCounts; watch: IncidentWatchState }[];
}

/** Stable's latency at one edge. */
export interface WatchedEdge {
  readonly edgeMs: number;
  readonly watch: IncidentWatch;
}

/** Watches stable's latency. Edges are chosen once, from before the deployment. */
export class LatencyWatch {
  readonly #intervalSeconds: number;
  #reference: LatencyHistogram | null;
  #edges: (WatchedEdge & { before: JudgedCounts })[];

  constructor(intervalSeconds: number, state?: LatencyWatchState) {
    this.#intervalSeconds = intervalSeconds;
    this.#reference = state?.reference ?? null;
    this.#edges = (state?.edges ?? []).map(({ edgeMs, before, watch }) => ({
      edgeMs,
      before,
      watch: new IncidentWatch(before, intervalSeconds, watch, NATURAL_SPREAD),
    }));
  }

  state(): LatencyWatchState {
    return {
      reference: this.#reference,
      edges: this.#edges.map(({ edgeMs, before, watch }) => ({ edgeMs, before: { ...before }, watch: watch.state() })),
    };
  }

  /** None before the first judged slot, nor without enough telemetry from before the deployment. */
  get edges(): readonly WatchedEdge[] {
    return this.#edges;
  }

  /** Takes in stable's latency of a slot before the canary's first request. */
  learnBefore(latency: LatencyHistogram | null): void {
    if (latency === null) return;
    this.#reference = this.#reference ? mergeHistograms(this.#reference, latency) : latency;
  }

  /** Takes in stable's latency of the next slot. */
  observe(latency: LatencyHistogram | null, endMs: number): void {
    if (this.#reference !== null) this.#chooseEdges(this.#reference);
    for (const { edgeMs, watch } of this.#edges) {
      // Without a histogram, or in one without the edge, nobody was counted.
      const bad = latency === null ? null : countAbove(latency, edgeMs);
      watch.observe(
        latency === null || bad === null ? { requests: 0, bad: 0 } : { requests: histogramTotal(latency), bad },
        endMs,
      );
    }
  }

  #chooseEdges(reference: LatencyHistogram): void {
    this.#reference = null;
    const requests = histogramTotal(reference);
    if (requests < REFERENCE_REQUESTS) return;
    const candidates = chooseEdges(reference, QUANTILE, TOLERANCE, TOLERANCE).flatMap(({ edgeMs, share }) => {
      const bad = countAbove(reference, edgeMs);
      return bad === null || share > LARGEST_SHARE ? [] : [{ edgeMs, share, bad }];
    });
    const chosen = new Set(
      WANTED_SHARES.flatMap((wanted) => {
        const distance = (share: number): number => Math.abs(Math.log(share / wanted));
        return candidates.toSorted((a, b) => distance(a.share) - distance(b.share)).slice(0, 1);
      }),
    );
    this.#edges = [...chosen].map(({ edgeMs, bad }) => {
      const before = { requests, bad };
      return { edgeMs, before, watch: new IncidentWatch(before, this.#intervalSeconds, undefined, NATURAL_SPREAD) };
    });
  }
}
