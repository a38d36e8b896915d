/** What a criterion on latency would see of a canary that takes longer for every request: one count for each bucket edge. */

import type { EvidenceCurve } from '../../statistics/evidence-curve.ts';
import type { LatencyEdge } from '../../statistics/exceedance.ts';
import type { LatencyHistogram } from '../../statistics/histogram.ts';
import { shareSlower } from '../../statistics/share-slower.ts';
import { type CountPlan, type ExpectedFault, effectBeyond, type PlannedCount, plannedCount } from './count-plan.ts';

/** An edge and what was found at it. */
export interface PlannedEdge {
  edge: LatencyEdge;
  curve: EvidenceCurve;
}

/**
 * Every request takes so many times as long, twice unless the policy tolerates that: any edge may show it. A slower tail alone
 * shows at fewer edges and takes longer. `null` while the edges are not settled.
 *
 * @param reference - stable's latency that the edges were chosen from.
 * @param decisive - the edges that a promotion depends on.
 */
export function planOfLatency(
  reference: LatencyHistogram,
  edges: readonly PlannedEdge[],
  decisive: readonly PlannedEdge[],
  maxRelativeIncrease: number,
  absoluteTolerance: number,
): CountPlan | null {
  const effect = effectBeyond(1 + maxRelativeIncrease);
  const countOf = ({ edge, curve }: PlannedEdge): PlannedCount => ({
    ...plannedCount(curve, { ...edge, absoluteTolerance, common: true }),
    // As it was when the edge was chosen: the guess that a curve starts from is one of rare errors.
    rate: edge.share,
  });
  const judged = edges.filter(({ curve }) => curve.totals.canaryRequests > 0);
  if (judged.length === 0) return null;
  const shownBy = judged.map((each): ExpectedFault => {
    const count = countOf(each);
    return { count, ratio: shareSlower(reference, each.edge.edgeMs / effect) / count.rate };
  });
  const atMargin = decisive.map((each) => ({ count: countOf(each), ratio: each.edge.promoteWithin }));
  return { kind: 'latency', effect, shownBy, atMargin, sharing: edges.length, isPart: false };
}
