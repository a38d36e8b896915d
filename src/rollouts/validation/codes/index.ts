/**
 * All rules by their code, for the lists that the linter and the documents show. The validation itself takes only the
 * types, so that these words do not weigh on a bundle.
 */
import { ANALYSIS_RULES, type AnalysisCode } from './analysis.ts';
import { EXPERIMENT_RULES, type ExperimentCode } from './experiment.ts';
import { EXPRESSION_RULES, type ExpressionCode } from './expression.ts';
import { POD_RULES, type PodCode } from './pod.ts';
import { PROMQL_RULES, type PromqlCode } from './promql.ts';
import { REFERENCE_RULES, type ReferenceCode } from './reference.ts';
import { ROLLOUT_RULES, type RolloutCode } from './rollout.ts';
import { SHAPE_RULES, type ShapeCode } from './shape.ts';

/** Stable name of a rule of the validation. */
export type RuleCode =
  | ShapeCode
  | RolloutCode
  | PodCode
  | AnalysisCode
  | ExperimentCode
  | ExpressionCode
  | PromqlCode
  | ReferenceCode;

/** What each rule demands, in a line. */
export const RULES: Readonly<Record<RuleCode, string>> = {
  ...SHAPE_RULES,
  ...ROLLOUT_RULES,
  ...POD_RULES,
  ...ANALYSIS_RULES,
  ...EXPERIMENT_RULES,
  ...EXPRESSION_RULES,
  ...PROMQL_RULES,
  ...REFERENCE_RULES,
};
