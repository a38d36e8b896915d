/** Seconds to detect a fault at one weight: what all plans are made of. */
import { walkToBound } from '../statistics/detection-time.ts';
import { type CountedFault, countsOf } from './counted-fault.ts';
import type { KnownSettings } from './detection-settings.ts';
import { effectOf, type Fault } from './fault.ts';
import type { KnownTraffic } from './service-traffic.ts';

/** A fault that takes longer than a week counts as not seen. */
export const LONGEST_SECONDS: number = 7 * 24 * 3600;

const UNIT_SECONDS = 10;

/** When a fault is seen, and in which count; `because` says why it is not. */
export type Seen =
  | { readonly seconds: number; readonly count: CountedFault; readonly because: null }
  | { readonly seconds: null; readonly count: CountedFault | null; readonly because: string };

/** Answers for one service and one criterion. */
export class Detector {
  readonly traffic: KnownTraffic;
  readonly settings: KnownSettings;

  constructor(traffic: KnownTraffic, settings: KnownSettings) {
    this.traffic = traffic;
    this.settings = settings;
  }

  /** Seconds from the canary's first request until the fault is seen with the chance `power`. */
  detect(fault: Fault, canaryShare: number, power: number): Seen {
    if (canaryShare <= 0) return unseen('The canary gets no traffic');
    if (canaryShare >= 1) return unseen('Stable gets no traffic, so there is nothing to compare with');
    if (effectOf(fault) <= 1 + this.settings.maxRelativeIncrease) return unseen('The fault is within the margin');
    const counts = countsOf(this.traffic, fault, this.settings);
    if (counts.length === 0) return unseen('The latency of stable is not known');
    const harmful = counts.filter(({ rate, ratio }) => rate * (ratio - 1) > this.settings.minAbsoluteIncrease);
    if (harmful.length === 0) return unseen('The fault is within the absolute margin');
    const share = Math.log(counts.length);
    const best = harmful
      .map((count) => ({ count, seconds: this.#seconds(count, canaryShare, power, this.settings.bound + share) }))
      .reduce((a, b) => (b.seconds < a.seconds ? b : a));
    if (best.seconds > LONGEST_SECONDS) {
      return { seconds: null, count: best.count, because: 'It would take longer than a week' };
    }
    return { ...best, because: null };
  }

  #seconds(count: CountedFault, canaryShare: number, power: number, bound: number): number {
    const perUnit = this.traffic.requestsPerSecond * UNIT_SECONDS;
    const { squaredCv, clipNats } = count.noise;
    const { units } = walkToBound({
      canaryRequests: perUnit * canaryShare,
      stableRequests: perUnit * (1 - canaryShare),
      rate: count.rate,
      ratio: count.ratio,
      toleratedRatio: count.toleratedRatio,
      squaredCv,
      bound,
      clipNats,
      power,
    });
    const { intervalSeconds } = this.settings;
    return Math.ceil((units * UNIT_SECONDS) / intervalSeconds) * intervalSeconds;
  }
}

function unseen(because: string): Seen {
  return { seconds: null, count: null, because };
}
