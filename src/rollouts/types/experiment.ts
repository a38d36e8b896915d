/** Experiment: versions beside each other for a while. Fields as in Argo: pkg/apis/rollouts/v1alpha1/experiment_types.go. */
import type { AnalysisPhase } from './analysis-run.ts';
import type { TemplateArgument } from './analysis-template.ts';
import type { LabelSelector, LabelsAndAnnotations, ObjectMeta } from './meta.ts';
import type { PodTemplate } from './pod.ts';
import type { DryRun, MeasurementRetention } from './rollout-analysis.ts';
import type { GoDuration, Timestamp } from './values.ts';

/** Versions beside each other for a while, with analyses of them. */
export interface Experiment {
  apiVersion: 'argoproj.io/v1alpha1';
  kind: 'Experiment';
  metadata?: ObjectMeta;
  spec: ExperimentSpec;
  /** Written by the controller only. It is no subresource. */
  status?: ExperimentStatus;
}

/** What an {@link Experiment} does. */
export interface ExperimentSpec {
  /** Names must differ. */
  templates: ExperimentTemplate[];
  /** From when all templates are available. Absent: until the required analyses are done; without any, for ever. */
  duration?: GoDuration;
  /** @defaultValue 600 */
  progressDeadlineSeconds?: number;
  /** True: end now. */
  terminate?: boolean;
  analyses?: ExperimentAnalysis[];
  /** How long its pods stay afterwards. @defaultValue 30 */
  scaleDownDelaySeconds?: number;
  dryRun?: DryRun[];
  measurementRetention?: MeasurementRetention[];
  /** For the AnalysisRuns. */
  analysisRunMetadata?: LabelsAndAnnotations;
}

/** One version. */
export interface ExperimentTemplate {
  name: string;
  /** Must fit the labels of `template`. */
  selector: LabelSelector;
  template: PodTemplate;
  /** @defaultValue 1 */
  replicas?: number;
  /** At most `progressDeadlineSeconds`. @defaultValue 0 */
  minReadySeconds?: number;
  /** A Service of its own. Without a name it is called as the ReplicaSet. */
  service?: { name?: string };
}

/** An analysis of an experiment. */
export interface ExperimentAnalysis {
  name: string;
  templateName: string;
  /** @defaultValue false */
  clusterScope?: boolean;
  /** May have `{{templates.<name>.podTemplateHash}}`, `{{templates.<name>.replicaset.name}}`, `{{experiment.availableAt}}`. */
  args?: TemplateArgument[];
  /** True: the experiment lasts until this run is done. @defaultValue false */
  requiredForCompletion?: boolean;
}

/** How an experiment stands. */
export interface ExperimentStatus {
  phase?: AnalysisPhase;
  message?: string;
  templateStatuses?: ExperimentTemplateStatus[];
  conditions?: ExperimentCondition[];
  /** When all templates were available: `duration` counts from here. */
  availableAt?: Timestamp;
  analysisRuns?: ExperimentAnalysisRunStatus[];
}

/** How one version stands. */
export interface ExperimentTemplateStatus {
  name: string;
  replicas: number;
  updatedReplicas: number;
  readyReplicas: number;
  availableReplicas: number;
  collisionCount?: number;
  status?: 'Progressing' | 'Running' | 'Successful' | 'Failed' | 'Error';
  message?: string;
  lastTransitionTime?: Timestamp;
  serviceName?: string;
  podTemplateHash?: string;
}

/** One condition of an Experiment. */
export interface ExperimentCondition {
  type: 'InvalidSpec' | 'Completed' | 'Progressing' | 'Running' | 'ReplicaFailure';
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastUpdateTime: Timestamp;
  lastTransitionTime: Timestamp;
}

/** One run of an experiment. */
export interface ExperimentAnalysisRunStatus {
  name: string;
  /** Name of the AnalysisRun. */
  analysisRun: string;
  phase: AnalysisPhase;
  message?: string;
}
