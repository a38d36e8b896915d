/** Writes objects as YAML, always in the same way. */
import { RolloutGuardError } from '../../errors.ts';
import { pathText } from '../validation/field.ts';
import type { Path } from '../validation/finding.ts';
import { blockText, inlineText } from './scalar-text.ts';

/** Keys that come first in an object; the others follow as they are. */
const FIRST = ['apiVersion', 'kind', 'metadata', 'spec', 'data'];
const DEEPEST = 500;
const STEP = '  ';
/** YAML wants the colon within 1024 characters behind the beginning of its key. */
const LONGEST_KEY = 1000;

/**
 * Writes Kubernetes objects as YAML documents with `---` between them. The same objects give the same text; `apiVersion`,
 * `kind`, `metadata` and `spec` come first, all else in its order. Strings that any YAML reader could take for something
 * else are quoted. What JSON leaves out (`undefined`, functions) is left out.
 *
 * @param objects one object or a list of them.
 * @throws RolloutGuardError `INVALID_OPTION` - no object, a number that JSON cannot hold, a cycle, or more than 500 levels.
 */
export function print(objects: unknown): string {
  const isList = Array.isArray(objects);
  const list: readonly unknown[] = isList ? objects : [objects];
  const texts = list.map((object, index) => {
    const path = isList ? [index] : [];
    if (typeof object !== 'object' || object === null || Array.isArray(object)) fail(path, object, 'Give an object.');
    return `${textOf(ordered(object), path)}\n`;
  });
  return texts.join('---\n');
}

/** The text of a map, a list or a scalar as it stands at an indent, without the indent of its first line and the last line break. */
export function textOf(value: unknown, path: Path, indent = ''): string {
  if (path.length > DEEPEST) fail(path.slice(0, 8), value, `Nest it at most ${DEEPEST} levels deep, without a cycle.`);
  const plain = jsonOf(value);
  if (typeof plain === 'string') return blockText(plain, indent) ?? inlineText(plain);
  if (typeof plain === 'number') return numberText(plain, path);
  if (typeof plain === 'bigint') fail(path, plain, 'Give a number or a string.');
  if (typeof plain !== 'object' || plain === null) return String(plain ?? null);
  if (Array.isArray(plain)) return listText(plain, path, indent);
  const entries = Object.entries(plain).filter(([, item]) => !isDropped(item));
  if (entries.length === 0) return '{}';
  return entries.map(([key, item]) => entryText(key, item, path, indent)).join(`\n${indent}`);
}

/** A key with its value. */
export function entryText(key: string, value: unknown, path: Path, indent: string): string {
  const name = inlineText(key);
  const inner = textOf(value, [...path, key], indent + STEP);
  const isBlock = isFilled(jsonOf(value));
  const gap = isBlock ? `\n${indent}${STEP}` : ' ';
  return name.length > LONGEST_KEY ? `? ${name}\n${indent}:${gap}${inner}` : `${name}:${gap}${inner}`;
}

function listText(list: readonly unknown[], path: Path, indent: string): string {
  if (list.length === 0) return '[]';
  const items = list.map(
    (item, index) => `- ${textOf(isDropped(item) ? null : item, [...path, index], indent + STEP)}`,
  );
  return items.join(`\n${indent}`);
}

function numberText(number: number, path: Path): string {
  if (!Number.isFinite(number)) fail(path, number, 'Give a finite number.');
  return Object.is(number, -0) ? '-0.0' : String(number);
}

function ordered(object: object): object {
  const plain = jsonOf(object) as Record<string, unknown>;
  const keys = Object.keys(plain);
  const first = FIRST.filter((key) => keys.includes(key));
  // `fromEntries` makes own properties of all names.
  return Object.fromEntries([...first, ...keys.filter((key) => !first.includes(key))].map((key) => [key, plain[key]]));
}

/** As JSON does it: a date says itself what it is. */
function jsonOf(value: unknown): unknown {
  const own = value as { toJSON?: unknown } | null | undefined;
  return typeof own === 'object' && typeof own?.toJSON === 'function' ? own.toJSON() : value;
}

function isDropped(value: unknown): boolean {
  return value === undefined || typeof value === 'function' || typeof value === 'symbol';
}

function isFilled(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.length > 0 : Object.values(value).some((item) => !isDropped(item));
}

function fail(path: Path, value: unknown, mend: string): never {
  const place = path.length === 0 ? 'objects' : `objects${typeof path[0] === 'number' ? '' : '.'}${pathText(path)}`;
  throw new RolloutGuardError('INVALID_OPTION', 'print: invalid value', { path: place, value, mend });
}
