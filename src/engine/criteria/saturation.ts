/** The criterion on a resource that the pods use up: CPU, memory, connections. Its judge is in `measured-judge.ts`. */
import { OptionCheck } from '../../options.ts';
import { completeOptions } from '../json-schema.ts';
import { saturationSchema } from '../policy-schema.ts';
import { checkMargins, defaultPromoteWithin, defaultWeight, type Importance, toleratedRatio } from './margins.ts';

/** Judges how much of a resource the pods use, or how fast they use more. Made by {@link saturation}. */
export interface SaturationCriterion {
  kind: 'saturation';
  /** Unique in its policy. */
  name: string;
  /** Its key in `measures` of the telemetry. */
  measure: string;
  importance: Importance;
  /** Share of the false-rollback budget. In a policy all weights sum to 1; before, only their ratios matter. */
  weight: number;
  /** The level now (CPU), or each pod's growth since it was settled (memory, which rises with a pod's age). */
  compare: 'level' | 'growth';
  /** Relative increase over stable that is tolerated: 0.25 = up to 1.25 times. */
  maxRelativeIncrease: number;
  /** Ratio to stable within which the canary counts as non-inferior. */
  promoteWithin: number;
}

/** Options of {@link saturation}. */
export interface SaturationOptions {
  /** `growth` for what fills up slowly: a canary pod is always younger than a stable one. */
  compare: 'level' | 'growth';
  /** @defaultValue 0.25 */
  maxRelativeIncrease?: number;
  /** Key in `measures` of the telemetry. @defaultValue the name */
  measure?: string;
  /** @defaultValue normal */
  importance?: Importance;
  /** Relative to the other criteria. @defaultValue 2 if critical, 1 if normal, 0 if informational */
  weight?: number;
  /** @defaultValue the square of the tolerated ratio, at least 1.1 */
  promoteWithin?: number;
}

const OPTIONS = ['compare', 'maxRelativeIncrease', 'measure', 'importance', 'weight', 'promoteWithin'];

/**
 * A criterion on a resource that the pods use up, such as CPU or memory.
 *
 * @param name - what it is called, and its key in `measures` unless `measure` says otherwise.
 * @throws RolloutGuardError `INVALID_POLICY` - no name, no `compare`, unknown options, numbers out of their bounds,
 * `promoteWithin` not above the tolerated ratio, or a weight that does not fit the importance.
 */
export function saturation(name: string, options: SaturationOptions): SaturationCriterion {
  const check = new OptionCheck('INVALID_POLICY', 'saturation');
  check.text('name', name);
  check.knownKeys('options', options, OPTIONS);
  if (options.compare === undefined)
    check.fail('compare', options.compare, 'Say what is compared: "level" or "growth".');
  const given = completeOptions(check, saturationSchema, { ...options, name });
  const criterion: SaturationCriterion = {
    ...given,
    measure: given.measure ?? name,
    weight: given.weight ?? defaultWeight(given.importance),
    promoteWithin: given.promoteWithin ?? defaultPromoteWithin(toleratedRatio(given.maxRelativeIncrease, 'lower')),
  };
  checkMargins(check, '', criterion);
  return criterion;
}
