/** The one way that data takes through the engine: intervals to slots, slots to presence and judgement, in time order. */
import type { EvidencePoint } from '../ports/decision.ts';
import type { TelemetryInterval, WeightChange } from '../ports/telemetry.ts';
import { type AttributionState, AttributionWatch } from './attribution.ts';
import { DependencyStream, type DependencyStreamState } from './dependency-stream.ts';
import { Judgement, type JudgementState } from './judgement.ts';
import type { EvidencePolicy } from './policy.ts';
import { type PresenceState, PresenceWatch } from './presence.ts';
import { SlotStream, type SlotStreamState } from './slot-stream.ts';
import type { Slot } from './slots.ts';
import { TrafficRate, type TrafficRateState } from './traffic-rate.ts';

/** How a deployment is walked through. */
export interface WalkOptions {
  /** Canary intervals that end before it belong to an earlier deployment. */
  deployedAtMs: number;
  slotMs: number;
}

/** State of {@link DeploymentWalk}, plain JSON. */
export interface WalkState {
  completeUntilMs: number;
  originMs: number | null;
  stream: SlotStreamState;
  presence: PresenceState;
  traffic: TrafficRateState;
  judgement: JudgementState;
  dependencies: DependencyStreamState;
  attribution: AttributionState;
}

/** Walks through valid telemetry. */
export class DeploymentWalk {
  readonly policy: EvidencePolicy;
  readonly slotMs: number;
  readonly presence: PresenceWatch;
  readonly traffic: TrafficRate;
  readonly judgement: Judgement;
  readonly attribution: AttributionWatch;
  readonly #deployedAtMs: number;
  readonly #stream: SlotStream;
  readonly #dependencies: DependencyStream;
  #completeUntilMs: number;
  #originMs: number | null;

  constructor(policy: EvidencePolicy, { deployedAtMs, slotMs }: WalkOptions, state?: WalkState) {
    this.policy = policy;
    this.slotMs = slotMs;
    this.#deployedAtMs = deployedAtMs;
    const segments = policy.criteria.flatMap((criterion) =>
      criterion.kind === 'error-rate' ? (criterion.segments ?? []) : [],
    );
    this.#stream = new SlotStream({ slotMs, deployedAtMs, segments }, state?.stream);
    this.presence = new PresenceWatch(slotMs, state?.presence);
    this.traffic = new TrafficRate(slotMs, state?.traffic);
    this.judgement = new Judgement(policy, slotMs / 1000, state?.judgement);
    this.#dependencies = new DependencyStream(slotMs, deployedAtMs, state?.dependencies);
    const latency = policy.criteria.some(({ kind, weight }) => kind === 'latency' && weight > 0);
    this.attribution = new AttributionWatch({ slotMs, latency }, state?.attribution);
    this.#completeUntilMs = state?.completeUntilMs ?? deployedAtMs;
    this.#originMs = state?.originMs ?? null;
  }

  /** Start of the slot of the canary's first request: judging, warm-up and soak begin there. */
  get originMs(): number | null {
    return this.#originMs;
  }

  /** Watermark: everything up to here has been judged. */
  get completeUntilMs(): number {
    return this.#completeUntilMs;
  }

  /** Time since the canary's first request that has been judged; 0 before it. */
  get elapsedMs(): number {
    return this.#originMs === null ? 0 : this.#completeUntilMs - this.#originMs;
  }

  /** Takes in an interval that ends after the watermark. */
  add(interval: TelemetryInterval): void {
    this.#stream.add(interval);
  }

  /** Takes in calls to a dependency in an interval that ends after the watermark. */
  addDependency(name: string, interval: TelemetryInterval): void {
    this.#dependencies.add(name, interval);
  }

  /** The evidence at a moment, for plots. */
  point(atMs: number): EvidencePoint {
    const { criteria, ...point } = this.judgement.point(atMs);
    return { ...point, external: this.attribution.degraded, criteria };
  }

  /**
   * Takes in the share of traffic that the router sends to the canary from a moment on. Told in the order of time: a share
   * that is in force already is no change, and is not kept, so that a router may be asked as often as one likes.
   */
  route(change: WeightChange): void {
    if (this.presence.routedShare(change.atMs) === change.canaryShare) return;
    this.presence.route(change);
  }

  /** Judges what ends by a later watermark; tells every slot that was judged. */
  advance(watermarkMs: number, onJudged: (slot: Slot) => void = () => {}): void {
    const calls = this.#dependencies.completeUntil(watermarkMs);
    let next = 0;
    for (const slot of this.#stream.completeUntil(watermarkMs, () => this.#originMs !== null)) {
      // Slots that the service itself skipped lie before the canary's first request.
      while (next < calls.length && calls[next]!.endMs < slot.endMs) this.attribution.learnCallsBefore(calls[next++]!);
      const called = calls[next]?.endMs === slot.endMs ? calls[next++] : undefined;
      if (this.#originMs === null && slot.canary.requests > 0) this.#originMs = slot.startMs;
      if (slot.endMs > this.#deployedAtMs) this.presence.observe(slot);
      if (this.#originMs === null) {
        if (slot.stable.requests > 0) {
          this.judgement.learnBefore(slot);
          this.attribution.learnBefore(slot);
        }
        if (called !== undefined) this.attribution.learnCallsBefore(called);
        continue;
      }
      this.traffic.observe(slot, this.presence.routedShare(slot.startMs));
      this.judgement.observe(slot, {
        startSeconds: (slot.startMs - this.#originMs) / 1000,
        endSeconds: (slot.endMs - this.#originMs) / 1000,
      });
      this.attribution.observe(slot, called?.calls ?? [], this.presence.weights);
      onJudged(slot);
    }
    while (next < calls.length) this.attribution.learnCallsBefore(calls[next++]!);
    this.#completeUntilMs = watermarkMs;
  }

  state(): WalkState {
    return {
      completeUntilMs: this.#completeUntilMs,
      originMs: this.#originMs,
      stream: this.#stream.state(),
      presence: this.presence.state(),
      traffic: this.traffic.state(),
      judgement: this.judgement.state(),
      dependencies: this.#dependencies.state(),
      attribution: this.attribution.state(),
    };
  }
}
