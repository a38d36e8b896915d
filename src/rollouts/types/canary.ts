/** `spec.strategy.canary`. */
import type { LabelsAndAnnotations } from './meta.ts';
import type { RolloutAnalysis } from './rollout-analysis.ts';
import type { CanaryStep } from './steps.ts';
import type { TrafficRouting } from './traffic-routing.ts';
import type { IntOrPercent } from './values.ts';

/** A new version comes step by step. Without a router the weights are approximated by the number of pods. */
export interface CanaryStrategy {
  /** Service of the new version's pods. Most routers need it. */
  canaryService?: string;
  /** Service of the old version's pods. Most routers need it; must differ from `canaryService`. */
  stableService?: string;
  /** In this order; afterwards the new version gets everything. Absent: an ordinary rolling update. */
  steps?: CanaryStep[];
  /** What splits the traffic. Without it a weight is a share of the pods. */
  trafficRouting?: TrafficRouting;
  /** How many pods above `replicas` may exist. A string needs its `%`. @defaultValue '25%' */
  maxSurge?: IntOrPercent;
  /** How many pods may be missing; not 0 together with `maxSurge`. A string needs its `%`. @defaultValue '25%' */
  maxUnavailable?: IntOrPercent;
  /** Runs beside the steps, until the last one. */
  analysis?: BackgroundAnalysis;
  /** Keeps the pods of the new version away from nodes of the old one. */
  antiAffinity?: AntiAffinity;
  /** Set on running pods while they are the canary's, and taken off at promotion. */
  canaryMetadata?: LabelsAndAnnotations;
  /** Set on running pods while they are stable. */
  stableMetadata?: LabelsAndAnnotations;
  /**
   * How long the old pods stay after a promotion. Only with `trafficRouting`, not with `dynamicStableScale`.
   * @defaultValue 30
   */
  scaleDownDelaySeconds?: number;
  /** How many old ReplicaSets may wait like that. @defaultValue no limit */
  scaleDownDelayRevisionLimit?: number;
  /** How long the canary's pods stay after an abort; 0 keeps them. Ignored without `trafficRouting`. @defaultValue 30 */
  abortScaleDownDelaySeconds?: number;
  /**
   * Shrinks the stable version as the canary grows, which saves pods and makes an abort slower: traffic goes back only as
   * fast as stable pods come up. Only with `trafficRouting`. @defaultValue false
   */
  dynamicStableScale?: boolean;
  /** Two Services that change roles in place of `canaryService` and `stableService`. With ALB, Istio and plugins. */
  pingPong?: PingPong;
  /** Least pods of either version while it has traffic. Ignored without `trafficRouting`. @defaultValue 1 */
  minPodsPerReplicaSet?: number;
  /** How many of a step's new pods must be available before the step is done. @defaultValue all */
  replicaProgressThreshold?: ReplicaProgressThreshold;
}

/** An analysis that runs beside the steps. A metric of it should have no `count`: when it ends, nobody watches any more. */
export interface BackgroundAnalysis extends RolloutAnalysis {
  /** Index of the step at which it starts; from the number of steps on it never starts. @defaultValue 0 */
  startingStep?: number;
}

/** Exactly one of the two; both, or none, is refused. */
export type AntiAffinity = PreferredAntiAffinity | RequiredAntiAffinity;

/** The scheduler tries. */
export interface PreferredAntiAffinity {
  preferredDuringSchedulingIgnoredDuringExecution: {
    /** 1 to 100. */
    weight: number;
  };
  requiredDuringSchedulingIgnoredDuringExecution?: never;
}

/** The scheduler must: a pod that finds no such node waits. */
export interface RequiredAntiAffinity {
  requiredDuringSchedulingIgnoredDuringExecution: { [field: string]: never };
  preferredDuringSchedulingIgnoredDuringExecution?: never;
}

/** Two Services that take turns in being the stable one. */
export interface PingPong {
  pingService: string;
  pongService: string;
}

/** Option of {@link CanaryStrategy}. Any other `type` would be read as `Pods`. */
export interface ReplicaProgressThreshold {
  type: 'Percent' | 'Pods';
  /** 0 is always met; above 100 % never. */
  value: number;
}
