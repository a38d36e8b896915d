/** `spec.strategy.blueGreen`. */
import type { AntiAffinity } from './canary.ts';
import type { LabelsAndAnnotations } from './meta.ts';
import type { RolloutAnalysis } from './rollout-analysis.ts';
import type { IntOrPercent } from './values.ts';

/** The new version comes up beside the old one; then a Service is switched. */
export interface BlueGreenStrategy {
  /** Service that users reach. */
  activeService: string;
  /** Service of the version that is not active yet; must differ from `activeService`. */
  previewService?: string;
  /** Pods of the new version before the switch. @defaultValue as many as `replicas` */
  previewReplicaCount?: number;
  /** False waits for somebody who promotes. @defaultValue true */
  autoPromotionEnabled?: boolean;
  /** Time before it promotes by itself. Ignored when `autoPromotionEnabled` is false: then it waits. @defaultValue 0 */
  autoPromotionSeconds?: number;
  /** Only for restarts. A string needs its `%`. @defaultValue '25%' */
  maxUnavailable?: IntOrPercent;
  /**
   * How long the old pods stay after the switch: the time in which a rollback is instant. When it is given, it ends also
   * while `postPromotionAnalysis` still runs; when it is absent, they stay until that has succeeded. @defaultValue 30
   */
  scaleDownDelaySeconds?: number;
  /** How many old ReplicaSets may wait like that; at most `revisionHistoryLimit`. @defaultValue no limit */
  scaleDownDelayRevisionLimit?: number;
  /** How long the new pods stay after an abort; 0 keeps them. @defaultValue 30 */
  abortScaleDownDelaySeconds?: number;
  /** Must succeed before the switch. */
  prePromotionAnalysis?: RolloutAnalysis;
  /** Runs after the switch; when it fails, the Service is switched back. */
  postPromotionAnalysis?: RolloutAnalysis;
  /** Keeps the pods of the new version away from nodes of the old one. */
  antiAffinity?: AntiAffinity;
  /** Set on running pods before the switch. */
  previewMetadata?: LabelsAndAnnotations;
  /** Set on running pods of the active version. */
  activeMetadata?: LabelsAndAnnotations;
}
