import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './command.ts';

/** The parts of package.json that the checks need. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** A Node to try the package on. */
export interface NodeVersion {
  /** What it stands for, such as `22.15.0, the floor`. */
  readonly label: string;
  readonly binary: string;
  /** What it takes to run a TypeScript file. */
  readonly typeScriptFlags: readonly string[];
}

/** The repository. */
export const root: string = join(import.meta.dirname, '..', '..');

/** Its package.json. */
export const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

/** Every subpath export that is code, as a user writes it: `rolloutguard`, `rolloutguard/otlp`, ... */
export const specifiers: readonly string[] = Object.keys(manifest.exports)
  .filter((subpath) => !subpath.endsWith('.json'))
  .map((subpath) => `${manifest.name}${subpath.slice(1)}`);

/** A tool installed in the repository, to be run by `process.execPath`. */
export function tool(...path: string[]): string {
  return join(root, 'node_modules', ...path);
}

/**
 * Makes what several checks share, once and only when asked for: the built and packed tarball, folders with the
 * tarball installed, and other versions of Node. Everything lives in one temporary folder.
 */
export class Workshop {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'rolloutguard-package-'));
  readonly #made = new Map<string, Promise<unknown>>();

  /** Path of the tarball, built and packed as for publishing. */
  tarball(): Promise<string> {
    return this.#once('tarball', async () => {
      // `npm pack` runs the prepack script, which is the full build.
      const packed = await npm(['pack', '--silent', '--pack-destination', this.folder], root);
      return join(this.folder, packed.trim().split('\n').at(-1) ?? '');
    });
  }

  /** A folder where a user installed nothing but the tarball. */
  bareConsumer(): Promise<string> {
    return this.#once('bare', () => this.#consumer('bare', []));
  }

  /** A folder where a user also installed the optional peers, at the versions that this repository pins. */
  peersConsumer(): Promise<string> {
    const peers = Object.keys(manifest.peerDependencies);
    return this.#once('peers', () =>
      this.#consumer(
        'peers',
        peers.map((peer) => `${peer}@${manifest.devDependencies[peer] ?? manifest.peerDependencies[peer]}`),
      ),
    );
  }

  /** The Node that runs this program, the oldest that is supported, the newest of its line, and the newest release. */
  nodes(): Promise<NodeVersion[]> {
    return this.#once('nodes', async () => {
      const wanted = { 'node-floor': '22.15.0', 'node-22': '22', 'node-26': '26' };
      const folder = this.#newFolder('nodes');
      writeJson(join(folder, 'package.json'), { private: true, allowScripts: { node: true } });
      const packages = Object.entries(wanted).map(([alias, version]) => `${alias}@npm:node@${version}`);
      await npm(['install', '--no-audit', ...packages], folder);
      const installed = Object.keys(wanted).map((alias) => join(folder, 'node_modules', alias, 'bin', 'node'));
      return Promise.all([process.execPath, ...installed].map(describeNode));
    });
  }

  /** Removes the temporary folder. */
  close(): void {
    // A command that was killed this moment may still write a last file.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  async #consumer(name: string, packages: readonly string[]): Promise<string> {
    const tarball = await this.tarball();
    const folder = this.#newFolder(name);
    writeJson(join(folder, 'package.json'), { name: `consumer-${name}`, private: true, type: 'module' });
    await npm(['install', '--no-audit', '--prefer-offline', tarball, ...packages], folder);
    // Types of Node for the compiler, without installing them again: not what is being tested.
    mkdirSync(join(folder, 'types'));
    symlinkSync(tool('@types', 'node'), join(folder, 'types', 'node'), 'junction');
    return folder;
  }

  #newFolder(name: string): string {
    const folder = join(this.folder, name);
    mkdirSync(folder);
    return folder;
  }

  #once<T>(key: string, make: () => Promise<T>): Promise<T> {
    let made = this.#made.get(key) as Promise<T> | undefined;
    if (made === undefined) {
      made = make();
      // Whoever awaits it later sees the failure; until then it is not an unhandled rejection.
      made.catch(() => {});
      this.#made.set(key, made);
    }
    return made;
  }
}

/** Runs npm. On Windows npm is a script that needs a shell, so these checks run on Linux and macOS only. */
export function npm(args: readonly string[], cwd: string): Promise<string> {
  return run('npm', args, { cwd, timeoutSeconds: 240 });
}

/** Writes readable JSON. */
export function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

async function describeNode(binary: string): Promise<NodeVersion> {
  const version = (await run(binary, ['--version'], { cwd: root })).trim().slice(1);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  // Type stripping needs no flag from 22.18 on.
  const old = major === 22 && minor < 18;
  return {
    label: `Node ${version}`,
    binary,
    typeScriptFlags: old ? ['--experimental-strip-types', '--no-warnings'] : [],
  };
}
