/**
 * Finds out whether the app resolves another copy of `@opentelemetry/api` than we do.
 *
 * Copies meet in a global object, but a newer copy does not trust what an older one has registered: the app's own spans
 * and metrics are then dropped without a word. (An older copy in the app works.)
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TelemetryProblem } from '../problems.ts';

const API = '@opentelemetry/api';

interface Copy {
  readonly directory: string;
  readonly version: string;
}

/** Compares our copy with the one that the app's entry script resolves; null when they get along. */
export function findApiClash(
  entry: string | undefined,
  ours: string = fileURLToPath(import.meta.url),
): TelemetryProblem | null {
  const own = apiCopy(ours);
  const apps = entry === undefined ? null : apiCopy(entry);
  if (own === null || apps === null || own.directory === apps.directory || trusts(apps.version, own.version))
    return null;
  return {
    code: 'DUPLICATE_API',
    message:
      `the app uses ${API} ${apps.version}, telemetry uses ${own.version}: what the app records itself is dropped. ` +
      `Install one copy: npm install ${API}@${own.version}`,
  };
}

/** The rule of `@opentelemetry/api`: same major version, and the registered minor version is not older. */
function trusts(reader: string, registered: string): boolean {
  const [readerMajor, readerMinor] = reader.split('.').map(Number);
  const [major, minor] = registered.split('.').map(Number);
  return readerMajor === major && (readerMinor as number) <= (minor as number);
}

function apiCopy(from: string): Copy | null {
  try {
    let directory = dirname(createRequire(resolve(from)).resolve(API));
    for (;;) {
      const version = versionIn(directory);
      if (version !== null) return { directory, version };
      const parent = dirname(directory);
      if (parent === directory) return null;
      directory = parent;
    }
  } catch {
    return null;
  }
}

function versionIn(directory: string): string | null {
  try {
    const { name, version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    return name === API && typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}
