/** The file system as the follower of the cohort needs it, and Node's own behind it. */
import { constants, watch } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

/** Files that are looked at again and again, and their directories. To be replaced in tests. */
export interface WatchedFiles {
  /** The text of a file; rejects with an error that has a `code`. */
  read(path: string): Promise<string>;
  /** What tells this directory from one that replaces it; null when there is none. */
  directoryId(path: string): Promise<string | null>;
  /**
   * Calls `onEvent` with the name of what has changed in a directory, null when that is not known; throws when watching is
   * not to be had. Returns a function that ends it.
   */
  watch(directory: string, onEvent: (name: string | null) => void, onError: (error: unknown) => void): () => void;
}

/** Labels and annotations of a pod are 256 KiB at most; quoting makes them longer. */
const MAX_BYTES = 2 ** 20;

const CHUNK_BYTES = 2 ** 16;

/** Node's file system. Asynchronous: a mount that hangs must not hang the app. */
export const realFiles: WatchedFiles = {
  async read(path: string): Promise<string> {
    // Without O_NONBLOCK a named pipe would hold a thread for ever.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await readBounded(file);
    } finally {
      await file.close();
    }
  },
  async directoryId(path: string): Promise<string | null> {
    try {
      const found = await stat(path, { bigint: true });
      return found.isDirectory() ? `${found.dev}:${found.ino}` : null;
    } catch {
      return null;
    }
  },
  watch(directory: string, onEvent: (name: string | null) => void, onError: (error: unknown) => void): () => void {
    // Not persistent: it must not keep the process alive.
    const watcher = watch(directory, { persistent: false }, (_kind, name) => onEvent(name));
    watcher.on('error', onError);
    return () => watcher.close();
  },
};

async function readBounded(file: FileHandle): Promise<string> {
  const found = await file.stat();
  if (!found.isFile()) throw withCode('not a regular file');
  if (found.size > MAX_BYTES) throw withCode(TOO_LARGE);
  const chunks: Buffer[] = [];
  for (let length = 0; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES);
    if (bytesRead === 0) return Buffer.concat(chunks).toString('utf8');
    length += bytesRead;
    if (length > MAX_BYTES) throw withCode(TOO_LARGE);
    chunks.push(buffer.subarray(0, bytesRead));
  }
}

const TOO_LARGE = `larger than ${MAX_BYTES} bytes`;

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}
