/** The one way that data takes through the engine: intervals to slots, slots to presence and judgement, in time order. */
import type { TelemetryInterval, WeightChange } from '../ports/telemetry.ts';
import { Judgement, type JudgementState } from './judgement.ts';
import type { EvidencePolicy } from './policy.ts';
import { type PresenceState, PresenceWatch } from './presence.ts';
import { SlotStream, type SlotStreamState } from './slot-stream.ts';
import type { Slot } from './slots.ts';

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
  judgement: JudgementState;
}

/** Walks through valid telemetry. */
export class DeploymentWalk {
  readonly policy: EvidencePolicy;
  readonly slotMs: number;
  readonly presence: PresenceWatch;
  readonly judgement: Judgement;
  readonly #deployedAtMs: number;
  readonly #stream: SlotStream;
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
    this.judgement = new Judgement(policy, slotMs / 1000, state?.judgement);
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

  /** Takes in an interval that ends after the watermark. */
  add(interval: TelemetryInterval): void {
    this.#stream.add(interval);
  }

  /** Takes in the share of traffic that the router sends to the canary from a moment on. */
  route(change: WeightChange): void {
    this.presence.route(change);
  }

  /** Judges what ends by a later watermark; tells every slot that was judged. */
  advance(watermarkMs: number, onJudged: (slot: Slot) => void = () => {}): void {
    for (const slot of this.#stream.completeUntil(watermarkMs, () => this.#originMs !== null)) {
      if (this.#originMs === null && slot.canary.requests > 0) this.#originMs = slot.startMs;
      if (slot.endMs > this.#deployedAtMs) this.presence.observe(slot);
      if (this.#originMs === null) {
        if (slot.stable.requests > 0) this.judgement.learnBefore(slot);
        continue;
      }
      this.judgement.observe(slot, {
        startSeconds: (slot.startMs - this.#originMs) / 1000,
        endSeconds: (slot.endMs - this.#originMs) / 1000,
      });
      onJudged(slot);
    }
    this.#completeUntilMs = watermarkMs;
  }

  state(): WalkState {
    return {
      completeUntilMs: this.#completeUntilMs,
      originMs: this.#originMs,
      stream: this.#stream.state(),
      presence: this.presence.state(),
      judgement: this.judgement.state(),
    };
  }
}
