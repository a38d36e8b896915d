/** Codes of the conditions of metrics and of the times of range queries, each with its rule in a line without a full stop. */

export type ExpressionCode =
  | 'expression-syntax'
  | 'expression-type'
  | 'expression-unknown-name'
  | 'expression-not-bool'
  | 'expression-not-time'
  | 'expression-no-data'
  | 'expression-nan'
  | 'expression-ignored-guard'
  | 'expression-constant';

export const EXPRESSION_RULES: Readonly<Record<ExpressionCode, string>> = {
  'expression-syntax': 'A condition is an expression of the expr language',
  'expression-type': 'Operators and functions of a condition take what the provider returns',
  'expression-unknown-name': 'A condition uses only result and known functions',
  'expression-not-bool': 'A condition is true or false',
  'expression-not-time': 'start and end of a range query are times',
  'expression-no-data': 'A condition stands an answer without data',
  'expression-nan': 'A condition says what NaN means',
  'expression-ignored-guard': 'isNil and default look at the whole result',
  'expression-constant': 'A condition looks at the result',
};
