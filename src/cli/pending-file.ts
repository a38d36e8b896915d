/** Files that are written beside their place and moved there when they are whole. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PendingFile } from './edges.ts';

/**
 * Begins a file. What is no plain file, such as a pipe or `/dev/stdout`, is written to as it stands: nothing can be moved
 * in its place.
 *
 * @throws the error of the file system when it cannot be created.
 */
export async function createPendingFile(path: string): Promise<PendingFile> {
  const existing = await stat(path).catch(() => null);
  if (existing !== null && !existing.isFile()) return direct(await open(path, 'w'));
  // A link stays a link: its target is replaced.
  const target = existing === null ? path : await realpath(path);
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  const handle = await open(temporary, 'wx', existing === null ? 0o666 : existing.mode & 0o777);
  return {
    write: async (text) => void (await handle.writeFile(text)),
    commit: async () => {
      await handle.close();
      await rename(temporary, target);
    },
    discard: async () => {
      await handle.close().catch(() => {});
      await rm(temporary, { force: true });
    },
  };
}

function direct(handle: FileHandle): PendingFile {
  const close = (): Promise<void> => handle.close();
  return { write: async (text) => void (await handle.writeFile(text)), commit: close, discard: close };
}
