/** Calls to clients that may hang, throw, or ignore their signal. */
import { messageOf, RolloutGuardError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';

/** Where and how long calls may take. */
export interface CallLimits {
  clock: Clock;
  timeoutMs: number;
  /** The caller's own signal. */
  signal: AbortSignal | undefined;
}

/**
 * Runs one call of a client under a deadline. The deadline holds even if the client ignores its signal.
 *
 * @throws RolloutGuardError `CLIENT_TIMEOUT` or `CLIENT_FAILED`, naming the client; `ABORTED` when the caller gave up.
 */
export async function callClient<T>(
  client: string,
  limits: CallLimits,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { clock, timeoutMs, signal } = limits;
  throwIfAborted(signal);
  const controller = new AbortController();
  const stopTimer = new AbortController();
  const abort = (): void => controller.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  const deadline = clock.sleep(timeoutMs, stopTimer.signal).then(
    () => {
      const error = new RolloutGuardError('CLIENT_TIMEOUT', `${client} did not answer within ${timeoutMs} ms`);
      controller.abort(error);
      throw error;
    },
    // The sleep was stopped because the call ended: leave the race to the call.
    () => new Promise<never>(() => {}),
  );
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(abortError(signal)), { once: true, signal: stopTimer.signal });
  });
  try {
    return await Promise.race([Promise.resolve().then(() => call(controller.signal)), deadline, aborted]);
  } catch (error) {
    if (signal?.aborted) throw abortError(signal);
    if (error instanceof RolloutGuardError && error.code === 'CLIENT_TIMEOUT') throw error;
    throw new RolloutGuardError('CLIENT_FAILED', `${client} failed: ${messageOf(error)}`, { cause: error });
  } finally {
    signal?.removeEventListener('abort', abort);
    stopTimer.abort();
  }
}

/** Throws when the caller has given up. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

function abortError(signal: AbortSignal): RolloutGuardError {
  return new RolloutGuardError('ABORTED', 'The caller aborted', { cause: signal.reason });
}
