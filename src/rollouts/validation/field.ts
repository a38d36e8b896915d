import type { Path } from './finding.ts';

/**
 * A value of an object from outside, and the path at which it stands. Reading plain data never throws; what a getter or a Proxy
 * of the caller's own throws is passed on.
 */
export class Field {
  readonly value: unknown;
  readonly #above: Path | Field;
  readonly #keys: Path;

  /** @param above - its path, or the field that it stands below; then `keys` lead to it from there. */
  constructor(value: unknown, above: Path | Field = [], keys: Path = []) {
    this.value = value;
    this.#above = above;
    this.#keys = keys;
  }

  /** Keys from the root of the object. Put together when it is asked for: most fields are fine, and nobody asks. */
  get path(): Path {
    const parts: Path[] = [];
    // A loop, since values may be nested deeper than calls.
    let at: Path | Field = this;
    for (; at instanceof Field; at = at.#above) parts.push(at.#keys);
    return [at, ...parts.reverse()].flat();
  }

  /** The value below; only own properties count, so `constructor` finds nothing that nobody wrote. */
  at(...keys: Path): Field {
    let value = this.value;
    for (const key of keys) {
      value =
        typeof value === 'object' && value !== null && Object.hasOwn(value, key)
          ? (value as Record<string | number, unknown>)[key]
          : undefined;
    }
    return new Field(value, this, keys);
  }

  /** Kubernetes reads an explicit `null` as if the field were absent. */
  get present(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** The string, if it is one. */
  get text(): string | undefined {
    return typeof this.value === 'string' ? this.value : undefined;
  }

  /** The number, if it is one. */
  get number(): number | undefined {
    return typeof this.value === 'number' ? this.value : undefined;
  }

  /**
   * Whether it holds an object, even an empty one: to Argo that is the difference between nil and not nil. A Date or a Map is
   * none, since JSON has none of what it holds; instances of classes are, with the fields that JSON has of them.
   */
  get isObject(): boolean {
    // By its tag, which objects of other realms have alike.
    return Object.prototype.toString.call(this.value) === '[object Object]';
  }

  /** The elements, if it is a list. */
  get items(): Field[] {
    const items: Field[] = [];
    // Counting sees the holes of a sparse list too.
    for (let index = 0; Array.isArray(this.value) && index < this.value.length; index++)
      items.push(new Field(this.value[index], this, [index]));
    return items;
  }

  /** Keys and the values below them, if it is an object; absent ones (`null`) are left out. */
  get entries(): [string, Field][] {
    return (this.isObject ? Object.keys(this.value as object) : [])
      .map((key): [string, Field] => [key, this.at(key)])
      .filter(([, field]) => field.present);
  }
}

/** Writes a path as people do: `spec.template.metadata.labels['app.kubernetes.io/name']`. */
export function pathText(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[A-Za-z_$][\w$-]*$/.test(part)) text += text === '' ? part : `.${part}`;
    else text += `['${part.replace(/[\\']/g, '\\$&')}']`;
  }
  return text;
}
