/** What the words of a decision mean, for someone who is on call and has not read the manual. */
import type {
  CriterionEvidence,
  CriterionStatus,
  EffectEstimate,
  JudgedCounts,
  LatencyEstimate,
  LatencyQuantile,
  LimitFinding,
  Verdict,
} from '../ports/decision.ts';
import { formatCount, formatEValue, formatLog, formatNumber, formatPercent, UNKNOWN } from './format.ts';

/** What a verdict asks for. */
export const VERDICT_MEANING: Readonly<Record<Verdict, string>> = {
  rollback: 'The canary is worse than tolerated. All traffic goes back to stable.',
  escalate: 'A rollback is due, but a human must act.',
  hold: 'Do not advance, and do not roll back.',
  continue: 'No evidence either way yet. The rollout goes on.',
  promote: 'The canary is within its margin for promotion, wherever that can be told.',
};

/** What a status says. */
export const STATUS_MEANING: Readonly<Record<CriterionStatus, string>> = {
  worse: 'worse than tolerated',
  'non-inferior': 'proven to be within the margin for promotion',
  undecided: 'not enough evidence either way',
  'too-few-samples': 'not enough samples to judge',
  'no-traffic': 'the canary got no requests',
  'no-data': 'no data for this criterion',
  'source-failed': 'the source of the data failed',
};

/** What the status of a limit says. Without stable, being above the limit suffices. */
export const LIMIT_MEANING: Readonly<Record<LimitFinding['status'], string>> = {
  worse: 'above the limit, and worse than stable where there is one',
  undecided: 'not shown to be above the limit and worse than stable',
  'no-data': 'nobody reports what it counts',
};

/** A finding does not say what it counts, so this is said once for all of them. */
export const LIMIT_UNITS =
  'A limit is a share of requests; for restarts it is restarts per pod-hour, and counts are restarts of pod-hours.';

/** Marks a criterion without weight. */
export const INFORMATIONAL = 'informational: never decides';

/** The meaning of a word of a decision; empty for a word that this version does not know. */
export function meaningOf(meanings: Readonly<Record<string, string>>, word: string): string {
  return Object.hasOwn(meanings, word) ? meanings[word]! : '';
}

/** The effect with its interval: `2.10x stable (1.60x to 2.90x)`. */
export function effectText(effect: EffectEstimate): string {
  const unit = effect.kind === 'ratio' ? 'x' : '';
  const show = (value: number): string =>
    Number.isFinite(value)
      ? `${value > 0 && effect.kind === 'difference' ? '+' : ''}${formatNumber(value)}${unit}`
      : UNKNOWN;
  const against = effect.kind === 'ratio' ? ' stable' : ' against stable';
  return `${show(effect.estimate)}${against}${intervalText(effect, show)}`;
}

/** Times to answer: `p99 480 ms (410-650), stable 310 ms (300-322)`. */
export function latencyText({ quantile, canary, stable }: LatencyQuantile): string {
  const of = (found: LatencyEstimate | null): string => {
    if (found === null) return UNKNOWN;
    const { ms, lowMs, highMs } = found;
    const reach = highMs === null ? `above ${formatNumber(lowMs)}` : `${formatNumber(lowMs)}-${formatNumber(highMs)}`;
    return `${formatNumber(ms)} ms (${reach})`;
  };
  return `p${formatNumber(quantile * 100)} ${of(canary)}, stable ${of(stable)}`;
}

/** The requests that a criterion judged: `120 of 5,000 (2.4 %)`, or the mean of its values: `12.1 (mean of 612)`. */
export function countsText({ requests, bad, good, mean }: JudgedCounts): string {
  if (requests === 0) return 'no requests';
  if (mean !== undefined) return `${formatNumber(mean)} (mean of ${formatCount(requests)})`;
  const counted = good ?? bad;
  return `${formatCount(counted)} of ${formatCount(requests)} (${formatPercent(counted / requests)})`;
}

/** What a limit counted, and its rate: `31 of 50 (0.62, above the limit)`. No percent: it may be restarts per pod-hour. */
export function limitCountsText({ requests, bad }: JudgedCounts, limit: number): string {
  if (requests === 0) return 'nothing counted';
  const rate = bad / requests;
  const known = Number.isFinite(rate) && Number.isFinite(limit);
  const against = !known ? '' : rate > limit ? ', above the limit' : ', within the limit';
  // Pod-hours begin with thousandths.
  const of = Number.isInteger(requests) ? formatCount(requests) : formatNumber(requests);
  return `${formatCount(bad)} of ${of} (${formatNumber(rate)}${against})`;
}

/** What happens at the bound: an informational criterion is called worse there, and that is all. */
export function boundText({ bound, informational }: Pick<CriterionEvidence, 'bound' | 'informational'>): string {
  return `${informational ? 'called worse' : 'decides alone'} at ${formatLog(bound)}`;
}

/** The evidence for non-inferiority. A reason gives it as an e-value, of which 20 promotes. */
export function promotionText(logNonInferiority: number): string {
  return `e-value ${formatEValue(logNonInferiority)}, log ${formatLog(logNonInferiority)}`;
}

/** How many blocks were capped, and why; `null` when none was. */
export function clippedText({ clippedIntervals }: CriterionEvidence): string | null {
  if (clippedIntervals === 0) return null;
  const blocks = clippedIntervals === 1 ? 'block' : 'blocks';
  return `${formatCount(clippedIntervals)} ${blocks} of 10 s capped, so that no short burst decides`;
}

/** How far the evidence is towards its bound, 0 to 1. */
export function shareOfBound(logE: number, bound: number): number {
  const share = logE / bound;
  return bound > 0 && share > 0 ? Math.min(share, 1) : 0;
}

/** The interval of an estimate, with a space before it; empty where nothing bounds it. */
export function intervalText(
  { low, high }: Pick<EffectEstimate, 'low' | 'high'>,
  show: (value: number) => string,
): string {
  if (low !== null && high !== null) return ` (95 % interval ${show(low)} to ${show(high)})`;
  if (low !== null) return ` (95 % sure: at least ${show(low)})`;
  if (high !== null) return ` (95 % sure: at most ${show(high)})`;
  return '';
}
