/** The criterion on the error rate: failed and unanswered requests out of all requests. Its judge is in `error-rate-judge.ts`. */
import { OptionCheck } from '../../options.ts';
import { completeOptions } from '../json-schema.ts';
import { errorRateSchema } from '../policy-schema.ts';
import { checkMargins, defaultWeight, type Importance } from './margins.ts';

/** Judges the error rate of the whole service, or of segments of it. Made by {@link errorRate}. */
export interface ErrorRateCriterion {
  kind: 'error-rate';
  /** Unique in its policy. */
  name: string;
  importance: Importance;
  /** Share of the false-rollback budget. In a policy all weights sum to 1; before, only their ratios matter. */
  weight: number;
  /** Relative increase over stable that is tolerated: 0.25 = up to 1.25 times. */
  maxRelativeIncrease: number;
  /** Absolute increase that is tolerated: 0.0005 = 0.05 percentage points. */
  minAbsoluteIncrease: number;
  /** Ratio to stable within which the canary counts as non-inferior. */
  promoteWithin: number;
  /** Error rate of the canary above which it must not stay, whatever stable does; `null` = no such limit. */
  max: number | null;
  /** Segments of the service, such as routes, that are judged one by one and share the weight equally; `null` = the whole service. */
  segments: string[] | null;
}

/** Options of {@link errorRate}. */
export interface ErrorRateOptions {
  /** @defaultValue error rate */
  name?: string;
  /** @defaultValue normal */
  importance?: Importance;
  /** Relative to the other criteria. @defaultValue 2 if critical, 1 if normal, 0 if informational */
  weight?: number;
  /** @defaultValue 0.25 */
  maxRelativeIncrease?: number;
  /** @defaultValue 0.0005 */
  minAbsoluteIncrease?: number;
  /** @defaultValue 1.5 or 1.2 times the tolerated ratio, whichever is larger */
  promoteWithin?: number;
  /** @defaultValue null */
  max?: number | null;
  /** @defaultValue null */
  segments?: readonly string[] | null;
}

/**
 * A criterion on the error rate.
 *
 * @throws RolloutGuardError `INVALID_POLICY` - unknown options, numbers out of their bounds, `promoteWithin` not above the
 * tolerated ratio, `max` below `minAbsoluteIncrease`, or a weight that does not fit the importance.
 */
export function errorRate(options: ErrorRateOptions = {}): ErrorRateCriterion {
  const check = new OptionCheck('INVALID_POLICY', 'errorRate');
  const given = completeOptions(check, errorRateSchema, options);
  const criterion: ErrorRateCriterion = {
    ...given,
    weight: given.weight ?? defaultWeight(given.importance),
    promoteWithin: given.promoteWithin ?? Math.max(1.5, 1.2 * (1 + given.maxRelativeIncrease)),
  };
  checkMargins(check, '', criterion);
  return criterion;
}
