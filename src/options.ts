/** Checks of option values. Every message names the function, the path, the value and the mend. */
import { type ErrorCode, RolloutGuardError } from './errors.ts';

/** Bounds of a number; `above` and `below` are exclusive, `min` and `max` inclusive. */
export interface NumberBounds {
  min?: number;
  max?: number;
  above?: number;
  below?: number;
  integer?: boolean;
}

/** Checks the options of one function. */
export class OptionCheck {
  readonly #code: ErrorCode;
  readonly #caller: string;

  /** @param caller - the public function whose options are checked, such as `errorRate`. */
  constructor(code: ErrorCode, caller: string) {
    this.#code = code;
    this.#caller = caller;
  }

  /** Throws an error about the value at `path`. */
  fail(path: string, value: unknown, mend: string): never {
    throw new RolloutGuardError(this.#code, `${this.#caller}: invalid value`, { path, value, mend });
  }

  /** A finite number within bounds, or the default when it is absent. */
  number(path: string, value: unknown, fallback: number, bounds: NumberBounds = {}): number {
    if (value === undefined) return fallback;
    const { min, max, above, below, integer } = bounds;
    const fits =
      typeof value === 'number' &&
      Number.isFinite(value) &&
      (min === undefined || value >= min) &&
      (max === undefined || value <= max) &&
      (above === undefined || value > above) &&
      (below === undefined || value < below) &&
      (!integer || Number.isInteger(value));
    if (!fits) this.fail(path, value, `Use ${describeBounds(bounds)}.`);
    return value;
  }

  /** A plain object with no other keys than the known ones: a misspelt option must not be silently ignored. */
  knownKeys(path: string, value: unknown, known: readonly string[]): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) this.fail(path, value, 'Use an object.');
    for (const key of Object.keys(value)) {
      if (!known.includes(key)) this.fail(`${path}.${key}`, key, `Known options: ${known.join(', ')}.`);
    }
  }

  /** A non-empty string. */
  text(path: string, value: unknown): string {
    if (typeof value !== 'string' || value === '') this.fail(path, value, 'Use a non-empty string.');
    return value;
  }

  /** One of a few words, or the default when it is absent. */
  oneOf<T extends string>(path: string, value: unknown, fallback: T, words: readonly T[]): T {
    if (value === undefined) return fallback;
    if (!words.includes(value as T)) this.fail(path, value, `Use one of: ${words.join(', ')}.`);
    return value as T;
  }
}

function describeBounds({ min, max, above, below, integer }: NumberBounds): string {
  const parts = [
    min === undefined ? '' : `at least ${min}`,
    above === undefined ? '' : `above ${above}`,
    max === undefined ? '' : `at most ${max}`,
    below === undefined ? '' : `below ${below}`,
  ].filter((part) => part !== '');
  const kind = integer ? 'a whole number' : 'a finite number';
  return parts.length === 0 ? kind : `${kind} ${parts.join(' and ')}`;
}
