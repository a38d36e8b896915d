import type { CallOptions } from './metrics-client.ts';
import type { DeploymentRef } from './telemetry.ts';

/** What the rollout system says of a service now. */
export interface RolloutStatus {
  /** The deployment that is being rolled out, or `null` when none is. */
  activeDeploymentId: string | null;
  phase: 'progressing' | 'paused' | 'promoted' | 'aborted' | 'unknown';
  /** Observed share of the traffic that the canary gets, 0 to 1. */
  canaryShare: number;
  startedAtMs: number;
  stepStartedAtMs: number;
}

/** The outcome of an abort. `superseded`: another deployment is active, nothing was aborted. */
export type AbortResult =
  | { status: 'aborted' | 'already-aborted' | 'already-promoted' }
  | { status: 'superseded'; activeDeploymentId: string };

/** The system that moves traffic: Argo Rollouts, Flagger, a router of your own. Calls are idempotent. */
export interface RolloutClient {
  readonly name: string;
  getStatus(ref: DeploymentRef, options: CallOptions): Promise<RolloutStatus>;
  /** Sends all traffic back to stable, only if `deploymentId` is the active deployment. */
  abort(ref: DeploymentRef & { reason: string }, options: CallOptions): Promise<AbortResult>;
  promote?(ref: DeploymentRef, options: CallOptions): Promise<void>;
  pause?(ref: DeploymentRef, options: CallOptions): Promise<void>;
}
