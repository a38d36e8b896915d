/** AnalysisTemplate and ClusterAnalysisTemplate. Fields as in Argo: pkg/apis/rollouts/v1alpha1/analysis_types.go. */
import type { ObjectMeta } from './meta.ts';
import type { Metric } from './metric.ts';
import type { AnalysisTemplateRef, DryRun, FieldRef, MeasurementRetention } from './rollout-analysis.ts';

/** What to measure and how to judge it. Rollouts and Experiments of the same namespace refer to it by name. */
export interface AnalysisTemplate {
  apiVersion: 'argoproj.io/v1alpha1';
  kind: 'AnalysisTemplate';
  metadata?: ObjectMeta;
  spec: AnalysisTemplateSpec;
}

/** The same for all namespaces: refer to it with `clusterScope: true`. */
export interface ClusterAnalysisTemplate {
  apiVersion: 'argoproj.io/v1alpha1';
  kind: 'ClusterAnalysisTemplate';
  metadata?: ObjectMeta;
  spec: AnalysisTemplateSpec;
}

/** Metrics, or other templates that have some. */
export interface AnalysisTemplateSpec {
  metrics?: Metric[];
  /** Every `{{args.x}}` of the metrics must be here. */
  args?: TemplateArgument[];
  /** Metrics that are measured and do not decide. */
  dryRun?: DryRun[];
  measurementRetention?: MeasurementRetention[];
  /** Templates whose metrics and arguments are added. They must not lead back here: the controller does not notice. */
  templates?: AnalysisTemplateRef[];
}

/** An argument that a template takes. */
export type TemplateArgument = PlainArgument | ReferredArgument;

/** Without `value` the Rollout or Experiment must give one. */
export interface PlainArgument {
  name: string;
  /** The default. Always a string: write `'5'`. */
  value?: string;
  valueFrom?: never;
}

/** An argument that is read when the run starts. */
export interface ReferredArgument {
  name: string;
  valueFrom: TemplateValueSource;
  value?: never;
}

/** Exactly one of the two. */
export type TemplateValueSource = SecretSource | TemplateFieldSource;

/** A key of a Secret in the run's namespace. It is not shown in the run. */
export interface SecretSource {
  secretKeyRef: SecretKeyRef;
  fieldRef?: never;
}

/** Accepted in a template, but nothing reads it there: refer to fields in the Rollout's `args`. */
export interface TemplateFieldSource {
  fieldRef: FieldRef;
  secretKeyRef?: never;
}

/** A key of a Secret. */
export interface SecretKeyRef {
  name: string;
  key: string;
}
