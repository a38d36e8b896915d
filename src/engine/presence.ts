/** Is there anything to judge? Missing data, missing traffic and a healthy canary look alike to a ratio; they are not. */
import type { WeightChange } from '../ports/telemetry.ts';
import { Silence, type SilenceState } from './silence.ts';
import type { Slot } from './slots.ts';
import { type TrafficShare, trafficShare } from './traffic-share.ts';

/**
 * `no-data`: the source says nothing of one cohort, or nothing recent. `no-traffic`: traffic is routed to the canary, and
 * none arrives. `low-traffic`: far less arrives than is routed.
 */
export type Presence = 'present' | 'no-data' | 'no-traffic' | 'low-traffic';

/** Telemetry older than this, and than six intervals, counts as missing. */
const STALE_MS = 60_000;
const STALE_INTERVALS = 6;
/** Time over which traffic is compared with its routing. */
const WINDOW_SECONDS = 60;
const LEAST_SLOTS = 3;

/** State of {@link PresenceWatch}, plain JSON. */
export interface PresenceState {
  recent: { endMs: number; canaryRequests: number; stableRequests: number }[];
  weights: WeightChange[];
  canarySeen: boolean;
  stableSeen: boolean;
  canaryPods: string[];
  silence: { canary: SilenceState; stable: SilenceState };
}

/** An arm that had requests and has none any more. */
export interface SilentArm {
  arm: 'canary' | 'stable';
  /** Since its last request. */
  silentMs: number;
  /** The router sends everything to the other one. */
  isRouted: boolean;
}

/** Follows whether both cohorts are there, recent, and get what is routed to them. */
export class PresenceWatch {
  readonly #slotMs: number;
  readonly #recent: PresenceState['recent'];
  readonly #weights: WeightChange[];
  #canarySeen: boolean;
  #stableSeen: boolean;
  /** The first names of canary pods, up to two. */
  readonly #canaryPods: string[];
  readonly #canary: Silence;
  readonly #stable: Silence;

  constructor(slotMs: number, state?: PresenceState) {
    this.#slotMs = slotMs;
    this.#recent = [...(state?.recent ?? [])];
    this.#weights = [...(state?.weights ?? [])];
    this.#canarySeen = state?.canarySeen ?? false;
    this.#stableSeen = state?.stableSeen ?? false;
    this.#canaryPods = [...(state?.canaryPods ?? [])];
    this.#canary = new Silence(slotMs, state?.silence.canary);
    this.#stable = new Silence(slotMs, state?.silence.stable);
  }

  /** True once the canary had a request; once stable had one, since the canary's first where there is one. */
  get seen(): { canary: boolean; stable: boolean } {
    return { canary: this.#canarySeen, stable: this.#stableSeen };
  }

  /** True when all that is known of the canary comes from one named pod. */
  get hasOneCanaryPod(): boolean {
    return this.#canaryPods.length === 1;
  }

  /** Takes in the share of traffic that the router sends to the canary from a moment on. */
  route(change: WeightChange): void {
    this.#weights.push({ ...change });
    this.#weights.sort((a, b) => a.atMs - b.atMs);
  }

  /** Takes in a slot since the deployment. */
  observe({ endMs, canary, otherRequests }: Slot): void {
    // What stable did before the canary came says nothing about whether they can be compared.
    const isFirst = !this.#canarySeen && canary.requests > 0;
    this.#canarySeen ||= isFirst;
    this.#stableSeen = otherRequests > 0 || (this.#stableSeen && !isFirst);
    for (const { pod, requests } of canary.pods) {
      if (requests > 0 && this.#canaryPods.length < 2 && !this.#canaryPods.includes(pod)) this.#canaryPods.push(pod);
    }
    this.#canary.observe(endMs, canary.requests);
    this.#stable.observe(endMs, otherRequests);
    this.#recent.push({ endMs, canaryRequests: canary.requests, stableRequests: otherRequests });
    const kept = Math.max(LEAST_SLOTS, Math.ceil((WINDOW_SECONDS * 1000) / this.#slotMs));
    if (this.#recent.length > kept) this.#recent.shift();
  }

  /** Changes of the routed share so far, sorted by time. */
  get weights(): readonly WeightChange[] {
    return this.#weights;
  }

  /** The share of traffic that the router sends to the canary at a moment, or `null` when nobody knows. */
  routedShare(atMs: number): number | null {
    return this.#weights.findLast((change) => change.atMs <= atMs)?.canaryShare ?? null;
  }

  /** What became of the routed share lately. */
  get traffic(): TrafficShare {
    const slots = this.#recent.map((slot) => ({ ...slot, canaryShare: this.routedShare(slot.endMs) }));
    return trafficShare(slots, this.#slotMs / 1000);
  }

  /** The arm that has fallen silent by the watermark: the canary first, since it is the one that is judged. */
  silentArm(watermarkMs: number): SilentArm | null {
    const share = this.routedShare(watermarkMs);
    for (const [arm, silence] of [
      ['canary', this.#canary],
      ['stable', this.#stable],
    ] as const) {
      const silentMs = silence.silentMs(watermarkMs);
      if (silentMs !== null) return { arm, silentMs, isRouted: share === (arm === 'canary' ? 0 : 1) };
    }
    return null;
  }

  /** @param ageMs - time since the watermark. */
  isStale(ageMs: number): boolean {
    return ageMs > Math.max(STALE_MS, STALE_INTERVALS * this.#slotMs);
  }

  /** @param ageMs - time since the watermark. */
  presence(ageMs: number): Presence {
    if (this.isStale(ageMs)) return 'no-data';
    const { finding } = this.traffic;
    if (finding === 'missing') return 'no-traffic';
    if (!this.#canarySeen || !this.#stableSeen) return 'no-data';
    return finding === 'low' ? 'low-traffic' : 'present';
  }

  state(): PresenceState {
    return {
      recent: this.#recent.map((slot) => ({ ...slot })),
      weights: this.#weights.map((change) => ({ ...change })),
      canarySeen: this.#canarySeen,
      stableSeen: this.#stableSeen,
      canaryPods: [...this.#canaryPods],
      silence: { canary: this.#canary.state(), stable: this.#stable.state() },
    };
  }
}
