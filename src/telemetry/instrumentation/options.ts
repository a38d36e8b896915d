/** What a program may say about instrumentations. */
import { type Checks, flag, having, listOf } from '../options/checks.ts';

/** An instrumentation from an `@opentelemetry/instrumentation-*` package, as far as it is used here. */
export interface InstrumentationLike {
  enable(): void;
  disable(): void;
  getConfig(): { enabled?: boolean };
  // biome-ignore lint/suspicious/noExplicitAny: the provider is the SDK's own type, which stays out of ours.
  setTracerProvider(provider: any): void;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  setMeterProvider(provider: any): void;
}

/** Options of the instrumentations. */
export interface InstrumentationOptions {
  /** More instrumentations beside HTTP and undici. */
  readonly instrumentations?: readonly InstrumentationLike[];
  /** Let `instrumentations` patch npm packages that are imported as ES modules. @defaultValue true */
  readonly loaderHook?: boolean;
}

/** One check for each option. */
export const INSTRUMENTATION_CHECKS: Checks<InstrumentationOptions> = {
  instrumentations: listOf(having('enable', 'disable', 'setTracerProvider', 'setMeterProvider', 'getConfig')),
  loaderHook: flag,
};
