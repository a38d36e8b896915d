/** What the functions of this folder say of their arguments. */
import { type NumberBounds, OptionCheck } from '../../options.ts';

/** A number of things that Kubernetes keeps in 32 bits. */
export const AMOUNT: NumberBounds = { min: 0, max: 2_147_483_647, integer: true };
/** Whole percent. */
export const PERCENT: NumberBounds = { ...AMOUNT, max: 100 };
/** A number of a port. */
export const PORT: NumberBounds = { ...AMOUNT, min: 1, max: 65_535 };

/** A check in the name of a function. With options only the known keys may be in them, given in one text. */
export function checkOf(caller: string, options?: unknown, known?: string): OptionCheck {
  const check = new OptionCheck('INVALID_OPTION', caller);
  if (known !== undefined) check.knownKeys('options', options, known.split(' '));
  return check;
}

/** A number that must be given. */
export function required(check: OptionCheck, path: string, value: number, bounds: NumberBounds): number {
  return check.number(path, value ?? null, 0, bounds);
}

/** A value that must be an object, whatever is in it. */
export function object<T>(check: OptionCheck, path: string, value: T): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) check.fail(path, value, 'Use an object.');
  return value;
}

/** A value that must be a list of objects. */
export function objects<T>(check: OptionCheck, path: string, value: readonly T[]): readonly T[] {
  list(check, path, value).forEach((item, index) => void object(check, `${path}[${index}]`, item));
  return value;
}

/** A value that must be a list. */
export function list<T>(check: OptionCheck, path: string, value: readonly T[]): readonly T[] {
  if (!Array.isArray(value)) check.fail(path, value, 'Use a list.');
  return value;
}
