/**
 * Sends requests while the event loop stands still: a worker sends them, and the caller waits for it.
 *
 * After an uncaught exception nothing of the app may run any more, so nothing that is asynchronous can be awaited in its
 * thread. A worker has an event loop of its own.
 */
import { Worker } from 'node:worker_threads';
import type { TlsFiles } from '../pipelines/agent.ts';

/** One POST request. */
export interface Letter {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly tls: TlsFiles;
}

/** A worker, as far as it is needed here. */
export interface WorkerLike {
  unref(): void;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

/** Starts the worker with these data. */
export type StartWorker = (script: string, workerData: unknown) => WorkerLike;

/**
 * Plain JavaScript, as it runs from a string: a file would have to be found, and this package may be bundled. Whatever fails
 * counts as sent: the process is about to end, and nobody could be told.
 */
const SCRIPT = `
const { readFileSync } = require('node:fs');
const { workerData: { letters, done } } = require('node:worker_threads');
const file = (path) => (path === undefined ? undefined : readFileSync(path));
const send = ({ url, headers, body, tls }) => new Promise((resolve) => {
  const { request } = require(url.startsWith('https:') ? 'node:https' : 'node:http');
  const options = { method: 'POST', headers, agent: false, ca: file(tls.ca), cert: file(tls.cert), key: file(tls.key) };
  const sent = request(url, options, (response) => response.on('close', resolve).on('error', resolve).resume());
  sent.on('error', resolve);
  sent.end(body);
});
Promise.allSettled(letters.map(async (letter) => send(letter))).then(() => {
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
});
`;

/** Without the preloads and the flags of the app: this thread has nothing to do with it. */
const startWorker: StartWorker = (script, workerData) =>
  new Worker(script, { eval: true, workerData, execArgv: [], env: {}, stdout: true, stderr: true });

/**
 * Sends the requests at once, and blocks until all are answered or have failed, at most for `deadlineMs`.
 *
 * @throws whatever keeps a worker from starting, such as Node's permission model.
 */
export function postAndWait(letters: readonly Letter[], deadlineMs: number, start: StartWorker = startWorker): boolean {
  if (letters.length === 0) return true;
  const done = new Int32Array(new SharedArrayBuffer(4));
  const worker = start(SCRIPT, { letters, done });
  worker.on('error', () => {});
  worker.unref();
  return Atomics.wait(done, 0, 0, deadlineMs) !== 'timed-out';
}
