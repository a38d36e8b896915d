/** How the judge reads one criterion: the part of a policy that a plan depends on. */
import type { OptionCheck } from '../options.ts';
import type { FaultKind } from './fault.ts';

/** What a policy says of one criterion. `detectionSettings(policy, criterionName)` of `rolloutguard` makes it of a policy. */
export interface DetectionSettings {
  /** Log of the e-value at which the criterion rolls back on its own: `ln(1 / (weight x falseRollbackRate))`. */
  readonly bound: number;
  /** Increase over stable that is tolerated: 0.25 = a rate of 1.25 times, or 0.1 = times 10 % longer. */
  readonly maxRelativeIncrease: number;
  /** Absolute increase of the rate that is tolerated. */
  readonly minAbsoluteIncrease: number;
  /** Seconds whose evidence is set aside until it has shown not to fade. */
  readonly warmUpSeconds: number;
  /** Length of an interval of telemetry in seconds. */
  readonly intervalSeconds: number;
  /** Ratio within which the canary counts as non-inferior. */
  readonly promoteWithin?: number;
  /** Of latency: the quantile that the service is known by. @defaultValue 0.99 */
  readonly quantile?: number;
}

/** What nobody needs to state. */
export type KnownSettings = Required<DetectionSettings>;

/** Bound of a criterion with half of a budget of 1 %: that of a policy with errors and latency alone. */
const USUAL_BOUND = Math.log(200);

const DEFAULTS: Readonly<Record<FaultKind, KnownSettings>> = {
  errors: {
    bound: USUAL_BOUND,
    maxRelativeIncrease: 0.25,
    minAbsoluteIncrease: 0.0005,
    warmUpSeconds: 60,
    intervalSeconds: 10,
    promoteWithin: 1.5,
    quantile: 0.99,
  },
  latency: {
    bound: USUAL_BOUND,
    maxRelativeIncrease: 0.1,
    minAbsoluteIncrease: 0.0005,
    warmUpSeconds: 60,
    intervalSeconds: 10,
    promoteWithin: 1.25,
    quantile: 0.99,
  },
};

/** Checks settings and fills in the defaults of that kind of fault. */
export function knownSettings(check: OptionCheck, kind: FaultKind, settings?: DetectionSettings): KnownSettings {
  const usual = DEFAULTS[kind];
  if (settings === undefined) return usual;
  check.knownKeys('settings', settings, Object.keys(usual));
  const at = (name: keyof KnownSettings): string => `settings.${name}`;
  return {
    bound: check.number(at('bound'), settings.bound, usual.bound, { above: 0, max: 1e6 }),
    maxRelativeIncrease: check.number(
      at('maxRelativeIncrease'),
      settings.maxRelativeIncrease,
      usual.maxRelativeIncrease,
      {
        min: 0,
        max: 1000,
      },
    ),
    minAbsoluteIncrease: check.number(
      at('minAbsoluteIncrease'),
      settings.minAbsoluteIncrease,
      usual.minAbsoluteIncrease,
      {
        min: 0,
        max: 1,
      },
    ),
    warmUpSeconds: check.number(at('warmUpSeconds'), settings.warmUpSeconds, usual.warmUpSeconds, { min: 0, max: 1e6 }),
    intervalSeconds: check.number(at('intervalSeconds'), settings.intervalSeconds, usual.intervalSeconds, {
      above: 0,
      max: 3600,
    }),
    promoteWithin: check.number(at('promoteWithin'), settings.promoteWithin, usual.promoteWithin, { above: 1 }),
    quantile: check.number(at('quantile'), settings.quantile, usual.quantile, { above: 0, below: 1 }),
  };
}
