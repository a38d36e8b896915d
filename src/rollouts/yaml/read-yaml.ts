/** Reads a text of YAML or JSON documents: the objects, where their values stand, and everything that is wrong. */
import type { Path } from '../validation/finding.ts';
import { type Composed, compose } from './compose.ts';
import { decode, forbiddenCharacters } from './decode.ts';
import { Lines } from './lines.ts';
import { spanOf } from './locate.ts';
import { type Place, type RawProblem, YAML_EFFECT, type YamlProblem } from './problem.ts';
import { rewrite } from './rewrite.ts';
import { type Chunk, splitDocuments } from './split.ts';
import { templateProblem } from './template.ts';
import { toObject } from './to-object.ts';

/** One object of a text. */
export interface YamlDocument {
  /** As Kubernetes reads it. */
  readonly object: unknown;
  /** Where a value stands, or the nearest thing on the way to it that exists. */
  locate(segments: Path): Place;
  /**
   * The file with another object in the place of this one: `.text` is what to write. Comments, the order of keys, quotes
   * and blank lines of what did not change keep every byte; new keys stand behind those that they follow. Where a change
   * has no place in the text, such as one of a value that aliases stand for, this document is written anew, without
   * its comments.
   *
   * @throws RolloutGuardError `INVALID_OPTION` - it is no object that JSON can hold.
   */
  replace(object: unknown): YamlFile;
}

/** A text, read. */
export interface YamlFile {
  /** Without the byte order mark. */
  readonly text: string;
  /** In their order; the items of a `List` count one by one. Empty documents and those that are refused are left out. */
  readonly documents: readonly YamlDocument[];
  /** All that is wrong, in the order of the text. */
  readonly problems: readonly YamlProblem[];
  /** A line, counted from 1, without its end. */
  line(number: number): string;
}

/**
 * Reads YAML 1.1 as Kubernetes does, documents of any number, or JSON objects one after another. Never throws because
 * of the text.
 *
 * @param input text, or the bytes of a file.
 */
export function readYaml(input: string | Uint8Array): YamlFile {
  return readWith(new TreeSlot(), input);
}

/** Keeps the tree that was used last, and no other: who asks for one place of a document asks for the next one soon. */
export class TreeSlot {
  #last: { text: string; chunk: Chunk; composed: Composed } | null = null;

  /** The tree of a document. */
  of(text: string, chunk: Chunk): Composed {
    if (this.#last?.chunk !== chunk || this.#last.text !== text)
      this.#last = { text, chunk, composed: compose(text, chunk) };
    return this.#last.composed;
  }
}

/** Reads a text among many: with one slot for all of them, one tree is in memory and not one for each. */
export function readWith(slot: TreeSlot, input: string | Uint8Array): YamlFile {
  const { text, problems: refusals } = decode(input);
  const lines = new Lines(text);
  const trees = { text, of: (chunk: Chunk): Composed => slot.of(text, chunk) };
  const documents: YamlDocument[] = [];
  const { chunks, problems: separators } = splitDocuments(text);
  const problems = [...refusals, ...forbiddenCharacters(text), ...separators];
  for (const chunk of chunks) {
    const { object, problems: found } = read(trees, chunk);
    problems.push(...found);
    for (const { item, path } of itemsOf(object)) {
      documents.push({
        object: item,
        locate: (segments) => placeOf(trees, lines, chunk, [...path, ...segments]),
        replace: (changed) => readWith(slot, rewrite(text, chunk, path, changed)),
      });
    }
  }
  problems.sort((a, b) => a.offset - b.offset);
  return {
    ...{ text, documents },
    problems: problems.map(({ offset, end = offset + 1, ...rest }) => ({ ...rest, ...lines.place(offset, end) })),
    line: (number) => lines.text(number),
  };
}

/** The trees of one text. */
interface Trees {
  readonly text: string;
  of(chunk: Chunk): Composed;
}

function read(trees: Trees, chunk: Chunk): { object: unknown; problems: readonly RawProblem[] } {
  const { root, problems } = trees.of(chunk);
  const refused = problems.some(({ severity }) => severity === 'rejected');
  const { object, problems: inside } =
    root === null || refused ? { object: undefined, problems: [] } : toObject(root, chunk.start);
  const all = [...problems, ...inside];
  const broken = all.some(({ code }) => code === 'yaml-syntax' || code === 'yaml-key');
  const template = templateProblem(trees.text, chunk, broken);
  if (template !== null) return { object: undefined, problems: [template] };
  if (object !== undefined && object !== null && (typeof object !== 'object' || Array.isArray(object))) {
    const what = Array.isArray(object) ? 'a list' : `the ${typeof object} ${JSON.stringify(object).slice(0, 60)}`;
    all.push({
      ...{ code: 'yaml-not-an-object', severity: 'rejected', segments: [], offset: chunk.start + root!.range[0] },
      message: `This document is ${what}, and no object.`,
      effect: YAML_EFFECT.refused,
      mend: Array.isArray(object) ? 'Separate its items by lines of three dashes.' : 'Write apiVersion and kind.',
    });
    return { object: undefined, problems: all };
  }
  return { object: object ?? undefined, problems: onePerLine(trees.text, all) };
}

/** One slip makes a parser stumble more than once; what it says first of a line is what counts. */
function onePerLine(text: string, problems: readonly RawProblem[]): RawProblem[] {
  let last = -1;
  return problems.filter(({ code, offset }) => {
    if (code !== 'yaml-syntax') return true;
    const isNext = last < 0 || text.slice(last, offset).includes('\n');
    if (isNext) last = offset;
    return isNext;
  });
}

/** `kubectl get -o yaml` writes many objects as the items of one. */
export function itemsOf(object: unknown): { item: unknown; path: Path }[] {
  if (object === undefined) return [];
  const { kind, items } = (object ?? {}) as { kind?: unknown; items?: unknown };
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return [{ item: object, path: [] }];
  return items.map((item: unknown, index) => ({ item, path: ['items', index] }));
}

function placeOf(trees: Trees, lines: Lines, chunk: Chunk, segments: Path): Place {
  const { root } = trees.of(chunk);
  const span = root === null ? { from: 0, to: 0 } : spanOf(root, segments);
  return lines.place(chunk.start + span.from, chunk.start + span.to);
}
