/**
 * Values as expr's machine has them: a Go int is a bigint and a Go float64 a number, so that the two stay apart as they do
 * there (expr: vm/runtime/runtime.go).
 */
import { ExpressionError } from './syntax.ts';

/** A moment. */
export class GoTime {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

/** A length of time. */
export class GoDuration {
  readonly nanoseconds: bigint;
  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

/** Says that the machine would stop here; the caller knows where. */
export function stop(message: string): never {
  throw new ExpressionError(message, 0);
}

/** What this package leaves out. */
export function unsupported(what: string): never {
  throw new ExpressionError(`${what} is not supported here`, 0, true);
}

const INT = 64;
const LEAST_INT = -(2n ** 63n);

/** An int of 64 bits: it wraps around. */
export function wrapped(value: bigint): bigint {
  return BigInt.asIntN(INT, value);
}

/** What Go makes of a float64 that becomes an int: on amd64, whatever does not fit is the least int. */
export function truncated(value: number): bigint {
  if (!(Math.abs(value) < 2 ** 63)) return LEAST_INT;
  return BigInt(Math.trunc(value));
}

export function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

export function floatOf(value: unknown): number {
  return isNumber(value) ? Number(value) : stop(`${nameOf(value)} is no number`);
}

export function intOf(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' ? truncated(value) : stop(`${nameOf(value)} is no integer`);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : stop(`${nameOf(value)} is no string`);
}

export function boolOf(value: unknown): boolean {
  return typeof value === 'boolean' ? value : stop(`${nameOf(value)} is neither true nor false`);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : stop(`${nameOf(value)} is no list`);
}

/** An object of the result, or a map that the expression made. */
export function entriesOf(value: unknown): [unknown, unknown][] {
  if (value instanceof Map) return [...value];
  return isObject(value) ? Object.entries(value) : stop(`${nameOf(value)} is no object`);
}

export function isObject(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof GoTime) &&
    !(value instanceof GoDuration)
  );
}

/** The word for a value in a message. */
export function nameOf(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof GoTime) return 'a time';
  if (value instanceof GoDuration) return 'a duration';
  if (isNumber(value)) return 'a number';
  return isObject(value) ? 'an object' : typeof value === 'boolean' ? 'a bool' : `a ${typeof value}`;
}

/** `==`, which never fails. */
export function equal(a: unknown, b: unknown): boolean {
  const [x, y] = [a ?? null, b ?? null];
  // biome-ignore lint/suspicious/noDoubleEquals: an int equals the float of its value, and only that.
  if (isNumber(x) && isNumber(y)) return x == y;
  if (Array.isArray(x) && Array.isArray(y))
    return x.length === y.length && x.every((item, index) => equal(item, y[index]));
  if (x instanceof GoTime && y instanceof GoTime) return x.ms === y.ms;
  if (x instanceof GoDuration && y instanceof GoDuration) return x.nanoseconds === y.nanoseconds;
  if (isObject(x) && isObject(y)) {
    const [these, those] = [entriesOf(x), new Map(entriesOf(y))];
    return these.length === those.size && these.every(([key, value]) => those.has(key) && equal(value, those.get(key)));
  }
  return x === y;
}

/** `<` and its kin: numbers, strings, times and durations, each with its like. */
export function compared(operator: string, a: unknown, b: unknown): boolean {
  const [x, y] = [comparable(a), comparable(b)];
  if (x === null || y === null || typeof x.key !== typeof y.key || x.kind !== y.kind) {
    stop(`${operator} does not take ${nameOf(a)} and ${nameOf(b)}`);
  }
  const [left, right] = [x.key as number, y.key as number];
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

function comparable(value: unknown): { kind: string; key: number | string } | null {
  if (isNumber(value)) return { kind: 'number', key: Number(value) };
  if (typeof value === 'string') return { kind: 'string', key: value };
  if (value instanceof GoTime) return { kind: 'time', key: value.ms };
  return value instanceof GoDuration ? { kind: 'duration', key: Number(value.nanoseconds) } : null;
}

/** Arithmetic of two values. */
export function calculated(operator: string, a: unknown, b: unknown): unknown {
  if (typeof a === 'bigint' && typeof b === 'bigint' && operator !== '/' && operator !== '**' && operator !== '^') {
    if (operator === '+') return wrapped(a + b);
    if (operator === '-') return wrapped(a - b);
    if (operator === '*') return wrapped(a * b);
    return b === 0n ? stop('An integer cannot be divided by zero') : a % b;
  }
  if (isNumber(a) && isNumber(b) && operator !== '%') {
    const [x, y] = [Number(a), Number(b)];
    if (operator === '+') return x + y;
    if (operator === '-') return x - y;
    if (operator === '*') return x * y;
    return operator === '/' ? x / y : power(x, y);
  }
  if (operator === '+' && typeof a === 'string' && typeof b === 'string') return a + b;
  return ofTimes(operator, a, b) ?? stop(`${operator} does not take ${nameOf(a)} and ${nameOf(b)}`);
}

/** Go's math.Pow differs from JavaScript where the base is one. */
function power(x: number, y: number): number {
  return x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY) ? 1 : x ** y;
}

const NANOSECONDS = 1e6;

function ofTimes(operator: string, a: unknown, b: unknown): unknown {
  const sign = operator === '-' ? -1 : 1;
  if (operator === '*') {
    const [factor, duration] = a instanceof GoDuration ? [b, a] : [a, b];
    if (!(duration instanceof GoDuration)) return null;
    if (factor instanceof GoDuration) return new GoDuration(wrapped(factor.nanoseconds * duration.nanoseconds));
    return isNumber(factor) ? new GoDuration(truncated(Number(factor) * Number(duration.nanoseconds))) : null;
  }
  if (operator !== '+' && operator !== '-') return null;
  if (a instanceof GoTime && b instanceof GoDuration)
    return new GoTime(a.ms + (sign * Number(b.nanoseconds)) / NANOSECONDS);
  if (a instanceof GoDuration && b instanceof GoDuration) {
    return new GoDuration(wrapped(a.nanoseconds + BigInt(sign) * b.nanoseconds));
  }
  if (operator === '+' && a instanceof GoDuration && b instanceof GoTime) return ofTimes('+', b, a);
  if (operator === '-' && a instanceof GoTime && b instanceof GoTime) {
    return new GoDuration(truncated((a.ms - b.ms) * NANOSECONDS));
  }
  return null;
}

/** Whether it is in a list, or a key of an object. */
export function isIn(needle: unknown, value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (Array.isArray(value)) return value.some((item) => equal(item, needle));
  // To Go a NaN is no key, not even its own.
  if (value instanceof Map) return !Number.isNaN(needle) && value.has(needle);
  if (!isObject(value)) stop(`${nameOf(value)} is no object`);
  if (needle === null) return false;
  return typeof needle === 'string' ? Object.hasOwn(value, needle) : stop(`${nameOf(needle)} is no field`);
}

/** An element or a field; `undefined` where there is none. */
export function elementOf(from: unknown, key: unknown): unknown {
  const list = typeof from === 'string' ? new TextEncoder().encode(from) : from;
  if (Array.isArray(list) || list instanceof Uint8Array) {
    const index = Number(intOf(key));
    const value: unknown = list[index < 0 ? list.length + index : index];
    return list instanceof Uint8Array && typeof value === 'number' ? BigInt(value) : value;
  }
  if (from instanceof Map) return from.get(key) ?? null;
  if (!isObject(from) || typeof key !== 'string') return undefined;
  return Object.hasOwn(from, key) ? (from as Record<string, unknown>)[key] : null;
}

/** Part of a list or a string; the bounds count from the end when negative, and never fail. */
export function sliced(value: unknown, start: unknown, end: unknown): unknown {
  const list = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  if (!Array.isArray(list) && !(list instanceof Uint8Array)) stop(`${nameOf(value)} has no parts`);
  const bound = (given: unknown, absent: number): number => {
    const index = given === undefined ? absent : Number(intOf(given));
    return Math.max(0, index < 0 ? list.length + index : index);
  };
  const to = Math.min(bound(end, list.length), list.length);
  const part = list.slice(Math.min(bound(start, 0), to), to);
  return typeof value === 'string' ? new TextDecoder().decode(part as Uint8Array) : part;
}

/** A value as Go prints it with `%v`. */
export function printed(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return printedFloat(value);
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`;
  if (isObject(value)) {
    const entries = entriesOf(value).map(([key, item]) => `${printed(key)}:${printed(item)}`);
    return `map[${entries.sort().join(' ')}]`;
  }
  if (typeof value === 'object' || typeof value === 'function') unsupported(`string() of ${nameOf(value)}`);
  return String(value);
}

function printedFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [, exponent = '0'] = value.toExponential().split('e');
  const size = Number(exponent);
  if (size >= -4 && size < 21) return Object.is(value, -0) ? '-0' : String(value);
  const [digits] = value.toExponential().split('e');
  return `${digits}e${size < 0 ? '-' : '+'}${String(Math.abs(size)).padStart(2, '0')}`;
}
