import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ChildMessage } from './child.ts';
import { DemoProblem } from './problem.ts';

/** How to start one process of the demo. */
export interface ProcessOptions {
  /** For messages, such as `shop-v2-a`. */
  readonly name: string;
  /** The program. */
  readonly file: URL;
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments of Node itself, such as `--import rolloutguard/register`. */
  readonly nodeArguments?: readonly string[];
  /** Default 30 seconds: slow machines start many processes slowly. */
  readonly readyWithinMs?: number;
}

/** A process that is up and listens. */
export interface RunningProcess {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  /** The end of what it wrote to standard error; empty when it wrote nothing. */
  lastWords(): string;
  /** Asks the process to do something. Rejects when it refuses, or is gone. */
  call(method: string, input?: unknown): Promise<unknown>;
}

/** A process that ended though nobody stopped it. */
export interface Death {
  readonly name: string;
  readonly message: string;
  readonly atMs: number;
}

const PACKAGE_ROOT = new URL('../../', import.meta.url);
const KEPT_STDERR = 2_000;

/** All child processes of the demo. Whoever makes one calls {@link ProcessGroup.stop} at the end, whatever happens. */
export class ProcessGroup {
  readonly #children = new Set<ChildProcess>();
  readonly #deaths: Death[] = [];
  readonly #mayDie = new Set<string>();
  #stopping = false;

  /** The last resort, for an exit that leaves no time to wait. */
  readonly #killAll = (): void => {
    for (const child of this.#children) child.kill('SIGKILL');
  };

  constructor() {
    process.once('exit', this.#killAll);
  }

  /** Processes that died though nobody stopped them, oldest first. */
  get deaths(): readonly Death[] {
    return this.#deaths;
  }

  /** How many processes are running. */
  get size(): number {
    return this.#children.size;
  }

  /** From now on the death of this process is part of the story, and no longer among {@link ProcessGroup.deaths}. */
  expectDeath(name: string): void {
    this.#mayDie.add(name);
  }

  /** Starts a process and waits until it listens. */
  async start(options: ProcessOptions): Promise<RunningProcess> {
    if (this.#stopping) throw new DemoProblem('INTERRUPTED', `${options.name} is not started: the demo is ending`);
    const child = spawn(process.execPath, [...(options.nodeArguments ?? []), fileURLToPath(options.file)], {
      cwd: PACKAGE_ROOT,
      env: { ...inheritedEnvironment(), ...options.env },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#children.add(child);

    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-KEPT_STDERR);
    });
    let up = false;
    child.once('error', () => this.#children.delete(child));
    child.once('close', (code, signal) => {
      this.#children.delete(child);
      if (!up || this.#stopping || this.#mayDie.has(options.name)) return;
      const message = `${options.name} ${endOf(code, signal)}${lastWords(stderr)}`;
      this.#deaths.push({ name: options.name, message, atMs: Date.now() });
    });
    const port = await readiness(child, options, () => stderr);
    up = true;
    const { name } = options;
    return { name, port, pid: child.pid!, lastWords: () => stderr.trim(), call: caller(child, name) };
  }

  /**
   * Ends all processes and waits until they are gone. May be called at any time, more than once. They are killed
   * without a farewell: they keep nothing that it could save, and a process that hangs must go too.
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    const gone = [...this.#children].map((child) => once(child, 'close'));
    this.#killAll();
    await Promise.all(gone);
    process.removeListener('exit', this.#killAll);
  }
}

/** Resolves with the port once the child listens; rejects when it fails, ends, or takes too long. */
function readiness(child: ChildProcess, options: ProcessOptions, stderr: () => string): Promise<number> {
  const { name, readyWithinMs = 30_000 } = options;
  return new Promise((resolve, reject) => {
    const fail = (code: 'PORT_IN_USE' | 'PROCESS_NOT_READY', message: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new DemoProblem(code, message));
    };
    const timer = setTimeout(() => {
      fail('PROCESS_NOT_READY', `${name} did not listen within ${readyWithinMs / 1000} s.${lastWords(stderr())}`);
    }, readyWithinMs);
    child.on('message', (message: ChildMessage) => {
      if (message.type === 'ready') {
        clearTimeout(timer);
        resolve(message.port);
      } else if (message.type === 'failed') {
        const inUse = message.code === 'EADDRINUSE';
        const mend = inUse ? '. Use another port, or 0 for any free one' : '';
        fail(inUse ? 'PORT_IN_USE' : 'PROCESS_NOT_READY', `${name} cannot listen: ${message.message}${mend}`);
      }
    });
    child.once('error', (error) => fail('PROCESS_NOT_READY', `${name} cannot be started: ${error.message}`));
    child.once('close', (code, signal) => {
      fail('PROCESS_NOT_READY', `${name} ${endOf(code, signal)} before it listened${lastWords(stderr())}`);
    });
  });
}

/** Calls over the channel that `child.ts` answers at the other end. */
function caller(child: ChildProcess, name: string): RunningProcess['call'] {
  const waiting = new Map<number, { resolve: (output: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  child.on('message', (message: ChildMessage) => {
    if (message.type !== 'answer' && message.type !== 'refusal') return;
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.type === 'answer') call?.resolve(message.output);
    else call?.reject(new DemoProblem('BAD_CALL', `${name} refused: ${message.message}`));
  });
  const gone = (): DemoProblem => new DemoProblem('PROCESS_DIED', `${name} is gone`);
  child.once('close', () => {
    for (const { reject } of waiting.values()) reject(gone());
    waiting.clear();
  });
  return (method, input) =>
    new Promise((resolve, reject) => {
      lastId += 1;
      const id = lastId;
      waiting.set(id, { resolve, reject });
      const failed = (error: Error | null): void => {
        if (error !== null && waiting.delete(id)) reject(gone());
      };
      if (child.connected) child.send({ id, method, input: input ?? null }, failed);
      else failed(gone());
    });
}

/** What the person at the keyboard has set up for telemetry of their own is not meant for the demo. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(OTEL|ROLLOUTGUARD)_/.test(name)));
}

function endOf(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
}

function lastWords(stderr: string): string {
  const text = stderr.trim();
  return text === '' ? '' : `. Its last words:\n${text}`;
}
