/** The smallest fault that is seen in a given time. */
import { OptionCheck } from '../options.ts';
import { type DetectionSettings, knownSettings } from './detection-settings.ts';
import { Detector } from './detector.ts';
import { FAULT_KINDS, type FaultKind, faultOf, LARGEST_EFFECT } from './fault.ts';
import { knownTraffic, type ServiceTraffic } from './service-traffic.ts';

/** Factor within which the smallest effect is known. */
const PRECISION = 1.0005;

/** Options of {@link smallestDetectable}. */
export interface SmallestDetectableOptions {
  readonly kind: FaultKind;
  /** Canary's share of the traffic, 0 to 1. */
  readonly canaryShare: number;
  /** Seconds from the canary's first request. */
  readonly withinSeconds: number;
  /** Chance to have seen the fault by then. @defaultValue 0.5: the median */
  readonly power?: number;
  /** How the judge reads. @defaultValue a criterion with half of a budget of 1 %, and the usual margins */
  readonly settings?: DetectionSettings;
}

/** The smallest effect that is seen: a ratio of error rates or of times, rounded up to a thousandth. */
export interface SmallestEffect {
  /** `null` = not even the largest. */
  readonly effect: number | null;
  /** Why there is none. */
  readonly because: string | null;
}

/**
 * The smallest fault that is seen within a time: what {@link timeToDetect} turned round.
 *
 * @throws RolloutGuardError `INVALID_OPTION` - no traffic, numbers out of their bounds.
 */
export function smallestDetectable(traffic: ServiceTraffic, options: SmallestDetectableOptions): SmallestEffect {
  const check = new OptionCheck('INVALID_OPTION', 'smallestDetectable');
  check.knownKeys('options', options, ['kind', 'canaryShare', 'withinSeconds', 'power', 'settings']);
  const kind = check.oneOf('kind', options.kind ?? '', 'errors', FAULT_KINDS);
  const canaryShare = check.number('canaryShare', options.canaryShare ?? null, 0, { min: 0, max: 1 });
  const withinSeconds = check.number('withinSeconds', options.withinSeconds ?? null, 0, { above: 0 });
  const power = check.number('power', options.power, 0.5, { above: 0, below: 1 });
  const detector = new Detector(kind, knownTraffic(check, traffic), knownSettings(check, kind, options.settings));
  return smallestEffect(detector, kind, canaryShare, withinSeconds, power);
}

/** The same for one that is made already. Bisection, since a larger effect is never seen later. */
export function smallestEffect(
  detector: Detector,
  kind: FaultKind,
  canaryShare: number,
  withinSeconds: number,
  power: number,
): SmallestEffect {
  const isSeen = (effect: number): boolean => {
    return detector.detect(faultOf(kind, effect), canaryShare, power, withinSeconds).seconds !== null;
  };
  if (!isSeen(LARGEST_EFFECT)) {
    const { because } = detector.detect(faultOf(kind, LARGEST_EFFECT), canaryShare, power);
    return { effect: null, because: because ?? 'Even the largest fault takes longer' };
  }
  let low = 1 + detector.settings.maxRelativeIncrease;
  let high = LARGEST_EFFECT;
  while (high / low > PRECISION) {
    const middle = Math.sqrt(low * high);
    if (isSeen(middle)) high = middle;
    else low = middle;
  }
  // Rounded up; a walk on a lattice may miss an effect by a hair, so what is told is tried.
  let effect = Math.ceil(high * 1000) / 1000;
  while (effect < LARGEST_EFFECT && !isSeen(effect)) effect = Math.ceil(effect * PRECISION * 1000) / 1000;
  return { effect, because: null };
}
