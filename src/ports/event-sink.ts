import type { Decision } from './decision.ts';
import type { CallOptions } from './metrics-client.ts';
import type { DeploymentRef } from './telemetry.ts';

/** What happened to a deployment. */
export type DeploymentEventType =
  | 'deployment.started'
  | 'deployment.promoted'
  | 'deployment.rollback'
  | 'deployment.rollback_failed'
  | 'deployment.escalation';

/** A deployment event for markers and incident tools. */
export interface DeploymentEvent extends DeploymentRef {
  schemaVersion: 1;
  /** Deterministic: the same event has the same id however often it is sent. It is the idempotency key. */
  id: string;
  type: DeploymentEventType;
  timestampMs: number;
  severity: 'info' | 'warning' | 'high';
  reason?: string;
  decision?: Decision;
}

/** Where deployment events go. A sink keeps one event per `id` and ignores repeats. */
export interface EventSink {
  readonly name: string;
  emit(event: DeploymentEvent, options: CallOptions): Promise<void>;
}
