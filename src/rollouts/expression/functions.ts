/** The functions of expr and of Argo, executable: those that make sense for metrics (expr: builtin/). */
import { parseGoDuration } from '../../duration.ts';
import {
  compared,
  elementOf,
  entriesOf,
  equal,
  floatOf,
  GoDuration,
  GoTime,
  intOf,
  isNumber,
  isObject,
  listOf,
  nameOf,
  printed,
  stop,
  textOf,
  truncated,
  unsupported,
  wrapped,
} from './go-values.ts';

/** What a call may need besides its arguments. */
export interface Surroundings {
  readonly result: unknown;
  readonly nowMs: number | undefined;
  /** expr 1.17, not 1.15. */
  readonly modern: boolean;
}

type Implementation = (args: readonly unknown[], surroundings: Surroundings) => unknown;

const MOST = 1_000_000;

function parsedFloat(text: string): number {
  if (/^[-+]?(?:inf|infinity)$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^[-+]?nan$/i.test(text)) return Number.NaN;
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text)) stop(`"${text}" is no number`);
  return Number(text);
}

function parsedInt(text: string): bigint {
  if (!/^[-+]?\d+$/.test(text)) stop(`"${text}" is no integer`);
  const value = BigInt(text.replace('+', ''));
  return wrapped(value) === value ? value : stop(`"${text}" is too large`);
}

function rounded(how: (value: number) => number): Implementation {
  return ([value]) => how(floatOf(value));
}

/** The numbers of lists in lists. */
function numbers(args: readonly unknown[], name: string): (number | bigint)[] {
  return args.flatMap((arg) =>
    Array.isArray(arg) ? numbers(arg, name) : isNumber(arg) ? [arg] : stop(`${name} does not take ${nameOf(arg)}`),
  );
}

function extreme(name: 'min' | 'max'): Implementation {
  return (args, { modern }) => {
    // expr 1.15 knows no lists here, and hands a single one back.
    if (!modern && args.length === 1) return args[0];
    if (!modern && args.some(Array.isArray)) stop(`${name} does not take a list`);
    return numbers(args, name).reduce<number | bigint | null>(
      (best, one) => (best === null || compared(name === 'min' ? '>' : '<', best, one) ? one : best),
      null,
    );
  };
}

function mean(args: readonly unknown[]): number {
  const all = numbers(args, 'mean').map(Number);
  return all.length === 0 ? 0 : all.reduce((sum, one) => sum + one, 0) / all.length;
}

function median(args: readonly unknown[]): number {
  const all = numbers(args, 'median')
    .map(Number)
    .sort((a, b) => a - b);
  const middle = all.length >> 1;
  if (all.length === 0) return 0;
  return all.length % 2 === 1 ? all[middle]! : (all[middle - 1]! + all[middle]!) / 2;
}

/** In a new list, so that the result stays as it is. */
export function sorted(list: readonly unknown[], keys: readonly unknown[], order: unknown): unknown[] {
  if (order !== undefined && order !== 'asc' && order !== 'desc') stop('The order is "asc" or "desc"');
  const sign = order === 'desc' ? -1 : 1;
  return list
    .map((item, index) => ({ item, key: keys[index] }))
    .sort((a, b) => sign * (compared('<', a.key, b.key) ? -1 : compared('>', a.key, b.key) ? 1 : 0))
    .map(({ item }) => item);
}

/** Go writes these three so that JSON can stand in HTML. */
const HTML: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number' && !Number.isFinite(value)) stop(`JSON has no ${printed(value)}`);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof GoTime || value instanceof GoDuration || typeof value === 'function') {
    unsupported(`JSON of ${nameOf(value)}`);
  }
  if (!isObject(value)) return value;
  const entries = entriesOf(value).map(([key, item]) => [printed(key), plain(item)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function date([text, ...layout]: readonly unknown[]): GoTime {
  if (layout.length > 0) unsupported('date() with a layout');
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[-+]\d\d:\d\d)?)?$/.exec(textOf(text));
  if (match === null) unsupported(`The date "${textOf(text)}"`);
  const ms = Date.parse(`${match[1]}T${match[2] ?? '00:00:00'}${match[3] ?? 'Z'}`);
  return Number.isNaN(ms) ? stop(`"${textOf(text)}" is no date`) : new GoTime(ms);
}

function lengthOf([value]: readonly unknown[], { modern }: Surroundings): bigint {
  // expr 1.15 counts bytes.
  if (typeof value === 'string') return BigInt((modern ? [...value] : new TextEncoder().encode(value)).length);
  if (Array.isArray(value)) return BigInt(value.length);
  return BigInt(entriesOf(value).length);
}

const TYPES: Readonly<Record<string, string>> = { bigint: 'int', number: 'float', boolean: 'bool', function: 'func' };

function typeName([value]: readonly unknown[]): string {
  if (value === null || value === undefined) return 'nil';
  if (Array.isArray(value)) return 'array';
  if (value instanceof GoTime) return 'time.Time';
  if (value instanceof GoDuration) return 'time.Duration';
  return isObject(value) ? 'map' : (TYPES[typeof value] ?? typeof value);
}

/** Functions without predicates; what is missing here is unsupported. */
export const FUNCTIONS: ReadonlyMap<string, Implementation> = new Map<string, Implementation>([
  ['isNaN', ([value]) => Number.isNaN(floatOf(value))],
  ['isInf', ([value]) => Math.abs(floatOf(value)) === Number.POSITIVE_INFINITY],
  ['isNil', (_, { result }) => result === null],
  ['default', ([, other], { result }) => (result === null ? other : result)],
  ['asInt', ([value]) => (typeof value === 'string' ? parsedInt(value) : intOf(value))],
  ['asFloat', ([value]) => (typeof value === 'string' ? parsedFloat(value) : floatOf(value))],
  ['len', lengthOf],
  ['type', typeName],
  ['abs', ([value]) => (typeof value === 'bigint' ? (value < 0n ? -value : value) : Math.abs(floatOf(value)))],
  ['ceil', rounded(Math.ceil)],
  ['floor', rounded(Math.floor)],
  // Go rounds halves away from zero.
  ['round', rounded((value) => Math.sign(value) * Math.round(Math.abs(value)))],
  ['int', ([value]) => (typeof value === 'string' ? parsedInt(value) : intOf(value))],
  ['float', ([value]) => (typeof value === 'string' ? parsedFloat(value) : floatOf(value))],
  ['string', ([value]) => printed(value)],
  ['upper', ([text]) => textOf(text).toUpperCase()],
  ['lower', ([text]) => textOf(text).toLowerCase()],
  ['trim', ([text, set]) => trimmed(textOf(text), set)],
  [
    'trimPrefix',
    ([text, part = ' ']) => (textOf(text).startsWith(textOf(part)) ? textOf(text).slice(textOf(part).length) : text),
  ],
  [
    'trimSuffix',
    ([text, part = ' ']) =>
      textOf(text).endsWith(textOf(part)) ? textOf(text).slice(0, textOf(text).length - textOf(part).length) : text,
  ],
  ['hasPrefix', ([text, part]) => textOf(text).startsWith(textOf(part))],
  ['hasSuffix', ([text, part]) => textOf(text).endsWith(textOf(part))],
  [
    'split',
    ([text, by, limit]) => (limit === undefined ? textOf(text).split(textOf(by)) : unsupported('split() with a limit')),
  ],
  ['join', ([list, by = '']) => listOf(list).map(textOf).join(textOf(by))],
  [
    'replace',
    ([text, from, to, limit]) =>
      limit === undefined
        ? textOf(text).replaceAll(textOf(from), () => textOf(to))
        : unsupported('replace() with a limit'),
  ],
  ['max', extreme('max')],
  ['min', extreme('min')],
  ['mean', mean],
  ['median', median],
  ['toJSON', ([value]) => JSON.stringify(plain(value), null, 2).replace(/[<>&]/g, (sign) => HTML[sign]!)],
  ['fromJSON', ([text]) => parsedJson(textOf(text))],
  ['now', (_, { nowMs }) => (nowMs === undefined ? unsupported('now() without a clock') : new GoTime(nowMs))],
  ['duration', ([text]) => duration(textOf(text))],
  ['date', date],
  ['first', ([list]) => elementOrNil(list, 0n)],
  ['last', ([list]) => elementOrNil(list, -1n)],
  ['get', ([from, key]) => elementOrNil(from, key)],
  ['take', ([list, count]) => listOf(list).slice(0, Number(intOf(count)))],
  ['keys', ([map]) => entriesOf(map).map(([key]) => key)],
  ['values', ([map]) => entriesOf(map).map(([, value]) => value)],
  ['toPairs', ([map]) => entriesOf(map)],
  ['fromPairs', ([list]) => new Map(listOf(list).map((pair) => listOf(pair) as [unknown, unknown]))],
  ['reverse', ([list]) => [...listOf(list)].reverse()],
  ['uniq', ([list]) => distinct(listOf(list))],
  ['concat', (lists) => lists.flatMap((list) => listOf(list))],
  ['flatten', ([list]) => listOf(list).flat(MOST)],
  ['sort', ([list, order]) => sorted(listOf(list), listOf(list), order)],
]);

/** The first of those that are equal: scalars by a set, lists and objects each with each. */
function distinct(list: readonly unknown[]): unknown[] {
  const scalars = new Set<unknown>();
  const others: unknown[] = [];
  let pairs = 0;
  return list.filter((item) => {
    // A NaN equals nothing, not even itself.
    if (Number.isNaN(item)) return true;
    if (typeof item !== 'object' || item === null) {
      // An int equals the float of its value.
      const key = typeof item === 'number' && Number.isInteger(item) ? BigInt(item) : (item ?? null);
      return scalars.size < scalars.add(key).size;
    }
    pairs += others.length;
    if (pairs > MOST) unsupported('uniq() of so many lists or objects');
    if (others.some((one) => equal(one, item))) return false;
    others.push(item);
    return true;
  });
}

function elementOrNil(from: unknown, key: unknown): unknown {
  return from === null || from === undefined ? null : (elementOf(from, key) ?? null);
}

function trimmed(text: string, set: unknown): string {
  if (set === undefined) return text.trim();
  const letters = new Set(textOf(set));
  const all = [...text];
  const from = all.findIndex((letter) => !letters.has(letter));
  const to = all.findLastIndex((letter) => !letters.has(letter));
  return from < 0 ? '' : all.slice(from, to + 1).join('');
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return stop('This is no JSON');
  }
}

function duration(text: string): GoDuration {
  const seconds = parseGoDuration(text);
  return seconds === null ? stop(`"${text}" is no duration`) : new GoDuration(truncated(Math.round(seconds * 1e9)));
}
