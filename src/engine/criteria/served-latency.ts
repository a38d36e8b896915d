/** How long both arms took to answer since the canary's first request: a quantile that people ask for. It decides nothing. */
import type { LatencyEstimate, LatencyQuantile } from '../../ports/decision.ts';
import { UNIT_SECONDS } from '../../statistics/dispersion.ts';
import { type LatencyHistogram, mergeHistograms } from '../../statistics/histogram.ts';
import { quantileInterval } from '../../statistics/quantile-interval.ts';
import type { Slot } from '../slots.ts';
import type { SlotTime } from './criterion-judge.ts';

/** State of {@link ServedLatency}, plain JSON. */
export interface ServedLatencyState {
  canary: LatencyHistogram | null;
  stable: LatencyHistogram | null;
  seconds: number;
}

/** Sums up the latency of both arms. */
export class ServedLatency {
  #canary: LatencyHistogram | null;
  #stable: LatencyHistogram | null;
  #seconds: number;

  constructor(state?: ServedLatencyState) {
    this.#canary = state?.canary ?? null;
    this.#stable = state?.stable ?? null;
    this.#seconds = state?.seconds ?? 0;
  }

  /** Takes in the next slot since the canary's first request. */
  observe({ canary, stable }: Slot, { endSeconds }: SlotTime): void {
    this.#canary = sumOf(this.#canary, canary.latency);
    this.#stable = sumOf(this.#stable, stable.latency);
    this.#seconds = endSeconds;
  }

  /**
   * A quantile at both arms.
   *
   * @param squaredCv - of the noise per 10 s on the comparison of both arms, which is more than that of one.
   */
  quantile(quantile: number, squaredCv: number): LatencyQuantile {
    const overall = squaredCv / Math.max(this.#seconds / UNIT_SECONDS, 1);
    const of = (histogram: LatencyHistogram | null) => histogram && estimateOf(histogram, quantile, overall);
    return { quantile, canary: of(this.#canary), stable: of(this.#stable) };
  }

  state(): ServedLatencyState {
    return { canary: this.#canary, stable: this.#stable, seconds: this.#seconds };
  }
}

/** Buckets that cannot be added up are left out: what was summed so far is still true. */
function sumOf(sum: LatencyHistogram | null, more: LatencyHistogram | null): LatencyHistogram | null {
  if (sum === null || more === null) return sum ?? more;
  return mergeHistograms(sum, more) ?? sum;
}

function estimateOf(histogram: LatencyHistogram, quantile: number, squaredCv: number): LatencyEstimate | null {
  const found = quantileInterval(histogram, quantile, squaredCv);
  if (found === null) return null;
  const toMs = histogram.unit === 's' ? 1000 : 1;
  const { estimate, low, high } = found;
  return { ms: estimate * toMs, lowMs: low * toMs, highMs: high === null ? null : high * toMs };
}
