/**
 * When telemetry is flushed, and who ends the process.
 *
 * A signal handler takes Node's default action away, so whoever installs one must end the process, unless somebody else
 * will. The rule: when a signal arrives, count the other listeners. None: flush, then exit with 128 + the signal's
 * number. Some: the app drains and exits by itself; flush what is there now, keep recording what drains, and flush the
 * rest when the event loop is empty, or when the app has drained and raises the signal anew. (Re-raising the signal instead
 * would be ignored for process 1 of a container.)
 */
import { constants } from 'node:os';

/** One provider of telemetry. */
export interface Flushable {
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** Options of flush and shutdown. */
export interface FlushOptions {
  /** Longest time to wait, in milliseconds; at most 24 days. @defaultValue the shutdown deadline, 5000 */
  readonly deadlineMs?: number;
  /** Ends the wait early; the export itself goes on. */
  readonly signal?: AbortSignal;
}

/** Flushes and shuts down several providers as one. */
export interface Lifecycle {
  /** Exports what is there. Never rejects. True when all of it ended in time, whether or not the collector took it. */
  flush(options?: FlushOptions): Promise<boolean>;
  /** Exports what is there and stops for good; a second call gives the promise of the first. Never rejects. */
  shutdown(options?: FlushOptions): Promise<boolean>;
}

/** Timers, to be replaced in tests. */
export interface Timers {
  set(callback: () => void, ms: number): unknown;
  clear(timer: unknown): void;
}

const realTimers: Timers = {
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** Options of {@link createLifecycle}. */
export interface LifecycleOptions {
  readonly targets: readonly Flushable[];
  /** Default deadline of flush and shutdown, in milliseconds. */
  readonly deadlineMs: number;
  /** Called once, when a shutdown has ended or run out of time. */
  readonly onShutdown?: () => void;
  readonly timers?: Timers;
}

/** Makes a {@link Lifecycle}. One provider that fails or hangs never keeps another from finishing. */
export function createLifecycle(options: LifecycleOptions): Lifecycle {
  const { targets, timers = realTimers } = options;
  let ending: Promise<boolean> | undefined;

  const all = (method: 'forceFlush' | 'shutdown', limits: FlushOptions): Promise<boolean> => {
    const work = Promise.allSettled(targets.map(async (target) => target[method]()));
    const { deadlineMs, signal } = usable(limits);
    return endsInTime(work, deadlineMs ?? options.deadlineMs, signal, timers);
  };
  return {
    flush: (limits = {}) => ending ?? all('forceFlush', limits),
    shutdown(limits = {}): Promise<boolean> {
      ending ??= all('shutdown', limits).finally(() => options.onShutdown?.());
      return ending;
    },
  };
}

/** What a timer of Node can wait for; more would end at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** What can be used of what an app gave. An ending app must not hear of a slip in it, least of all in a timer. */
function usable(limits: unknown): FlushOptions {
  const { deadlineMs, signal } = (limits ?? {}) as { deadlineMs?: unknown; signal?: Partial<AbortSignal> | null };
  const listens = typeof signal?.addEventListener === 'function' && typeof signal.removeEventListener === 'function';
  return {
    ...(typeof deadlineMs === 'number' && deadlineMs >= 0 && { deadlineMs: Math.min(deadlineMs, LONGEST_MS) }),
    ...(listens && { signal: signal as AbortSignal }),
  };
}

/** Whether `work` ends, well or badly, before the deadline and before `signal` aborts. Never rejects. */
export function endsInTime(
  work: Promise<unknown>,
  deadlineMs: number,
  signal?: AbortSignal,
  timers: Timers = realTimers,
): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (inTime: boolean): void => {
      timers.clear(timer);
      signal?.removeEventListener('abort', giveUp);
      resolve(inTime);
    };
    const giveUp = (): void => finish(false);
    // Not unref'd: at exit this timer may be all that is left to end the wait.
    const timer = timers.set(giveUp, deadlineMs);
    signal?.addEventListener('abort', giveUp, { once: true });
    if (signal?.aborted) giveUp();
    work.then(
      () => finish(true),
      () => finish(true),
    );
  });
}

/** The part of `process` that is needed here. */
export interface ProcessLike {
  on(event: string, listener: () => void): unknown;
  prependListener(event: string, listener: () => void): unknown;
  removeListener(event: string, listener: () => void): unknown;
  listenerCount(event: string): number;
  getMaxListeners(): number;
  setMaxListeners(count: number): unknown;
  exit(code?: number): void;
}

/** The signals that end a service. */
const EXIT_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Installs the handlers; returns a function that removes them.
 *
 * @param countWatchers - how many of a signal's listeners only watch and will not end the process.
 */
export function installExitHandlers(
  lifecycle: Lifecycle,
  target: ProcessLike = process,
  countWatchers: () => number = signalExitWatchers,
): () => void {
  let ending = false;

  const onSignal = (signal: (typeof EXIT_SIGNALS)[number]): void => {
    const exit = (): void => target.exit(128 + constants.signals[signal]);
    const appOwnsTheExit = target.listenerCount(signal) - 1 - countWatchers() > 0;
    if (appOwnsTheExit) void lifecycle.flush();
    // Somebody does not want to wait for our shutdown.
    else if (ending) exit();
    else {
      // Also when the app has listened before: NestJS and others drain, take their listener off and raise the signal anew.
      ending = true;
      void lifecycle.shutdown().then(exit);
    }
  };

  // One more than the app has room for, so that its own number of listeners warns when it did before.
  const room = target.getMaxListeners();
  if (room > 0) target.setMaxListeners(room + 1);
  const handlers: { event: string; listener: () => void }[] = [];
  for (const signal of EXIT_SIGNALS) {
    const listener = (): void => onSignal(signal);
    // First in the row: a `once` listener that runs before ours would be gone when we count.
    target.prependListener(signal, listener);
    handlers.push({ event: signal, listener });
  }

  // The event loop is empty: a script has ended, or a drained server. Node asks again after the flush has run.
  let flushed = false;
  const onBeforeExit = (): void => {
    // Who else waits for this moment may begin something new, which must be recorded too.
    if (!flushed && target.listenerCount('beforeExit') > 1) {
      flushed = true;
      void lifecycle.flush();
      return;
    }
    target.removeListener('beforeExit', onBeforeExit);
    void lifecycle.shutdown().then((inTime) => {
      // Only the export that hangs keeps the process now. If somebody else waits for this moment too, let it be.
      if (!inTime && target.listenerCount('beforeExit') === 0) target.exit();
    });
  };
  target.on('beforeExit', onBeforeExit);
  handlers.push({ event: 'beforeExit', listener: onBeforeExit });

  return () => {
    for (const { event, listener } of handlers) target.removeListener(event, listener);
    if (room > 0 && target.getMaxListeners() === room + 1) target.setMaxListeners(room);
  };
}

/**
 * Listeners of the `signal-exit` package, which many command-line libraries load. They do not end the process while
 * anybody else listens, so counting them as "somebody else will exit" would leave the process running for ever.
 * The package keeps their number on a global emitter: version 4 under a symbol, version 3 on `process`.
 */
export function signalExitWatchers(global: object = globalThis, owner: object = process): number {
  const places: unknown[] = [
    Reflect.get(global, Symbol.for('signal-exit emitter')),
    Reflect.get(owner, '__signal_exit_emitter__'),
  ];
  return places.reduce<number>((sum, place) => {
    const count = (place as { count?: unknown } | undefined)?.count;
    return typeof count === 'number' ? sum + count : sum;
  }, 0);
}
