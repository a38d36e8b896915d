/** Which files the operands of `lint` stand for. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../errors.ts';
import type { RunEdges } from '../command.ts';

const MANIFESTS = /\.(?:ya?ml|json)$/i;
const NEVER_ENTERED: readonly string[] = ['node_modules', '.git'];

/** Something to read. */
export interface Source {
  readonly file: string;
  /** Whether it was named itself, and not found in a folder: then all of it is meant. */
  readonly isNamed: boolean;
  /** @throws the error of the file system. */
  read(): Promise<Uint8Array>;
}

/** What a walk has seen already, by real path: links may lead in circles, or to one file twice. */
interface Walk {
  readonly edges: RunEdges;
  readonly seen: Set<string>;
  readonly onUnreadable: (file: string, message: string) => void;
}

/** Files, those in folders and the folders below in the order of their names, and stdin for `-`. Each comes once. */
export async function* sourcesOf(
  operands: readonly string[],
  edges: RunEdges,
  onUnreadable: (file: string, message: string) => void,
): AsyncGenerator<Source> {
  const walk = { edges, onUnreadable, seen: new Set<string>() };
  for (const operand of operands) {
    if (operand === '-') yield { file: 'stdin', isNamed: true, read: () => readAll(edges.stdin) };
    else if (await isFolder(operand)) yield* below(operand, await realpath(operand), walk);
    else {
      const real = await realpath(operand).catch(() => operand);
      if (isNew(walk, real)) yield { file: operand, isNamed: true, read: () => edges.readFile(operand) };
    }
  }
}

async function* below(folder: string, real: string, walk: Walk): AsyncGenerator<Source> {
  walk.edges.signal.throwIfAborted();
  if (!isNew(walk, real)) return;
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    walk.onUnreadable(folder, messageOf(error));
    return [];
  });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (NEVER_ENTERED.includes(entry.name)) continue;
    const path = join(folder, entry.name);
    const target = entry.isSymbolicLink() ? await realpath(path).catch(() => null) : join(real, entry.name);
    if (target !== null && (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(path))))) {
      yield* below(path, target, walk);
    } else if (MANIFESTS.test(entry.name)) {
      if (target === null) walk.onUnreadable(path, 'it is a link that leads nowhere');
      // A pipe would be waited for, without an end.
      else if (!(await isFile(path))) walk.onUnreadable(path, 'it is neither a file nor a folder');
      else if (isNew(walk, target)) yield { file: path, isNamed: false, read: () => walk.edges.readFile(path) };
    }
  }
}

function isNew({ seen }: Walk, real: string): boolean {
  if (seen.has(real)) return false;
  seen.add(real);
  return true;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}

async function readAll(stdin: RunEdges['stdin']): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}
