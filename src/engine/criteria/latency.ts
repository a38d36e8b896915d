/** Latency: requests slower than a few bucket edges, each judged as a count; the edges' evidence is averaged. */
import { OptionCheck } from '../../options.ts';
import { MOSTLY_SLOW } from '../../statistics/burst-clip.ts';
import { EvidenceCurve } from '../../statistics/evidence-curve.ts';
import { chooseEdges, countAbove, type LatencyEdge } from '../../statistics/exceedance.ts';
import { histogramTotal, type LatencyHistogram, mergeHistograms } from '../../statistics/histogram.ts';
import { logSumExp } from '../../statistics/log-space.ts';
import type { ArmSlot, Slot } from '../slots.ts';
import {
  badByPod,
  type CriterionJudge,
  type CriterionReading,
  evidenceOptions,
  type JudgeTiming,
  timing,
} from './criterion-judge.ts';

/** Judges the latency of the answered requests of the whole service. Made by {@link latency}. */
export interface LatencyCriterion {
  kind: 'latency';
  name: string;
  /** The quantile that the service is known by; an edge near it is always judged. */
  quantile: number;
  /** Slowdown that is tolerated: 0.1 = 10 % slower. */
  maxRelativeIncrease: number;
  /** Slowdown, as a ratio of times, within which the canary counts as non-inferior. */
  promoteWithin: number;
  /** Share of the false-rollback budget, relative to the other criteria. */
  weight: number;
}

/** Options of {@link latency}. */
export interface LatencyOptions {
  /** @defaultValue 0.99 */
  quantile?: number;
  /** @defaultValue 0.1 */
  maxRelativeIncrease?: number;
  /** @defaultValue 1.25, or 0.15 above the tolerated ratio where that is larger */
  promoteWithin?: number;
  /** @defaultValue 1 */
  weight?: number;
}

/** Stable requests needed before edges are chosen. */
const REFERENCE_REQUESTS = 200;
/** Slower requests that stable's share lets expect at the canary before an edge can prove anything. */
const PROVABLE_EXCEEDANCES = 20;

/**
 * A criterion on the latency.
 *
 * @throws RolloutGuardError `INVALID_POLICY` - a quantile outside (0, 1), negative margins, or `promoteWithin` not above the tolerated ratio.
 */
export function latency(options: LatencyOptions = {}): LatencyCriterion {
  const check = new OptionCheck('INVALID_POLICY', 'latency');
  check.knownKeys('options', options, ['quantile', 'maxRelativeIncrease', 'promoteWithin', 'weight']);
  const quantile = check.number('quantile', options.quantile, 0.99, { above: 0, below: 1 });
  const maxRelativeIncrease = check.number('maxRelativeIncrease', options.maxRelativeIncrease, 0.1, {
    min: 0,
    max: 100,
  });
  const tolerated = 1 + maxRelativeIncrease;
  return {
    kind: 'latency',
    name: `latency p${Number((quantile * 100).toPrecision(6))}`,
    quantile,
    maxRelativeIncrease,
    promoteWithin: check.number('promoteWithin', options.promoteWithin, Math.max(1.25, tolerated + 0.15), {
      above: tolerated,
    }),
    weight: check.number('weight', options.weight, 1, { above: 0 }),
  };
}

/** What is known before the edges are. */
const NOTHING_JUDGED: CriterionReading = {
  logE: 0,
  logNonInferiority: null,
  ratio: null,
  canary: { requests: 0, bad: 0 },
  stable: { requests: 0, bad: 0 },
  dispersion: 0,
  clippedIntervals: 0,
};

/** Turns slots of telemetry into evidence on the latency. */
export class LatencyJudge implements CriterionJudge {
  readonly #criterion: LatencyCriterion;
  readonly #timing: JudgeTiming;
  #reference: LatencyHistogram | null;
  #edges: { edge: LatencyEdge; curve: EvidenceCurve }[] = [];

  /** @param before - stable's latency before the deployment, if known: the best reference, since no canary can have touched it. */
  constructor(criterion: LatencyCriterion, judgeTiming: JudgeTiming, before: LatencyHistogram | null) {
    this.#criterion = criterion;
    this.#timing = judgeTiming;
    this.#reference = before;
    this.#chooseEdges();
  }

  observe(slot: Slot): void {
    if (this.#edges.length === 0) {
      // Predictable: the slot that completes the reference is not judged by it.
      if (slot.stable.latency) {
        this.#reference = this.#reference ? mergeHistograms(this.#reference, slot.stable.latency) : slot.stable.latency;
      }
      this.#chooseEdges();
      return;
    }
    for (const { edge, curve } of this.#edges) {
      const canary = exceedances(slot.canary, edge.edgeMs);
      const stable = exceedances(slot.stable, edge.edgeMs);
      curve.observe({
        ...timing(slot, this.#timing),
        canaryRequests: canary.requests,
        canaryBad: canary.bad,
        stableRequests: stable.requests,
        stableBad: stable.bad,
        canaryBadByPod: badByPod(slot.canary, (pod) => (pod.latency && countAbove(pod.latency, edge.edgeMs)) ?? 0),
      });
    }
  }

  get logE(): number {
    if (this.#edges.length === 0) return 0;
    return logSumExp(this.#edges.map(({ curve }) => curve.logE)) - Math.log(this.#edges.length);
  }

  reading(): CriterionReading {
    const strongest = [...this.#edges].sort((a, b) => b.curve.logE - a.curve.logE)[0];
    if (strongest === undefined) return NOTHING_JUDGED;
    const { edge, curve } = strongest;
    return {
      logE: this.logE,
      logNonInferiority: this.#logNonInferiority(),
      ratio: curve.ratio,
      canary: { requests: curve.totals.canaryRequests, bad: curve.totals.canaryBad },
      stable: { requests: curve.totals.stableRequests, bad: curve.totals.stableBad },
      dispersion: curve.assessment.squaredCv,
      clippedIntervals: curve.clippedBlocks,
      detail: `requests slower than ${Number(edge.edgeMs.toPrecision(3))} ms`,
    };
  }

  /** Every edge with enough slow requests must be proven; the weakest decides. */
  #logNonInferiority(): number | null {
    const provable = this.#edges.filter(
      ({ edge, curve }) => edge.share * curve.totals.canaryRequests >= PROVABLE_EXCEEDANCES,
    );
    if (provable.length === 0) return null;
    return Math.min(...provable.map(({ curve }) => curve.logNonInferiorRatio));
  }

  #chooseEdges(): void {
    if (this.#reference === null || histogramTotal(this.#reference) < REFERENCE_REQUESTS) return;
    const { quantile, maxRelativeIncrease, promoteWithin } = this.#criterion;
    this.#edges = chooseEdges(this.#reference, quantile, maxRelativeIncrease, promoteWithin - 1).map((edge) => ({
      edge,
      curve: new EvidenceCurve({
        ...evidenceOptions(this.#timing, { dispersionPrior: 0.02, naturalSpread: 0.075, catastrophe: MOSTLY_SLOW }),
        toleratedRatio: edge.toleratedRatio,
        absoluteTolerance: 0.0005,
        promoteWithin: edge.promoteWithin,
        promoteWithinAbsolute: 0,
      }),
    }));
  }
}

/** A histogram without the edge says nothing about it; the arm then counts as empty and adds no evidence. */
function exceedances({ latency: histogram }: ArmSlot, edgeMs: number): { requests: number; bad: number } {
  const bad = histogram ? countAbove(histogram, edgeMs) : null;
  return histogram === null || bad === null ? { requests: 0, bad: 0 } : { requests: histogramTotal(histogram), bad };
}
