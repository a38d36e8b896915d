/** Starts the instrumentations: those of Node's own modules at once, those of npm packages when the app loads them. */
import { createRequire, isBuiltin, syncBuiltinESMExports } from 'node:module';
import type { BootContext } from '../boot-context.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { findEarlyModules, loadedTooEarly } from './early-modules.ts';
import { startFastifyRoutes } from './fastify-routes.ts';
import { installLoaderHook } from './loader-hook.ts';
import { startOnDemand } from './on-demand.ts';
import type { InstrumentationLike } from './options.ts';
import { PARTS } from './package-name.ts';
import { type Selection, selectInstrumentations } from './selection.ts';
import { createStarter } from './starter.ts';

/** They measure the process and patch nothing, so the app may load first; a script that ends at once never pays for them. */
const MEASURING: ReadonlySet<string> = new Set(['host-metrics', 'runtime-node']);

/** Does the work soon, once what is running has ended, and keeps no process alive for it; returns what calls it off. */
type Defer = (work: () => void) => () => void;

const afterThisTurn: Defer = (work) => {
  const soon = setImmediate(work).unref();
  return () => clearImmediate(soon);
};

/**
 * Starts what the environment and the options ask for, and last the loader hook. `http.server.request.duration`, the metric
 * that canaries are judged by, is recorded by the instrumentation of `http`.
 */
export function startInstrumentations(context: BootContext, defer: Defer = afterThisTurn): void {
  const { plan, report, onStop } = context;
  const { instrumentations: own = [], loaderHook = true } = plan.options;
  const { entries, fastifyRoutes, problems } = choose(context, own);
  for (const problem of problems) report(problem);
  const starter = createStarter(context);

  const ownModules = own.flatMap(modulesOf);
  const early = new Set(findEarlyModules([...entries.flatMap(({ modules }) => modules), ...ownModules]));
  for (const name of early) report(loadedTooEarly(name));
  // Node may answer a second `require()` of them without asking us.
  const waits = ({ modules }: CatalogueEntry): boolean =>
    loaderHook && modules.length > 0 && !modules.some((name) => isBuiltin(name) || early.has(name));
  const measuring = entries.filter(({ name }) => MEASURING.has(name));
  const others = entries.filter((entry) => !measuring.includes(entry) && (loaderHook || !isPart(entry, entries)));
  const started = others.flatMap((entry) => (waits(entry) ? [] : (starter.start(entry) ?? [])));
  for (const entry of measuring) onStop(defer(() => void starter.start(entry)));
  for (const instrumentation of own) starter.adopt(instrumentation);
  if (fastifyRoutes) startFastifyRoutes(context);
  patchBuiltins(entries);

  if (!loaderHook) return;
  const waiting = others.filter(waits);
  // In this order, see loader-hook.ts.
  try {
    installLoaderHook([...waiting.flatMap(({ modules }) => modules), ...started.flatMap(modulesOf), ...ownModules]);
  } catch (error) {
    report({ code: 'INSTRUMENTATION_FAILED', message: hookFailed(error) });
  }
  onStop(
    startOnDemand({
      entries: waiting,
      start: (entry) => void starter.start(entry),
      early: (name) => report(loadedTooEarly(name)),
    }),
  );
}

/** By code alone: Node's message may name paths. */
function hookFailed(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return `the loader hook could not be installed (${code ?? 'unknown'}): packages that are imported as ES modules are not instrumented.`;
}

/** Whether it patches a part of what another one patches; only who sees each module being loaded can tell the uses apart. */
function isPart({ name }: CatalogueEntry, entries: readonly CatalogueEntry[]): boolean {
  return Object.hasOwn(PARTS, name) && entries.some((whole) => whole.name === PARTS[name]);
}

function choose({ plan, env }: BootContext, own: readonly InstrumentationLike[]): Selection {
  const variables = plan.options.env ?? process.env;
  return selectInstrumentations({
    enabled: env.list('OTEL_NODE_ENABLED_INSTRUMENTATIONS'),
    disabled: env.list('OTEL_NODE_DISABLED_INSTRUMENTATIONS'),
    configs: plan.options.instrumentationConfig ?? {},
    replaced: new Set(own.flatMap(({ instrumentationName }) => instrumentationName ?? [])),
    lambda: variables['LAMBDA_TASK_ROOT'] !== undefined && variables['_HANDLER'] !== undefined,
  });
}

/**
 * Patches the built-in modules now and copies the patches to their ES module side. Named imports
 * (`import { get } from 'node:http'`) then see them without any loader hook, whoever loads the module first.
 */
function patchBuiltins(entries: readonly CatalogueEntry[]): void {
  const load = createRequire(import.meta.url);
  for (const { modules } of entries) for (const name of modules) if (isBuiltin(name)) load(name);
  syncBuiltinESMExports();
}

/** What an instrumentation of the program patches. */
function modulesOf(instrumentation: InstrumentationLike): string[] {
  const { getModuleDefinitions } = instrumentation as { getModuleDefinitions?: () => { name: string }[] };
  try {
    return getModuleDefinitions?.call(instrumentation).map(({ name }) => name) ?? [];
  } catch {
    return [];
  }
}
