/**
 * Double braces in a metric. Argo writes a metric as JSON and replaces each `{{args.x}}` in it, keys included; anything else
 * between braces is an error, and nothing escapes them (Argo: utils/template/template.go).
 */
import type { Field } from '../field.ts';

/** One pair of double braces, or an opening one that nothing closes (`name` is `null`). */
export interface Tag {
  /** What stands between the braces, trimmed. */
  readonly name: string | null;
  /** The string that has it. */
  readonly at: Field;
}

/** All tags in the strings and keys below a value. Every object is read once, so that a cycle ends. */
export function tagsOf(root: Field): Tag[] {
  const tags: Tag[] = [];
  const seen = new Set<unknown>();
  // Paths are made only where there is a tag: most strings have none.
  const left: Place[] = [{ value: root.value, key: '', up: null }];
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    const { value } = place;
    if (typeof value === 'string') readTags(value, place, root, tags);
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    const list = Array.isArray(value);
    for (const key of Object.keys(value).reverse()) {
      const below = { value: (value as Record<string, unknown>)[key], key: list ? Number(key) : key, up: place };
      if (!list) readTags(key, below, root, tags);
      left.push(below);
    }
  }
  return tags;
}

interface Place {
  readonly value: unknown;
  readonly key: string | number;
  readonly up: Place | null;
}

function readTags(text: string, place: Place, root: Field, tags: Tag[]): void {
  if (!text.includes('{{')) return;
  const keys: (string | number)[] = [];
  for (let at = place; at.up !== null; at = at.up) keys.unshift(at.key);
  for (const name of textTags(text)) tags.push({ name, at: root.at(...keys) });
}

/** Tags of one text; `null` for an opening that nothing closes. */
export function textTags(text: string): (string | null)[] {
  return splitTags(text).flatMap(([, tag]) => (tag === undefined ? [] : [tag]));
}

/** A text in pieces: what stands before a tag, and the tag; the last piece has none. */
function splitTags(text: string): [before: string, tag?: string | null][] {
  const pieces: [string, (string | null)?][] = [];
  let from = 0;
  for (let open = text.indexOf('{{'); open !== -1; open = text.indexOf('{{', from)) {
    const close = text.indexOf('}}', open + 2);
    const before = text.slice(from, open);
    if (close === -1) return [...pieces, [before, null]];
    pieces.push([before, text.slice(open + 2, close).trim()]);
    from = close + 2;
  }
  return [...pieces, [text.slice(from)]];
}

/** Puts values into a text; `null` when it needs one that is not known. */
export function putArgs(text: string, values: ReadonlyMap<string, string>): string | null {
  let result = '';
  for (const [before, tag] of splitTags(text)) {
    const value = tag === undefined ? '' : tag?.startsWith('args.') ? values.get(tag.slice('args.'.length)) : undefined;
    if (value === undefined) return null;
    result += before + value;
  }
  return result;
}
