/** The processes of the bench: services, the one that sends requests, and the collector. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type { Collected } from './collector.ts';
import type { LoadOrder } from './load.ts';
import type { Variant } from './variants.ts';

/** What a service says of itself. CPU time in microseconds, memory in bytes. */
export interface Report {
  readonly user: number;
  readonly system: number;
  readonly rss: number;
}

/** A running service. */
export interface Service {
  readonly port: number;
  /** From the start of the process until it listens. */
  readonly startMs: number;
  /** CPU time until it listens. */
  readonly startCpuMs: number;
  report(what?: 'report' | 'collect garbage'): Promise<Report>;
  /** `politely`: the process ends by itself, so that it can write a profile. */
  stop(politely?: boolean): Promise<void>;
}

/** Starts a service and waits until it listens. */
export async function startService(name: string, variant: Variant, flags: readonly string[] = []): Promise<Service> {
  const startedMs = performance.now();
  const child = fork(fileURLToPath(new URL(`services/${name}.cjs`, import.meta.url)), [], {
    execArgv: ['--expose-gc', ...flags, ...variant.imports.flatMap((url) => ['--import', url])],
    env: { PATH: process.env['PATH'] ?? '', ...variant.env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { port, user, system } = await answer<Report & { port: number }>(child);
  const startMs = performance.now() - startedMs;
  return {
    port,
    startMs,
    startCpuMs: (user + system) / 1000,
    report: (what = 'report') => asked(child, what),
    async stop(politely = false): Promise<void> {
      const exited = once(child, 'exit');
      if (politely) child.send('stop');
      else child.kill('SIGKILL');
      await exited;
    },
  };
}

/** The helpers, which live as long as the bench. */
export interface Helpers extends AsyncDisposable {
  readonly collectorPort: number;
  load(order: LoadOrder): Promise<void>;
  collected(): Promise<Collected>;
}

/** Starts the helpers. */
export async function startHelpers(): Promise<Helpers> {
  const [load, collector] = ['load.ts', 'collector.ts'].map((name) =>
    fork(fileURLToPath(new URL(name, import.meta.url)), [], { execArgv: ['--disable-warning=ExperimentalWarning'] }),
  ) as [ChildProcess, ChildProcess];
  const collectorPort = await answer<number>(collector);
  return {
    collectorPort,
    async load(order): Promise<void> {
      const outcome = await asked<string>(load, order);
      if (outcome !== 'done') throw new Error(`the load failed: ${outcome}`);
    },
    collected: () => asked(collector, 'report'),
    async [Symbol.asyncDispose](): Promise<void> {
      for (const child of [load, collector]) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    },
  };
}

function asked<T>(child: ChildProcess, question: unknown): Promise<T> {
  const answered = answer<T>(child);
  child.send(question as string);
  return answered;
}

async function answer<T>(child: ChildProcess): Promise<T> {
  const gone = new AbortController();
  const exit = once(child, 'exit', { signal: gone.signal }).then(([code]) => {
    throw new Error(`a process of the bench ended with ${code}`);
  });
  exit.catch(() => {});
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal: gone.signal }), exit])) as [T];
    return message;
  } finally {
    gone.abort();
  }
}
