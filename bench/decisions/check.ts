/** The strict check of a corpus: a misspelt name must not silently mean a default, and every complaint says where it is. */

/** Names the cell and the path of what is wrong in a corpus. */
export class CorpusError extends Error {
  override readonly name = 'CorpusError';
}

/** Checks one value; complains through `check`. */
export type Rule = (check: Check, path: string, value: unknown) => void;

/** From 0 to 1. */
export const share: Rule = (check, path, value) => check.number(path, value, 0, 1);
/** At least 0. */
export const rate: Rule = (check, path, value) => check.number(path, value, 0);
/** Above 0. */
export const factor: Rule = (check, path, value) => check.number(path, value, Number.MIN_VALUE);

/** Complains with the name of the cell and the path of the value. */
export class Check {
  readonly #where: string;

  constructor(where: string) {
    this.#where = where;
  }

  fail(path: string, complaint: string): never {
    throw new CorpusError(`${this.#where}: ${path} ${complaint}.`);
  }

  object(path: string, value: unknown): Record<string, unknown> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) this.fail(path, 'must be an object');
    return value as Record<string, unknown>;
  }

  tuple(path: string, value: unknown, length: number): unknown[] {
    if (!Array.isArray(value) || value.length !== length) this.fail(path, `must be a list of ${length} numbers`);
    return value;
  }

  number(path: string, value: unknown, min: number, max: number = Infinity): void {
    if (typeof value !== 'number' || !Number.isFinite(value)) this.fail(path, 'must be a finite number');
    if (value < min || value > max) {
      const least = min === Number.MIN_VALUE ? 'above 0' : `at least ${min}`;
      this.fail(path, `must be ${max === Infinity ? least : `from ${min} to ${max}`}, not ${value}`);
    }
  }

  integer(path: string, value: unknown, min: number, max: number = Infinity): void {
    this.number(path, value, min, max);
    if (!Number.isInteger(value)) this.fail(path, `must be a whole number, not ${value}`);
  }

  oneOf(path: string, value: unknown, known: readonly string[]): void {
    if (!known.includes(value as string)) this.fail(path, `must be one of ${known.join(', ')}`);
  }

  /** Every entry of an object by its own rule. */
  entries(path: string, value: unknown, rules: Readonly<Record<string, Rule>>, what: string): void {
    for (const [name, entry] of Object.entries(this.object(path, value))) {
      const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
      if (!rule) this.fail(`${path}.${name}`, `is not ${what}; known are ${Object.keys(rules).join(', ')}`);
      rule(this, `${path}.${name}`, entry);
    }
  }
}
