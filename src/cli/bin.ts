#!/usr/bin/env node
/** The program: gives the command line its process, and nothing else. */
import { readFile } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { messageOf, RolloutGuardError } from '../errors.ts';
import type { Edges, Output } from './edges.ts';
import { main } from './main.ts';
import { createPendingFile } from './pending-file.ts';

/** Exit codes of signals, as shells count them. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** How long what hangs is waited for, when all else is in order. */
const PATIENCE_MS = 200;

const interrupt = new AbortController();
let stopping: keyof typeof SIGNALS | null = null;
for (const signal of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]) {
  process.on(signal, () => {
    // The first asks for an end in good order, the second does not wait for it.
    if (stopping !== null) end(signal);
    stopping = signal;
    interrupt.abort();
  });
}

const edges: Edges = {
  // Not touched until somebody reads: an open stdin would keep the process alive.
  stdin: {
    get isTerminal() {
      return process.stdin.isTTY === true;
    },
    [Symbol.asyncIterator]: () => addAbortSignal(interrupt.signal, process.stdin)[Symbol.asyncIterator](),
  },
  stdout: outputOf('stdout', process.stdout),
  stderr: outputOf('stderr', process.stderr),
  env: process.env,
  cwd: workingDirectory(),
  // Opening a pipe that nobody writes to cannot be called off, only left behind.
  readFile: (path) => Promise.race([readFile(path, { signal: interrupt.signal }), interrupted()]),
  createFile: createPendingFile,
  signal: interrupt.signal,
  now: Date.now,
};

const code = await main(process.argv.slice(2), edges);
process.exitCode = stopping === null ? code : SIGNALS[stopping];
// What is written is written and what was begun is removed: what still hangs, such as a pipe, is not waited for.
if (stopping !== null) setTimeout(end, PATIENCE_MS, stopping).unref();

/** As if nobody had listened for the signal. `process.exit()` would wait for a thread that opens a pipe. */
function end(signal: keyof typeof SIGNALS): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/** A shell may stand in a folder that was removed. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

function interrupted(): Promise<never> {
  return new Promise((_, reject) => {
    interrupt.signal.addEventListener('abort', () => reject(interrupt.signal.reason), { once: true });
  });
}

function outputOf(name: string, stream: NodeJS.WriteStream): Output {
  let gone = false;
  // The error is told to whoever wrote; without a listener it would end the process as well.
  stream.on('error', () => {});
  return {
    write: (text) =>
      gone
        ? Promise.resolve()
        : new Promise((resolve, reject) => {
            stream.write(text, (error: (Error & { code?: string }) | null | undefined) => {
              gone = error?.code === 'EPIPE';
              if (error && !gone) reject(cannotWrite(name, error));
              else resolve();
            });
          }),
    isTerminal: stream.isTTY === true,
  };
}

function cannotWrite(name: string, error: Error): RolloutGuardError {
  const mend = 'Give it a place that can be written to.';
  return new RolloutGuardError('INVALID_OPTION', `${name} cannot be written: ${messageOf(error)}`, { mend });
}
