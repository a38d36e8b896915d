/** What an expression of an analysis metric is once it is read: the language is expr-lang's (https://expr-lang.org). */
import { RolloutGuardError } from '../../errors.ts';
import type { ArgoTarget } from '../validation/finding.ts';

/** Release of expr-lang whose grammar and functions count. */
export type Grammar = '1.15' | '1.17';

/** Argo Rollouts up to 1.9 is built with expr 1.15.5, later ones with 1.17 (Argo: go.mod). */
export function grammarOf(target: ArgoTarget): Grammar {
  return target === '1.10' ? '1.17' : '1.15';
}

/** Kinds of literals; `number` is a Go float64, `int` a Go int. */
export type LiteralKind = 'nil' | 'bool' | 'int' | 'number' | 'string';

/** Half-open range of the source, in UTF-16 code units. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** The tree of an expression. A dotted member has a string literal as its `property`. */
export type Expression = Span &
  (
    | { readonly type: 'literal'; readonly kind: LiteralKind; readonly value: null | boolean | number | string }
    | { readonly type: 'name'; readonly name: string }
    /** The element inside a predicate: `#`, or `#acc` and `#index` by their name. */
    | { readonly type: 'pointer'; readonly name: string }
    | { readonly type: 'unary'; readonly operator: string; readonly operand: Expression }
    | { readonly type: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
    | {
        readonly type: 'conditional';
        readonly test: Expression;
        readonly yes: Expression;
        readonly no: Expression;
      }
    | {
        readonly type: 'member';
        readonly object: Expression;
        readonly property: Expression;
        readonly optional: boolean;
      }
    | {
        readonly type: 'slice';
        readonly object: Expression;
        readonly start: Expression | null;
        readonly end: Expression | null;
      }
    /** All of `a?.b.c`: it is nil when `a` is. */
    | { readonly type: 'chain'; readonly inner: Expression }
    | { readonly type: 'call'; readonly callee: Expression; readonly args: readonly Expression[] }
    | { readonly type: 'builtin'; readonly name: string; readonly args: readonly Expression[] }
    | { readonly type: 'predicate'; readonly body: Expression }
    | { readonly type: 'let'; readonly name: string; readonly value: Expression; readonly body: Expression }
    | { readonly type: 'sequence'; readonly items: readonly Expression[] }
    | { readonly type: 'array'; readonly items: readonly Expression[] }
    | { readonly type: 'map'; readonly pairs: readonly (readonly [Expression, Expression])[] }
  );

/** An expression that cannot be read, or that fails when it is evaluated. */
export class ExpressionError extends RolloutGuardError {
  override readonly name: string = 'ExpressionError';
  /** Where in the source, in UTF-16 code units. */
  readonly offset: number;
  /** True when the expression is only beyond what this package reads; expr may well take it. */
  readonly ours: boolean;

  constructor(message: string, offset: number, ours = false) {
    super('INVALID_EXPRESSION', message);
    this.offset = offset;
    this.ours = ours;
  }
}
