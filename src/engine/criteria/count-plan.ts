/** What a criterion counts, as far as planning needs it: rates, margins and what the judge has learned of the noise. */
import type { EvidenceCurve } from '../../statistics/evidence-curve.ts';
import type { ArmCounts } from '../../statistics/share-likelihood.ts';

/** Margins of one count. */
export interface CountMargins {
  /** Ratio of the rates that is tolerated, and difference of them. */
  toleratedRatio: number;
  absoluteTolerance: number;
  /** Ratio within which the canary may be promoted. */
  promoteWithin: number;
  /** Bad requests are not rare. */
  common: boolean;
}

/** One count, as it stands. */
export interface PlannedCount extends CountMargins {
  /** Stable's usual rate of bad requests. */
  rate: number;
  /** What the judge counted so far. */
  totals: Readonly<ArmCounts>;
  /** Squared CV of the rate noise per 10 s, as it is most likely to be and as learned so far. */
  squaredCv: number;
  learnedSquaredCv: number;
  /** Evidence that 10 s may add at most, in nats. */
  clipNats: number;
  /** Standard deviation of the lasting log ratio of healthy arms, as it is most likely to be and as it counts for natural. */
  spread: number;
  naturalSpread: number;
  /** The 95 % interval of the ratio ends here; `null` while it is open. */
  ratioHigh: number | null;
  /** Whether the interval lies within `promoteWithin`; `null` while there is none. */
  withinMargin: boolean | null;
}

/** A fault, as one count would see it. */
export interface ExpectedFault {
  count: PlannedCount;
  /** Ratio of the canary's rate of bad requests to stable's. */
  ratio: number;
}

/** How a criterion would see faults. */
export interface CountPlan {
  kind: 'errors' | 'latency';
  /** Size of the fault that is looked out for: 2 = a doubled rate, or everything twice as slow. */
  effect: number;
  /** The counts that it would show in; each alone suffices. */
  shownBy: readonly ExpectedFault[];
  /** Faults at the margin for promotion. Each of them must have been looked for before silence says anything. */
  atMargin: readonly ExpectedFault[];
  /** Counts that share the criterion's evidence. */
  sharing: number;
  /** Only a part of the service's requests is counted: a segment. */
  isPart: boolean;
}

/** A fault that is always worth a look: a doubled rate. */
const USUAL_EFFECT = 2;
/** Where the policy tolerates more than usual, the fault is as far beyond the tolerated ratio as 2 is beyond 1.25. */
const BEYOND_TOLERATED = 1.6;

/**
 * What is assumed where pods are not told apart is on the safe side: noise and lasting differences are likely to be this part of
 * it. Of 80 % of faults found, predicted times are then 0.6 to 2 times those of simulations; with all of it up to a week.
 */
const LIKELY_PART = 0.25;

/** Size of the fault that is looked out for, given the ratio that is tolerated. */
export function effectBeyond(toleratedRatio: number): number {
  return Math.max(USUAL_EFFECT, BEYOND_TOLERATED * toleratedRatio);
}

/** One count as its curve has it. */
export function plannedCount(curve: EvidenceCurve, margins: CountMargins): PlannedCount {
  const { clipNats, likelySpread, fromPods } = curve.noise;
  const { squaredCv } = curve.assessment;
  const likelyPart = fromPods ? 1 : LIKELY_PART;
  return {
    ...margins,
    rate: curve.usualRate,
    totals: curve.totals,
    squaredCv: likelyPart * squaredCv,
    learnedSquaredCv: squaredCv,
    clipNats,
    spread: likelyPart * likelySpread,
    naturalSpread: likelySpread,
    ratioHigh: curve.ratio?.high ?? null,
    withinMargin: curve.isWithinMargin,
  };
}
