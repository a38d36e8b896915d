/** Seconds to detect a fault at one weight: what all plans are made of. */
import { DetectionModel } from '../statistics/detection-model.ts';
import { JointDetection } from '../statistics/joint-detection.ts';
import { type JudgedRate, ratesOf, ratioOf } from './counted-fault.ts';
import type { KnownSettings } from './detection-settings.ts';
import { effectOf, type Fault, type FaultKind } from './fault.ts';
import { LONGEST_SECONDS } from './horizon.ts';
import { plannedNoise } from './planned-noise.ts';
import type { KnownTraffic } from './service-traffic.ts';

/** The count that shows a fault: stable's share of bad requests and the canary's ratio to it. */
export interface ShownBy {
  readonly rate: number;
  readonly ratio: number;
}

/** When a fault is seen, and in which count; `because` says why it is not. */
export type Seen =
  | { readonly seconds: number; readonly count: ShownBy; readonly because: null }
  | { readonly seconds: null; readonly count: null; readonly because: string };

interface EffectAt {
  readonly effects: readonly ShownBy[];
  readonly detection: JointDetection | null;
}

/** Effects at weights whose walk is kept. */
const MOST_KEPT = 200;

/** Answers for one service and one criterion. What all effects at one weight share is kept. */
export class Detector {
  readonly kind: FaultKind;
  readonly traffic: KnownTraffic;
  readonly settings: KnownSettings;
  readonly #rates: readonly JudgedRate[];
  readonly #effects = new Map<string, EffectAt>();
  readonly #models = new Map<number, readonly DetectionModel[]>();

  constructor(kind: FaultKind, traffic: KnownTraffic, settings: KnownSettings) {
    this.kind = kind;
    this.traffic = traffic;
    this.settings = settings;
    this.#rates = ratesOf(kind, traffic, settings);
  }

  /**
   * Seconds from the canary's first request until the fault is seen with the chance `power`.
   *
   * @param withinSeconds - what takes longer need not be known.
   */
  detect(fault: Fault, canaryShare: number, power: number, withinSeconds: number = LONGEST_SECONDS): Seen {
    if (canaryShare <= 0) return unseen('The canary gets no traffic');
    if (canaryShare >= 1) return unseen('Stable gets no traffic, so there is nothing to compare with');
    if (effectOf(fault) <= 1 + this.settings.maxRelativeIncrease) return unseen('The fault is within the margin');
    if (this.#rates.length === 0) return unseen('The latency of stable is not known');
    const { effects, detection } = this.#effectAt(fault, canaryShare);
    if (detection === null) {
      const isFree = this.#rates.every(({ rate }) => rate === 0);
      return unseen(
        isFree ? 'Stable never fails, and a multiple of nothing is nothing' : 'The fault is within the absolute margin',
      );
    }
    const found = detection.found(power, withinSeconds);
    if (found === null) {
      return unseen(withinSeconds < LONGEST_SECONDS ? 'It would take longer' : 'It would take longer than a week');
    }
    const { rate, ratio } = effects[found.leading]!;
    return { seconds: found.seconds, count: { rate, ratio }, because: null };
  }

  /** The counts that a fault shows in, with what is known of the time; kept, since powers and limits are asked for in turn. */
  #effectAt(fault: Fault, canaryShare: number): EffectAt {
    const key = `${effectOf(fault)}/${canaryShare}`;
    let effect = this.#effects.get(key);
    if (effect === undefined) {
      const models = this.#modelsAt(canaryShare);
      const effects = this.#rates.flatMap((rate, i) => {
        const ratio = ratioOf(rate, fault, this.traffic);
        const matters = rate.rate * (ratio - 1) > this.settings.minAbsoluteIncrease && ratio > rate.toleratedRatio;
        return matters ? [{ model: models[i]!, ratio, share: rate.rate * ratio, rate: rate.rate }] : [];
      });
      effect = { effects, detection: effects.length === 0 ? null : new JointDetection(effects) };
      if (this.#effects.size >= MOST_KEPT) this.#effects.clear();
      this.#effects.set(key, effect);
    }
    return effect;
  }

  #modelsAt(canaryShare: number): readonly DetectionModel[] {
    let models = this.#models.get(canaryShare);
    if (models === undefined) {
      const { requestsPerSecond, pods } = this.traffic;
      const { bound, minAbsoluteIncrease, warmUpSeconds, intervalSeconds } = this.settings;
      models = this.#rates.map(
        ({ rate, toleratedRatio, noise, habits }) =>
          new DetectionModel({
            canaryPerSecond: requestsPerSecond * canaryShare,
            stablePerSecond: requestsPerSecond * (1 - canaryShare),
            rate,
            toleratedRatio,
            absoluteTolerance: minAbsoluteIncrease,
            // The judge averages the evidence of the counts.
            bound: bound + Math.log(this.#rates.length),
            warmUpSeconds,
            intervalSeconds,
            habits,
            ...plannedNoise(noise, canaryShare, pods),
          }),
      );
      this.#models.set(canaryShare, models);
    }
    return models;
  }
}

function unseen(because: string): Seen {
  return { seconds: null, count: null, because };
}
