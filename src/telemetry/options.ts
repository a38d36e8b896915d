/**
 * Options of `startDeploymentTelemetry`, and their validation. What belongs to the SDK is typed by its shape, so that a
 * program without the OpenTelemetry packages still type-checks.
 */
import { type ErrorContext, RolloutGuardError } from '../errors.ts';
import { EMITTED_COHORTS, parseCohort } from './cohort.ts';
import type { Environment, IdentityOptions } from './identity.ts';
import type { ExportOptions } from './settings.ts';

/** A span processor of the app; fits the SDK's `SpanProcessor`. */
export interface SpanProcessorLike {
  // biome-ignore lint/suspicious/noExplicitAny: span and context are the SDK's own types, which stay out of ours.
  onStart(span: any, parentContext: any): void;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  onEnd(span: any): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** A log record processor of the app; fits the SDK's `LogRecordProcessor`. */
export interface LogRecordProcessorLike {
  // biome-ignore lint/suspicious/noExplicitAny: record and context are the SDK's own types, which stay out of ours.
  onEmit(logRecord: any, context?: any): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

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

/** Loads a package by name, as `import()` does. */
export type PeerImporter = (name: string) => Promise<unknown>;

/** Options of `startDeploymentTelemetry`. All may be left out: the environment is enough. */
export interface DeploymentTelemetryOptions extends IdentityOptions {
  /** Where and how telemetry is sent. `OTEL_*` variables win over it. */
  readonly export?: ExportOptions;
  /** More span processors, called before the exporting one. */
  readonly spanProcessors?: readonly SpanProcessorLike[];
  /** Log record processors, such as an exporting one. Without any, logs are not started. */
  readonly logRecordProcessors?: readonly LogRecordProcessorLike[];
  /** More instrumentations beside HTTP and undici. */
  readonly instrumentations?: readonly InstrumentationLike[];
  /** Longest time a shutdown may take, in milliseconds. @defaultValue ROLLOUTGUARD_SHUTDOWN_DEADLINE_MS, else 5000 */
  readonly shutdownDeadlineMs?: number;
  /** Flush on SIGTERM, SIGINT and when the event loop is empty. @defaultValue true */
  readonly exitHandlers?: boolean;
  /** Let `instrumentations` patch npm packages that are imported as ES modules. @defaultValue true */
  readonly loaderHook?: boolean;
  /** @defaultValue `process.env` */
  readonly env?: Environment;
  /** Loads an OpenTelemetry package by name. @defaultValue `import()` */
  readonly importPeer?: PeerImporter;
}

type Check = (value: unknown, path: string) => void;

const text: Check = (value, path) => {
  if (typeof value !== 'string' || value.trim() === '') refuse('must be a non-empty string', { path, value });
};
const flag: Check = (value, path) => {
  if (typeof value !== 'boolean') refuse('must be true or false', { path, value });
};
const milliseconds: Check = (value, path) => {
  if (!Number.isInteger(value) || (value as number) <= 0 || (value as number) >= 2 ** 31) {
    refuse('must be a whole number of milliseconds, above 0 and below 2^31', { path, value });
  }
};
const callable: Check = (value, path) => {
  if (typeof value !== 'function') refuse('must be a function', { path, value });
};
const oneOf =
  (...allowed: readonly string[]): Check =>
  (value, path) => {
    if (!allowed.includes(value as string)) refuse(`must be one of ${allowed.join(', ')}`, { path, value });
  };
const listOf =
  (...methods: readonly string[]): Check =>
  (value, path) => {
    if (!Array.isArray(value)) refuse('must be an array', { path, value });
    for (const [index, item] of (value as unknown[]).entries()) {
      const lacks = methods.find((method) => typeof (item as Record<string, unknown> | null)?.[method] !== 'function');
      if (lacks !== undefined) refuse(`has no method ${lacks}`, { path: `${path}[${index}]`, value: item });
    }
  };
const recordOf =
  (check: Check): Check =>
  (value, path) => {
    for (const [key, item] of Object.entries(plainObject(value, path))) check(item, `${path}[${JSON.stringify(key)}]`);
  };

const cohort: Check = (value, path) => {
  if (typeof value !== 'string' || parseCohort(value) === null) {
    refuse(`must be one of ${EMITTED_COHORTS.join(', ')}, preview, active`, { path, value });
  }
};
const url: Check = (value, path) => {
  const protocol = typeof value === 'string' && URL.canParse(value) ? new URL(value).protocol : '';
  if (protocol !== 'http:' && protocol !== 'https:') refuse('must be an http or https URL', { path });
};
const attribute: Check = (value, path) => {
  const good = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  if (!good) refuse('must be a string, a finite number or a boolean', { path, value });
};
/** A header may be a token, so its value stays out of the message. */
const header: Check = (value, path) => {
  if (typeof value !== 'string') refuse('must be a string', { path });
};

const EXPORT_CHECKS: Record<keyof ExportOptions, Check> = {
  endpoint: url,
  headers: recordOf(header),
  protocol: oneOf('http/protobuf', 'http/json'),
  timeoutMs: milliseconds,
  metricIntervalMs: milliseconds,
  temporality: oneOf('delta', 'cumulative', 'lowmemory'),
  traces: flag,
  metrics: flag,
};

const CHECKS: Record<keyof DeploymentTelemetryOptions, Check> = {
  serviceName: text,
  serviceNamespace: text,
  serviceVersion: text,
  serviceInstanceId: text,
  environment: text,
  deploymentId: text,
  strategy: text,
  commit: text,
  cohort,
  attributes: recordOf(attribute),
  export: (value, path) => checkAll(value, EXPORT_CHECKS, path),
  spanProcessors: listOf('onStart', 'onEnd', 'forceFlush', 'shutdown'),
  logRecordProcessors: listOf('onEmit', 'forceFlush', 'shutdown'),
  instrumentations: listOf('enable', 'disable', 'setTracerProvider', 'setMeterProvider', 'getConfig'),
  shutdownDeadlineMs: milliseconds,
  exitHandlers: flag,
  loaderHook: flag,
  env: (value, path) => void plainObject(value, path),
  importPeer: callable,
};

/**
 * Checks the options.
 *
 * @throws RolloutGuardError `INVALID_OPTION` with the path of the first bad one; an unknown name is a bad one, since a
 * misspelt `deploymentID` would go unnoticed until the canary is invisible.
 */
export function validateOptions(options: DeploymentTelemetryOptions): void {
  checkAll(options, CHECKS, '');
}

function checkAll(value: unknown, checks: Record<string, Check>, path: string): void {
  for (const [name, item] of Object.entries(plainObject(value, path === '' ? 'options' : path))) {
    const at = path === '' ? name : `${path}.${name}`;
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined)
      refuse('is not an option', { path: at, mend: `Known: ${Object.keys(checks).join(', ')}.` });
    else if (item !== undefined) check(item, at);
  }
}

function plainObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse('must be an object', { path, value });
  return value as Record<string, unknown>;
}

function refuse(message: string, context: ErrorContext): never {
  throw new RolloutGuardError('INVALID_OPTION', `startDeploymentTelemetry: ${message}`, context);
}
