import type { ExpressionProblem } from '../expression/check.ts';
import type { PromqlCode } from './codes/promql.ts';
import type { Field } from './field.ts';
import type { ArgoTarget, ObjectRef } from './finding.ts';
import type { GivenObject, GivenObjects } from './objects.ts';
import type { Report, Said } from './report.ts';

/** What a query language's parser says of one query. */
export interface QueryProblem {
  readonly code: PromqlCode;
  /** `rejected` only when every Prometheus would refuse it. */
  readonly severity: 'rejected' | 'unsafe' | 'advice';
  /** What is wrong. */
  readonly message: string;
  /** What would happen. */
  readonly effect: string;
  /** What to do about it. */
  readonly mend: string;
}

/** Reads a PromQL query; `{{args.x}}` are still in it. `rolloutguard/rollouts/promql` has one. */
export type QueryCheck = (query: string, context: { readonly rangeQuery: boolean }) => readonly QueryProblem[];

/** What is known of templates that are used together, so that not every use of them reads them again. */
export interface Together {
  /** Findings by templates and args. */
  readonly found: Map<string, readonly Said[]>;
  /** Templates that were read with args. */
  readonly read: Set<GivenObject>;
  /** How many metrics and rules may still be read once more with other args. */
  left: number;
  /** How many uses were not read because that was not enough. */
  unread: number;
  /** How many pairs of letters may still be compared to guess which arg was meant. */
  letters: number;
  /** The last object of which it was said that not all is read. */
  cut: ObjectRef | null;
}

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
  readonly together: Together;
}

/** One rule or a few of one subject: reads the object and reports. Never throws. */
export type Rule = (root: Field, context: Context) => void;
