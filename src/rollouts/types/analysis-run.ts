/** AnalysisRun: one run of one or more templates, and what it found. */
import type { TemplateArgument } from './analysis-template.ts';
import type { ObjectMeta } from './meta.ts';
import type { Metric } from './metric.ts';
import type { DryRun, MeasurementRetention } from './rollout-analysis.ts';
import type { Timestamp } from './values.ts';

/** One run. The controller makes them for Rollouts and Experiments; one by itself may be applied too. */
export interface AnalysisRun {
  apiVersion: 'argoproj.io/v1alpha1';
  kind: 'AnalysisRun';
  metadata?: ObjectMeta;
  spec: AnalysisRunSpec;
  /** Written by the controller only. It is no subresource. */
  status?: AnalysisRunStatus;
}

/** What an {@link AnalysisRun} does. */
export interface AnalysisRunSpec {
  /** At least one. */
  metrics: Metric[];
  /** Each must end with a value. */
  args?: TemplateArgument[];
  /** True: end now. */
  terminate?: boolean;
  dryRun?: DryRun[];
  measurementRetention?: MeasurementRetention[];
  ttlStrategy?: TtlStrategy;
}

/** When a finished run is deleted. A run whose arguments or metrics were refused never is. */
export interface TtlStrategy {
  secondsAfterCompletion?: number;
  /** In place of `secondsAfterCompletion` when it is Successful. */
  secondsAfterSuccess?: number;
  /** In place of `secondsAfterCompletion` when it is Failed; not for Error and Inconclusive. */
  secondsAfterFailure?: number;
}

/** How a measurement, a metric or a run stands. The last four are final. */
export type AnalysisPhase = 'Pending' | 'Running' | 'Successful' | 'Failed' | 'Error' | 'Inconclusive';

/** What a run found. */
export interface AnalysisRunStatus {
  /** The worst of its metrics; those of the dry run left out. */
  phase: AnalysisPhase;
  message?: string;
  metricResults?: MetricResult[];
  startedAt?: Timestamp;
  completedAt?: Timestamp;
  runSummary?: RunSummary;
  dryRunSummary?: RunSummary;
}

/** How many metrics ended how. */
export interface RunSummary {
  count?: number;
  successful?: number;
  failed?: number;
  inconclusive?: number;
  error?: number;
}

/** What one metric came to. */
export interface MetricResult {
  name: string;
  phase: AnalysisPhase;
  /** The newest; 10 unless `measurementRetention` says else. */
  measurements?: Measurement[];
  message?: string;
  /** Measurements that were no errors. */
  count?: number;
  successful?: number;
  failed?: number;
  inconclusive?: number;
  error?: number;
  consecutiveError?: number;
  consecutiveSuccess?: number;
  dryRun?: boolean;
  /** The provider's: the query after its arguments were filled in, for example. */
  metadata?: { [name: string]: string };
}

/** One measurement. */
export interface Measurement {
  phase: AnalysisPhase;
  message?: string;
  startedAt?: Timestamp;
  finishedAt?: Timestamp;
  /** As text. */
  value?: string;
  metadata?: { [name: string]: string };
  /** When a measurement that takes long is looked at again. */
  resumeAt?: Timestamp;
}
