/** Changes a document in its text, so that whatever did not change keeps every byte: comments, order, quotes, blank lines. */
import { isMap, isScalar, isSeq, type Pair, type ParsedNode, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Path } from '../validation/finding.ts';
import { flowText, scalarLike } from './flow-text.ts';
import { isBehindKey, isBlock, isFlow } from './node-style.ts';
import { entryText, textOf } from './print.ts';
import { isPlainObject, same } from './same.ts';
import { isMergeKey, keyName } from './to-object.ts';

/** A piece of text in the place of another one. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Thrown where the text has no place for a change; the whole document is written anew then. */
export class NoPlace extends Error {}

type Json = Readonly<Record<string, unknown>>;

/**
 * The edits that turn one value into another.
 *
 * @param text - what the ranges of the tree count in.
 * @throws NoPlace - they would take more than edits.
 */
export function editsOf(text: string, root: ParsedNode, before: unknown, after: unknown): Edit[] {
  const editor = new Editor(text);
  editor.change(root, before, after, []);
  return editor.edits;
}

/** A text with its edits. */
export function applied(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let end = text.length;
  for (const { from, to, text: piece } of ordered(edits)) {
    // Two that are removed may share the line break between them: then nothing stands there.
    pieces.push(text.slice(to, end), piece);
    end = from;
  }
  return text.slice(0, end) + pieces.reverse().join('');
}

/** From the end to the beginning; of two insertions at one place the later one first, so that it ends up behind. */
function ordered(edits: readonly Edit[]): Edit[] {
  return edits.toReversed().sort((a, b) => b.from - a.from || b.to - a.to);
}

class Editor {
  readonly edits: Edit[] = [];
  readonly #text: string;
  /** Or a map in braces, which is written in the same manner. */
  readonly #isJson: boolean;
  /** Of the text itself: its edits must not mix the two. */
  readonly #break: string;

  constructor(text: string) {
    this.#text = text;
    this.#isJson = text.trimStart().startsWith('{');
    this.#break = text.includes('\r\n') ? '\r\n' : '\n';
  }

  change(node: ParsedNode | null, before: unknown, after: unknown, path: Path, key?: ParsedNode): void {
    if (same(before, after)) return;
    if (isMap(node) && isPlainObject(before) && isPlainObject(after) && this.#map(node, before, after, path)) return;
    if (isSeq(node) && Array.isArray(before) && Array.isArray(after) && this.#list(node, before, after, path)) return;
    this.#value(node, after, path, key);
  }

  /** @returns false when the map must be written anew. */
  #map(map: YAMLMap.Parsed, before: Json, after: Json, path: Path): boolean {
    const pairs = new Map(map.items.flatMap((pair) => this.#named(pair)));
    const [gone, come] = [missing(before, after), missing(after, before)];
    const kept = Object.keys(before).filter((key) => Object.hasOwn(after, key));
    const merged =
      gone.some((key) => !pairs.has(key)) || kept.some((key) => !pairs.has(key) && !same(before[key], after[key]));
    if (merged) throw new NoPlace();
    if (gone.length + come.length > 0 && (map.flow === true || kept.length === 0)) return false;
    for (const key of gone) this.#removePair(map, pairs.get(key)!);
    for (const key of kept) {
      const pair = pairs.get(key);
      if (pair !== undefined)
        this.change(pair.value as ParsedNode | null, before[key], after[key], [...path, key], pair.key as ParsedNode);
    }
    // Each behind the one that it follows in the new order, if that one was there.
    const indent = this.#columnOf((map.items[0]!.key as ParsedNode).range[0]);
    const last = kept.findLast((one) => pairs.has(one));
    let previous: string | undefined;
    for (const key of come.length === 0 ? [] : Object.keys(after)) {
      if (Object.hasOwn(before, key)) {
        if (pairs.has(key)) previous = key;
        continue;
      }
      const anchor = pairs.get(previous ?? last ?? '');
      if (anchor === undefined) throw new NoPlace();
      const line = `${' '.repeat(indent)}${entryText(key, after[key], [...path, key], ' '.repeat(indent))}`;
      this.#insertBehind(this.#endOf((anchor.value ?? anchor.key) as ParsedNode), line);
    }
    return true;
  }

  #named(pair: Pair): [string, Pair][] {
    const name = isMergeKey(pair.key) ? null : keyName(pair.key);
    return name === null ? [] : [[name, pair]];
  }

  /** @returns false when the list must be written anew. */
  #list(list: YAMLSeq.Parsed, before: readonly unknown[], after: readonly unknown[], path: Path): boolean {
    let first = 0;
    while (first < before.length && first < after.length && same(before[first], after[first])) first++;
    let last = 0;
    while (last < Math.min(before.length, after.length) - first && same(before.at(-1 - last), after.at(-1 - last)))
      last++;
    const [old, fresh] = [before.length - last, after.length - last];
    if (old !== fresh && (list.flow === true || before.length === 0 || after.length === 0)) return false;
    const both = Math.min(old, fresh);
    for (let i = first; i < both; i++) this.change(list.items[i] as ParsedNode, before[i], after[i], [...path, i]);
    for (let i = both; i < old; i++) this.#removeItem(list, i);
    if (fresh === both) return true;
    const dash = this.#dashOf(list.items[Math.max(0, both - 1)] as ParsedNode);
    const indent = ' '.repeat(this.#columnOf(dash));
    const lines = after
      .slice(both, fresh)
      .map((value, i) => `${indent}- ${textOf(value, [...path, both + i], `${indent}  `)}`)
      .join('\n');
    if (both > 0) this.#insertBehind(this.#endOf(list.items[both - 1] as ParsedNode), lines);
    else this.#insertBefore(dash, lines);
    return true;
  }

  #value(node: ParsedNode | null, after: unknown, path: Path, key: ParsedNode | undefined): void {
    const isFilled = typeof after === 'object' && after !== null && Object.keys(after).length > 0;
    const isEmpty = node === null || (isScalar(node) && node.source === '' && node.type === 'PLAIN');
    if (!isEmpty && isBehindKey(node) && (!isFilled || isFlow(node))) {
      this.edits.push({ from: node.range[0], to: node.range[1], text: this.#inline(node, after) });
      return;
    }
    // A block, of old or new: it is written below its key, or behind its dash.
    if (this.#isJson || (isEmpty && key === undefined)) throw new NoPlace();
    const mark = key === undefined ? this.#dashOf(node!) : this.#text.indexOf(':', key.range[1]);
    const end = isEmpty ? mark + 1 : this.#endOf(node);
    if (key !== undefined && this.#text.slice(key.range[1], mark).trim() !== '') throw new NoPlace();
    if (this.#text.slice(end, this.#lineEnd(end)).trim() !== '') throw new NoPlace();
    const indent = `${' '.repeat(this.#columnOf(key === undefined ? mark : key.range[0]))}  `;
    const text = textOf(after, path, indent);
    this.#push(mark + 1, end, isFilled && key !== undefined ? `\n${indent}${text}` : ` ${text}`);
  }

  #inline(node: ParsedNode, after: unknown): string {
    if (this.#isJson) {
      // An object in one line among many would be no JSON that people write.
      if (!isScalar(node) || typeof after === 'object') throw new NoPlace();
      return JSON.stringify(after);
    }
    return isScalar(node) ? scalarLike(node, after) : flowText(after, this.#text.startsWith('{ ', node.range[0]));
  }

  #removePair(map: YAMLMap.Parsed, pair: Pair): void {
    const [from, end] = [(pair.key as ParsedNode).range[0], this.#endOf((pair.value ?? pair.key) as ParsedNode)];
    if (this.#beginsLine(from)) {
      this.#removeLines(from, end);
      return;
    }
    // It stands behind the dash of a list: the next one takes its place.
    const next = map.items[map.items.indexOf(pair as YAMLMap.Parsed['items'][number]) + 1];
    if (next === undefined) throw new NoPlace();
    const to = (next.key as ParsedNode).range[0];
    if (this.#text.slice(end, to).trim() !== '') throw new NoPlace();
    this.#push(from, to, '');
  }

  #removeItem(list: YAMLSeq.Parsed, index: number): void {
    const item = list.items[index] as ParsedNode;
    const dash = this.#dashOf(item);
    if (!this.#beginsLine(dash)) throw new NoPlace();
    this.#removeLines(dash, this.#endOf(item));
  }

  #removeLines(from: number, end: number): void {
    const lineEnd = this.#lineEnd(end);
    const isLast = lineEnd === this.#text.length;
    const start = this.#text.lastIndexOf('\n', from - 1);
    this.#push(isLast ? Math.max(start, 0) : start + 1, isLast ? lineEnd : lineEnd + 1, '');
  }

  #insertBehind(end: number, lines: string): void {
    const lineEnd = this.#lineEnd(end);
    const at = this.#text[lineEnd - 1] === '\r' ? lineEnd - 1 : lineEnd;
    this.#push(at, at, `\n${lines}`);
  }

  #insertBefore(offset: number, lines: string): void {
    if (!this.#beginsLine(offset)) throw new NoPlace();
    const start = this.#text.lastIndexOf('\n', offset - 1) + 1;
    this.#push(start, start, `${lines}\n`);
  }

  #push(from: number, to: number, text: string): void {
    this.edits.push({ from, to, text: text.replaceAll('\n', this.#break) });
  }

  /** Where the last thing that is written ends; comments and blank lines behind it do not count. */
  #endOf(node: ParsedNode): number {
    if (isMap(node) && !node.flow && node.items.length > 0) {
      const { key, value } = node.items.at(-1)!;
      return this.#endOf((value ?? key) as ParsedNode);
    }
    if (isSeq(node) && !node.flow && node.items.length > 0) return this.#endOf(node.items.at(-1) as ParsedNode);
    const [, end] = node.range;
    if (!isScalar(node) || !isBlock(node) || this.#text[end - 1] !== '\n') return end;
    // A block text ends with its line break.
    return this.#text[end - 2] === '\r' ? end - 2 : end - 1;
  }

  #dashOf(item: ParsedNode): number {
    const dash = this.#text.lastIndexOf('-', item.range[0] - 1);
    if (dash < 0 || this.#text.slice(dash + 1, item.range[0]).trim() !== '') throw new NoPlace();
    return dash;
  }

  #beginsLine(offset: number): boolean {
    return this.#text.slice(this.#text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === '';
  }

  #columnOf(offset: number): number {
    return offset - (this.#text.lastIndexOf('\n', offset - 1) + 1);
  }

  #lineEnd(offset: number): number {
    const end = this.#text.indexOf('\n', offset);
    return end < 0 ? this.#text.length : end;
  }
}

/** Keys of one that the other has not. */
function missing(one: Json, other: Json): string[] {
  return Object.keys(one).filter((key) => !Object.hasOwn(other, key));
}
