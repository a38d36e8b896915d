/** The criterion on the latency. Its judge is in `latency-judge.ts`. */
import { OptionCheck } from '../../options.ts';
import { completeOptions } from '../json-schema.ts';
import { latencySchema } from '../policy-schema.ts';
import { checkMargins, defaultWeight, type Importance } from './margins.ts';

/** Judges the latency of the answered requests of the whole service. Made by {@link latency}. */
export interface LatencyCriterion {
  kind: 'latency';
  /** Unique in its policy. */
  name: string;
  importance: Importance;
  /** Share of the false-rollback budget. In a policy all weights sum to 1; before, only their ratios matter. */
  weight: number;
  /** The quantile that the service is known by; an edge near it is always judged. */
  quantile: number;
  /** Slowdown that is tolerated: 0.1 = 10 % slower. */
  maxRelativeIncrease: number;
  /** Slowdown, as a ratio of times, within which the canary counts as non-inferior. */
  promoteWithin: number;
  /** Milliseconds above which the canary's quantile must not stay, whatever stable does; `null` = no such limit. */
  maxMs: number | null;
}

/** Options of {@link latency}. */
export interface LatencyOptions {
  /** @defaultValue latency p99, with the quantile */
  name?: string;
  /** @defaultValue normal */
  importance?: Importance;
  /** Relative to the other criteria. @defaultValue 2 if critical, 1 if normal, 0 if informational */
  weight?: number;
  /** @defaultValue 0.99 */
  quantile?: number;
  /** @defaultValue 0.1 */
  maxRelativeIncrease?: number;
  /** @defaultValue 1.25, or 0.15 above the tolerated ratio where that is larger */
  promoteWithin?: number;
  /** @defaultValue null */
  maxMs?: number | null;
}

/**
 * A criterion on the latency.
 *
 * @throws RolloutGuardError `INVALID_POLICY` - unknown options, numbers out of their bounds, `promoteWithin` not above the
 * tolerated ratio, or a weight that does not fit the importance.
 */
export function latency(options: LatencyOptions = {}): LatencyCriterion {
  const check = new OptionCheck('INVALID_POLICY', 'latency');
  const given = completeOptions(check, latencySchema, options);
  const criterion: LatencyCriterion = {
    ...given,
    name: given.name ?? `latency p${Number((given.quantile * 100).toPrecision(6))}`,
    weight: given.weight ?? defaultWeight(given.importance),
    promoteWithin: given.promoteWithin ?? Math.max(1.25, 1.15 + given.maxRelativeIncrease),
  };
  checkMargins(check, '', criterion);
  return criterion;
}
