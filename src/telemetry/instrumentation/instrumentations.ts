/** Instrumentation of HTTP: `node:http`, `node:https`, and undici with the global `fetch`. */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { BootContext } from '../boot-context.ts';
import { installLoaderHook } from './loader-hook.ts';
import type { InstrumentationLike } from './options.ts';

/**
 * Starts the HTTP instrumentations and those of the app, and last the loader hook. `http.server.request.duration`, the
 * metric that canaries are judged by, is recorded by the first of them.
 */
export function startInstrumentations({ peers, plan: { options }, providers, onStop, caller }: BootContext): void {
  const { context } = peers('@opentelemetry/api');
  const { isTracingSuppressed } = peers('@opentelemetry/core');
  // Exports run in a context that suppresses their spans, but their duration would still be measured as client calls.
  const ownExport = (): boolean => isTracingSuppressed(context.active());
  const instrumentations: InstrumentationLike[] = [
    new (peers('@opentelemetry/instrumentation-http').HttpInstrumentation)({
      ignoreOutgoingRequestHook: ownExport,
      startOutgoingSpanHook: caller.hooks.onHttpRequest,
    }),
    new (peers('@opentelemetry/instrumentation-undici').UndiciInstrumentation)({
      ignoreRequestHook: ownExport,
      requestHook: caller.hooks.onUndiciRequest,
    }),
    ...(options.instrumentations ?? []),
  ];
  const stop = peers('@opentelemetry/instrumentation').registerInstrumentations({
    instrumentations: instrumentations as Instrumentation[],
    // An absent one means the global.
    ...(providers.tracer && { tracerProvider: providers.tracer }),
    ...(providers.meter && { meterProvider: providers.meter }),
    ...(providers.logger && { loggerProvider: providers.logger }),
  });
  patchBuiltins();
  onStop(() => {
    stop();
    syncBuiltinESMExports();
  });
  // Last, see loader-hook.ts.
  if (options.loaderHook ?? true) installLoaderHook(packagesOf(instrumentations));
}

/**
 * Patches the built-in modules now and copies the patches to their ES module side. Named imports
 * (`import { get } from 'node:http'`) then see them without any loader hook, whoever loads the module first.
 */
function patchBuiltins(): void {
  const require = createRequire(import.meta.url);
  require('node:http');
  require('node:https');
  syncBuiltinESMExports();
}

function packagesOf(instrumentations: readonly InstrumentationLike[]): string[] {
  const names = instrumentations.flatMap((instrumentation) => {
    const definitions = (instrumentation as { getModuleDefinitions?: () => { name: string }[] }).getModuleDefinitions;
    return definitions?.call(instrumentation).map(({ name }) => name) ?? [];
  });
  return [...new Set(names)].filter((name) => name !== 'http' && name !== 'https');
}
