/** What a builder gives away is nobody else's: later changes of what it was given, or of the result, change nothing. */
import type { OptionCheck } from '../../options.ts';

/** Deeper than any object of Kubernetes is; a value that holds itself is deeper still. */
const DEEPEST = 100;

/**
 * A deep copy of plain data without what is `undefined`. Only what JSON can say may be in it.
 *
 * @throws RolloutGuardError of `check` - at a function, a Date, NaN and the like, and at a value that contains itself.
 */
export function plainCopy<T>(check: OptionCheck, path: string, value: T): T {
  return copy(check, path, value, 0) as T;
}

function copy(check: OptionCheck, path: string, value: unknown, depth: number): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return value;
  if (depth > DEEPEST) check.fail(path.slice(0, 80), value, 'Nest it less deep; it must not contain itself.');
  if (Array.isArray(value))
    return Array.from(value, (item, index) => copy(check, `${path}[${index}]`, item, depth + 1));
  const prototype: unknown = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
  if (prototype !== Object.prototype && prototype !== null) check.fail(path, value, 'Use what JSON can say.');
  return Object.fromEntries(
    Object.entries(value as object)
      .filter(([, below]) => below !== undefined)
      .map(([key, below]) => [key, copy(check, `${path}.${key}`, below, depth + 1)]),
  );
}
