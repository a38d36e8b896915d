/** Rollout: what Argo Rollouts has in place of a Deployment. Fields as in Argo: pkg/apis/rollouts/v1alpha1/types.go. */
import type { BlueGreenStrategy } from './blue-green.ts';
import type { CanaryStrategy } from './canary.ts';
import type { LabelSelector, ObjectMeta } from './meta.ts';
import type { PodTemplate } from './pod.ts';
import type { ArgoRolloutStatus } from './rollout-status.ts';
import type { Timestamp } from './values.ts';

/** A Rollout as it is written and as the API server gives it back. */
export interface Rollout {
  apiVersion: 'argoproj.io/v1alpha1';
  kind: 'Rollout';
  metadata?: ObjectMeta;
  spec: RolloutSpec;
  /** Written by the controller only. */
  status?: ArgoRolloutStatus;
}

/** What a {@link Rollout} wants. */
export interface RolloutSpec {
  /** How many pods. When absent the controller writes 1 here. @defaultValue 1 */
  replicas?: number;
  /** Which pods are its own: must fit the labels of `template`; needed unless `workloadRef` is given; cannot be changed later. */
  selector?: LabelSelector;
  /** The pods. Needed unless `workloadRef` is given, and must then be absent. */
  template?: PodTemplate;
  /** Takes the pods from another object instead of `template`. */
  workloadRef?: WorkloadRef;
  /** How a new version comes: exactly one of the two. Absent is refused by the controller, not by the API server. */
  strategy: RolloutStrategy;
  /** How long a pod must be ready before it counts as available. @defaultValue 0 */
  minReadySeconds?: number;
  /** How many old ReplicaSets stay, for rollbacks. @defaultValue 10 */
  revisionHistoryLimit?: number;
  /**
   * After how long without progress the rollout counts as failed; must be above `minReadySeconds`. Time in pause, analysis
   * and experiment steps does not count, so a rollout that waits there for ever never fails. @defaultValue 600
   */
  progressDeadlineSeconds?: number;
  /** True: abort at the deadline. False: only say so (`Degraded`) and go on. @defaultValue false */
  progressDeadlineAbort?: boolean;
  /** Skips steps and analyses when an older version comes back that is recent enough. @defaultValue off */
  rollbackWindow?: RollbackWindow;
  /** Pauses by hand. The pods of a new version are not scaled meanwhile. @defaultValue false */
  paused?: boolean;
  /** Replaces all pods that were made before this moment, max(1, maxUnavailable) at once. */
  restartAt?: Timestamp;
  /** How many finished AnalysisRuns and Experiments stay. It stands here, not under `strategy`. */
  analysis?: AnalysisHistoryLimits;
}

/** Exactly one of the two ways in which a new version comes. */
export type RolloutStrategy = CanaryRolloutStrategy | BlueGreenRolloutStrategy;

/** Step by step, to a growing share of the traffic. */
export interface CanaryRolloutStrategy {
  canary: CanaryStrategy;
  blueGreen?: never;
}

/** All at once, by switching a Service; the old version stays for a while. */
export interface BlueGreenRolloutStrategy {
  blueGreen: BlueGreenStrategy;
  canary?: never;
}

/** Kinds whose pod template a rollout can take over. */
export type WorkloadRef = DeploymentRef | PodTemplateRef;

/** A Deployment or a ReplicaSet. */
export interface DeploymentRef {
  apiVersion: 'apps/v1';
  kind: 'Deployment' | 'ReplicaSet';
  name: string;
  scaleDown?: WorkloadScaleDown;
}

/** A PodTemplate. */
export interface PodTemplateRef {
  apiVersion: 'v1';
  kind: 'PodTemplate';
  name: string;
  scaleDown?: WorkloadScaleDown;
}

/**
 * What becomes of the pods of the object that is taken over: they stay; they go once the rollout is healthy; they go as
 * its own come. Only looked at while the rollout is at its first revision. Anything else means `never`. @defaultValue 'never'
 */
export type WorkloadScaleDown = 'never' | 'onsuccess' | 'progressively';

/** Option of {@link RolloutSpec}. */
export interface RollbackWindow {
  /**
   * How many ReplicaSets back counts as recent; must be above 0, and `revisionHistoryLimit` at least as large, since only
   * ReplicaSets that still exist are counted.
   */
  revisions?: number;
}

/** How many finished AnalysisRuns and Experiments a rollout keeps. */
export interface AnalysisHistoryLimits {
  /** @defaultValue 5 */
  successfulRunHistoryLimit?: number;
  /** Of those that ended as Failed, Error or Inconclusive. @defaultValue 5 */
  unsuccessfulRunHistoryLimit?: number;
}
