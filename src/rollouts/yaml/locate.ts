/** Finds the place of a value in a text. */
import { isAlias, isMap, isSeq, type Pair, type ParsedNode, visit } from 'yaml';
import type { Path } from '../validation/finding.ts';
import { isBehindKey } from './node-style.ts';
import { isMergeKey, keyName } from './to-object.ts';

/** From where to where something stands, in UTF-16 units. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The key and value at a path, or of the nearest thing on the way to it that exists. */
export function spanOf(root: ParsedNode, path: Path): Span {
  let node: ParsedNode | null = root;
  let span = { from: root.range[0], to: root.range[1] };
  for (const part of path) {
    const pair: Pair | null = isMap(target(root, node)) ? pairOf(root, node, String(part)) : null;
    if (pair !== null) {
      const key = pair.key as ParsedNode;
      node = pair.value as ParsedNode | null;
      // Of a value below its key, the key is shown.
      span = { from: key.range[0], to: (node !== null && isBehindKey(node) ? node : key).range[1] };
      continue;
    }
    const list: unknown = target(root, node);
    const item = isSeq(list) ? (list.items[Number(part)] as ParsedNode | undefined) : undefined;
    if (!item?.range) break;
    span = { from: item.range[0], to: item.range[1] };
    node = item;
  }
  return span;
}

/** The last pair of that name counts, and a written one before a merged one. */
function pairOf(root: ParsedNode, node: unknown, name: string, seen: ReadonlySet<unknown> = new Set()): Pair | null {
  const map = target(root, node);
  if (!isMap(map) || seen.has(map)) return null;
  const own = map.items.findLast(({ key }) => !isMergeKey(key) && keyName(target(root, key)) === name);
  if (own !== undefined) return own;
  for (const { key, value } of map.items) {
    if (!isMergeKey(key)) continue;
    for (const source of isSeq(value) ? value.items : [value]) {
      const found = pairOf(root, source, name, new Set([...seen, map]));
      if (found !== null) return found;
    }
  }
  return null;
}

/** What an alias stands for; anything else is itself. */
function target(root: ParsedNode, node: unknown): unknown {
  if (!isAlias(node)) return node;
  let found: unknown = null;
  visit(root, {
    Node: (_key, other) => {
      if (other === node) return visit.BREAK;
      if (!isAlias(other) && other.anchor === node.source) found = other;
      return undefined;
    },
  });
  return found;
}
