/** How much telemetry says about itself on stderr. */
import type { Environment } from '../environment.ts';
import { type Checks, oneOf } from '../options/checks.ts';

/** From silent to talkative. Each level says what the levels before it say, too. */
export const LOG_LEVELS = ['none', 'error', 'warn', 'info', 'debug'] as const;

/**
 * What telemetry says about itself on stderr:
 * - `none`: nothing, not even that it is off;
 * - `error`: that it is off, and what makes telemetry get lost;
 * - `warn`: contradictions and problems of the set-up, one line each;
 * - `info`: one line of JSON at the start, and one more when the collector cannot be reached;
 * - `debug`: the same with more in it.
 */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The variable that sets the level, unless the program does. */
export const LOG_LEVEL_VARIABLE = 'ROLLOUTGUARD_LOG_LEVEL';

/** Options of what telemetry says about itself. */
export interface DoctorOptions {
  /**
   * What is written to stderr. A program that starts telemetry itself finds all of it in the handle, so for it nothing is
   * written by default. @defaultValue ROLLOUTGUARD_LOG_LEVEL, else `warn` for the preload and `none` for a program
   */
  readonly logLevel?: LogLevel;
}

/** One check for each option. */
export const DOCTOR_CHECKS: Checks<DoctorOptions> = {
  logLevel: oneOf(...LOG_LEVELS),
};

/** The level that the environment asks for; undefined when it does not, or asks for none that exists. */
export function logLevelOf(env: Environment): LogLevel | undefined {
  const word = env[LOG_LEVEL_VARIABLE]?.trim().toLowerCase();
  return LOG_LEVELS.find((level) => level === word);
}

/** Whether what belongs to `wanted` is said at `level`. */
export function says(level: LogLevel, wanted: Exclude<LogLevel, 'none'>): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(wanted);
}
