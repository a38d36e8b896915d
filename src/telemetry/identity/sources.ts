/** The reading side of identity: package.json and mounted files. Kept apart so that resolving stays pure. */
import { dirname, join, resolve, sep } from 'node:path';
import { visibleText } from '../../visible-text.ts';
import type { Environment } from '../environment.ts';
import type { TelemetryProblem } from '../problems.ts';
import { MOST_BYTES, type ReadText, readBoundedText } from './bounded-file.ts';
import { DEFAULT_IDENTITY_FILES, type IdentityFile } from './files.ts';
import type { PackageIdentity } from './input.ts';

/** Comma-separated paths of identity files; replaces the default ones. */
const IDENTITY_FILES_VARIABLE = 'ROLLOUTGUARD_IDENTITY_FILES';

/** More files than this are a slip, such as a list with commas inside of names. */
const MOST_FILES = 16;

/** A usual file that is not there is no mistake: most services do not run in a pod that has it. */
const ABSENT: readonly string[] = ['ENOENT', 'ENOTDIR'];

/** The paths of the identity files: those that the environment names, or the usual ones. */
export function identityPaths(env: Environment): { readonly paths: readonly string[]; readonly named: boolean } {
  const paths = (env[IDENTITY_FILES_VARIABLE] ?? '')
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');
  return paths.length > 0
    ? { paths: paths.slice(0, MOST_FILES), named: true }
    : { paths: DEFAULT_IDENTITY_FILES, named: false };
}

/**
 * Reads the identity files. One that cannot be read is a problem, unless it is a usual one that is not there.
 *
 * @param cohortFile - a file that stands before them. What is wrong with it is said by whoever follows it.
 */
export function readIdentityFiles(
  env: Environment,
  read: ReadText = readBoundedText,
  cohortFile?: string,
): { files: IdentityFile[]; problems: TelemetryProblem[] } {
  const { paths, named } = identityPaths(env);
  const files: IdentityFile[] = [];
  const problems: TelemetryProblem[] = [];
  const report = (path: string, what: string): void => {
    const from = named ? `${IDENTITY_FILES_VARIABLE}: ` : '';
    problems.push({ code: 'IDENTITY_FILE', message: `${from}${visibleText(path).slice(0, 200)} ${what}.` });
  };
  if (cohortFile !== undefined && !paths.includes(cohortFile)) {
    try {
      files.push({ path: cohortFile, text: read(cohortFile).text });
    } catch {}
  }
  for (const path of paths) {
    try {
      const { text, cut } = read(path);
      files.push({ path, text });
      if (cut) report(path, `is longer than ${MOST_BYTES / 1024} KiB; the rest of it was not read`);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
      if (named || !ABSENT.includes(code)) report(path, `cannot be read (${code})`);
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
  read: ReadText = readBoundedText,
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
    const { name, version } = JSON.parse(read(path).text) as Record<string, unknown>;
    if (typeof name !== 'string') return null;
    return { name, ...(typeof version === 'string' ? { version } : {}) };
  } catch {
    return null;
  }
}
