/**
 * Finds the packages that were loaded too early to be instrumented. Upstream means to warn of that and never does: it asks a
 * global `require` that no program has.
 *
 * What an ES module has imported is in no list that a program can read, but most instrumented packages are CommonJS, and
 * those are in Node's cache however they were imported. (One that the entry file imports statically beside telemetry is
 * linked by then but has not run; on-demand.ts notices it when it runs.)
 */
import { createRequire } from 'node:module';
import type { TelemetryProblem } from '../problems.ts';
import { CATALOGUE } from './catalogue.ts';
import { isInternalUse, packageNameOf } from './package-name.ts';

/** A part of Node's cache of CommonJS modules. */
export type ModuleCache = Readonly<
  Record<string, { readonly parent?: { readonly filename?: string } | null | undefined } | undefined>
>;

const INSTRUMENTED: readonly string[] = CATALOGUE.flatMap(({ modules }) => modules);

/**
 * Which of these npm packages are loaded already, in alphabetical order. What OpenTelemetry's own packages have loaded for
 * themselves does not count, nor `router` as a part of Express.
 *
 * @param names All that can be instrumented, by default.
 */
export function findEarlyModules(
  names: readonly string[] = INSTRUMENTED,
  cache: ModuleCache = createRequire(import.meta.url).cache,
): string[] {
  const instrumented = new Set(names);
  const found = new Set<string>();
  for (const path of Object.keys(cache)) {
    const name = packageNameOf(path);
    if (name === null || !instrumented.has(name) || found.has(name)) continue;
    // Only the package's entry tells who wanted it: its other files are loaded by itself.
    const loader = packageNameOf(cache[path]?.parent?.filename ?? '');
    if (loader === null || !isInternalUse(name, loader)) found.add(name);
  }
  return [...found].toSorted();
}

/** Says that a package was too early, and how to mend that. */
export function loadedTooEarly(name: string): TelemetryProblem {
  const message =
    `${name} was loaded before telemetry, so it is not instrumented or only in part: its spans, or the routes of its ` +
    'requests, may be missing. Start with node --import rolloutguard/register, or import the file that starts telemetry ' +
    'first and the app after it, by await import().';
  return { code: 'LOADED_TOO_EARLY', message };
}
