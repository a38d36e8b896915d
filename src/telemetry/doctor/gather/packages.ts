/** Which copies of OpenTelemetry packages are installed: those in effect, and all that lie around. */
import { existsSync, realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyIn, findCopy, type PackageCopy } from '../../packages/copies.ts';
import { INSTALLED_PEERS } from '../../packages/install.ts';
import type { PackagesFacts } from '../facts.ts';

const SCOPE = '@opentelemetry';
const SDK = '@opentelemetry/sdk-node';

/** How many folders are looked into at most. */
const MAX_FOLDERS = 20_000;

/** Where to look. */
export interface PackagesInput {
  /** A file of this package, as the app has it. */
  readonly own: string;
  /** The entry of the app, or a file in its folder. */
  readonly app: string;
  readonly maxFolders?: number;
}

/** Gathers the copies. Folders are read one after the other, so that a running app is not held up. */
export async function gatherPackages({ own, app, maxFolders = MAX_FOLDERS }: PackagesInput): Promise<PackagesFacts> {
  const peers: Record<string, PackageCopy | null> = {};
  // As they are loaded: from where the SDK finds them, and else from here.
  for (const name of Object.keys(INSTALLED_PEERS)) peers[name] = findCopy(name, own, [SDK]) ?? findCopy(name, own);
  const roots = [...foldersAbove(app), ...foldersAbove(own)];
  const { copies, complete } = await walk(roots, maxFolders);
  const plugged = [app, own].some((file) => ancestors(file).some((folder) => existsSync(join(folder, '.pnp.cjs'))));
  return { peers, appApi: findCopy('@opentelemetry/api', app), copies, complete: complete && !plugged };
}

async function walk(roots: readonly string[], maxFolders: number): Promise<Pick<PackagesFacts, 'copies' | 'complete'>> {
  const copies = new Map<string, PackageCopy>();
  const waiting = new Set(roots);
  let left = maxFolders;
  for (const folder of waiting) {
    if (left-- <= 0) return { copies: [...copies.values()], complete: false };
    for (const entry of await list(folder)) {
      const path = join(folder, entry.name);
      if (entry.name === SCOPE)
        for (const { name } of await list(path)) add(copies, `${SCOPE}/${name}`, join(path, name));
      // The store of pnpm: one folder for each package, with its dependencies beside it.
      if (entry.name === '.pnpm')
        for (const { name } of await list(path)) waiting.add(join(path, name, 'node_modules'));
      // A link leads to a place that is looked through by itself, or out of the app.
      if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
      const packages = entry.name.startsWith('@') ? (await list(path)).map(({ name }) => join(path, name)) : [path];
      for (const each of packages) waiting.add(join(each, 'node_modules'));
    }
  }
  return { copies: [...copies.values()], complete: true };
}

function add(copies: Map<string, PackageCopy>, name: string, directory: string): void {
  try {
    const real = realpathSync(directory);
    const copy = copies.has(real) ? null : copyIn(name, real);
    if (copy !== null) copies.set(real, copy);
  } catch {
    // A link into nowhere.
  }
}

async function list(folder: string): Promise<{ name: string; isDirectory(): boolean }[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function foldersAbove(file: string): string[] {
  return ancestors(file)
    .map((folder) => join(folder, 'node_modules'))
    .filter((folder) => existsSync(folder));
}

function ancestors(file: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    folders.push(folder);
    if (dirname(folder) === folder) return folders;
  }
}
