/**
 * Reads the fields of one JSON object as proto3's JSON mapping writes them. An absent field is its default; a field of
 * the wrong type is an error that names it.
 */
import { malformed } from './decode-error.ts';

const DECIMAL = /^-?\d{1,20}$/;

/** One JSON object, asked field by field. */
export class JsonFields {
  readonly #object: Readonly<Record<string, unknown>>;

  /** @param name - what the value is, for the error when it is no object. */
  constructor(value: unknown, name: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(`${name} is no object`);
    this.#object = value as Record<string, unknown>;
  }

  /** True when the field is there and not `null`. */
  has(name: string): boolean {
    return (this.#object[name] ?? null) !== null;
  }

  /** A string. */
  text(name: string): string {
    const value = this.#object[name] ?? '';
    return typeof value === 'string' ? value : wrong(name, 'text');
  }

  /** A boolean. */
  flag(name: string): boolean {
    const value = this.#object[name] ?? false;
    return typeof value === 'boolean' ? value : wrong(name, 'true or false');
  }

  /** A whole number, also as text: `int32` and enums, and `int64` where it counts something. */
  integer(name: string): number {
    return toInteger(this.#object[name] ?? 0, name);
  }

  /** A whole number of at least 0. */
  count(name: string): number {
    return toCount(this.#object[name] ?? 0, name);
  }

  /** An `int64`. Beyond 2^53 it stays text, because a number would be another number. */
  int64(name: string): number | string {
    const value = this.#object[name] ?? 0;
    if (typeof value === 'string' && DECIMAL.test(value) && !Number.isSafeInteger(Number(value))) return value;
    return toInteger(value, name);
  }

  /** A double; what JSON has no number for comes as text. */
  double(name: string): number {
    return toDouble(this.#object[name] ?? 0, name);
  }

  /** Unix nanoseconds, as milliseconds. */
  unixMs(name: string): number {
    const value = this.#object[name] ?? 0;
    if (typeof value === 'number' && value >= 0) return value / 1e6;
    if (typeof value !== 'string' || !DECIMAL.test(value) || value.startsWith('-')) return wrong(name, 'a time');
    // Cut, not divided: as a double the nanoseconds would already have lost their last digits.
    return Number(value.slice(0, -6)) + Number(value.slice(-6)) / 1e6;
  }

  /** A list of whole numbers of at least 0. */
  counts(name: string): number[] {
    return this.#items(name).map((item) => toCount(item, name));
  }

  /** A list of doubles. */
  doubles(name: string): number[] {
    return this.#items(name).map((item) => toDouble(item, name));
  }

  /** A nested object. */
  message(name: string): JsonFields {
    return new JsonFields(this.#object[name] ?? {}, name);
  }

  /** A list of objects, each read by `readItem`. */
  list<Item>(name: string, readItem: (fields: JsonFields) => Item): Item[] {
    return this.#items(name).map((item) => readItem(new JsonFields(item, `an item of ${name}`)));
  }

  #items(name: string): unknown[] {
    const value = this.#object[name] ?? [];
    return Array.isArray(value) ? value : wrong(name, 'a list');
  }
}

function toInteger(value: unknown, name: string): number {
  const number = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : wrong(name, 'a whole number up to 2^53');
}

function toCount(value: unknown, name: string): number {
  const count = toInteger(value, name);
  return count >= 0 ? count : wrong(name, 'at least 0');
}

function toDouble(value: unknown, name: string): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN') return Number.NaN;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isNaN(number) ? wrong(name, 'a number') : number;
}

function wrong(name: string, expected: string): never {
  throw malformed(`${name} is not ${expected}`);
}
