/** Reads settings from environment variables. What is not understood is named and not used: a typo must not stop an app. */
import type { Environment } from './environment.ts';
import type { TelemetryProblem } from './problems.ts';

/** setTimeout fires at once above this. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Reads variables by type. A blank value counts as unset. */
export interface EnvReader {
  /** What was not understood so far. */
  readonly problems: TelemetryProblem[];
  text(name: string): string | undefined;
  /** `true` or `false`, in any case. */
  flag(name: string): boolean | undefined;
  /** A whole number from 1 to 2^31 - 1. */
  integer(name: string): number | undefined;
  /** An http or https URL. */
  url(name: string): string | undefined;
  /** `key=value,key=value`, keys in lower case. */
  headers(name: string): Record<string, string>;
  choice<T extends string>(name: string, allowed: readonly T[]): T | undefined;
  choices<T extends string>(name: string, allowed: readonly T[]): T[] | undefined;
  /** A comma-separated list; empty when the variable is not set. */
  list(name: string): string[];
  /** Adds to the problems. The value is left out: it may be a secret. */
  reject(name: string, expected: string): void;
}

/** Makes a reader of these variables. */
export function envReader(env: Environment): EnvReader {
  const problems = new Map<string, TelemetryProblem>();
  const text = (name: string): string | undefined => {
    const value = env[name]?.trim();
    return value === '' ? undefined : value;
  };
  // Keyed by message: both signals read the general variables, and one complaint is enough. The value is not shown.
  const reject = (name: string, expected: string): void => {
    const message = `${name} is not understood and not used: expected ${expected}.`;
    problems.set(message, { code: 'BAD_SETTING', message });
  };
  return {
    get problems(): TelemetryProblem[] {
      return [...problems.values()];
    },
    text,
    reject,
    list: (name) => list(text(name)),
    flag(name: string): boolean | undefined {
      const value = text(name)?.toLowerCase();
      if (value === undefined || value === 'true' || value === 'false')
        return value === undefined ? undefined : value === 'true';
      reject(name, 'true or false');
      return undefined;
    },
    integer(name: string): number | undefined {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = Number(value);
      if (Number.isInteger(number) && number > 0 && number <= MAX_TIMER_MS) return number;
      reject(name, `a whole number from 1 to ${MAX_TIMER_MS}`);
      return undefined;
    },
    url(name: string): string | undefined {
      const value = text(name);
      if (value === undefined) return undefined;
      const protocol = URL.canParse(value) ? new URL(value).protocol : '';
      if (protocol === 'http:' || protocol === 'https:') return value;
      reject(name, 'an http or https URL');
      return undefined;
    },
    headers(name: string): Record<string, string> {
      const headers = new Map<string, string>();
      for (const [index, entry] of list(text(name)).entries()) {
        const header = parseHeader(entry);
        if (header === null) reject(`${name}, pair ${index + 1},`, 'key=value, percent-encoded');
        else headers.set(...header);
      }
      return lowerCaseKeys(Object.fromEntries(headers));
    },
    choice<T extends string>(name: string, allowed: readonly T[]): T | undefined {
      const value = text(name)?.toLowerCase();
      if (value === undefined) return undefined;
      const known = allowed.find((candidate) => candidate === value);
      if (known === undefined) reject(name, `one of ${allowed.join(', ')}`);
      return known;
    },
    choices<T extends string>(name: string, allowed: readonly T[]): T[] | undefined {
      const values = new Set(list(text(name)?.toLowerCase()));
      if (values.size === 0) return undefined;
      const known = allowed.filter((candidate) => values.has(candidate));
      if (known.length < values.size) reject(name, `a list of ${allowed.join(', ')}`);
      return known.length > 0 ? known : undefined;
    },
  };
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** Looser than resource attributes: tokens are long, and base64 ends in a bare '='. */
function parseHeader(entry: string): [key: string, value: string] | null {
  const [, key, value] = /^([^=]*[^=\s])\s*=\s*(.*)$/.exec(entry) ?? [];
  if (key === undefined || value === undefined) return null;
  try {
    return [decodeURIComponent(key), decodeURIComponent(value)];
  } catch {
    return null;
  }
}

/** Headers with their names in lower case. */
export function lowerCaseKeys(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]));
}
