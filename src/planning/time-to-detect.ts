/** How long until a fault is seen, and what it has cost by then. */
import { OptionCheck } from '../options.ts';
import { type DetectionSettings, knownSettings } from './detection-settings.ts';
import { Detector, type Seen } from './detector.ts';
import { checkedFault, type Fault } from './fault.ts';
import { knownTraffic, type ServiceTraffic } from './service-traffic.ts';

/** Options of {@link timeToDetect}. */
export interface TimeToDetectOptions {
  /** Canary's share of the traffic, 0 to 1. */
  readonly canaryShare: number;
  /** Chance to have seen the fault by then, between 0 and 1. @defaultValue 0.5: the median */
  readonly power?: number;
  /** How the judge reads. @defaultValue a criterion with half of a budget of 1 %, and the usual margins */
  readonly settings?: DetectionSettings;
}

/** When a fault is seen, and what the canary has done by then. All numbers are expectations at that time. */
export interface Detection {
  /** Seconds from the canary's first request; `null` = not within a week. */
  readonly seconds: number | null;
  readonly canaryRequests: number;
  /** Bad canary requests: failed, or slower than the edge that shows it first. */
  readonly canaryBad: number;
  /** Bad answers beyond what stable would have given. */
  readonly badAnswers: number;
  /** Users that the canary has served. */
  readonly usersExposed: number;
  /** Why it is not seen. */
  readonly because: string | null;
}

/**
 * Says how long the judge takes to see a fault that is there from the canary's first request, and what it costs.
 *
 * @throws RolloutGuardError `INVALID_OPTION` - no traffic, numbers out of their bounds, a fault that is none.
 */
export function timeToDetect(traffic: ServiceTraffic, fault: Fault, options: TimeToDetectOptions): Detection {
  const check = new OptionCheck('INVALID_OPTION', 'timeToDetect');
  check.knownKeys('options', options, ['canaryShare', 'power', 'settings']);
  const known = knownTraffic(check, traffic);
  const checked = checkedFault(check, 'fault', fault);
  const canaryShare = check.number('canaryShare', options.canaryShare ?? null, 0, { min: 0, max: 1 });
  const power = check.number('power', options.power, 0.5, { above: 0, below: 1 });
  const detector = new Detector(checked.kind, known, knownSettings(check, checked.kind, options.settings));
  return costOf(detector, canaryShare, detector.detect(checked, canaryShare, power));
}

/** What the canary has done when a fault is seen. */
export function costOf({ traffic }: Detector, canaryShare: number, { seconds, count, because }: Seen): Detection {
  const canaryRequests = (seconds ?? 0) * traffic.requestsPerSecond * canaryShare;
  const rate = count?.rate ?? 0;
  const ratio = count?.ratio ?? 1;
  return {
    seconds,
    canaryRequests,
    canaryBad: canaryRequests * rate * ratio,
    badAnswers: canaryRequests * rate * (ratio - 1),
    usersExposed: canaryRequests / traffic.requestsPerUser,
    because,
  };
}
