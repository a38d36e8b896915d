/** Where recordings are read from: files, folders and streams, packed with gzip or not. The only file here that does I/O. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { messageOf } from '../errors.ts';

/** Bytes that are read at once. */
const CHUNK_BYTES = 1024 * 1024;

const RECORDINGS = /\.(json|jsonl|ndjson)(\.gz)?$/i;
const FOLDER_LINK = 'It is a link to a folder, and those are not followed.';
const ONE_DOCUMENT = /\.json(\.gz)?$/i;

/** What a file of one document is called, as opposed to one of JSON Lines. */
export function isOneDocument(path: string): boolean {
  return ONE_DOCUMENT.test(path);
}

/** A file to be read, or why it is not. */
export interface FoundFile {
  path: string;
  refusal: string | null;
}

/**
 * The files that a path stands for: itself, or those of recordings in a folder and the folders below it, sorted by name.
 * Links to folders are not followed, since they may lead in circles.
 */
export async function filesOf(path: string): Promise<FoundFile[]> {
  return (await stat(path)).isDirectory() ? within(path) : [{ path, refusal: null }];
}

async function within(folder: string): Promise<FoundFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files: FoundFile[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await within(path)));
    else if (RECORDINGS.test(entry.name)) files.push({ path, refusal: await refusalOfEntry(path) });
    else if (entry.isSymbolicLink() && (await isFolder(path))) files.push({ path, refusal: FOLDER_LINK });
  }
  return files;
}

/** A pipe that happens to lie in a folder would be waited for, without an end. One that is named itself was meant. */
async function refusalOfEntry(path: string): Promise<string | null> {
  try {
    const entry = await stat(path);
    if (entry.isDirectory()) return FOLDER_LINK;
    return entry.isFile() ? null : 'It is neither a file nor a folder.';
  } catch (error) {
    return messageOf(error);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

/** The bytes of a file, unpacked. */
export function bytesOfFile(path: string, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
  return unpacked(createReadStream(path, { highWaterMark: CHUNK_BYTES, ...(signal && { signal }) }));
}

/** The bytes of a stream of bytes or text, unpacked. */
export function bytesOfStream(stream: AsyncIterable<Uint8Array | string>): AsyncIterable<Uint8Array> {
  return unpacked(encoded(stream));
}

async function* encoded(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  // Half of a character, which the next piece of text completes.
  let half = '';
  for await (const chunk of stream) {
    if (typeof chunk !== 'string') yield chunk;
    else {
      const text = half + chunk;
      const ends = /[\ud800-\udbff]$/.test(text) ? text.length - 1 : text.length;
      half = text.slice(ends);
      yield encoder.encode(text.slice(0, ends));
    }
  }
  if (half !== '') yield encoder.encode(half);
}

/** Told by its first bytes, whatever the file is called. */
async function* unpacked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let length = 0;
  const rest = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* head;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  };
  while (length < 2) {
    const next = await iterator.next();
    if (next.done) break;
    head.push(next.value);
    length += next.value.length;
  }
  const [first, second] = Buffer.concat(head.map((chunk) => chunk.subarray(0, 2)));
  if (first !== 0x1f || second !== 0x8b) yield* rest();
  // A failure ends the loop that reads from it, so nothing is left to do here.
  else yield* pipeline(Readable.from(rest(), { objectMode: false }), createGunzip(), () => {});
}
