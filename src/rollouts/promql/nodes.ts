/** Steps through the tree of a query. */
import type { parser } from '@prometheus-io/lezer-promql';
import { asksForSeries } from './functions.ts';

/** A query, parsed. */
export type Tree = ReturnType<typeof parser.parse>;

/** One node of it. */
export type SyntaxNode = Tree['topNode'];

/** What stands around an expression and leaves its kind as it is. */
export const WRAPPERS: ReadonlySet<string> = new Set([
  'ParenExpr',
  'OffsetExpr',
  'StepInvariantExpr',
  'AnchoredExpr',
  'SmoothedExpr',
  'UnaryExpr',
]);

const EXPRESSIONS: ReadonlySet<string> = new Set([
  ...WRAPPERS,
  ...['AggregateExpr', 'BinaryExpr', 'FunctionCall', 'MatrixSelector', 'NumberDurationLiteral', 'StringLiteral'],
  ...['SubqueryExpr', 'VectorSelector'],
]);

/** The expressions directly below a node. */
export function expressionsOf(node: SyntaxNode | null): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node?.firstChild ?? null; child !== null; child = child.nextSibling)
    if (EXPRESSIONS.has(child.name)) found.push(child);
  return found;
}

/** The first of them. */
export function firstExpression(node: SyntaxNode): SyntaxNode | null {
  return expressionsOf(node)[0] ?? null;
}

/** The node itself, or the first one of that name on the way down. */
export function firstOf(node: SyntaxNode, name: string): SyntaxNode | null {
  let at: SyntaxNode | null = node;
  while (at !== null && at.name !== name) at = firstExpression(at);
  return at;
}

/** The word that a call begins with. */
export function nameOf(text: string): string {
  return /^\w+/.exec(text)?.[0] ?? '';
}

/** Whether a selector stands in a range, or in a function that asks whether its series are there. */
export function isAskedFor(node: SyntaxNode, textOf: (node: SyntaxNode) => string): boolean {
  for (let at = node.parent; at !== null; at = at.parent) {
    if (at.name === 'MatrixSelector' || at.name === 'SubqueryExpr') return true;
    if ((at.name === 'FunctionCall' || at.name === 'AggregateExpr') && asksForSeries(nameOf(textOf(at)))) return true;
  }
  return false;
}
