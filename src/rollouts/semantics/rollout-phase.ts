/** The phase of a Rollout as Argo's clients show it (Argo: utils/rollout/rolloututil.go). */

import type { Rollout } from '../types/rollout.ts';
import type { ArgoRolloutPhase, ArgoRolloutStatus } from '../types/rollout-status.ts';
import { checkObject } from './limits.ts';
import { isFinal } from './metric.ts';

/** A phase and why. */
export interface RolloutPhaseAssessment {
  readonly phase: ArgoRolloutPhase;
  /** In Argo's words; empty when it is healthy. */
  readonly message: string;
}

/** What of a Rollout its phase depends on. */
export type ObservedRollout = Pick<Rollout, 'spec'> & {
  readonly metadata?: { readonly generation?: number; readonly annotations?: Readonly<Record<string, string>> };
  readonly status?: ArgoRolloutStatus;
};

const WORKLOAD_GENERATION = 'rollout.argoproj.io/workload-generation';

function progressing(message: string): RolloutPhaseAssessment {
  return { phase: 'Progressing', message };
}

/**
 * The phase that Argo's clients show: as {@link calculateRolloutPhase} says, unless the status is older than the spec. Use
 * this one on an object that was read from a cluster, because right after a change the status still tells of the time before.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when there is no spec.
 */
export function rolloutPhase(rollout: ObservedRollout): RolloutPhaseAssessment {
  checkObject('rolloutPhase', 'spec', rollout?.spec, 'Give a Rollout as it was read from a cluster.');
  const { metadata = {}, spec } = rollout;
  const status = rollout.status ?? {};
  // Releases before 0.10 wrote a hash there; where it looks like a number it is most likely a larger one.
  const observed = integerOf(status.observedGeneration);
  if (observed !== null && observed < (metadata.generation ?? 0)) {
    return progressing('waiting for rollout spec update to be observed');
  }
  if (status.controllerPause === true && (status.pauseConditions ?? []).length === 0) {
    return progressing('waiting for rollout to unpause');
  }
  if (spec.workloadRef !== undefined && !isWorkloadObserved(metadata.annotations ?? {}, status)) {
    return progressing('waiting for rollout spec update to be observed for the reference workload');
  }
  if (status.phase) return { phase: status.phase, message: status.message ?? '' };
  return calculateRolloutPhase(rollout);
}

function isWorkloadObserved(annotations: Readonly<Record<string, string>>, status: ArgoRolloutStatus): boolean {
  const wanted = Object.hasOwn(annotations, WORKLOAD_GENERATION) ? integerOf(annotations[WORKLOAD_GENERATION]) : null;
  const observed = integerOf(status.workloadObservedGeneration);
  return wanted === null || observed === null || wanted === observed;
}

function integerOf(text: string | undefined): number | null {
  return text !== undefined && /^[-+]?\d+$/.test(text) ? Number(text) : null;
}

/**
 * The phase that the controller writes into `status.phase`: the first that fits.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when there is no spec.
 */
export function calculateRolloutPhase(rollout: ObservedRollout): RolloutPhaseAssessment {
  checkObject('calculateRolloutPhase', 'spec', rollout?.spec, 'Give a Rollout as it was read from a cluster.');
  const { spec } = rollout;
  const status = rollout.status ?? {};
  for (const { type, reason, message } of status.conditions ?? []) {
    if (type === 'InvalidSpec') return { phase: 'Degraded', message: `InvalidSpec: ${message}` };
    if (reason === 'RolloutAborted' || reason === 'ProgressDeadlineExceeded') {
      return { phase: 'Degraded', message: `${reason}: ${message}` };
    }
  }
  if (spec.paused === true) return { phase: 'Paused', message: 'manually paused' };
  const [pause] = status.pauseConditions ?? [];
  if (pause !== undefined) return { phase: 'Paused', message: pause.reason };
  if (spec.restartAt !== undefined && !isSameTime(spec.restartAt, status.restartedAt)) {
    return progressing('rollout is restarting');
  }
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  if (updatedReplicas < (spec.replicas ?? 1)) return progressing('more replicas need to be updated');
  if (availableReplicas < updatedReplicas) return progressing('updated replicas are still becoming available');
  const isStable = isCurrent(status.stableRS, status);
  if (spec.strategy?.blueGreen !== undefined) {
    if (!isCurrent(status.blueGreen?.activeSelector, status)) return progressing('active service cutover pending');
    if (!isStable) {
      const analysis = status.blueGreen?.postPromotionAnalysisRunStatus?.status;
      const isWaiting = spec.strategy.blueGreen.postPromotionAnalysis !== undefined && !isFinal(analysis);
      return progressing(`waiting for ${isWaiting ? 'analysis' : 'post-promotion verification'} to complete`);
    }
  } else if (spec.strategy?.canary !== undefined) {
    const isBasic = spec.strategy.canary.trafficRouting === undefined;
    if (isBasic && replicas > updatedReplicas) return progressing('old replicas are pending termination');
    if (!isStable) return progressing('waiting for all steps to complete');
  }
  return { phase: 'Healthy', message: '' };
}

function isCurrent(hash: string | undefined, { currentPodHash }: ArgoRolloutStatus): boolean {
  return hash !== undefined && hash !== '' && hash === currentPodHash;
}

function isSameTime(a: string, b: string | undefined): boolean {
  return b !== undefined && Date.parse(a) === Date.parse(b);
}
