/** Codes of queries of Prometheus metrics, each with its rule in a line without a full stop. */

export type PromqlCode = 'promql-syntax' | 'promql-range' | 'promql-no-cohort' | 'promql-no-rate';

export const PROMQL_RULES: Readonly<Record<PromqlCode, string>> = {
  'promql-syntax': 'A query is PromQL, and gives numbers',
  'promql-range': 'A range of samples stands where a function takes one, and is long enough for two samples',
  'promql-no-rate': 'A counter is read by its rate or its increase',
  'promql-no-cohort': 'A query selects canary or stable pods, and not both alike',
};
