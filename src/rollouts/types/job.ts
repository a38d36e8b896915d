/** Settings of the job provider. */
import type * as Batch from 'kubernetes-types/batch/v1.js';
import type { LabelSelector, ObjectMeta } from './meta.ts';
import type { AnyPodSpec, PodTemplate } from './pod.ts';

/** Runs a Job for each measurement: set `backoffLimit` and `activeDeadlineSeconds`, so that it ends. */
export interface JobMetric {
  metadata?: ObjectMeta;
  spec: JobSpec;
}

/** A Job. */
export interface JobSpec extends Batch.JobSpec {
  template: JobPodTemplate;
  completionMode?: 'NonIndexed' | 'Indexed';
  podReplacementPolicy?: 'TerminatingOrFailed' | 'Failed';
  podFailurePolicy?: PodFailurePolicy;
  selector?: LabelSelector;
}

/** The pods of a Job. */
export interface JobPodTemplate extends Omit<PodTemplate, 'spec'> {
  spec?: JobPodSpec;
}

/** A pod that ends. */
export interface JobPodSpec extends AnyPodSpec {
  /** Needed: a Job takes nothing else. */
  restartPolicy: 'Never' | 'OnFailure';
}

/** What a failed pod means for the Job: the first rule that fits. */
export interface PodFailurePolicy {
  rules: {
    action: 'FailJob' | 'FailIndex' | 'Ignore' | 'Count';
    onExitCodes?: { containerName?: string; operator: 'In' | 'NotIn'; values: number[] };
    onPodConditions?: { type: string; status: 'True' | 'False' | 'Unknown' }[];
  }[];
}
