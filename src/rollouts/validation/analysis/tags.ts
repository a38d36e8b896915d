/**
 * Double braces in a metric. Argo writes a metric as JSON and replaces each `{{args.x}}` in it, keys included; anything else
 * between braces is an error, and nothing escapes them (Argo: utils/template/template.go).
 */
import type { Field } from '../field.ts';
import type { Resolve } from './values.ts';

/** One pair of double braces, or an opening one that nothing closes (`name` is `null`). */
export interface Tag {
  /** What stands between the braces, trimmed. */
  readonly name: string | null;
  /** The string that has it. */
  readonly at: Field;
}

const TAGS = new WeakMap<Field, readonly Tag[]>();

/** All tags in the strings and keys below a value. Every object is read once, so that a cycle ends. */
export function tagsOf(root: Field): readonly Tag[] {
  const tags = TAGS.get(root) ?? readTags(root);
  TAGS.set(root, tags);
  return tags;
}

function readTags(root: Field): Tag[] {
  const tags: Tag[] = [];
  const seen = new Set<unknown>();
  const left = [root];
  const read = (text: string, at: Field): void => {
    for (const name of textTags(text)) tags.push({ name, at });
  };
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    const { value } = at;
    if (typeof value === 'string') read(value, at);
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const key of Object.keys(value).reverse()) {
      const below = at.at(Array.isArray(value) ? Number(key) : key);
      if (at.isObject) read(key, below);
      left.push(below);
    }
  }
  return tags;
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

/** Puts values into texts: `null` for one that needs what is not known. */
export function resolveWith(values: ReadonlyMap<string, string>): Resolve {
  return (text) => {
    let result = '';
    for (const [before, tag] of splitTags(text)) {
      const value = tag === undefined ? '' : tag?.startsWith('args.') ? values.get(tag.slice(5)) : undefined;
      if (value === undefined) return null;
      result += before + value;
    }
    return result;
  };
}
