/** How a Rollout asks for an analysis. */
import type { LabelsAndAnnotations } from './meta.ts';

/** Which templates, with which arguments. All templates make one AnalysisRun. */
export interface RolloutAnalysis {
  /** At least one: with none the run is never made, and what waits for it waits for ever. Their metric names must differ. */
  templates: AnalysisTemplateRef[];
  args?: AnalysisRunArgument[];
  /** Metrics that are measured and do not decide. */
  dryRun?: DryRun[];
  measurementRetention?: MeasurementRetention[];
  /** For the AnalysisRun. */
  analysisRunMetadata?: LabelsAndAnnotations;
}

/** Name of a template. */
export interface AnalysisTemplateRef {
  templateName: string;
  /** True: a ClusterAnalysisTemplate. False: an AnalysisTemplate of the same namespace. @defaultValue false */
  clusterScope?: boolean;
}

/**
 * An argument as a Rollout gives it. With neither `value` nor `valueFrom` it would be the empty string, which wipes out the
 * template's default; so one of them is needed. Of two with one name the last counts.
 */
export type AnalysisRunArgument = ArgumentByValue | ArgumentFromRollout;

/** A fixed value. Always a string: write `'5'`. */
export interface ArgumentByValue {
  name: string;
  value: string;
  valueFrom?: never;
}

/** A value that is read when the run starts. */
export interface ArgumentFromRollout {
  name: string;
  valueFrom: RolloutValueSource;
  value?: never;
}

/** Exactly one of the two. */
export type RolloutValueSource = PodTemplateHashSource | RolloutFieldSource;

/** The hash that labels the pods of one version (`rollouts-pod-template-hash`). Other words than these two give ''. */
export interface PodTemplateHashSource {
  podTemplateHashValue: 'Stable' | 'Latest';
  fieldRef?: never;
}

/** A field of the Rollout. */
export interface RolloutFieldSource {
  fieldRef: FieldRef;
  podTemplateHashValue?: never;
}

/** Path of a field. */
export interface FieldRef {
  /**
   * Of `metadata` the name, namespace, uid, labels and annotations (`metadata.labels['app']`); of `spec` and `status` any
   * scalar. A path below `spec` or `status` that does not exist is found out only when the run should start.
   */
  fieldPath: string;
}

/** Metrics that are measured and do not decide. */
export interface DryRun {
  /** An unanchored regular expression of Go: `p99` fits `p99-checkout` too; all is `.*`, and `*` alone is an error. */
  metricName: string;
}

/** How many measurements of a metric are kept. */
export interface MeasurementRetention {
  /** An unanchored regular expression of Go. */
  metricName: string;
  /** @defaultValue 10, without any rule */
  limit: number;
}
