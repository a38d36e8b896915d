import { ANALYSIS_CASES } from './analysis.ts';
import { ANALYSIS_ARG_CASES } from './analysis-args.ts';
import { ANALYSIS_PROVIDER_CASES } from './analysis-providers.ts';
import { ANALYSIS_USE_CASES } from './analysis-uses.ts';
import type { RuleCase } from './case.ts';
import { EXPERIMENT_CASES } from './experiment.ts';
import { POD_CASES } from './pod.ts';
import { PROMQL_CASES } from './promql.ts';
import { ROLLOUT_BASE_CASES } from './rollout-base.ts';
import { ROLLOUT_CANARY_CASES } from './rollout-canary.ts';
import { ROLLOUT_REFERENCE_CASES } from './rollout-references.ts';
import { ROLLOUT_COURSE_CASES, ROLLOUT_STEP_CASES } from './rollout-steps.ts';
import { SHAPE_CASES } from './shape.ts';

/** Every rule's cases, in the order of the documents. */
export const CASES: readonly RuleCase[] = [
  ...SHAPE_CASES,
  ...ROLLOUT_BASE_CASES,
  ...ROLLOUT_CANARY_CASES,
  ...ROLLOUT_REFERENCE_CASES,
  ...ROLLOUT_STEP_CASES,
  ...ROLLOUT_COURSE_CASES,
  ...POD_CASES,
  ...ANALYSIS_ARG_CASES,
  ...ANALYSIS_PROVIDER_CASES,
  ...ANALYSIS_USE_CASES,
  ...ANALYSIS_CASES,
  ...EXPERIMENT_CASES,
  ...PROMQL_CASES,
];
