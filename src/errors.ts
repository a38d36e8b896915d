/**
 * One base class for everything rolloutguard throws.
 *
 * Two versions of the package may be installed side by side, so errors are recognised by a brand and not by
 * `instanceof`: use {@link isRolloutGuardError}.
 */

const BRAND = Symbol.for('rolloutguard.error');

/** What went wrong, as a stable code that programs may switch on. */
export type ErrorCode =
  | 'INVALID_POLICY'
  | 'INVALID_TELEMETRY'
  | 'INVALID_STATE'
  | 'INVALID_OPTION'
  | 'INVALID_OBJECT'
  | 'INVALID_EXPRESSION'
  | 'INVALID_YAML'
  | 'INVALID_REQUEST'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'CLIENT_FAILED'
  | 'CLIENT_TIMEOUT'
  | 'CLIENT_NONSENSE'
  | 'ROLLBACK_FAILED'
  | 'SUPERSEDED'
  | 'MISSING_PEER'
  | 'ABORTED';

/** Details that help to find the place of the error. */
export interface ErrorContext {
  /** Path inside the value at fault, such as `criteria[1].maxRelativeIncrease`. */
  readonly path?: string;
  /** The offending value, if it is safe to show (never a secret). */
  readonly value?: unknown;
  /** What to do about it, as a full sentence. */
  readonly mend?: string;
  /** The error underneath. */
  readonly cause?: unknown;
}

/**
 * Base class of all errors of this package. The message names the function, the path, the value and the mend;
 * the same parts are available as fields.
 */
export class RolloutGuardError extends Error {
  override readonly name: string = 'RolloutGuardError';
  readonly code: ErrorCode;
  readonly path: string | undefined;
  readonly value: unknown;
  readonly mend: string | undefined;

  constructor(code: ErrorCode, message: string, context: ErrorContext = {}) {
    const where = context.path === undefined ? '' : ` at ${context.path}`;
    const what = 'value' in context ? ` (got ${describe(context.value)})` : '';
    const mend = context.mend === undefined ? '' : ` ${context.mend}`;
    super(`${message}${where}${what}.${mend}`, context.cause === undefined ? undefined : { cause: context.cause });
    Object.defineProperty(this, BRAND, { value: true });
    this.code = code;
    this.path = context.path;
    this.value = context.value;
    this.mend = context.mend;
  }
}

/** True when `error` was thrown by any copy of rolloutguard; narrows to a code when one is given. */
export function isRolloutGuardError(error: unknown, code?: ErrorCode): error is RolloutGuardError {
  if (typeof error !== 'object' || error === null || !(BRAND in error)) return false;
  return code === undefined || (error as unknown as RolloutGuardError).code === code;
}

/** The message of anything that can be thrown, without its stack and without what looks like a secret. Never throws. */
export function messageOf(error: unknown): string {
  try {
    return redact(String(error instanceof Error ? error.message : error));
  } catch {
    // An object without toString, or with a getter that throws.
    return 'an error without a message';
  }
}

/**
 * Takes credentials out of a text that came from outside: those in URLs, and what follows words such as `Bearer` or
 * `token=`. Error messages of clients end up in decisions, events and reports. The time it takes grows with the length of
 * the text and no faster.
 */
export function redact(text: string): string {
  return text
    .replace(/\/\/[^/\s@]+@/g, '//[redacted]@')
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, '$1 [redacted]')
    .replace(/((?:api[-_]?key|token|secret|password)["']?\s*[=:]\s*["']?)[^\s"'&,;]+/gi, '$1[redacted]');
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value);
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? `array of ${value.length}` : 'an object';
  return String(value);
}
