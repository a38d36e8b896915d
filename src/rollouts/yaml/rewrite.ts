/** A text with one of its objects changed. */
import { OptionCheck } from '../../options.ts';
import { compose } from './compose.ts';
import { applied, editsOf, NoPlace } from './edit.ts';
import { print } from './print.ts';
import { isPlainObject, same } from './same.ts';
import type { Chunk } from './split.ts';
import { toObject } from './to-object.ts';

/**
 * The text with another object in the place of a document. What did not change keeps every byte. A change that has no
 * place in the text, such as one of a value that aliases stand for, writes that document anew, without its comments.
 *
 * @param path - where in the document the object is: below `items` of a `List`.
 */
export function rewrite(text: string, chunk: Chunk, path: readonly (string | number)[], object: unknown): string {
  const check = new OptionCheck('INVALID_OPTION', 'replace');
  if (!isPlainObject(object)) check.fail('object', object, 'Give an object.');
  const source = text.slice(chunk.start, chunk.end);
  const { root } = compose(source, { start: 0, end: source.length });
  const before = toObject(root!, 0).object;
  const after = path.length === 0 ? plain(object, check) : placed(before, path, plain(object, check));
  const changed = edited(source, before, after) ?? anew(source, after);
  return text.slice(0, chunk.start) + changed + text.slice(chunk.end);
}

/** What JSON leaves out is left out. */
function plain(object: unknown, check: OptionCheck): unknown {
  try {
    return JSON.parse(JSON.stringify(object));
  } catch {
    return check.fail('object', object, 'Give an object that JSON can hold.');
  }
}

function placed(before: unknown, path: readonly (string | number)[], item: unknown): unknown {
  const [items, index] = path as ['items', number];
  const list = before as { items: unknown[] };
  return { ...list, [items]: list.items.with(index, item) };
}

/** `null` when edits do not lead to that object: what the text then says is asked, and not assumed. */
function edited(source: string, before: unknown, after: unknown): string | null {
  const read = (text: string): { object: unknown; isClean: boolean; root: ReturnType<typeof compose>['root'] } => {
    const { root, problems } = compose(text, { start: 0, end: text.length });
    const isClean = problems.length === 0;
    return { root, isClean, object: root === null || !isClean ? undefined : toObject(root, 0).object };
  };
  try {
    const result = applied(source, editsOf(source, read(source).root!, before, after));
    return same(read(result).object, after) ? result : null;
  } catch (error) {
    if (error instanceof NoPlace) return null;
    throw error;
  }
}

function anew(source: string, after: unknown): string {
  const [lead] = /^\s*/.exec(source) as unknown as [string];
  if (source[lead.length] !== '{') return `${lead}${print(after)}`;
  const end = source.slice(source.trimEnd().length);
  const [, indent] = /^\{\s*?\n([ \t]+)/.exec(source.trimStart()) ?? [];
  return `${lead}${JSON.stringify(after, null, indent)}${end}`;
}
