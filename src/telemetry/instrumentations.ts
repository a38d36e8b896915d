/** Instrumentation of HTTP: `node:http`, `node:https`, and undici with the global `fetch`. */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { LoggerProvider, MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { InstrumentationLike } from './options.ts';
import type { Peers } from './peers.ts';

/** The providers that instrumentations write to; an absent one means the global. */
export interface InstrumentationProviders {
  readonly tracerProvider?: TracerProvider | undefined;
  readonly meterProvider?: MeterProvider | undefined;
  readonly loggerProvider?: LoggerProvider | undefined;
}

/** The result of {@link startInstrumentations}. */
export interface RunningInstrumentations {
  /** npm packages that are patched when they are imported, so the loader hook must see them. */
  readonly modules: readonly string[];
  /** Takes the patches off. */
  stop(): void;
}

/**
 * Starts the HTTP instrumentations and `extra`. `http.server.request.duration`, the metric that canaries are judged by,
 * is recorded by the first of them.
 */
export function startInstrumentations(
  peers: Peers,
  providers: InstrumentationProviders,
  extra: readonly InstrumentationLike[] = [],
): RunningInstrumentations {
  const { context } = peers('@opentelemetry/api');
  const { isTracingSuppressed } = peers('@opentelemetry/core');
  // Exports run in a context that suppresses their spans, but their duration would still be measured as client calls.
  const ownExport = (): boolean => isTracingSuppressed(context.active());
  const instrumentations: InstrumentationLike[] = [
    new (peers('@opentelemetry/instrumentation-http').HttpInstrumentation)({ ignoreOutgoingRequestHook: ownExport }),
    new (peers('@opentelemetry/instrumentation-undici').UndiciInstrumentation)({ ignoreRequestHook: ownExport }),
    ...extra,
  ];
  const stop = peers('@opentelemetry/instrumentation').registerInstrumentations({
    instrumentations: instrumentations as Instrumentation[],
    ...withoutAbsent(providers),
  });
  patchBuiltins();
  return {
    modules: packagesOf(instrumentations),
    stop(): void {
      stop();
      syncBuiltinESMExports();
    },
  };
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

function withoutAbsent(providers: InstrumentationProviders): {
  tracerProvider?: TracerProvider;
  meterProvider?: MeterProvider;
  loggerProvider?: LoggerProvider;
} {
  const { tracerProvider, meterProvider, loggerProvider } = providers;
  return {
    ...(tracerProvider === undefined ? {} : { tracerProvider }),
    ...(meterProvider === undefined ? {} : { meterProvider }),
    ...(loggerProvider === undefined ? {} : { loggerProvider }),
  };
}
