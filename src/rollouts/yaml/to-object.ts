/** Makes the object of a syntax tree, as Kubernetes would read it, and says where that is not what it looks like. */
import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';
import type { Path, Severity } from '../validation/finding.ts';
import { type RawProblem, YAML_EFFECT, type YamlCode } from './problem.ts';
import { isOctal, isOldBoolean, plainValue, type ScalarValue } from './scalar.ts';

const DEEPEST = 500;
/** Nodes that aliases of one document may stand for, together. */
const MOST_ALIASED = 100_000;

const CORE = 'tag:yaml.org,2002:';

/** Thrown through the recursion when a document is given up. */
class GivenUp extends Error {}

/** @param base - offset of the document in its text. */
export function toObject(root: ParsedNode, base: number): { object: unknown; problems: RawProblem[] } {
  const reader = new Reader(base);
  try {
    return { object: reader.read(root), problems: reader.problems };
  } catch (error) {
    if (!(error instanceof GivenUp)) throw error;
    return { object: undefined, problems: reader.problems };
  }
}

/** Sets an own property, whatever its name: `__proto__` is an ordinary key. */
function setOwn(object: object, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, ...WRITABLE });
  else (object as Record<string, unknown>)[key] = value;
}

const WRITABLE = { writable: true, enumerable: true, configurable: true } as const;

/** The name of a key as it ends in JSON; `null` when it cannot be one. */
export function keyName(node: unknown): string | null {
  if (!isScalar(node)) return null;
  const value = scalarValue(node);
  return value === null || value === undefined ? null : String(value);
}

/** True for the key `<<`, whose value's keys become keys of the map. */
export function isMergeKey(node: unknown): boolean {
  return isScalar(node) && node.source === '<<' && node.type === 'PLAIN' && !node.tag;
}

/** The value of a scalar by its tag or its looks; `undefined` when the two do not fit. */
function scalarValue(node: Scalar): ScalarValue | undefined {
  const text = node.source ?? String(node.value);
  if (!node.tag) return node.type === 'PLAIN' ? plainValue(text) : text;
  if (!node.tag.startsWith(CORE)) return text;
  const type = node.tag.slice(CORE.length);
  if (type === 'binary') return base64Text(text);
  const wanted = { null: 'object', bool: 'boolean', int: 'number', float: 'number' }[type];
  const value = plainValue(text);
  if (wanted === undefined) return text;
  return typeof value === wanted && (type !== 'int' || Number.isInteger(value)) ? value : undefined;
}

function base64Text(text: string): string | undefined {
  const packed = text.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return undefined;
  return new TextDecoder().decode(Uint8Array.from(atob(packed), (character) => character.charCodeAt(0)));
}

class Reader {
  readonly problems: RawProblem[] = [];
  readonly #base: number;
  readonly #path: (string | number)[] = [];
  readonly #anchors = new Map<string, ParsedNode>();
  /** Anchored nodes that are being read: an alias to one of them would have no end. */
  readonly #open = new Set<ParsedNode>();
  #aliased = 0;
  /** Above zero while an alias is followed: its problems were told where it was anchored. */
  #following = 0;
  #depth = 0;

  constructor(base: number) {
    this.#base = base;
  }

  read(node: ParsedNode): unknown {
    if (this.#following > 0 && ++this.#aliased > MOST_ALIASED) {
      const message = `Aliases of this document stand for more than ${MOST_ALIASED} values.`;
      this.#giveUp('yaml-alias-bomb', node, message, 'Write the values out, or split the document.');
    }
    if (++this.#depth > DEEPEST) {
      this.#giveUp('yaml-too-deep', node, `This is nested more than ${DEEPEST} levels deep.`, 'Nest it less.');
    }
    const value = isAlias(node) ? this.#alias(node) : this.#anchored(node);
    this.#depth--;
    return value;
  }

  #anchored(node: ParsedNode): unknown {
    const anchor = isAlias(node) ? undefined : node.anchor;
    if (anchor) {
      this.#anchors.set(anchor, node);
      this.#open.add(node);
    }
    if (node.tag && !node.tag.startsWith(CORE) && node.tag !== '!') {
      const message = `The tag ${node.tag} means nothing to Kubernetes.`;
      this.#tell('yaml-tag', 'advice', node, message, 'It is dropped, and the value is read without it.', 'Remove it.');
    }
    const value = isMap(node) ? this.#map(node) : isSeq(node) ? this.#list(node.items) : this.#scalar(node as Scalar);
    this.#open.delete(node);
    return value;
  }

  #list(items: readonly unknown[]): unknown[] {
    return items.map((item, index) => this.#below(index, item as ParsedNode));
  }

  #below(key: string | number, node: ParsedNode | null): unknown {
    if (node === null) return null;
    this.#path.push(key);
    const value = this.read(node);
    this.#path.pop();
    return value;
  }

  #map(map: YAMLMap): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    const written = new Set<string>();
    for (const { key, value } of map.items) {
      const valueNode = value as ParsedNode | null;
      if (isMergeKey(key)) {
        this.#merge(object, written, key as ParsedNode, valueNode);
        continue;
      }
      const name = this.#key(key as ParsedNode);
      if (name === null) continue;
      if (written.has(name)) {
        const effect = 'The last one counts for kubectl, and strict readers refuse the document.';
        const mend = 'Remove one of them.';
        this.#tell(
          'yaml-duplicate-key',
          'rejected',
          key as ParsedNode,
          `The key ${quoted(name)} stands twice.`,
          effect,
          mend,
        );
      }
      written.add(name);
      setOwn(object, name, this.#below(name, valueNode));
    }
    return object;
  }

  #key(node: ParsedNode): string | null {
    const target = isAlias(node) ? this.#target(node) : node;
    const name = keyName(target);
    if (name === null) {
      const what = isScalar(target) ? 'nothing' : 'a map or a list';
      const mend = 'Use a string. A text that begins with { or [ must be quoted.';
      this.#refuse('yaml-key', node, `A key is ${what}: JSON has no such keys.`, mend);
    } else if (isScalar(target) && target.type === 'PLAIN' && isOldBoolean(target.source ?? '')) {
      this.#boolean(node, target.source!, `the key "${name}"`);
    }
    return name;
  }

  #scalar(node: Scalar): unknown {
    const value = scalarValue(node);
    const text = node.source ?? '';
    const place = node as ParsedNode;
    if (value === undefined) {
      this.#refuse('yaml-tag', place, `The value ${quoted(text)} does not fit its tag.`, 'Remove the tag.');
      return null;
    }
    if (node.type !== 'PLAIN' || node.tag) return value;
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.#refuse('yaml-number', place, `${text} is a number that JSON cannot hold.`, `Quote it: "${text}".`);
      return text;
    }
    if (typeof value === 'boolean' && isOldBoolean(text)) this.#boolean(place, text, `the boolean ${value}`);
    if (typeof value === 'number' && isOctal(text) && !/mode$/i.test(String(this.#path.at(-1)))) {
      const message = `${text} begins with a zero: Kubernetes reads it as octal, ${value}.`;
      this.#tell(
        'yaml-octal',
        'unsafe',
        place,
        message,
        YAML_EFFECT.misread,
        `Write ${value}, or quote it: "${text}".`,
      );
    }
    return value;
  }

  #boolean(node: ParsedNode, text: string, meaning: string): void {
    const message = `Kubernetes reads the unquoted ${text} as ${meaning}.`;
    const mend = `Write true or false, or quote it: "${text}".`;
    this.#tell('yaml-boolean', 'unsafe', node, message, YAML_EFFECT.misread, mend);
  }

  #alias(node: ParsedNode): unknown {
    const target = this.#target(node);
    if (target === null) return null;
    this.#following++;
    const value = this.read(target);
    this.#following--;
    return value;
  }

  /** The node that an alias stands for. */
  #target(node: ParsedNode): ParsedNode | null {
    const name = (node as unknown as { source: string }).source;
    const target = this.#anchors.get(name);
    const mend = `Quote a text that begins with *, or write &${name} before it.`;
    if (target === undefined) this.#refuse('yaml-alias', node, `There is no anchor &${name} before this alias.`, mend);
    else if (this.#open.has(target)) {
      this.#refuse('yaml-alias', node, `The alias *${name} stands inside its own value.`, 'Write the value out.');
      return null;
    }
    return target ?? null;
  }

  /** Takes over the keys of the maps that `<<` names; of several the first counts. */
  #merge(object: object, written: ReadonlySet<string>, key: ParsedNode, value: ParsedNode | null): void {
    const list = isSeq(value) ? (value.items as ParsedNode[]).toReversed() : [value];
    for (const item of list) {
      const source = item === null ? null : this.#below('<<', item);
      if (typeof source !== 'object' || source === null || Array.isArray(source)) {
        this.#refuse('yaml-merge', key, 'A merge key takes a map or a list of maps.', 'Give it an alias of a map.');
        continue;
      }
      const hidden = Object.keys(source).find((name) => written.has(name));
      if (hidden !== undefined) {
        const message = `This merge key replaces ${quoted(hidden)}, which stands above it.`;
        const effect = 'The merged value counts for kubectl, the written one for other readers.';
        this.#tell('yaml-merge', 'unsafe', key, message, effect, 'Put the merge key first.');
      }
      for (const [name, merged] of Object.entries(source)) setOwn(object, name, merged);
    }
  }

  #refuse(code: YamlCode, node: ParsedNode, message: string, mend: string): void {
    this.#tell(code, 'rejected', node, message, YAML_EFFECT.refused, mend);
  }

  #giveUp(code: YamlCode, node: ParsedNode, message: string, mend: string): never {
    this.#following = 0;
    this.#tell(code, 'rejected', node, message, YAML_EFFECT.unread, mend);
    throw new GivenUp();
  }

  #tell(code: YamlCode, severity: Severity, node: ParsedNode, message: string, effect: string, mend: string): void {
    if (this.#following > 0) return;
    const segments: Path = [...this.#path];
    const [offset, end] = [this.#base + node.range[0], this.#base + node.range[1]];
    this.problems.push({ code, severity, segments, offset, end, message, effect, mend });
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
}
