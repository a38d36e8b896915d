import { ANALYSIS_CASES } from './analysis.ts';
import { ANALYSIS_ARG_CASES } from './analysis-args.ts';
import { ANALYSIS_PROVIDER_CASES } from './analysis-providers.ts';
import { ANALYSIS_USE_CASES } from './analysis-uses.ts';
import type { RuleCase } from './case.ts';
import { POD_CASES } from './pod.ts';
import { SHAPE_CASES } from './shape.ts';

/** Every rule's cases, in the order of the documents. */
export const CASES: readonly RuleCase[] = [
  ...SHAPE_CASES,
  ...POD_CASES,
  ...ANALYSIS_ARG_CASES,
  ...ANALYSIS_PROVIDER_CASES,
  ...ANALYSIS_CASES,
  ...ANALYSIS_USE_CASES,
];
