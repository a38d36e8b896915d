/** Holds an object against the schema of its kind: types, required fields, unknown fields, closed lists. */
import { nearestName } from '../../../nearest.ts';
import type { Context } from '../context.ts';
import { Field, pathText } from '../field.ts';
import type { ArgoTarget, Path } from '../finding.ts';
import { EFFECT } from '../report.ts';
import { kindOf, shown } from '../shown.ts';
import { checkMetadata, checkSelector } from './labels.ts';
import { placesOf } from './places.ts';
import { type FieldShape, shapeOf } from './table.ts';

const PRUNED = 'kubectl refuses the object; clients that are less strict drop the field without a word.';
const WORDS: Readonly<Record<string, string>> = {
  string: 'a string',
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
  const kind = context.self.ref.kind!;
  checkObject(root.value, kind, [], { context, kind });
}

interface Walk {
  readonly context: Context;
  readonly kind: string;
}

function checkObject(value: unknown, type: string, path: Path, walk: Walk): void {
  const { report } = walk.context;
  const shape = shapeOf(type)!;
  if (!isObject(value)) {
    report.rejected('wrong-type', path, wrongType(path, 'an object', value), EFFECT.apply, mendOf('object', value));
    return;
  }
  for (const [name, field] of shape) {
    const below = Object.hasOwn(value, name) ? value[name] : undefined;
    if (below !== undefined && below !== null) {
      checkField(below, field, [...path, name], walk);
      checkSince(`${type}.${name}`, [...path, name], walk.context);
    } else if (field.required) {
      const message = `${pathText([...path, name])} is missing.`;
      report.rejected('missing-field', [...path, name], message, EFFECT.apply, 'Write it; the schema requires it.');
    }
  }
  checkUnknown(value, shape, path, walk);
  if (type === 'Selector') checkSelector(new Field(value, path), walk.context);
  if (type === 'Metadata' || type === 'RoleMetadata') checkMetadata(new Field(value, path), walk.context);
}

const RELEASES: readonly (string | null)[] = ['1.8', '1.9', '1.10', null];
/** Fields that older releases do not know; `null`: no release up to 1.10 does. */
const SINCE: Readonly<Record<string, ArgoTarget | null>> = {
  'Canary.replicaProgressThreshold': '1.9',
  'DestinationRule.additionalSubsetNames': '1.9',
  'ExperimentStep.scaleDownDelaySeconds': '1.9',
  'Kayenta.lookback': '1.9',
  'Datadog.requestTimeout': '1.10',
  'Authentication.basicAuth': null,
};

function checkSince(field: string, path: Path, { target, report }: Context): void {
  const since = Object.hasOwn(SINCE, field) ? SINCE[field]! : '1.8';
  if (RELEASES.indexOf(since) <= RELEASES.indexOf(target)) return;
  const message = `Argo Rollouts ${target} does not know ${pathText(path)}${since === null ? '' : `: it came with ${since}`}.`;
  report.unsafe('unknown-field', path, message, PRUNED, 'Leave it out, or upgrade the controller.');
}

function checkField(value: unknown, { type, many }: FieldShape, path: Path, walk: Walk): void {
  if (many === '') {
    checkValue(value, type, path, walk);
    return;
  }
  const isMany = many === '[]' ? Array.isArray(value) : isObject(value);
  if (!isMany) {
    const message = wrongType(path, many === '[]' ? 'a list' : 'an object', value);
    walk.context.report.rejected('wrong-type', path, message, EFFECT.apply, mendOf(many, value));
  } else if (many === '[]') {
    const items = value as unknown[];
    for (let index = 0; index < items.length; index++) checkValue(items[index], type, [...path, index], walk);
  } else {
    for (const [key, item] of new Field(value, path).entries) checkValue(item.value, type, [...path, key], walk);
  }
}

function checkValue(value: unknown, type: string, path: Path, walk: Walk): void {
  const { report } = walk.context;
  if (shapeOf(type) !== null) {
    checkObject(value, type, path, walk);
  } else if (type.includes('|') && typeof value === 'string') {
    const known = type.split('|');
    if (known.includes(value)) return;
    const near = nearestName(value, known);
    const mend = near === null ? `Use one of ${known.join(', ')}.` : `Did you mean "${near}"?`;
    report.rejected('not-one-of', path, `${pathText(path)} cannot be ${shown(value)}.`, EFFECT.apply, mend);
  } else if (!fits(value, type)) {
    const wanted = WORDS[type] ?? (type.includes('|') ? 'a string' : 'an object');
    report.rejected('wrong-type', path, wrongType(path, wanted, value), EFFECT.apply, mendOf(type, value));
  }
}

function fits(value: unknown, type: string): boolean {
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
      return !type.includes('|') && isObject(value);
  }
}

function checkUnknown(
  value: Readonly<Record<string, unknown>>,
  shape: ReadonlyMap<string, FieldShape>,
  path: Path,
  { context, kind }: Walk,
): void {
  let guessed = 0;
  for (const key of Object.keys(value)) {
    if (shape.has(key) || value[key] === undefined || value[key] === null) continue;
    const where = path.length === 0 ? `a ${kind}` : pathText(path);
    const mend = ++guessed > MOST_GUESSED ? 'Leave it out.' : mendOfUnknown(key, [...shape.keys()], kind);
    context.report.unsafe('unknown-field', [...path, key], `${shown(key)} is no field of ${where}.`, PRUNED, mend);
  }
}

function mendOfUnknown(key: string, known: readonly string[], kind: string): string {
  const near = nearestName(key, known);
  const places = placesOf(kind, key);
  if (near !== null) return `Did you mean "${near}"?`;
  if (places.length > 0) return `It belongs to ${places.join(' or ')}.`;
  return `Leave it out; known here: ${known.join(', ')}.`;
}

/** The value itself is shown only where a number or a switch belongs: what belongs to a string may be a password. */
function wrongType(path: Path, wanted: string, value: unknown): string {
  const given = wanted === 'a string' ? kindOf(value) : shown(value);
  return `${pathText(path) || 'The document'} must be ${wanted}, not ${given}.`;
}

function mendOf(type: string, value: unknown): string {
  if (type === '[]') return 'Write a list, also of one.';
  if (type === 'string') return typeof value === 'object' ? 'Write a string.' : 'Put it in quotes.';
  if (type === 'bool') return value === 'true' || value === 'false' ? 'Leave out the quotes.' : 'Write true or false.';
  if (type === 'int' || type === 'long' || type === 'int-or-string') {
    if (typeof value === 'string' && /^-?\d+$/.test(value)) return 'Leave out the quotes.';
    return type === 'long' ? 'Write a whole number.' : 'Write a whole number below 2147483648.';
  }
  if (type === 'time') return 'Write the date and the time with its zone.';
  return 'Write an object: fields with their values.';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isInt32(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) === ((value as number) | 0);
}
