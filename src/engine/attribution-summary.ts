/** The figures of a decision that show whose fault it is. They are shown, and decide nothing. */
import type { Attribution } from '../ports/decision.ts';
import { UNIT_SECONDS } from '../statistics/dispersion.ts';
import { rateRatio, widened } from '../statistics/rate-ratio.ts';
import { rateOf } from './rate-of.ts';
import type { DeploymentWalk } from './walk.ts';

/** Squared CV of the rate noise per 10 s that the intervals allow for, and the minute that "now" is, in units of 10 s. */
const SQUARED_CV = 0.125;
const NOW_UNITS = 60 / UNIT_SECONDS;

/** Sums up what is known of causes. */
export function attributionOf({ policy, attribution, judgement }: DeploymentWalk): Attribution {
  const { before, now, incidents, dependencies } = attribution;
  const reference = attribution.hasReference ? before : { requests: 0, bad: 0 };
  const of = policy.criteria.findIndex((each) => each.kind === 'error-rate' && (each.segments ?? []).length === 0);
  const { ratio, noise } = judgement.criteria[of]?.reading() ?? { ratio: null, noise: null };
  const [first] = incidents;
  return {
    stableVsBefore: rateRatio(now.stable, reference, SQUARED_CV / NOW_UNITS),
    canaryVsBefore: rateRatio(now.canary, reference, SQUARED_CV / NOW_UNITS),
    differenceInDifferences:
      ratio === null || noise === null
        ? null
        : widened({ ratio: ratio.estimate, low: ratio.low, high: ratio.high }, noise.spread),
    incident:
      first === undefined
        ? null
        : {
            kind: first.kind,
            signal: first.signal,
            sinceMs: Math.min(...incidents.map(({ sinceMs }) => sinceMs)),
            now: first.now,
            before: first.before,
          },
    dependencies: dependencies.map(({ name, watch, canary, canaryRatio }) => ({
      name,
      now: watch.now.requests > 0 ? watch.rateNow : null,
      before: watch.hasReference ? watch.rateBefore : null,
      canary: canary.requests > 0 ? rateOf(canary) : null,
      canaryRatio,
    })),
  };
}
