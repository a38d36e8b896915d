/** `status` of a Rollout: what the controller says, and what a client may write to steer it. */
import type { AnalysisPhase } from './analysis-run.ts';
import type { Timestamp } from './values.ts';

/** How a rollout stands, in a word. `Paused` also when an inconclusive analysis paused it. */
export type ArgoRolloutPhase = 'Healthy' | 'Progressing' | 'Paused' | 'Degraded';

/** `status` of a Rollout. */
export interface ArgoRolloutStatus {
  phase?: ArgoRolloutPhase;
  message?: string;
  /** True: aborted. Clients set it to abort, and clear it to retry. Editing the steps or the pods clears it too. */
  abort?: boolean;
  abortedAt?: Timestamp;
  /** Why it is paused. A client that promotes clears them. */
  pauseConditions?: PauseCondition[];
  /** True: the controller itself paused it. */
  controllerPause?: boolean;
  /** True: skip all steps and analyses that are left. */
  promoteFull?: boolean;
  /** Index of the step that runs; the number of steps when all are done. */
  currentStepIndex?: number;
  /** Hash of the steps: when it changes the rollout starts over, and an abort is forgotten. */
  currentStepHash?: string;
  /** Hash of the newest pod template: label `rollouts-pod-template-hash` of its pods. */
  currentPodHash?: string;
  /** The same of the stable version. */
  stableRS?: string;
  /** `metadata.generation` that it speaks of. A string, other than in Kubernetes' own kinds. */
  observedGeneration?: string;
  /** The same of the object that `workloadRef` names. */
  workloadObservedGeneration?: string;
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  HPAReplicas?: number;
  /** For the `scale` subresource. */
  selector?: string;
  collisionCount?: number;
  restartedAt?: Timestamp;
  conditions?: RolloutCondition[];
  canary?: CanaryStatus;
  blueGreen?: BlueGreenStatus;
  alb?: AlbStatus;
  albs?: AlbStatus[];
  /** Not in releases up to 1.9. */
  duration?: RolloutDuration;
}

/** Why a rollout is paused, and since when. */
export interface PauseCondition {
  reason: 'InconclusiveAnalysisRun' | 'InconclusiveExperiment' | 'CanaryPauseStep' | 'BlueGreenPause';
  startTime: Timestamp;
}

/** One condition of a Rollout. */
export interface RolloutCondition {
  type: 'InvalidSpec' | 'Available' | 'Progressing' | 'ReplicaFailure' | 'Paused' | 'Completed' | 'Healthy';
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastUpdateTime: Timestamp;
  lastTransitionTime: Timestamp;
}

/** What a canary does now. */
export interface CanaryStatus {
  currentStepAnalysisRunStatus?: RolloutAnalysisRunStatus;
  currentBackgroundAnalysisRunStatus?: RolloutAnalysisRunStatus;
  /** Name of the Experiment. */
  currentExperiment?: string;
  /** As the router has them. Absent without a router. */
  weights?: TrafficWeights;
  /** Which of the two Services of `pingPong` is stable. */
  stablePingPong?: 'ping' | 'pong';
  stepPluginStatuses?: StepPluginStatus[];
}

/** The run that a rollout waits for or runs beside its steps. */
export interface RolloutAnalysisRunStatus {
  name: string;
  status: AnalysisPhase;
  message?: string;
}

/** Who gets how much of the traffic. */
export interface TrafficWeights {
  canary: WeightDestination;
  stable: WeightDestination;
  /** Of experiments. */
  additional?: WeightDestination[];
  /** Whether the load balancer was asked (ALB), and says so. */
  verified?: boolean;
}

/** One part of the traffic. */
export interface WeightDestination {
  weight: number;
  serviceName?: string;
  podTemplateHash?: string;
}

/** What a step plugin has done. */
export interface StepPluginStatus {
  /** Of the step. */
  index: number;
  name: string;
  operation: 'Run' | 'Terminate' | 'Abort';
  phase?: 'Running' | 'Successful' | 'Failed' | 'Error';
  message?: string;
  startedAt?: Timestamp;
  updatedAt?: Timestamp;
  finishedAt?: Timestamp;
  backoff?: string;
  executions?: number;
  disabled?: boolean;
  /** The plugin's own. */
  status?: object;
}

/** What a blue-green rollout does now. */
export interface BlueGreenStatus {
  /** Hash of the pods behind the preview Service. */
  previewSelector?: string;
  /** Hash of the pods behind the active Service. */
  activeSelector?: string;
  scaleUpPreviewCheckPoint?: boolean;
  prePromotionAnalysisRunStatus?: RolloutAnalysisRunStatus;
  postPromotionAnalysisRunStatus?: RolloutAnalysisRunStatus;
}

/** What the controller knows of an AWS load balancer. */
export interface AlbStatus {
  ingress?: string;
  loadBalancer?: AwsResource;
  canaryTargetGroup?: AwsResource;
  stableTargetGroup?: AwsResource;
}

/** Something at AWS. */
export interface AwsResource {
  name: string;
  arn: string;
  fullName?: string;
}

/** How long a rollout took. */
export interface RolloutDuration {
  rolloutStartedAt?: Timestamp;
  finishedAt?: Timestamp;
  manualPauseStartedAt?: Timestamp;
  totalManualPauseDurationSeconds?: number;
  completionStatus?: 'Promoted' | 'FastPromoted' | 'Aborted' | 'Superseded' | 'RolledBack' | 'FastRolledBack';
}
