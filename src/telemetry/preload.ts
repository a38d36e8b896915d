/** What the preload does, apart from doing it: `register.ts` only calls this. */
import { announce, announceFailure } from './doctor/announce.ts';
import { logLevelOf } from './doctor/log-level.ts';
import type { Environment } from './environment.ts';
import { currentTelemetry, type TelemetryHandle } from './handle.ts';
import { startFromEnvironment } from './start.ts';
import { isTool } from './tools.ts';

/** What {@link preload} needs from outside. */
export interface PreloadSeams {
  /** Writes to stderr; not `console`, which apps replace. */
  readonly write: (line: string) => void;
  /** Workers run the preload too; only the main thread gets telemetry. */
  readonly mainThread: boolean;
  readonly env: Environment;
  /** The script of this process. */
  readonly entry?: string | undefined;
  readonly start?: () => TelemetryHandle;
}

/**
 * Starts telemetry from the environment and says on stderr what is wrong, one line each, as far as ROLLOUTGUARD_LOG_LEVEL
 * asks for it. Does nothing in a worker, in a package manager and in our own program. Never throws: an app must start without its telemetry.
 */
export function preload({ write, mainThread, env, entry, start = startFromEnvironment }: PreloadSeams): void {
  if (!mainThread || currentTelemetry() !== undefined || isTool(entry)) return;
  const level = logLevelOf(env) ?? 'warn';
  try {
    announce(start(), level, write);
  } catch (error) {
    announceFailure(error, level, write);
  }
}
