/** Runs a fixture app in a process of its own, under the preload, and talks to it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The Node that the apps run on: another release than the one of the tests, when this variable names it. */
export const NODE: string = process.env['ROLLOUTGUARD_TEST_NODE'] ?? process.execPath;

/** Sources are run as they are. Older Node needs a flag for that, or warns of it, which is not what tests look for on stderr. */
const TYPESCRIPT: readonly string[] = [
  ...(stripsTypes() ? [] : ['--experimental-strip-types']),
  '--disable-warning=ExperimentalWarning',
];

function stripsTypes(): boolean {
  if (NODE === process.execPath) return process.features.typescript !== false;
  const says = execFileSync(NODE, ['-p', 'process.features.typescript'], { encoding: 'utf8' }).trim();
  return says !== 'false' && says !== 'undefined';
}

const FIXTURES = new URL('fixtures/', import.meta.url);

/** The preload's source; Node strips its types. */
export const REGISTER: string = new URL('../../src/telemetry/register.ts', import.meta.url).href;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface App extends AsyncDisposable {
  readonly port: number;
  /** Of the launcher, when there is one. */
  readonly pid: number;
  /** Status of a GET request to the app. */
  get(path: string): Promise<number>;
  /** Status and body of a GET request to the app. */
  ask(path: string): Promise<{ readonly status: number; readonly body: string }>;
  kill(signal: NodeJS.Signals): void;
  /** Waits until the app has printed this. */
  said(text: string): Promise<void>;
  /** Waits until this stands on stderr; gives all that stands there. */
  complained(text: string): Promise<string>;
  readonly exited: Promise<Exit>;
}

export interface RunOptions {
  /** Module URLs or specifiers given to --import. @defaultValue the preload */
  readonly imports?: readonly string[];
  /** Paths given to --require. */
  readonly requires?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of Node. */
  readonly flags?: readonly string[];
  readonly cwd?: string;
  /** A command that runs the app: `['unshare', '-pf']`, say. */
  readonly launcher?: readonly string[];
  /** The test's own signal: a test that runs out of time never reaches its clean-up, and leaves no process behind. */
  readonly signal: AbortSignal;
}

/** URL of a fixture. */
export function fixture(name: string): string {
  return new URL(name, FIXTURES).href;
}

/** Runs a fixture, or a script given by its absolute path, to its end. */
export async function runScript(name: string, options: RunOptions): Promise<Exit> {
  return spawnApp(pathOf(name), options).exited;
}

/** Starts a server, a fixture or a script given by its absolute path, and waits until it listens. */
export async function startApp(name: string, options: RunOptions): Promise<App> {
  const { child, exited, said, complained } = spawnApp(pathOf(name), options);
  const early = exited.then(({ code, stderr }) => Promise.reject(new Error(`the app ended with ${code}: ${stderr}`)));
  const port = Number((await Promise.race([said('\n'), early])).split('\n')[0]);
  early.catch(() => {});
  return {
    port,
    pid: child.pid as number,
    exited,
    said: async (text) => void (await said(text)),
    complained,
    kill: (signal) => void process.kill(appOf(child.pid as number, options.launcher), signal),
    get: async (path) => (await ask(port, path)).status,
    ask: (path) => ask(port, path),
    async [Symbol.asyncDispose](): Promise<void> {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function pathOf(name: string): string {
  return isAbsolute(name) ? name : fileURLToPath(fixture(name));
}

/** Not fetch: its keep-alive connections would hold the app's server open. */
async function ask(port: number, path: string): Promise<{ status: number; body: string }> {
  const sent = request({ port, path, agent: false }).end();
  const [response] = await once(sent, 'response');
  let body = '';
  response.on('data', (chunk: Buffer) => {
    body += chunk;
  });
  await once(response, 'end');
  return { status: response.statusCode as number, body };
}

/** The process of the app: `unshare` starts it as its only child, other launchers become it. */
function appOf(pid: number, launcher: readonly string[] = []): number {
  return launcher[0] === 'unshare' ? Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()) : pid;
}

interface Spawned {
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  said(text: string): Promise<string>;
  complained(text: string): Promise<string>;
}

function spawnApp(script: string, options: RunOptions): Spawned {
  const { imports = [REGISTER], requires = [], env = {}, flags = [], launcher = [], cwd, signal } = options;
  const preloads = [...requires.flatMap((path) => ['--require', path]), ...imports.flatMap((url) => ['--import', url])];
  const [command = NODE, ...args] = [...launcher, NODE, ...TYPESCRIPT, ...flags, ...preloads, script];
  const child = spawn(command, args, {
    cwd,
    // A bare environment: what CI leaves in it (a commit, a host name) would show up in the identity.
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const exited = once(child, 'close').then(([code, killedBy]) => {
    signal.removeEventListener('abort', kill);
    return { code, signal: killedBy, stdout, stderr };
  });
  const said = async (text: string): Promise<string> => {
    while (!stdout.includes(text)) await once(child.stdout, 'data');
    return stdout;
  };
  const complained = async (text: string): Promise<string> => {
    while (!stderr.includes(text)) await once(child.stderr, 'data');
    return stderr;
  };
  return { child, exited, said, complained };
}
