/** Argo's five kinds together. */
import type { AnalysisRun } from './analysis-run.ts';
import type { AnalysisTemplate, ClusterAnalysisTemplate } from './analysis-template.ts';
import type { Experiment } from './experiment.ts';
import type { Rollout } from './rollout.ts';

/** Any of Argo's kinds; told apart by `kind`. */
export type ArgoObject = Rollout | AnalysisTemplate | ClusterAnalysisTemplate | AnalysisRun | Experiment;
