/** The reading side of identity: package.json and mounted files. Kept apart so that resolving stays pure. */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { Environment } from '../environment.ts';
import type { TelemetryProblem } from '../problems.ts';
import { DEFAULT_IDENTITY_FILES, type IdentityFile } from './files.ts';
import type { PackageIdentity } from './identity.ts';

/** Reads a text file; throws when it cannot. */
export type ReadText = (path: string) => string;

const readUtf8: ReadText = (path) => readFileSync(path, 'utf8');

/** Comma-separated paths of identity files; replaces the default ones. */
const IDENTITY_FILES_VARIABLE = 'ROLLOUTGUARD_IDENTITY_FILES';

/** Reads the identity files that the environment names, or the usual ones. A named file that is missing is a problem. */
export function readIdentityFiles(
  env: Environment,
  read: ReadText = readUtf8,
): { files: IdentityFile[]; problems: TelemetryProblem[] } {
  const named = (env[IDENTITY_FILES_VARIABLE] ?? '')
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');
  const files: IdentityFile[] = [];
  const problems: TelemetryProblem[] = [];
  for (const path of named.length > 0 ? named : DEFAULT_IDENTITY_FILES) {
    try {
      files.push({ path, text: read(path) });
    } catch (error) {
      if (named.length === 0) continue;
      const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
      problems.push({
        code: 'IDENTITY_FILE',
        message: `${IDENTITY_FILES_VARIABLE}: ${path} cannot be read (${code}).`,
      });
    }
  }
  return { files, problems };
}

/**
 * Name and version of the nearest package.json with a name, from the entry script upwards; null when there is none.
 * A script inside node_modules is a runner ("next start"), not the app, so the working directory is used instead.
 */
export function readPackageIdentity(
  entry: string | undefined,
  workingDirectory: string,
  read: ReadText = readUtf8,
): PackageIdentity | null {
  const runner = entry === undefined || entry.split(sep).includes('node_modules');
  let directory = runner ? workingDirectory : dirname(resolve(workingDirectory, entry));
  for (;;) {
    const found = parsePackage(read, join(directory, 'package.json'));
    if (found !== null) return found;
    const parent = dirname(directory);
    if (parent === directory) return null;
    directory = parent;
  }
}

function parsePackage(read: ReadText, path: string): PackageIdentity | null {
  try {
    const { name, version } = JSON.parse(read(path)) as Record<string, unknown>;
    if (typeof name !== 'string') return null;
    return { name, ...(typeof version === 'string' ? { version } : {}) };
  } catch {
    return null;
  }
}
