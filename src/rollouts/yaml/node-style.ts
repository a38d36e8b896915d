/** How a value is written: which of YAML's styles it has. */
import { isAlias, isMap, isScalar, isSeq, type ParsedNode } from 'yaml';

/** A map in braces, or a list in brackets. */
export function isFlow(node: ParsedNode): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true;
}

/** A text behind `|` or `>`. */
export function isBlock(node: { readonly type?: string | null }): boolean {
  return node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
}

/** Whether a value stands behind its key or dash, and not below it. */
export function isBehindKey(node: ParsedNode): boolean {
  return isAlias(node) || isFlow(node) || (isScalar(node) && !isBlock(node));
}
