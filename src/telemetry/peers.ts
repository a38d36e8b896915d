/**
 * The OpenTelemetry packages: optional peers, loaded only when telemetry is started.
 *
 * `@opentelemetry/api` must be the app's own copy (a second one swallows spans), and the SDK is worth its size only to
 * those who use it. So nothing here is a dependency, and an absent package fails with the command that mends it.
 *
 * Two ways in. `startDeploymentTelemetry` uses `import()` with literal names, which bundlers follow. The preload uses
 * `require()`: it is synchronous, so the entry needs no top-level await, works under `--require` as well as `--import`,
 * and can be loaded by `require()` itself. Both copies meet in the globals of `@opentelemetry/api`.
 */
import { createRequire } from 'node:module';
import { messageOf, RolloutGuardError } from '../errors.ts';
import type { PeerImporter } from './options.ts';

/**
 * The peers: the release that is tested, and one export that older release lines lack. They are released together and
 * pin each other, so the install command names exact versions: a mixture would install some of them twice.
 */
export const PEERS = {
  '@opentelemetry/api': { version: '1.10.0', needs: 'logs' },
  '@opentelemetry/context-async-hooks': { version: '3.0.0', needs: 'AsyncLocalStorageContextManager' },
  '@opentelemetry/core': { version: '3.0.0', needs: 'isTracingSuppressed' },
  '@opentelemetry/exporter-metrics-otlp-http': { version: '0.300.0', needs: 'OTLPMetricExporter' },
  '@opentelemetry/exporter-metrics-otlp-proto': { version: '0.300.0', needs: 'OTLPMetricExporter' },
  '@opentelemetry/exporter-trace-otlp-http': { version: '0.300.0', needs: 'OTLPTraceExporter' },
  '@opentelemetry/exporter-trace-otlp-proto': { version: '0.300.0', needs: 'OTLPTraceExporter' },
  '@opentelemetry/instrumentation': { version: '0.300.0', needs: 'registerInstrumentations' },
  '@opentelemetry/instrumentation-http': { version: '0.300.0', needs: 'HttpInstrumentation' },
  '@opentelemetry/instrumentation-undici': { version: '0.34.0', needs: 'UndiciInstrumentation' },
  '@opentelemetry/resources': { version: '3.0.0', needs: 'resourceFromAttributes' },
  '@opentelemetry/sdk-logs': { version: '3.0.0', needs: 'LoggerProvider' },
  '@opentelemetry/sdk-metrics': { version: '3.0.0', needs: 'PeriodicExportingMetricReader' },
  '@opentelemetry/sdk-trace': { version: '3.0.0', needs: 'TracerProvider' },
} as const;

/** Name of an OpenTelemetry package that may be loaded. */
export type PeerName = keyof typeof PEERS;

/** The loaded packages, by name. */
export interface PeerModules {
  '@opentelemetry/api': typeof import('@opentelemetry/api');
  '@opentelemetry/context-async-hooks': typeof import('@opentelemetry/context-async-hooks');
  '@opentelemetry/core': typeof import('@opentelemetry/core');
  '@opentelemetry/exporter-metrics-otlp-http': typeof import('@opentelemetry/exporter-metrics-otlp-http');
  '@opentelemetry/exporter-metrics-otlp-proto': typeof import('@opentelemetry/exporter-metrics-otlp-proto');
  '@opentelemetry/exporter-trace-otlp-http': typeof import('@opentelemetry/exporter-trace-otlp-http');
  '@opentelemetry/exporter-trace-otlp-proto': typeof import('@opentelemetry/exporter-trace-otlp-proto');
  '@opentelemetry/instrumentation': typeof import('@opentelemetry/instrumentation');
  '@opentelemetry/instrumentation-http': typeof import('@opentelemetry/instrumentation-http');
  '@opentelemetry/instrumentation-undici': typeof import('@opentelemetry/instrumentation-undici');
  '@opentelemetry/resources': typeof import('@opentelemetry/resources');
  '@opentelemetry/sdk-logs': typeof import('@opentelemetry/sdk-logs');
  '@opentelemetry/sdk-metrics': typeof import('@opentelemetry/sdk-metrics');
  '@opentelemetry/sdk-trace': typeof import('@opentelemetry/sdk-trace');
}

/** Gives a loaded package. Asking for one that was not on the list to load is a bug and throws. */
export type Peers = <N extends PeerName>(name: N) => PeerModules[N];

const importers: { readonly [N in PeerName]: () => Promise<unknown> } = {
  '@opentelemetry/api': () => import('@opentelemetry/api'),
  '@opentelemetry/context-async-hooks': () => import('@opentelemetry/context-async-hooks'),
  '@opentelemetry/core': () => import('@opentelemetry/core'),
  '@opentelemetry/exporter-metrics-otlp-http': () => import('@opentelemetry/exporter-metrics-otlp-http'),
  '@opentelemetry/exporter-metrics-otlp-proto': () => import('@opentelemetry/exporter-metrics-otlp-proto'),
  '@opentelemetry/exporter-trace-otlp-http': () => import('@opentelemetry/exporter-trace-otlp-http'),
  '@opentelemetry/exporter-trace-otlp-proto': () => import('@opentelemetry/exporter-trace-otlp-proto'),
  '@opentelemetry/instrumentation': () => import('@opentelemetry/instrumentation'),
  '@opentelemetry/instrumentation-http': () => import('@opentelemetry/instrumentation-http'),
  '@opentelemetry/instrumentation-undici': () => import('@opentelemetry/instrumentation-undici'),
  '@opentelemetry/resources': () => import('@opentelemetry/resources'),
  '@opentelemetry/sdk-logs': () => import('@opentelemetry/sdk-logs'),
  '@opentelemetry/sdk-metrics': () => import('@opentelemetry/sdk-metrics'),
  '@opentelemetry/sdk-trace': () => import('@opentelemetry/sdk-trace'),
};

type Outcome = { readonly module: unknown } | { readonly error: unknown };

/**
 * Imports the named packages.
 *
 * @throws RolloutGuardError `MISSING_PEER` naming every absent package and the command that installs them.
 */
export async function importPeers(names: readonly PeerName[], importPeer?: PeerImporter): Promise<Peers> {
  const outcomes = await Promise.all(
    names.map(async (name): Promise<Outcome> => {
      try {
        return { module: await (importPeer === undefined ? importers[name]() : importPeer(name)) };
      } catch (error) {
        return { error };
      }
    }),
  );
  return assemble(names, outcomes);
}

/** The same by `require()`; see {@link importPeers}. */
export function requirePeers(names: readonly PeerName[], load: (name: string) => unknown = defaultRequire()): Peers {
  const outcomes = names.map((name): Outcome => {
    try {
      return { module: load(name) };
    } catch (error) {
      return { error };
    }
  });
  return assemble(names, outcomes);
}

function defaultRequire(): (name: string) => unknown {
  return createRequire(import.meta.url);
}

function assemble(names: readonly PeerName[], outcomes: readonly Outcome[]): Peers {
  const modules = new Map<PeerName, unknown>();
  const unusable: { name: PeerName; why: string; error?: unknown }[] = [];
  for (const [index, name] of names.entries()) {
    const outcome = outcomes[index] as Outcome;
    if ('error' in outcome) {
      const absent = isAbsent(outcome.error, name);
      unusable.push({ name, why: absent ? 'not installed' : messageOf(outcome.error), error: outcome.error });
    } else if (!hasExport(outcome.module, PEERS[name].needs)) {
      unusable.push({ name, why: `installed in a version that is too old (no ${PEERS[name].needs})` });
    } else {
      modules.set(name, outcome.module);
    }
  }
  if (unusable.length > 0) throw missingPeers(unusable);
  return <N extends PeerName>(name: N): PeerModules[N] => {
    if (!modules.has(name)) throw new TypeError(`${name} was used but not on the list of peers to load`);
    return modules.get(name) as PeerModules[N];
  };
}

function missingPeers(unusable: readonly { name: PeerName; why: string; error?: unknown }[]): RolloutGuardError {
  const list = unusable.map(({ name, why }) => `${name} (${why})`).join(', ');
  const command = `npm install ${unusable.map(({ name }) => `${name}@${PEERS[name].version}`).join(' ')}`;
  const cause = unusable.find(({ error }) => error !== undefined)?.error;
  return new RolloutGuardError('MISSING_PEER', `telemetry needs OpenTelemetry packages that are missing: ${list}`, {
    mend: `Run: ${command}`,
    ...(cause === undefined ? {} : { cause }),
  });
}

function isAbsent(error: unknown, name: string): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  // A missing dependency of the package has the same code, so the name decides.
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && messageOf(error).includes(`'${name}'`);
}

function hasExport(module: unknown, name: string): boolean {
  return typeof module === 'object' && module !== null && name in module;
}
