/** Which copy of a package a file gets, in which version. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** One installed copy of a package. */
export interface PackageCopy {
  readonly name: string;
  readonly version: string;
  readonly directory: string;
}

/** The copy that `require()` finds from these files, one after the other, each from what the one before has found; null when there is none. */
export function findCopy(name: string, from: string, through: readonly string[] = []): PackageCopy | null {
  try {
    let place = resolve(from);
    for (const bringer of through) place = createRequire(place).resolve(bringer);
    return copyAbove(name, dirname(createRequire(place).resolve(name)));
  } catch {
    return null;
  }
}

/** What the package.json of a folder says, when it is that of this package. */
export function copyIn(name: string, directory: string): PackageCopy | null {
  try {
    const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Record<string, unknown>;
    const { version } = manifest;
    return manifest['name'] === name && typeof version === 'string' ? { name, version, directory } : null;
  } catch {
    return null;
  }
}

function copyAbove(name: string, start: string): PackageCopy | null {
  for (let directory = start; ; directory = dirname(directory)) {
    const copy = copyIn(name, directory);
    if (copy !== null || dirname(directory) === directory) return copy;
  }
}
