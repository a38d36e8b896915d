/** What telemetry says on stderr when it has started, or could not. */
import { writeSync } from 'node:fs';
import { messageOf } from '../../errors.ts';
import { visibleText } from '../../visible-text.ts';
import { insideCurrent, type TelemetryHandle } from '../handle.ts';
import type { TelemetryProblemCode } from '../problems.ts';
import { conflictText } from './conflict-text.ts';
import { followUp } from './follow-up.ts';
import { type LogLevel, says } from './log-level.ts';
import { preamble } from './preamble.ts';

/** What makes telemetry get lost, so that it is said at level `error`, too. */
const ERRORS: ReadonlySet<TelemetryProblemCode> = new Set<TelemetryProblemCode>(['DUPLICATE_API', 'PROVIDER_TAKEN']);

/** Writes a line to stderr. Not `console`, which apps replace, and no stream: an error of theirs would end the app. */
export function writeToStderr(line: string): void {
  try {
    writeSync(2, line);
  } catch {
    // Nobody reads, or not fast enough. Not worth an app.
  }
}

/** Says what the level asks for. Never throws. */
export function announce(
  handle: TelemetryHandle,
  level: LogLevel,
  write: (line: string) => void,
  later: typeof followUp = followUp,
): void {
  const { enabled, identity, conflicts, problems } = handle;
  if (!enabled || !says(level, 'error')) return;
  try {
    if (says(level, 'info')) {
      const inside = insideCurrent();
      if (inside !== undefined) {
        const places = says(level, 'debug');
        const [nodeVersion, pid] = [process.version, process.pid];
        write(preamble({ identity, conflicts, problems, inside, time: new Date(), nodeVersion, pid, places }));
        // Problems and conflicts are told below, a line each.
        later(inside, level, new Set(['IDENTITY_CONFLICT', ...problems.map(({ code }) => code)]), write);
      }
    }
    if (says(level, 'warn')) {
      for (const conflict of conflicts) write(`rolloutguard: ${conflictText(conflict)}\n`);
    }
    for (const { code, message } of problems) {
      if (says(level, 'warn') || ERRORS.has(code)) write(`rolloutguard: ${visibleText(message)}\n`);
    }
  } catch {
    // What cannot be told must not stop an app.
  }
}

/** Says that telemetry is off, and why. Never throws. */
export function announceFailure(error: unknown, level: LogLevel, write: (line: string) => void): void {
  if (!says(level, 'error')) return;
  try {
    const reason = visibleText(messageOf(error).replaceAll(/\s*\n\s*/g, ' '));
    write(`rolloutguard: telemetry is off, the app runs without it: ${reason}\n`);
  } catch {
    // As above.
  }
}
