/** Loads, makes and starts single instrumentations. One that fails is left out: the app and the others go on. */
import { syncBuiltinESMExports } from 'node:module';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { messageOf } from '../../errors.ts';
import { visibleText } from '../../visible-text.ts';
import type { BootContext } from '../boot-context.ts';
import { type PackageLoader, packageLoader } from '../packages/install.ts';
import { PEERS } from '../packages/peers.ts';
import type { OutgoingHooks } from '../propagation/outgoing.ts';
import { CATALOGUE, type CatalogueEntry } from './catalogue.ts';
import { guardPatches } from './guarded-patches.ts';
import type { InstrumentationLike } from './options.ts';
import { configOf } from './selection.ts';

/** Of the words of an error; some quote whole files. */
const LONGEST_REASON = 300;

/** Starts instrumentations, and stops them all at the end of telemetry. */
export interface Starter {
  /**
   * Starts one of the catalogue. What goes wrong is reported, and nothing is returned.
   *
   * @throws RolloutGuardError `MISSING_PEER` when it is one that telemetry cannot do without.
   */
  start(entry: CatalogueEntry): InstrumentationLike | undefined;
  /** Starts one that the program has made. What goes wrong is reported. */
  adopt(instrumentation: InstrumentationLike): void;
}

/** Makes the starter of this telemetry. */
export function createStarter({ peers, plan, providers, caller, started, report, onStop }: BootContext): Starter {
  const { context } = peers('@opentelemetry/api');
  const { isTracingSuppressed } = peers('@opentelemetry/core');
  const { registerInstrumentations } = peers('@opentelemetry/instrumentation');
  // Exports run in a context that suppresses their spans, but their duration would still be measured as client calls.
  const ownExport = (): boolean => isTracingSuppressed(context.active());
  const configs = plan.options.instrumentationConfig ?? {};
  const load = lazyLoader(plan.options.loadPackage);
  const running: InstrumentationLike[] = [];
  onStop(() => stopAll(running));

  const tell = (what: string, reason: string): void => {
    const why = visibleText(reason).slice(0, LONGEST_REASON);
    report({ code: 'INSTRUMENTATION_FAILED', message: `${what}: ${why}` });
  };
  const failed = (what: string, error: unknown): void =>
    tell(`${what} does not start and is left out`, messageOf(error));
  const run = (instrumentation: InstrumentationLike): void => {
    running.push(instrumentation);
    guardPatches(instrumentation, (module, reason) =>
      tell(
        `the instrumentation of ${visibleText(module.slice(0, 200))} cannot patch it and leaves it as it is`,
        reason,
      ),
    );
    started.instrumentations.push(instrumentation.instrumentationName ?? 'unnamed');
    registerInstrumentations({
      instrumentations: [instrumentation as Instrumentation],
      // An absent one means the global.
      ...(providers.tracer && { tracerProvider: providers.tracer }),
      ...(providers.meter && { meterProvider: providers.meter }),
      ...(providers.logger && { loggerProvider: providers.logger }),
    });
  };
  /** What ours of that package would know, so does theirs: that our own exports are no calls of the app. */
  const complete = (instrumentation: InstrumentationLike): void => {
    const entry = CATALOGUE.find(({ package: name }) => name === instrumentation.instrumentationName);
    if (entry === undefined || instrumentation.setConfig === undefined) return;
    const given = instrumentation.getConfig();
    const config = completeConfig(entry.name, given, ownExport, caller.hooks);
    // Whether it is on, its maker has said.
    instrumentation.setConfig({ ...config, ...(given.enabled === undefined ? {} : { enabled: given.enabled }) });
  };
  const adopt = (instrumentation: InstrumentationLike): void => {
    try {
      complete(instrumentation);
      run(instrumentation);
    } catch (error) {
      failed('an instrumentation of the program', error);
    }
  };
  const start = (entry: CatalogueEntry): InstrumentationLike | undefined => {
    const module = isPeer(entry.package) ? peers(entry.package) : undefined;
    try {
      const exported = (module ?? load(entry.package)) as Record<string, new (config: object) => InstrumentationLike>;
      const Instrument = exported[entry.className];
      if (Instrument === undefined) throw new Error(`${entry.package} has no ${entry.className}`);
      const config = completeConfig(entry.name, configOf(configs, entry.name), ownExport, caller.hooks);
      const instrumentation = new Instrument(config);
      run(instrumentation);
      return instrumentation;
    } catch (error) {
      failed(`the instrumentation of ${entry.name}`, error);
      return undefined;
    }
  };
  return { start, adopt };
}

/** Finding the packages costs some files; a process may never need one. */
function lazyLoader(given: PackageLoader | undefined): PackageLoader {
  let load = given;
  return (name) => {
    load ??= packageLoader();
    return load(name);
  };
}

function isPeer(name: string): name is '@opentelemetry/instrumentation-http' | '@opentelemetry/instrumentation-undici' {
  return Object.hasOwn(PEERS, name);
}

type Hook = (...given: unknown[]) => unknown;

/** The program's settings with ours. It is on in any case: who decides that has decided. */
function completeConfig(name: string, given: object, ownExport: () => boolean, outgoing: OutgoingHooks): object {
  const theirs = (key: string): Hook | undefined => (given as Record<string, Hook | undefined>)[key];
  const unlessOwn = (key: string): Record<string, Hook> => ({
    [key]: (request) => ownExport() || theirs(key)?.(request) === true,
  });
  // Theirs first: ours must be the last to see where the request goes, also when theirs throws, which the caller catches.
  const before = (key: string, ours: Hook): Record<string, Hook> => ({
    [key]: (...request) => {
      let own: unknown;
      let answer: unknown;
      try {
        answer = theirs(key)?.(...request);
      } finally {
        own = ours(...request);
      }
      return answer ?? own;
    },
  });
  const config = { ...given, enabled: true };
  if (name === 'http') {
    const started = before('startOutgoingSpanHook', outgoing.onHttpRequest as Hook);
    return { ...config, ...unlessOwn('ignoreOutgoingRequestHook'), ...started };
  }
  if (name === 'undici') {
    const started = before('requestHook', outgoing.onUndiciRequest as Hook);
    return { ...config, ...unlessOwn('ignoreRequestHook'), ...started };
  }
  return config;
}

function stopAll(running: InstrumentationLike[]): void {
  for (const instrumentation of running.splice(0)) {
    try {
      instrumentation.disable();
    } catch {
      // One that cannot be taken off must not keep the others on.
    }
  }
  syncBuiltinESMExports();
}
