/** From what healthy canaries show to margins that they stay within. */
import { errorRate } from '../engine/criteria/error-rate.ts';
import { latency } from '../engine/criteria/latency.ts';
import { percent } from '../engine/percent.ts';
import type { NaturalRatios, SuggestedMargin } from './calibration.ts';
import type { LatencyCounter } from './counters.ts';

/** A ratio margin beyond this would blind the criterion; what is natural is then tolerated in points. */
const WIDEST_INCREASE = 1;
/** Beyond this a slowdown is nothing that a margin should cover. */
const WIDEST_SLOWDOWN = 1;

/**
 * Margins of a criterion on the error rate: what 95 of 100 healthy canaries stay below, apart from what their pods explain,
 * and never less than the package's defaults. Both margins must be exceeded to roll back, so one of them suffices.
 *
 * @param rate - stable's error rate.
 */
export function errorMargin(criterion: string, natural: NaturalRatios | null, rate: number): SuggestedMargin {
  const { maxRelativeIncrease, minAbsoluteIncrease } = errorRate();
  const advice = { criterion, kind: 'error-rate', natural, maxRelativeIncrease, minAbsoluteIncrease } as const;
  if (natural === null) return { ...advice, words: TOO_FEW };
  const found = foundWords(natural, `${times(natural.p95)} stable's rate`, times(natural.p95BeyondPods));
  const increase = natural.p95BeyondPods - 1;
  if (increase <= maxRelativeIncrease) {
    return { ...advice, words: `${found}; the default margin of ${percent(maxRelativeIncrease)} covers that.` };
  }
  if (increase <= WIDEST_INCREASE) {
    const wider = ceilTo(increase, 0.05);
    return { ...advice, maxRelativeIncrease: wider, words: `${found}; a margin of ${percent(wider)} covers that.` };
  }
  const points = increase * rate;
  if (points <= minAbsoluteIncrease) {
    return { ...advice, words: `${found}; the default of ${percent(minAbsoluteIncrease)} in points covers that.` };
  }
  const wider = ceilTo(points, 10 ** Math.floor(Math.log10(points)) / 2);
  const why = 'as a ratio that would hide a doubled rate, so it is tolerated in points';
  return { ...advice, minAbsoluteIncrease: wider, words: `${found}; ${why}: ${percent(wider)}.` };
}

/** Margins of a criterion on latency, as time. */
export function latencyMargin(
  criterion: string,
  natural: NaturalRatios | null,
  counter: LatencyCounter,
): SuggestedMargin {
  const { maxRelativeIncrease } = latency();
  const advice = { criterion, kind: 'latency', natural, maxRelativeIncrease, minAbsoluteIncrease: null } as const;
  if (natural === null) return { ...advice, words: counter.counted === null ? NO_LATENCY : TOO_FEW };
  const slowdown = natural.p95BeyondPods <= 1 ? 0 : counter.slowdownOf(natural.p95BeyondPods);
  if (slowdown === null || slowdown > WIDEST_SLOWDOWN) {
    const ratio = `${times(natural.p95)} as many ${counter.counted}`;
    return {
      ...advice,
      words: `${foundWords(natural, ratio, times(natural.p95BeyondPods))}; that is more than a margin should cover. Finer buckets near the quantile, or another quantile, may tell more.`,
    };
  }
  const found = foundWords(
    natural,
    `${times(natural.p95)} as many ${counter.counted}`,
    `${percent(slowdown)} more time`,
  );
  if (slowdown <= maxRelativeIncrease) {
    return { ...advice, words: `${found}; the default margin of ${percent(maxRelativeIncrease)} covers that.` };
  }
  const wider = ceilTo(slowdown, 0.01);
  return { ...advice, maxRelativeIncrease: wider, words: `${found}; a margin of ${percent(wider)} covers that.` };
}

const NO_LATENCY = 'Stable reports no latency, or too little of it; the default stays.';
const TOO_FEW =
  'Fewer than ten deployments tell how healthy canaries differ from stable; the default stays. Label good deployments, or tell pods apart.';

function foundWords({ from, deployments, p95, p95BeyondPods }: NaturalRatios, what: string, beyond: string): string {
  const who = from === 'good' ? 'canaries of good deployments' : 'placebos';
  const apart = p95BeyondPods < p95 ? `, or ${beyond} apart from how pods differ` : '';
  return `95 of 100 ${who} have up to ${what}${apart} (from ${deployments})`;
}

function times(ratio: number): string {
  return `${Number(ratio.toPrecision(3))}x`;
}

/** Rounds up to a multiple of `step`, and to digits that a person would write. */
function ceilTo(value: number, step: number): number {
  return Number((Math.ceil(value / step - 1e-9) * step).toPrecision(6));
}
