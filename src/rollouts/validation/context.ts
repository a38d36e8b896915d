import type { ExpressionProblem } from '../expression/check.ts';
import type { PromqlCode } from './codes/promql.ts';
import type { Field } from './field.ts';
import type { ArgoTarget } from './finding.ts';
import type { GivenObject, GivenObjects } from './objects.ts';
import type { Report } from './report.ts';

/** What a query language's parser says of one query. */
export interface QueryProblem {
  readonly code: PromqlCode;
  /** `rejected` only when every Prometheus would refuse it. */
  readonly severity: 'rejected' | 'unsafe' | 'advice';
  readonly message: string;
  readonly effect: string;
  readonly mend: string;
}

/** Reads a PromQL query; `{{args.x}}` are still in it. `rolloutguard/rollouts/promql` has one. */
export type QueryCheck = (query: string, context: { readonly rangeQuery: boolean }) => readonly QueryProblem[];

/** What a rule gets besides the object itself. */
export interface Context {
  readonly target: ArgoTarget;
  readonly report: Report;
  /** The object that is looked at. */
  readonly self: GivenObject;
  /** All that were given. */
  readonly objects: GivenObjects;
  /** True when the caller says that these are all objects: then what is missing is an error, else it is unknown. */
  readonly complete: boolean;
  readonly promql: QueryCheck | null;
  /** What was found in expressions so far, by their texts and uses. */
  readonly expressions: Map<string, readonly ExpressionProblem[]>;
}

/** One rule or a few of one subject: reads the object and reports. Never throws. */
export type Rule = (root: Field, context: Context) => void;
