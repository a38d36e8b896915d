/** What a policy says to a plan: how its judge reads one criterion. */
import { RolloutGuardError } from '../errors.ts';
import type { DetectionSettings } from '../planning/detection-settings.ts';
import { criterionBound, type EvidencePolicy } from './policy.ts';

/**
 * How the judge of a policy reads one of its criteria, for the functions of `rolloutguard/planning`.
 *
 * @param criterionName - a criterion on the error rate or on latency.
 * @throws RolloutGuardError `INVALID_OPTION` - no such criterion, or one of another kind.
 */
export function detectionSettings(policy: EvidencePolicy, criterionName: string): DetectionSettings {
  const index = policy.criteria.findIndex(({ name }) => name === criterionName);
  const criterion = policy.criteria[index];
  if (criterion === undefined || (criterion.kind !== 'error-rate' && criterion.kind !== 'latency')) {
    const names = policy.criteria
      .filter(({ kind }) => kind === 'error-rate' || kind === 'latency')
      .map(({ name }) => name);
    throw new RolloutGuardError('INVALID_OPTION', 'detectionSettings: no criterion that plans can be made for', {
      path: 'criterionName',
      value: criterionName,
      mend:
        names.length > 0 ? `Use one of: ${names.join(', ')}.` : 'The policy has none on the error rate or on latency.',
    });
  }
  const { intervalSeconds, warmUpSeconds } = policy;
  const { maxRelativeIncrease, promoteWithin } = criterion;
  return {
    bound: criterionBound(policy, index),
    maxRelativeIncrease,
    minAbsoluteIncrease: criterion.kind === 'error-rate' ? criterion.minAbsoluteIncrease : LATENCY_ABSOLUTE_TOLERANCE,
    warmUpSeconds,
    intervalSeconds,
    promoteWithin,
    ...(criterion.kind === 'latency' ? { quantile: criterion.quantile } : {}),
  };
}

/** Difference of the shares of slow requests that the judge of latency tolerates. */
const LATENCY_ABSOLUTE_TOLERANCE = 0.0005;
