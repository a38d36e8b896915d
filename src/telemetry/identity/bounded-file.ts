/**
 * Reads a small text file that somebody else wrote. A start must not hang at a pipe that nobody writes to, nor read a log
 * that was mounted in the place of labels.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';

/** Reads a text file; throws when it cannot, with `code` as of Node's errors. */
export type ReadText = (path: string) => BoundedText;

/** What was read. */
export interface BoundedText {
  readonly text: string;
  /** The file goes on behind the last whole line of the text. */
  readonly cut: boolean;
}

/** Most that is read of one file, in bytes. Kubernetes allows 256 KiB of annotations on a pod. */
export const MOST_BYTES: number = 2 ** 20;

/**
 * Reads a regular file, at most `mostBytes` of it. What is no UTF-8 becomes U+FFFD.
 *
 * @throws with `code`: Node's own (`ENOENT`, `EACCES`, `ELOOP`, ...), `EISDIR`, or `NOT_A_FILE` for pipes and devices.
 */
export function readBoundedText(path: string, mostBytes: number = MOST_BYTES): BoundedText {
  // Asked before it is opened: opening a pipe would already wake up whoever writes to it.
  refuseOthers(statSync(path));
  // And again when it is open, since it may have been exchanged; without O_NONBLOCK a pipe would wait for a writer.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    refuseOthers(fstatSync(descriptor));
    return readUpTo(descriptor, mostBytes);
  } finally {
    closeSync(descriptor);
  }
}

function refuseOthers(stats: Stats): void {
  if (stats.isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' });
  if (!stats.isFile()) throw Object.assign(new Error('not a file'), { code: 'NOT_A_FILE' });
}

function readUpTo(descriptor: number, mostBytes: number): BoundedText {
  const chunks: Buffer[] = [];
  let length = 0;
  // One byte more than is allowed tells whether there is more. Files of /proc have no size, so it is not asked.
  while (length <= mostBytes) {
    const chunk = Buffer.allocUnsafe(Math.min(65_536, mostBytes + 1 - length));
    const read = readSync(descriptor, chunk);
    if (read === 0) return { text: Buffer.concat(chunks).toString('utf8'), cut: false };
    chunks.push(chunk.subarray(0, read));
    length += read;
  }
  const whole = Buffer.concat(chunks, mostBytes);
  return { text: whole.subarray(0, whole.lastIndexOf(0x0a) + 1).toString('utf8'), cut: true };
}
