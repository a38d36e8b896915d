/** What a program may say about instrumentations. */
import { type Check, type Checks, flag, having, listOf, plainObject, refuse } from '../options/checks.ts';
import { INSTRUMENTATION_NAMES, type InstrumentationConfigs, nearestInstrumentation } from './selection.ts';

/** An instrumentation from an `@opentelemetry/instrumentation-*` package, as far as it is used here. */
export interface InstrumentationLike {
  /** Name of its package. It takes the place of ours of that name. */
  readonly instrumentationName?: string;
  enable(): void;
  disable(): void;
  getConfig(): { enabled?: boolean };
  // biome-ignore lint/suspicious/noExplicitAny: each instrumentation has settings of its own.
  setConfig?(config: any): void;
  // biome-ignore lint/suspicious/noExplicitAny: the provider is the SDK's own type, which stays out of ours.
  setTracerProvider(provider: any): void;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  setMeterProvider(provider: any): void;
}

/** Options of the instrumentations. */
export interface InstrumentationOptions {
  /** More instrumentations; one from a package that is in the list anyway takes the place of ours. */
  readonly instrumentations?: readonly InstrumentationLike[];
  /**
   * Settings of single instrumentations by their name, as their packages document them:
   * `{ pg: { enhancedDatabaseReporting: true }, dns: { enabled: true } }`. With `enabled` one is switched on or off, unless
   * OTEL_NODE_ENABLED_INSTRUMENTATIONS or OTEL_NODE_DISABLED_INSTRUMENTATIONS say otherwise.
   */
  readonly instrumentationConfig?: InstrumentationConfigs;
  /**
   * Let Node ask us when it resolves a module: an instrumentation is then loaded when the app loads what it patches, and npm
   * packages that are imported as ES modules can be patched. Without it all instrumentations are loaded at once, and only
   * what the app loads by `require()` is patched.
   *
   * @defaultValue true
   */
  readonly loaderHook?: boolean;
}

const configs: Check = (value, path) => {
  for (const [name, config] of Object.entries(plainObject(value, path))) {
    const at = `${path}[${JSON.stringify(name)}]`;
    if (!INSTRUMENTATION_NAMES.includes(name)) {
      refuse('is no instrumentation', { path: at, mend: nearestInstrumentation(name) });
    }
    const { enabled } = plainObject(config, at);
    if (enabled !== undefined) flag(enabled, `${at}.enabled`);
  }
};

/** One check for each option. */
export const INSTRUMENTATION_CHECKS: Checks<InstrumentationOptions> = {
  instrumentations: listOf(having('enable', 'disable', 'setTracerProvider', 'setMeterProvider', 'getConfig')),
  instrumentationConfig: configs,
  loaderHook: flag,
};
