/** Minutes to detect against the effect, for several weights: the curve of a plan. */
import { OptionCheck } from '../options.ts';
import { type DetectionSettings, knownSettings } from './detection-settings.ts';
import { Detector } from './detector.ts';
import { FAULT_KINDS, type FaultKind, faultOf, LARGEST_EFFECT } from './fault.ts';
import { knownTraffic, type ServiceTraffic } from './service-traffic.ts';
import { checkedWeights } from './weights.ts';

/** Options of {@link planCurve}. */
export interface PlanCurveOptions {
  readonly kind: FaultKind;
  /** Weights of the canary in percent, ascending. */
  readonly weights: readonly number[];
  /** Chance to have seen the fault by then. @defaultValue 0.5: the median */
  readonly power?: number;
  /** Ratios of error rates or of times, ascending. @defaultValue 20 between the margin and 20 (errors) or 4 (latency) */
  readonly effects?: readonly number[];
  /** How the judge reads. @defaultValue a criterion with half of a budget of 1 %, and the usual margins */
  readonly settings?: DetectionSettings;
}

/** Minutes until a fault is seen. Plain JSON. */
export interface PlanCurve {
  readonly kind: FaultKind;
  readonly power: number;
  /** In percent. */
  readonly weights: readonly number[];
  readonly effects: readonly number[];
  /** By weight, then by effect; `null` = not within a week. */
  readonly minutes: readonly (readonly (number | null)[])[];
}

const USUAL_POINTS = 20;
const USUAL_LARGEST: Readonly<Record<FaultKind, number>> = { errors: 20, latency: 4 };

/**
 * Minutes until faults of several sizes are seen at several weights.
 *
 * @throws RolloutGuardError `INVALID_OPTION` - no traffic, numbers out of their bounds, lists that do not ascend.
 */
export function planCurve(traffic: ServiceTraffic, options: PlanCurveOptions): PlanCurve {
  const check = new OptionCheck('INVALID_OPTION', 'planCurve');
  check.knownKeys('options', options, ['kind', 'weights', 'power', 'effects', 'settings']);
  const kind = check.oneOf('kind', options.kind ?? '', 'errors', FAULT_KINDS);
  const power = check.number('power', options.power, 0.5, { above: 0, below: 1 });
  const weights = checkedWeights(check, 'weights', options.weights);
  const detector = new Detector(kind, knownTraffic(check, traffic), knownSettings(check, kind, options.settings));
  const effects = options.effects
    ? checkedEffects(check, options.effects)
    : usualEffects(1 + detector.settings.maxRelativeIncrease, USUAL_LARGEST[kind]);
  const minutes = weights.map((weight) =>
    effects.map((effect) => {
      const { seconds } = detector.detect(faultOf(kind, effect), weight / 100, power);
      return seconds === null ? null : seconds / 60;
    }),
  );
  return { kind, power, weights: [...weights], effects, minutes };
}

function checkedEffects(check: OptionCheck, effects: readonly number[]): number[] {
  if (!Array.isArray(effects) || effects.length === 0)
    check.fail('effects', effects, 'Give at least one ratio above 1.');
  return [...effects].map((effect, i) => {
    const above = i === 0 ? 1 : effects[i - 1]!;
    return check.number(`effects[${i}]`, effect ?? null, 0, { above, max: LARGEST_EFFECT });
  });
}

/** Geometric, from a little above the margin. */
function usualEffects(tolerated: number, largest: number): number[] {
  const [from, to] = [tolerated * 1.04, Math.max(largest, tolerated * 4)];
  return Array.from({ length: USUAL_POINTS }, (_, i) =>
    Number((from * (to / from) ** (i / (USUAL_POINTS - 1))).toPrecision(3)),
  );
}
