import type { PastDeployment } from '../ports/decision.ts';

/** What a decision depends on besides policy and telemetry. */
export interface DecisionContext {
  /** The time of the decision, Unix milliseconds. */
  nowMs: number;
  /** What to do when a rollback is due. @defaultValue rollback */
  automation?: 'rollback' | 'escalate';
  /** When the rollout ends by plan; after it there is nothing more to wait for. */
  plannedEndMs?: number;
  /** What became of past deployments of the service; asked for by a policy with `authority`. @defaultValue none known */
  past?: readonly PastDeployment[];
}
