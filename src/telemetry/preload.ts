/** What the preload does, apart from doing it: `register.ts` only calls this. */
import { messageOf } from '../errors.ts';
import { currentTelemetry, type TelemetryHandle } from './handle.ts';
import { startFromEnvironment } from './start.ts';

/** What {@link preload} needs from outside. */
export interface PreloadSeams {
  /** Writes to stderr; not `console`, which apps replace. */
  readonly write: (line: string) => void;
  /** Workers run the preload too; only the main thread gets telemetry. */
  readonly mainThread: boolean;
  readonly start?: () => TelemetryHandle;
}

/**
 * Starts telemetry from the environment and says on stderr what is wrong, one line each. Never throws: an app must start
 * without its telemetry.
 */
export function preload({ write, mainThread, start = startFromEnvironment }: PreloadSeams): void {
  if (!mainThread || currentTelemetry() !== undefined) return;
  try {
    const { enabled, conflicts, problems } = start();
    if (!enabled) return;
    for (const { attribute, used, ignored } of conflicts) {
      const others = ignored.map(({ source, value }) => `${source} says ${JSON.stringify(value)}`).join(', ');
      write(`rolloutguard: ${attribute} is ${JSON.stringify(used.value)} from ${used.source}, but ${others}.\n`);
    }
    for (const { message } of problems) write(`rolloutguard: ${message}\n`);
  } catch (error) {
    const reason = messageOf(error).replaceAll(/\s*\n\s*/g, ' ');
    write(`rolloutguard: telemetry is off, the app runs without it: ${reason}\n`);
  }
}
