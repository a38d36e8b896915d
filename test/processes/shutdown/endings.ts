/** The ways in which an app ends, what becomes of it without telemetry, and what must arrive with it. */
import { fileURLToPath } from 'node:url';
import { type App, type Exit, runScript, startApp } from '../../telemetry/child-app.ts';

/** One row of the table. */
export interface Ending {
  readonly name: string;
  readonly fixture: 'service' | 'task' | 'threads';
  readonly env?: Readonly<Record<string, string>>;
  /** What is done to a service, after it has answered two requests. */
  act?(app: App): Promise<unknown> | unknown;
  /** How it ends without telemetry: exit code or signal. */
  readonly bare: number | NodeJS.Signals;
  /** Exit code with telemetry, where it differs: 128 + the signal's number is what a shell and Kubernetes show for both. */
  readonly code?: number;
  /** Exit code where the export is cut off at the deadline: `process.exit()` cannot know that the main module still waits. */
  readonly cut?: number;
  /** Spans that must arrive; 0 where the app leaves no time, and telemetry does not take it. Absent: all or none. */
  readonly spans?: number;
  /** Whether metrics and logs must arrive. @defaultValue true */
  readonly rest?: boolean;
  /** Whether the stack goes through the instrumentation, so that stderr differs in its frames, and in where it was thrown last. */
  readonly frames?: boolean;
}

const term = (app: App): void => app.kill('SIGTERM');
/** The request that crashes the app gets no answer. */
const ask = (path: string) => (app: App) => app.get(path).catch(() => {});
const hold = async (app: App): Promise<void> => {
  void app.get('/hold').catch(() => {});
  await app.said('holding');
};

export const ENDINGS: readonly Ending[] = [
  { name: 'SIGTERM, no handler', fixture: 'service', act: term, bare: 'SIGTERM', code: 143, spans: 2 },
  {
    name: 'SIGINT, no handler',
    fixture: 'service',
    act: (app) => app.kill('SIGINT'),
    bare: 'SIGINT',
    code: 130,
    spans: 2,
  },
  {
    name: 'SIGTERM, the app closes its server',
    fixture: 'service',
    env: { APP_ON_SIGNAL: 'close' },
    act: term,
    bare: 0,
    spans: 2,
  },
  {
    name: 'SIGTERM with a request in flight, the app drains and sets its exit code',
    fixture: 'service',
    env: { APP_ON_SIGNAL: 'drain' },
    act: async (app) => {
      await hold(app);
      term(app);
    },
    bare: 7,
    spans: 3,
  },
  {
    name: 'SIGTERM with a request in flight, the app drains and raises the signal anew',
    fixture: 'service',
    env: { APP_ON_SIGNAL: 'raise-anew' },
    act: async (app) => {
      await hold(app);
      term(app);
    },
    bare: 'SIGTERM',
    code: 143,
    spans: 3,
  },
  {
    name: 'SIGTERM, the app calls process.exit',
    fixture: 'service',
    env: { APP_ON_SIGNAL: 'exit' },
    act: term,
    bare: 6,
    spans: 0,
    rest: false,
  },
  {
    name: 'SIGTERM, the app awaits shutdown() and calls process.exit',
    fixture: 'service',
    env: { APP_ON_SIGNAL: 'exit-flushed' },
    act: term,
    bare: 6,
    spans: 2,
  },
  {
    name: 'SIGTERM twice, the app ignores the first',
    fixture: 'service',
    env: { APP_ON_SIGNAL: 'ignore' },
    act: async (app) => {
      term(app);
      await app.said('ignored');
      term(app);
    },
    bare: 'SIGTERM',
    code: 143,
  },
  {
    name: 'process.exit in a request',
    fixture: 'service',
    act: ask('/exit'),
    bare: 5,
    spans: 0,
    rest: false,
  },
  {
    name: 'shutdown() and process.exit in a request',
    fixture: 'service',
    act: ask('/exit-flushed'),
    bare: 5,
    spans: 2,
  },
  { name: 'uncaughtException', fixture: 'service', act: ask('/throw'), bare: 1, spans: 4 },
  { name: 'uncaughtException of a string', fixture: 'service', act: ask('/throw-text'), bare: 1, spans: 4 },
  { name: 'unhandledRejection', fixture: 'service', act: ask('/reject'), bare: 1, spans: 4, frames: true },
  {
    name: 'throw in a request handler',
    fixture: 'service',
    act: ask('/throw-in-handler'),
    bare: 1,
    spans: 4,
    frames: true,
  },
  {
    name: 'uncaughtException, the app handles it and exits',
    fixture: 'service',
    env: { APP_CATCHES: 'true' },
    act: ask('/throw'),
    bare: 9,
    spans: 0,
    rest: false,
  },
  { name: 'the server closes by itself', fixture: 'service', act: ask('/close'), bare: 0, spans: 3 },
  { name: 'script, empty event loop', fixture: 'task', env: { APP_END: 'empty loop' }, bare: 0, spans: 1 },
  { name: 'script, exit code set', fixture: 'task', env: { APP_END: 'exit code set' }, bare: 3, spans: 1 },
  { name: 'script, ends after a timer', fixture: 'task', env: { APP_END: 'after a while' }, bare: 0, spans: 1 },
  {
    name: 'script, a beforeExit listener of its own',
    fixture: 'task',
    env: { APP_END: 'beforeExit of its own' },
    bare: 0,
    spans: 2,
  },
  { name: 'script, throws at its top level', fixture: 'task', env: { APP_END: 'throw' }, bare: 1, spans: 2 },
  {
    name: 'script, awaits what never comes',
    fixture: 'task',
    env: { APP_END: 'await for ever' },
    bare: 13,
    cut: 0,
    spans: 1,
  },
  { name: 'worker threads that end, throw and exit', fixture: 'threads', bare: 0, spans: 1 },
];

/** How an app ended, and how long it took from what ended it. */
export interface Ended extends Exit {
  readonly ms: number;
}

/** Runs an app to its end; `imports: []` is the app without telemetry. */
export async function end(
  { fixture, act, env }: Ending,
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly imports?: readonly string[];
    readonly signal: AbortSignal;
  },
): Promise<Ended> {
  const path = fileURLToPath(new URL(`../fixtures/${fixture}.mjs`, import.meta.url));
  const run = { ...options, env: { ...options.env, ...env } };
  if (act === undefined) {
    const startMs = performance.now();
    const exit = await runScript(path, run);
    return { ...exit, ms: performance.now() - startMs };
  }
  await using app = await startApp(path, run);
  for (let i = 0; i < 2; i++) await app.get('/ok');
  const startMs = performance.now();
  await act(app);
  const exit = await app.exited;
  return { ...exit, ms: performance.now() - startMs };
}
