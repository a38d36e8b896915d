/** What a program may say about its end. */
import { type Checks, flag, milliseconds } from '../options/checks.ts';

/** Options of the shutdown. */
export interface ShutdownOptions {
  /** Longest time a shutdown may take, in milliseconds. @defaultValue ROLLOUTGUARD_SHUTDOWN_DEADLINE_MS, else 5000 */
  readonly shutdownDeadlineMs?: number;
  /** Flush on SIGTERM, SIGINT and when the event loop is empty. @defaultValue true */
  readonly exitHandlers?: boolean;
  /**
   * When an uncaught exception ends the process: record it as a span and send what is there, in at most 2 seconds. Node's
   * report and exit code stay as they are. The span has the message and the stack of the exception, which may quote data of
   * users; only what looks like a credential is taken out. @defaultValue ROLLOUTGUARD_CRASH_SPANS, else `exitHandlers`, else true
   */
  readonly crashSpans?: boolean;
}

/** One check for each option. */
export const SHUTDOWN_CHECKS: Checks<ShutdownOptions> = {
  shutdownDeadlineMs: milliseconds,
  exitHandlers: flag,
  crashSpans: flag,
};
