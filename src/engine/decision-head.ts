/** What every decision begins with, however it was made. */
import type { Decision } from '../ports/decision.ts';
import type { DeploymentRef } from '../ports/telemetry.ts';
import { VERSION } from '../version.ts';
import type { DecisionContext } from './decision-context.ts';
import { policyDigest } from './digest.ts';
import type { Permission } from './permission.ts';

type DecisionHead = Pick<
  Decision,
  | 'schemaVersion'
  | 'engineVersion'
  | 'policyDigest'
  | 'service'
  | 'deploymentId'
  | 'decidedAtMs'
  | 'verdict'
  | 'shouldRollback'
  | 'mayAdvance'
  | 'authority'
>;

/** Who decided what about which deployment, by which rules, and what follows from the verdict and from what is permitted. */
export function decisionHead(
  policy: object,
  { service, deploymentId }: DeploymentRef,
  { nowMs }: DecisionContext,
  { verdict, mayAdvance, authority }: Permission,
): DecisionHead {
  return {
    schemaVersion: 1,
    engineVersion: VERSION,
    policyDigest: policyDigest(policy),
    service,
    deploymentId,
    decidedAtMs: nowMs,
    verdict,
    shouldRollback: verdict === 'rollback',
    mayAdvance,
    ...(authority === null ? {} : { authority }),
  };
}
