/** Reads settings from environment variables. What is not understood is named and not used: a typo must not stop an app. */
import { type Environment, textOf } from './environment.ts';
import { faultOfHeader, isHttpUrl } from './http-fields.ts';
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
  /** A whole number of at least `least`, such as a limit; no timer. */
  count(name: string, least: 0 | 1): number | undefined;
  /** An http or https URL. */
  url(name: string): string | undefined;
  /** `key=value,key=value`, percent-encoded; keys in lower case. What HTTP forbids is left out. */
  headers(name: string): Record<string, string>;
  choice<T extends string>(name: string, allowed: readonly T[]): T | undefined;
  /** A comma-separated list, in its own order and each word once. */
  choices<T extends string>(name: string, allowed: readonly T[]): T[] | undefined;
  /** A comma-separated list; empty when the variable is not set. */
  list(name: string): string[];
  /** Adds to the problems. The value is left out: it may be a secret. */
  reject(name: string, expected: string): void;
}

/** Makes a reader of these variables. */
export function envReader(env: Environment): EnvReader {
  const problems = new Map<string, TelemetryProblem>();
  const text = (name: string): string | undefined => textOf(env, name) || undefined;
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
    count(name: string, least: 0 | 1): number | undefined {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = Number(value);
      if (Number.isSafeInteger(number) && number >= least) return number;
      reject(name, `a whole number from ${least}`);
      return undefined;
    },
    url(name: string): string | undefined {
      const value = text(name);
      if (value === undefined || isHttpUrl(value)) return value;
      reject(name, 'an http or https URL');
      return undefined;
    },
    headers(name: string): Record<string, string> {
      const headers = new Map<string, string>();
      const bad: number[] = [];
      for (const [index, entry] of list(text(name)).entries()) {
        const header = parseHeader(entry);
        if (header === null || faultOfHeader(...header) !== null) bad.push(index + 1);
        else headers.set(header[0].toLowerCase(), header[1]);
      }
      // Of many, the first is named: its mend tells the mend of the others.
      if (bad.length > 0) reject(`${name}, pair ${bad[0]},`, 'name=value as HTTP allows them, percent-encoded');
      return Object.fromEntries(headers);
    },
    choice<T extends string>(name: string, allowed: readonly T[]): T | undefined {
      const value = text(name)?.toLowerCase();
      if (value === undefined) return undefined;
      const known = allowed.find((candidate) => candidate === value);
      if (known === undefined) reject(name, `one of ${allowed.join(', ')}`);
      return known;
    },
    choices<T extends string>(name: string, allowed: readonly T[]): T[] | undefined {
      const values = [...new Set(list(text(name)?.toLowerCase()))];
      if (values.length === 0) return undefined;
      const known = values.filter((value): value is T => allowed.some((candidate) => candidate === value));
      if (known.length < values.length) reject(name, `a list of ${allowed.join(', ')}`);
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

/** As OpenTelemetry reads it: what follows a semicolon is metadata of W3C baggage; an unencoded '=' belongs to the value. */
function parseHeader(entry: string): [key: string, value: string] | null {
  const [pair = ''] = entry.split(';', 1);
  const equals = pair.indexOf('=');
  if (equals < 1) return null;
  try {
    const key = decodeURIComponent(pair.slice(0, equals).trim());
    const value = decodeURIComponent(pair.slice(equals + 1).trim());
    return key === '' || value === '' ? null : [key, value];
  } catch {
    return null;
  }
}

/** Headers with their names in lower case. */
export function lowerCaseKeys(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]));
}
