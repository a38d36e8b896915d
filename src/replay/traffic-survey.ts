/** How much traffic a service has, how much of it fails, how long it takes, and on how many pods: for plans. */
import type { Slot } from '../engine/slots.ts';
import type { ServiceTraffic } from '../planning/service-traffic.ts';
import { type LatencyHistogram, mergeHistograms } from '../statistics/histogram.ts';
import { podsOf } from './arms-of-slots.ts';
import { quantile } from './score-sheet.ts';

/** Adds up recordings of one service. */
export class TrafficSurvey {
  readonly #requestsPerSecond: number[] = [];
  readonly #canaryPods: number[] = [];
  readonly #stablePods: number[] = [];
  #requests = 0;
  #bad = 0;
  #latency: LatencyHistogram | null = null;

  /**
   * Takes in a recording.
   *
   * @param stableSlots - the same without canary and fresh pods of the old version.
   * @returns the pods of its canary, at least 1; `null`, and nothing is learned, where stable served nothing.
   */
  learn(slots: readonly Slot[], stableSlots: readonly Slot[]): number | null {
    const requests = stableSlots.reduce((sum, { stable }) => sum + stable.requests, 0);
    if (requests === 0) return null;
    this.#requests += requests;
    for (const { stable } of stableSlots) {
      this.#bad += stable.errors;
      if (stable.latency !== null) this.#addLatency(stable.latency);
    }
    // What came before the canary may be a part of the traffic, as where stable's arm alone was recorded.
    const judged = slots.slice(
      Math.max(
        slots.findIndex(({ canary }) => canary.requests > 0),
        0,
      ),
    );
    const all = judged.reduce((sum, { canary, otherRequests }) => sum + canary.requests + otherRequests, 0);
    // Time in which nothing was reported is no time without traffic.
    const lengthMs = judged.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    this.#requestsPerSecond.push(all / (lengthMs / 1000));
    const canaryPods = Math.max(1, podsOf(slots.map(({ canary }) => canary)));
    this.#canaryPods.push(canaryPods);
    const stablePods = podsOf(stableSlots.map(({ stable }) => stable));
    if (stablePods > 0) this.#stablePods.push(stablePods);
    return canaryPods;
  }

  /** Stable's share of failed requests; 0 without any request. */
  get errorRate(): number {
    return this.#requests === 0 ? 0 : this.#bad / this.#requests;
  }

  /** Pods of a usual deployment. */
  get pods(): { canary: number; stable: number } {
    return { canary: quantile(this.#canaryPods, 0.5) ?? 1, stable: quantile(this.#stablePods, 0.5) ?? 1 };
  }

  /** Without noise; `null` without any recording. */
  get traffic(): ServiceTraffic | null {
    const requestsPerSecond = quantile(this.#requestsPerSecond, 0.5);
    if (requestsPerSecond === null) return null;
    const latency = this.#latency;
    return { requestsPerSecond, errorRate: this.errorRate, ...(latency === null ? {} : { latency }) };
  }

  /** Buckets that have no bound in common with those before are left out. */
  #addLatency(latency: LatencyHistogram): void {
    this.#latency = this.#latency === null ? latency : (mergeHistograms(this.#latency, latency) ?? this.#latency);
  }
}
