/** Latency: requests slower than a few bucket edges, each judged as a count; the edges' evidence is averaged. */
import { EvidenceCurve, type EvidenceCurveState } from '../../statistics/evidence-curve.ts';
import { chooseEdges, countAbove, type LatencyEdge } from '../../statistics/exceedance.ts';
import { histogramTotal, type LatencyHistogram, mergeHistograms } from '../../statistics/histogram.ts';
import { LATENCY_HABITS } from '../../statistics/judge-habits.ts';
import { logSumExp } from '../../statistics/log-space.ts';
import type { PodCounts } from '../../statistics/pod-counts.ts';
import type { ArmSlot, Slot } from '../slots.ts';
import type { CountPlan } from './count-plan.ts';
import {
  allWithinMargin,
  type CriterionJudge,
  type CriterionReading,
  evidenceOptions,
  type JudgeSettings,
  NOTHING_JUDGED,
  readingOf,
  type SlotTime,
} from './criterion-judge.ts';
import type { LatencyCriterion } from './latency.ts';
import { LATENCY_NOISE } from './metric-noise.ts';
import { MissingValues, type MissingValuesState, missingWords, type Voice } from './missing-values.ts';
import { planOfLatency } from './outlook-latency.ts';
import { ServedLatency, type ServedLatencyState } from './served-latency.ts';

/** Stable requests needed before edges are chosen. */
const REFERENCE_REQUESTS = 200;
/** Slower requests that stable's share lets expect at the canary before an edge can prove anything. */
const PROVABLE_EXCEEDANCES = 20;
/** Evidence that must be possible at an edge: what promotes (ln 20), with room for chance. */
const PROVABLE_NATS = 5;

/** Difference of the shares of slower requests that is tolerated. */
const ABSOLUTE_TOLERANCE = 0.0005;

const BUCKETS_DIFFER = {
  code: 'BUCKETS_DIFFER',
  message: 'Canary and stable report latency in buckets without a bound in common, so it cannot be compared.',
};

/** State of {@link LatencyJudge}, plain JSON. */
export interface LatencyJudgeState {
  reference: LatencyHistogram | null;
  chosenAt: number;
  judging: boolean;
  bucketsDiffer: boolean;
  silence: MissingValuesState;
  served: ServedLatencyState;
  edges: { edge: LatencyEdge; curve: EvidenceCurveState }[];
}

interface JudgedEdge {
  edge: LatencyEdge;
  curve: EvidenceCurve;
}

/** Turns slots of telemetry into evidence on the latency. */
export class LatencyJudge implements CriterionJudge {
  readonly #criterion: LatencyCriterion;
  readonly #settings: JudgeSettings;
  /** Stable's latency before the first judged slot, if known: the best reference, since no canary can have touched it. */
  #reference: LatencyHistogram | null;
  /** Requests in the reference when edges were chosen last. */
  #chosenAt: number;
  /** A slot has been judged: from now on the edges stay. */
  #judging: boolean;
  /** In the last slot canary and stable could not be compared, for want of a common bucket edge. */
  #bucketsDiffer: boolean;
  readonly #silence: MissingValues;
  readonly #served: ServedLatency;
  #edges: JudgedEdge[];

  constructor(criterion: LatencyCriterion, settings: JudgeSettings, state?: LatencyJudgeState) {
    this.#criterion = criterion;
    this.#settings = settings;
    this.#reference = state?.reference ?? null;
    this.#chosenAt = state?.chosenAt ?? 0;
    this.#judging = state?.judging ?? false;
    this.#bucketsDiffer = state?.bucketsDiffer ?? false;
    this.#silence = new MissingValues(state?.silence);
    this.#served = new ServedLatency(state?.served);
    this.#edges = (state?.edges ?? []).map(({ edge, curve }) => ({
      edge,
      curve: new EvidenceCurve(this.#curveOptions(edge), curve),
    }));
  }

  learnBefore({ stable }: Slot): void {
    this.#addToReference(stable.latency);
    // Noise is learned edge by edge, so edges are chosen early, and anew whenever twice as much is known.
    if (this.#referenceRequests() >= Math.max(REFERENCE_REQUESTS, 2 * this.#chosenAt)) {
      this.#chooseEdges(this.#reference!);
    }
    for (const { edge, curve } of this.#edges) {
      const slow = exceedances(stable, edge.edgeMs);
      curve.learnBefore(podExceedances(stable, edge.edgeMs), slow.requests, slow.bad);
    }
  }

  observe(slot: Slot, time: SlotTime): void {
    const { canary, stable } = slot;
    this.#bucketsDiffer = canary.bucketsDiffer || stable.bucketsDiffer;
    this.#silence.observe(voiceOf(canary), voiceOf(stable), time);
    this.#served.observe(slot, time);
    if (!this.#judging && !this.#begins(slot)) return;
    let compared = 0;
    for (const { edge, curve } of this.#edges) {
      const [slowCanary, slowStable] = [exceedances(canary, edge.edgeMs), exceedances(stable, edge.edgeMs)];
      if (slowCanary.requests > 0 && slowStable.requests > 0) compared += 1;
      curve.observe({
        ...time,
        canaryRequests: slowCanary.requests,
        canaryBad: slowCanary.bad,
        stableRequests: slowStable.requests,
        stableBad: slowStable.bad,
        canaryPods: podExceedances(canary, edge.edgeMs),
        stablePods: podExceedances(stable, edge.edgeMs),
      });
    }
    this.#bucketsDiffer ||= compared === 0 && hasRequests(canary.latency) && hasRequests(stable.latency);
  }

  get logE(): number {
    if (this.#edges.length === 0) return 0;
    return logSumExp(this.#edges.map(({ curve }) => curve.logE)) - Math.log(this.#edges.length);
  }

  reading(): CriterionReading {
    const [strongest] = [...this.#edges].sort((a, b) => b.curve.logE - a.curve.logE);
    const obstacle = this.#obstacle;
    const latency = this.#served.quantile(this.#criterion.quantile, this.#own?.curve.assessment.squaredCv ?? 0);
    if (strongest === undefined) return { ...NOTHING_JUDGED, latency, ...obstacle };
    const { edge, curve } = strongest;
    return {
      ...readingOf(curve),
      logE: this.logE,
      logNonInferiority: this.logNonInferiority,
      withinMargin: this.#withinMargin,
      recentlyBeyond: this.#decisive.some((each) => each.curve.isRecentlyBeyond),
      detail: `requests slower than ${Number(edge.edgeMs.toPrecision(3))} ms`,
      latency,
      ...obstacle,
    };
  }

  plan(): CountPlan | null {
    if (!this.#judging) return null;
    const { maxRelativeIncrease } = this.#criterion;
    return planOfLatency(this.#reference!, this.#edges, this.#decisive, maxRelativeIncrease, ABSOLUTE_TOLERANCE);
  }

  state(): LatencyJudgeState {
    return {
      reference: this.#reference,
      chosenAt: this.#chosenAt,
      judging: this.#judging,
      bucketsDiffer: this.#bucketsDiffer,
      silence: this.#silence.state(),
      served: this.#served.state(),
      edges: this.#edges.map(({ edge, curve }) => ({ edge, curve: curve.state() })),
    };
  }

  /**
   * Every edge with enough slow requests must be proven; the weakest decides. Without the edge nearest to the criterion's
   * quantile nothing is proven: a sound median says nothing of a p99.
   */
  get logNonInferiority(): number | null {
    const provable = this.#provable;
    return provable.length === 0 ? null : Math.min(...provable.map(({ curve }) => curve.logNonInferiorRatio));
  }

  /** Edges at which a slower canary would have shown by now; none until the one that the criterion is named after is. */
  get #provable(): readonly JudgedEdge[] {
    const provable = this.#edges.filter(
      ({ edge, curve }) =>
        edge.share * curve.totals.canaryRequests >= PROVABLE_EXCEEDANCES && curve.mostNonInferiorRatio >= PROVABLE_NATS,
    );
    return provable.includes(this.#own!) ? provable : [];
  }

  /** The edge nearest to the criterion's quantile. */
  get #own(): JudgedEdge | undefined {
    const wanted = 1 - this.#criterion.quantile;
    const distance = ({ edge }: JudgedEdge): number => Math.abs(Math.log(edge.share / wanted));
    return [...this.#edges].sort((a, b) => distance(a) - distance(b))[0];
  }

  /** A service whose latency nobody has reported is judged without it. */
  get #obstacle(): Pick<CriterionReading, 'obstacle'> {
    if (this.#bucketsDiffer) return { obstacle: BUCKETS_DIFFER };
    const { who } = this.#silence;
    const isKnown = this.#judging || this.#reference !== null;
    if (who === null || !isKnown) return {};
    return { obstacle: { code: 'LATENCY_MISSING', message: missingWords(who, 'latency') } };
  }

  /** A rare quantile that cannot be proven still has an interval, and a wide one. */
  get #withinMargin(): boolean | null {
    return allWithinMargin(this.#decisive.map(({ curve }) => curve));
  }

  /** The edges that a promotion depends on. */
  get #decisive(): readonly JudgedEdge[] {
    const provable = this.#provable;
    return provable.length > 0 ? provable : this.#edges.filter((edge) => edge === this.#own);
  }

  #addToReference(latency: LatencyHistogram | null): void {
    if (latency !== null) this.#reference = this.#reference ? mergeHistograms(this.#reference, latency) : latency;
  }

  #referenceRequests(): number {
    return this.#reference === null ? 0 : histogramTotal(this.#reference);
  }

  /** Settles the edges once enough is known of stable, and the canary's buckets are. Bounds are no outcome: the slot may be judged. */
  #begins({ canary, stable }: Slot): boolean {
    if (this.#referenceRequests() < REFERENCE_REQUESTS || canary.latency === null) {
      // Predictable: the slot that completes the reference is not judged by it.
      this.#addToReference(stable.latency);
      return false;
    }
    const common = mergeHistograms(this.#reference!, emptied(canary.latency));
    if (common === null) {
      this.#bucketsDiffer = true;
      return false;
    }
    this.#chooseEdges(common);
    this.#judging = true;
    return true;
  }

  /** Chooses the edges by all that is known; an edge that was there before keeps what it has learned. */
  #chooseEdges(reference: LatencyHistogram): void {
    const { quantile, maxRelativeIncrease, promoteWithin } = this.#criterion;
    const learned = new Map(this.#edges.map(({ edge, curve }) => [edge.edgeMs, curve.state()]));
    this.#chosenAt = histogramTotal(reference);
    this.#edges = chooseEdges(reference, quantile, maxRelativeIncrease, promoteWithin - 1).map((edge) => ({
      edge,
      curve: new EvidenceCurve(this.#curveOptions(edge), learned.get(edge.edgeMs)),
    }));
  }

  #curveOptions(edge: LatencyEdge): ConstructorParameters<typeof EvidenceCurve>[0] {
    return {
      ...evidenceOptions(this.#settings, LATENCY_NOISE),
      toleratedRatio: edge.toleratedRatio,
      absoluteTolerance: ABSOLUTE_TOLERANCE,
      largestColdStart: LATENCY_HABITS.largestColdStart,
      promoteWithin: edge.promoteWithin,
      promoteWithinAbsolute: 0,
    };
  }
}

/** Only answered requests have a latency. Buckets that cannot be added up were reported all the same. */
function voiceOf({ requests, unanswered, latency, bucketsDiffer }: ArmSlot): Voice {
  return { asked: requests > (unanswered ?? 0), reported: bucketsDiffer || hasRequests(latency) };
}

function hasRequests(latency: LatencyHistogram | null): boolean {
  return latency !== null && histogramTotal(latency) > 0;
}

/** The same buckets, with nothing in them. */
function emptied(histogram: LatencyHistogram): LatencyHistogram {
  const counts = histogram.counts.map(() => 0);
  return histogram.type === 'explicit' ? { ...histogram, counts } : { ...histogram, counts, zeroCount: 0 };
}

/** A histogram without the edge says nothing about it; the arm then counts as empty and adds no evidence. */
function exceedances({ latency: histogram }: ArmSlot, edgeMs: number): { requests: number; bad: number } {
  const bad = histogram ? countAbove(histogram, edgeMs) : null;
  return histogram === null || bad === null ? { requests: 0, bad: 0 } : { requests: histogramTotal(histogram), bad };
}

function podExceedances({ pods }: ArmSlot, edgeMs: number): PodCounts[] {
  const counts: PodCounts[] = [];
  for (const { pod, latency } of pods) {
    if (latency === null) continue;
    const bad = countAbove(latency, edgeMs);
    if (bad === null) continue;
    const requests = histogramTotal(latency);
    if (requests > 0) counts.push({ pod, requests, bad });
  }
  return counts;
}
