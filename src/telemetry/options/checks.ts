/** Checks of option values. Each topic lists its own options with these, beside its interface. */
import { type ErrorContext, RolloutGuardError } from '../../errors.ts';
import { nearestName } from '../../nearest.ts';

/** Throws when the value at `path` is not good. */
export type Check = (value: unknown, path: string) => void;

/** One check for each option of a topic. */
export type Checks<T> = { readonly [Name in keyof Required<T>]: Check };

/** A string that is not blank. */
export const text: Check = (value, path) => {
  if (typeof value !== 'string' || value.trim() === '') refuse('must be a non-empty string', { path, value });
};

/** `true` or `false`. */
export const flag: Check = (value, path) => {
  if (typeof value !== 'boolean') refuse('must be true or false', { path, value });
};

/** A span of time that a timer can wait. */
export const milliseconds: Check = (value, path) => {
  if (!Number.isInteger(value) || (value as number) <= 0 || (value as number) >= 2 ** 31) {
    refuse('must be a whole number of milliseconds, above 0 and below 2^31', { path, value });
  }
};

/** Whether a server can listen there. */
export function isPort(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535;
}

/** A port of a server. */
export const port: Check = (value, path) => {
  if (!isPort(value)) refuse('must be a whole number from 1 to 65535', { path, value });
};

/** A function. */
export const callable: Check = (value, path) => {
  if (typeof value !== 'function') refuse('must be a function', { path, value });
};

/** One of a few words. */
export const oneOf =
  (...allowed: readonly string[]): Check =>
  (value, path) => {
    if (!allowed.includes(value as string)) refuse(`must be one of ${allowed.join(', ')}`, { path, value });
  };

/** An object with these methods. */
export const having =
  (...methods: readonly string[]): Check =>
  (value, path) => {
    const lacks = methods.find((method) => typeof (value as Record<string, unknown> | null)?.[method] !== 'function');
    if (lacks !== undefined) refuse(`has no method ${lacks}`, { path, value });
  };

/** An array of what `check` accepts. */
export const listOf =
  (check: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) refuse('must be an array', { path, value });
    for (const [index, item] of (value as unknown[]).entries()) check(item, `${path}[${index}]`);
  };

/** An object whose values `check` accepts. */
export const recordOf =
  (check: Check): Check =>
  (value, path) => {
    for (const [key, item] of Object.entries(plainObject(value, path))) check(item, `${path}[${JSON.stringify(key)}]`);
  };

/** An object with these options and no others. */
export const optionsOf =
  <T>(checks: Checks<T>): Check =>
  (value, path) =>
    checkAll(value, checks as Record<string, Check>, path);

/** Checks each option; an unknown name is refused, with the nearest known one. */
export function checkAll(value: unknown, checks: Readonly<Record<string, Check>>, path = ''): void {
  for (const [name, item] of Object.entries(plainObject(value, path === '' ? 'options' : path))) {
    const at = path === '' ? name : `${path}.${name}`;
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) refuse('is not an option', { path: at, mend: knownNames(name, Object.keys(checks)) });
    else if (item !== undefined) check(item, at);
  }
}

/** A plain object. */
export function plainObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse('must be an object', { path, value });
  return value as Record<string, unknown>;
}

/** Throws `INVALID_OPTION`. Leave `value` out of the context when it may be secret. */
export function refuse(message: string, context: ErrorContext): never {
  throw new RolloutGuardError('INVALID_OPTION', `startDeploymentTelemetry: ${message}`, context);
}

function knownNames(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === null ? `Known: ${known.join(', ')}.` : `Did you mean ${nearest}?`;
}
