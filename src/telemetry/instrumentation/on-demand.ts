/**
 * Starts an instrumentation when the app loads what it patches, and not before.
 *
 * Node asks us whenever it resolves a module, for `import` and `require()` alike. So nothing has to be guessed about what is
 * installed where: nested copies, workspaces, pnpm and Plug'n'Play are resolved by Node itself. The answer is Node's own;
 * we only look at the name. By the time the module is read, its instrumentation waits for it.
 */
import { isBuiltin, registerHooks } from 'node:module';
import type { CatalogueEntry } from './catalogue.ts';
import { isInternalUse, PARTS, packageNameOf } from './package-name.ts';

/** What happens to whom. */
export interface OnDemandInput {
  /** Those that wait. */
  readonly entries: readonly CatalogueEntry[];
  /** Called once for each of them, when its time has come. */
  start(entry: CatalogueEntry): void;
  /** Called with the name of a package that runs although nobody was seen to load it: it was linked before telemetry started. */
  early(name: string): void;
}

/**
 * Sees each module that is going to be loaded: how it is called, where it is, and who loads it. True when it has started an
 * instrumentation, which loads modules of its own.
 */
export type Watcher = (specifier: string, url: string, parentUrl: string | undefined) => boolean;

/** They resolve again what somebody else loads. */
const HOOKS: ReadonlySet<string> = new Set(['import-in-the-middle', 'require-in-the-middle']);

/** Watches what the app loads; returns a function that ends it. */
export function startOnDemand(input: OnDemandInput): () => void {
  const see = createWatcher(input);
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      // Node first: an optional package that is not installed needs no instrumentation.
      const found = next(specifier, context);
      // Asked again after an instrumentation was loaded by `require()` in between: the hook that patches ES modules resolves
      // what a module re-exports in the way of the last question, and the way of `require()` knows no URLs.
      return see(specifier, found.url, context.parentURL) ? next(specifier, context) : found;
    },
  });
  return () => hooks.deregister();
}

/** The part of it that decides. It never throws: it runs inside the app's own imports. */
export function createWatcher({ entries, start, early }: OnDemandInput): Watcher {
  const waiting = new Map(
    entries.flatMap((entry) => entry.modules.filter((name) => !isBuiltin(name)).map((name) => [name, entry] as const)),
  );
  const passed = new Set<string>();
  const begin = (entry: CatalogueEntry): void => {
    // First of all: what an instrumentation loads comes by here as well.
    for (const module of entry.modules) waiting.delete(module);
    start(entry);
  };
  // By its place, and by its name for a package that is linked to a folder elsewhere.
  const waitingName = (specifier: string, url: string): string | null =>
    [packageNameOf(url), packageNameOf(specifier)].find((name) => name !== null && waiting.has(name)) ?? null;
  return (specifier, url, parentUrl) => {
    if (waiting.size === 0) return false;
    try {
      const name = waitingName(specifier, url);
      const parent = parentUrl === undefined ? null : packageNameOf(parentUrl);
      if (parent !== null && HOOKS.has(parent)) return false;
      const entry = name === null || name === parent ? undefined : waiting.get(name);
      if (name !== null && entry !== undefined) {
        const internal = parent !== null && isInternalUse(name, parent);
        if (internal) passed.add(name);
        else begin(entry);
        return !internal;
      }
      const unseen = parent !== null && !passed.has(parent) && !Object.hasOwn(PARTS, parent);
      const linked = unseen ? waiting.get(parent) : undefined;
      if (parent !== null && linked !== undefined) {
        begin(linked);
        early(parent);
        return true;
      }
    } catch {
      // Nothing that goes wrong here is worth an import that fails.
    }
    return false;
  };
}
