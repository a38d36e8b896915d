/** Holds an object against the schema of its kind: types, required fields, unknown fields, closed lists. */
import { nearestName } from '../../../nearest.ts';
import type { Context } from '../context.ts';
import { type Field, pathText } from '../field.ts';
import { ARGO_TARGETS, type Path } from '../finding.ts';
import { EFFECT } from '../report.ts';
import { kindOf, meant, shown } from '../shown.ts';
import { checkMetadata, checkSelector } from './labels.ts';
import { placesOf } from './places.ts';
import { type FieldShape, NO_RELEASE, shapeOf } from './table.ts';

const PRUNED = 'kubectl refuses the object; clients that are less strict drop the field without a word.';
const TEXT = 'a string';
const WORDS: Readonly<Record<string, string>> = {
  '[]': 'a list',
  string: TEXT,
  int: 'a whole number',
  long: 'a whole number',
  bool: 'true or false',
  'int-or-string': 'a whole number or a string',
  quantity: 'a quantity such as 500m or 1Gi',
  time: 'a time such as 2026-01-31T12:00:00Z',
};
const TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
/** Fields that nobody knows in one object: beyond so many, the object is something else, and guessing them takes time. */
const MOST_GUESSED = 20;

/** The shape rules of an object of Argo's: they come before all others, which are silent about what has a wrong type. */
export function checkShape(root: Field, context: Context): void {
  checkObject(root, context.self.ref.kind!, context);
}

function checkObject(at: Field, type: string, context: Context): void {
  const shape = shapeOf(type)!;
  if (!at.isObject) {
    wrongType(at, 'object', context);
    return;
  }
  checkUnknown(at, shape, context);
  for (const [name, field] of shape) {
    const below = at.at(name);
    if (below.present) {
      checkField(below, field, context);
      if (field.since !== undefined) checkSince(below, field.since, context);
    } else if (field.required) {
      const message = `${pathText(below.path)} is missing.`;
      context.report.rejected('missing-field', below, message, EFFECT.apply, 'Write it; the schema requires it.');
    }
  }
  if (type === 'Selector') checkSelector(at, context);
  if (type === 'Metadata' || type === 'RoleMetadata') checkMetadata(at, context);
}

const RELEASES: readonly string[] = [...ARGO_TARGETS, NO_RELEASE];

function checkSince(at: Field, since: string, { target, report }: Context): void {
  if (RELEASES.indexOf(since) <= RELEASES.indexOf(target)) return;
  const came = since === NO_RELEASE ? '' : `: it came with ${since}`;
  const message = `Argo Rollouts ${target} does not know ${pathText(at.path)}${came}.`;
  report.unsafe('unknown-field', at, message, PRUNED, 'Leave it out, or upgrade the controller.');
}

function checkField(at: Field, { type, many }: FieldShape, context: Context): void {
  if (many === '') checkValue(at, type, context);
  else if (many === '[]' ? !Array.isArray(at.value) : !at.isObject) wrongType(at, many, context);
  // One of the two is empty.
  for (const item of many === '[]' ? at.items : []) checkValue(item, type, context);
  for (const [, item] of many === '{}' ? at.entries : []) checkValue(item, type, context);
}

function checkValue(at: Field, type: string, context: Context): void {
  const { value } = at;
  if (shapeOf(type) !== null) checkObject(at, type, context);
  else if (type.includes('|') && typeof value === 'string') {
    const known = type.split('|');
    if (known.includes(value)) return;
    const mend = meant(value, known, `Use one of ${known.join(', ')}.`);
    const message = `${pathText(at.path)} cannot be ${shown(value)}.`;
    context.report.rejected('not-one-of', at, message, EFFECT.apply, mend);
  } else if (!fits(at, type)) wrongType(at, type, context);
}

function fits({ value, isObject }: Field, type: string): boolean {
  switch (type) {
    case 'any':
      return true;
    case 'string':
      return typeof value === 'string';
    case 'bool':
      return typeof value === 'boolean';
    case 'long':
      return Number.isInteger(value);
    case 'int':
      return isInt32(value);
    case 'int-or-string':
      return typeof value === 'string' || isInt32(value);
    case 'quantity':
      return typeof value === 'string' || typeof value === 'number';
    case 'time':
      return typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value));
    default:
      return !type.includes('|') && isObject;
  }
}

function checkUnknown(at: Field, shape: ReadonlyMap<string, FieldShape>, { report, self }: Context): void {
  const kind = self.ref.kind!;
  let guessed = 0;
  for (const key of Object.keys(at.value as object)) {
    if (shape.has(key) || !at.at(key).present) continue;
    const message = `${shown(key)} is no field of ${at.path.length === 0 ? kind : pathText(at.path)}.`;
    const known = [...shape.keys()];
    const near = ++guessed > MOST_GUESSED ? null : nearestName(key, known);
    if (near !== null && !at.at(near).present) report.misspelt([...at.path, key], near, message, PRUNED);
    else {
      const mend = guessed > MOST_GUESSED ? 'Leave it out.' : mendOfUnknown(near, key, known, kind);
      report.unsafe('unknown-field', at.at(key), message, PRUNED, mend);
    }
  }
}

function mendOfUnknown(near: string | null, key: string, known: readonly string[], kind: string): string {
  if (near !== null) return `Leave it out: there is ${near} already.`;
  const places = placesOf(kind, key);
  return places.length > 0 ? `It belongs to ${places.join(' or ')}.` : `Leave it out; known here: ${known.join(', ')}.`;
}

/** The value itself is shown only where a number, a switch or a time belongs: what stands elsewhere may be a password. */
function wrongType({ path, value }: Field, type: string, { report }: Context): void {
  const wanted = WORDS[type] ?? (type.includes('|') ? TEXT : 'an object');
  const isScalar =
    type === 'bool' ||
    type === 'int' ||
    type === 'long' ||
    type === 'int-or-string' ||
    type === 'quantity' ||
    type === 'time';
  const given = isScalar ? shown(value) : kindOf(value);
  const message = `${pathText(path) || 'The document'} must be ${wanted}, not ${given}.`;
  report.rejected('wrong-type', path, message, EFFECT.apply, mendOf(type, value, path));
}

function mendOf(type: string, value: unknown, path: Path): string {
  if (type === '[]') return 'Write a list, also of one.';
  if (type === 'string') {
    if (typeof value === 'object') return 'Write a string.';
    const isTime = typeof value === 'number' && /interval|delay|duration|step/i.test(String(path.at(-1)));
    return isTime ? `Write "${value}s".` : 'Put it in quotes.';
  }
  if (type === 'bool') return value === 'true' || value === 'false' ? 'Leave out the quotes.' : 'Write true or false.';
  if (type === 'int' || type === 'long' || type === 'int-or-string') {
    if (typeof value === 'string' && /^-?\d+$/.test(value)) return 'Leave out the quotes.';
    return type === 'long' ? 'Write a whole number.' : 'Write a whole number below 2147483648.';
  }
  if (type === 'time') return 'Write the date and the time with its zone.';
  return 'Write an object: fields with their values.';
}

function isInt32(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) === ((value as number) | 0);
}
