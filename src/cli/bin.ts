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

const interrupt = new AbortController();
let stoppedBy: number | null = null;
for (const [signal, code] of Object.entries(SIGNALS)) {
  process.on(signal, () => {
    // The first asks for an end in good order, the second does not wait for it.
    if (stoppedBy !== null) process.exit(code);
    stoppedBy = code;
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
  readFile: (path) => readFile(path, { signal: interrupt.signal }),
  createFile: createPendingFile,
  signal: interrupt.signal,
  now: Date.now,
};

const code = await main(process.argv.slice(2), edges);
process.exitCode = stoppedBy ?? code;

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
