/** Names of the events and of their attributes. OpenTelemetry has registered none for deployments, so all are our own. */

/** What an app may say happened to its deployment. */
export type DeploymentEventName = 'started' | 'promoted' | 'rolled_back';

/** Severity of an event, with OpenTelemetry's number for it. */
export const SEVERITY = {
  INFO: 9,
  WARN: 13,
  ERROR: 17,
} as const;

/** Name of a severity. */
export type SeverityName = keyof typeof SEVERITY;

/** Event names on the wire, by what happened. */
export const EVENT_NAME = {
  started: 'rolloutguard.deployment.started',
  promoted: 'rolloutguard.deployment.promoted',
  rolled_back: 'rolloutguard.deployment.rolled_back',
  rollback_failed: 'rolloutguard.deployment.rollback_failed',
  escalation: 'rolloutguard.deployment.escalation',
  cohortChanged: 'rolloutguard.cohort.changed',
} as const;

/** Attribute names of events. All values are strings. */
export const EVENT_ATTRIBUTE = {
  /** The service whose deployment the event is about. */
  service: 'rolloutguard.deployment.service',
  /** When the deployment began, in ISO 8601, where it is known. The event itself has the time of what it tells. */
  deploymentTimestamp: 'rolloutguard.deployment.timestamp',
  /** Why it happened, in words. */
  reason: 'rolloutguard.event.reason',
  /** Tells an event that is sent twice. */
  id: 'rolloutguard.event.id',
  /** The cohort before the change. */
  previousCohort: 'rolloutguard.previous_cohort',
  /** Verdict of the decision behind the event. */
  verdict: 'rolloutguard.decision.verdict',
  /** Cause that the decision names. */
  cause: 'rolloutguard.decision.cause',
  /** Digest of the policy that decided. */
  policyDigest: 'rolloutguard.decision.policy_digest',
} as const;
