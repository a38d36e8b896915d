import type { Clock, Decision, DeploymentRef, RollbackDecisionEngine, RollbackResult } from 'rolloutguard';
import { type CanaryPlan, nextStep } from 'rolloutguard/rollouts';
import type { DemoRollout } from './routing-client.ts';

export interface RollOutOptions {
  readonly ref: DeploymentRef;
  readonly plan: CanaryPlan;
  readonly engine: RollbackDecisionEngine;
  readonly rollout: DemoRollout;
  readonly clock: Clock;
  /** Time between two questions to the engine. */
  readonly intervalMs: number;
  /** Gives up at this moment, Unix time in milliseconds. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** Sees each decision, and the step (counted from 0) and weight at which it was made. */
  readonly onDecision: (decision: Decision, stepIndex: number, weight: number) => void;
}

/** How a rollout ended, and the decision that it ended with. */
export interface RollOutEnd {
  readonly ending: 'promoted' | 'rolled-back' | 'unfinished';
  readonly decision: Decision;
  readonly rollback: (RollbackResult & { readonly restoredAtMs: number }) | null;
}

/**
 * Rolls out one version under guard: asks the engine every interval, rolls back when it says so, and takes the next step
 * when the plan and the decision allow it. This is all that a rollout needs of rolloutguard.
 */
export async function rollOut(options: RollOutOptions): Promise<RollOutEnd> {
  const { ref, plan, engine, rollout, clock, intervalMs, deadlineMs, signal, onDecision } = options;
  const { service, deploymentId } = ref;
  let weight = plan.steps[0]?.weight ?? 100;
  await rollout.setWeight(weight);
  let position = { stepIndex: 0, stepStartedAtMs: clock.now() };

  for (;;) {
    await clock.sleep(intervalMs, signal);
    const decision = await engine.evaluateDeployment(service, deploymentId, { signal });
    onDecision(decision, position.stepIndex, weight);

    if (decision.shouldRollback) {
      const result = await engine.executeRollback(service, deploymentId, { signal, decision });
      return { ending: 'rolled-back', decision, rollback: { ...result, restoredAtMs: clock.now() } };
    }
    const move = nextStep(plan, position, decision, clock.now());
    if (move.type === 'finished') {
      await rollout.promote(ref);
      return { ending: 'promoted', decision, rollback: null };
    }
    if (move.type === 'advance') {
      weight = move.weight;
      await rollout.setWeight(weight);
      position = { stepIndex: position.stepIndex + 1, stepStartedAtMs: clock.now() };
    }
    if (clock.now() >= deadlineMs) return { ending: 'unfinished', decision, rollback: null };
  }
}
