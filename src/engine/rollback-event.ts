/** Events of rollbacks. Their ids depend only on what happened to which deployment, so a repeat is recognised as one. */
import type { Decision } from '../ports/decision.ts';
import type { DeploymentEvent, DeploymentEventType } from '../ports/event-sink.ts';
import type { DeploymentRef } from '../ports/telemetry.ts';

/** A deployment was rolled back and its traffic is back on stable. */
export function rollbackEvent(
  ref: DeploymentRef,
  timestampMs: number,
  reason: string,
  decision?: Decision,
): DeploymentEvent {
  return deploymentEvent('deployment.rollback', ref, timestampMs, reason, decision);
}

/** A rollback was tried and the canary may still get traffic. */
export function rollbackFailedEvent(
  ref: DeploymentRef,
  timestampMs: number,
  reason: string,
  decision?: Decision,
): DeploymentEvent {
  return deploymentEvent('deployment.rollback_failed', ref, timestampMs, reason, decision);
}

function deploymentEvent(
  type: DeploymentEventType,
  ref: DeploymentRef,
  timestampMs: number,
  reason: string,
  decision: Decision | undefined,
): DeploymentEvent {
  return {
    schemaVersion: 1,
    // Encoded, so that a slash in a name cannot make two deployments share an id.
    id: [type, encodeURIComponent(ref.service), encodeURIComponent(ref.deploymentId)].join('/'),
    type,
    service: ref.service,
    deploymentId: ref.deploymentId,
    timestampMs,
    severity: 'high',
    reason,
    ...(decision === undefined ? {} : { decision }),
  };
}
