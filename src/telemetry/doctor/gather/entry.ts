/** What can be read off the file that an app begins with, without running it. */
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';
import type { EntryFacts, ManifestFacts } from '../facts.ts';

/** Larger files are bundles, or no code. */
const MAX_BYTES = 512 * 1024;

/** How many files of an app are read at most. */
const MAX_FILES = 30;

/** Reads the entry and the files beside it that it imports statically; null when there is no such file. */
export function readEntry(entry: string | undefined, cwd: string): EntryFacts | null {
  if (entry === undefined) return null;
  const path = locate(resolve(cwd, entry));
  const source = path === null ? null : readText(path);
  if (path === null || source === null) return null;
  const format = formatOf(path, source);
  return { path, format, staticImports: format === 'module' ? importsFrom(path) : [] };
}

/** Name, dependencies and scripts of the nearest package.json of an app. */
export function readManifest(start: string): ManifestFacts | null {
  const manifest = nearestManifest(start);
  if (manifest === null) return null;
  const keys = (field: string): string[] => Object.keys(objectOf(manifest[field]));
  return {
    dependencies: [...keys('dependencies'), ...keys('optionalDependencies')],
    scripts: Object.values(objectOf(manifest['scripts'])).filter((script) => typeof script === 'string'),
  };
}

/** Specifiers of packages behind `from` or `import`; calls of `import()` are left out, they come later. */
export function staticImportsOf(source: string): string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\/|^[ \t]*\/\/[^\n]*/gm, ' ');
  const found = code.matchAll(/(?:^|[\s;}*])(?:from|import)\s*(?:'([^'\n]{1,300})'|"([^"\n]{1,300})")/g);
  return [...new Set([...found].map(([, single, double]) => (single ?? double) as string))];
}

function importsFrom(entry: string): string[] {
  const packages = new Set<string>();
  const files = new Set([entry]);
  for (const file of files) {
    for (const specifier of staticImportsOf(readText(file) ?? '')) {
      if (!/^\.{1,2}\//.test(specifier)) packages.add(specifier);
      else if (files.size < MAX_FILES) files.add(resolve(dirname(file), specifier));
    }
  }
  return [...packages];
}

/** As Node finds the file of `node app`: the path, or with an ending, or the index of a folder. */
function locate(path: string): string | null {
  if (isFile(path)) return path;
  try {
    return createRequire(join(dirname(path), 'package.json')).resolve(path);
  } catch {
    return null;
  }
}

function formatOf(path: string, source: string): EntryFacts['format'] {
  const ending = extname(path);
  if (ending === '.mjs' || ending === '.mts') return 'module';
  if (ending === '.cjs' || ending === '.cts') return 'commonjs';
  const type = nearestManifest(dirname(path))?.['type'];
  if (type === 'module' || type === 'commonjs') return type;
  if (ending !== '.js' && ending !== '.ts') return 'unknown';
  // Node looks for the syntax of modules where no package.json tells.
  return /^[ \t]*(?:import\s[^(]|import\s*['"{*]|export\s)/m.test(source) ? 'module' : 'commonjs';
}

function nearestManifest(start: string): Record<string, unknown> | null {
  for (let directory = start; ; directory = dirname(directory)) {
    const text = readText(join(directory, 'package.json'));
    if (text !== null) {
      try {
        return objectOf(JSON.parse(text));
      } catch {
        return null;
      }
    }
    if (dirname(directory) === directory) return null;
  }
}

function readText(path: string): string | null {
  try {
    return isFile(path) && statSync(path).size <= MAX_BYTES ? readFileSync(path, 'utf8') : null;
  } catch {
    return null;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
