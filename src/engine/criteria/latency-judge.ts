/** Latency: requests slower than a few bucket edges, each judged as a count; the edges' evidence is averaged. */
import { MOSTLY_SLOW } from '../../statistics/burst-clip.ts';
import { EvidenceCurve, type EvidenceCurveState } from '../../statistics/evidence-curve.ts';
import { chooseEdges, countAbove, type LatencyEdge } from '../../statistics/exceedance.ts';
import { histogramTotal, type LatencyHistogram, mergeHistograms } from '../../statistics/histogram.ts';
import { logSumExp } from '../../statistics/log-space.ts';
import type { PodCounts } from '../../statistics/pod-counts.ts';
import type { ArmSlot, Slot } from '../slots.ts';
import {
  type CriterionJudge,
  type CriterionReading,
  evidenceOptions,
  type JudgeSettings,
  readingOf,
  type SlotTime,
} from './criterion-judge.ts';
import type { LatencyCriterion } from './latency.ts';

/** Stable requests needed before edges are chosen. */
const REFERENCE_REQUESTS = 200;
/** Slower requests that stable's share lets expect at the canary before an edge can prove anything. */
const PROVABLE_EXCEEDANCES = 20;

/** What is known before the edges are. */
const NOTHING_JUDGED: CriterionReading = {
  logE: 0,
  logNonInferiority: null,
  ratio: null,
  canary: { requests: 0, bad: 0 },
  stable: { requests: 0, bad: 0 },
  dispersion: 0,
  clippedIntervals: 0,
  noise: null,
};

/** State of {@link LatencyJudge}, plain JSON. */
export interface LatencyJudgeState {
  reference: LatencyHistogram | null;
  edges: { edge: LatencyEdge; curve: EvidenceCurveState }[];
}

/** Turns slots of telemetry into evidence on the latency. */
export class LatencyJudge implements CriterionJudge {
  readonly #criterion: LatencyCriterion;
  readonly #settings: JudgeSettings;
  /** Stable's latency before the first judged slot, if known: the best reference, since no canary can have touched it. */
  #reference: LatencyHistogram | null;
  #edges: { edge: LatencyEdge; curve: EvidenceCurve }[];

  constructor(criterion: LatencyCriterion, settings: JudgeSettings, state?: LatencyJudgeState) {
    this.#criterion = criterion;
    this.#settings = settings;
    this.#reference = state?.reference ?? null;
    this.#edges = (state?.edges ?? []).map(({ edge, curve }) => ({
      edge,
      curve: new EvidenceCurve(this.#curveOptions(edge), curve),
    }));
  }

  learnBefore({ stable }: Slot): void {
    this.#addToReference(stable.latency);
  }

  observe(slot: Slot, time: SlotTime): void {
    if (this.#edges.length === 0) this.#chooseEdges();
    if (this.#edges.length === 0) {
      // Predictable: the slot that completes the reference is not judged by it.
      this.#addToReference(slot.stable.latency);
      return;
    }
    for (const { edge, curve } of this.#edges) {
      const canary = exceedances(slot.canary, edge.edgeMs);
      const stable = exceedances(slot.stable, edge.edgeMs);
      curve.observe({
        ...time,
        canaryRequests: canary.requests,
        canaryBad: canary.bad,
        stableRequests: stable.requests,
        stableBad: stable.bad,
        canaryPods: podExceedances(slot.canary, edge.edgeMs),
      });
    }
  }

  get logE(): number {
    if (this.#edges.length === 0) return 0;
    return logSumExp(this.#edges.map(({ curve }) => curve.logE)) - Math.log(this.#edges.length);
  }

  reading(): CriterionReading {
    const [strongest] = [...this.#edges].sort((a, b) => b.curve.logE - a.curve.logE);
    if (strongest === undefined) return NOTHING_JUDGED;
    const { edge, curve } = strongest;
    return {
      ...readingOf(curve),
      logE: this.logE,
      logNonInferiority: this.logNonInferiority,
      detail: `requests slower than ${Number(edge.edgeMs.toPrecision(3))} ms`,
    };
  }

  state(): LatencyJudgeState {
    return {
      reference: this.#reference,
      edges: this.#edges.map(({ edge, curve }) => ({ edge, curve: curve.state() })),
    };
  }

  /** Every edge with enough slow requests must be proven; the weakest decides. */
  get logNonInferiority(): number | null {
    const provable = this.#edges.filter(
      ({ edge, curve }) => edge.share * curve.totals.canaryRequests >= PROVABLE_EXCEEDANCES,
    );
    if (provable.length === 0) return null;
    return Math.min(...provable.map(({ curve }) => curve.logNonInferiorRatio));
  }

  #addToReference(latency: LatencyHistogram | null): void {
    if (latency === null) return;
    this.#reference = this.#reference ? mergeHistograms(this.#reference, latency) : latency;
  }

  #chooseEdges(): void {
    if (this.#reference === null || histogramTotal(this.#reference) < REFERENCE_REQUESTS) return;
    const { quantile, maxRelativeIncrease, promoteWithin } = this.#criterion;
    this.#edges = chooseEdges(this.#reference, quantile, maxRelativeIncrease, promoteWithin - 1).map((edge) => ({
      edge,
      curve: new EvidenceCurve(this.#curveOptions(edge)),
    }));
  }

  #curveOptions(edge: LatencyEdge): ConstructorParameters<typeof EvidenceCurve>[0] {
    return {
      ...evidenceOptions(this.#settings, {
        dispersionPrior: 0.02,
        spreadFactor: 0.5,
        catastrophe: MOSTLY_SLOW,
        learnFromPods: false,
      }),
      toleratedRatio: edge.toleratedRatio,
      absoluteTolerance: 0.0005,
      promoteWithin: edge.promoteWithin,
      promoteWithinAbsolute: 0,
    };
  }
}

/** A histogram without the edge says nothing about it; the arm then counts as empty and adds no evidence. */
function exceedances({ latency: histogram }: ArmSlot, edgeMs: number): { requests: number; bad: number } {
  const bad = histogram ? countAbove(histogram, edgeMs) : null;
  return histogram === null || bad === null ? { requests: 0, bad: 0 } : { requests: histogramTotal(histogram), bad };
}

function podExceedances({ pods }: ArmSlot, edgeMs: number): PodCounts[] {
  return pods.flatMap(({ pod, latency }) => {
    const bad = latency ? countAbove(latency, edgeMs) : null;
    return latency === null || bad === null ? [] : [{ pod, requests: histogramTotal(latency), bad }];
  });
}
