/**
 * How telemetry leaves the process, worked out from the environment and the options. Pure.
 *
 * `OTEL_*` variables win over options, options win over our defaults: whoever operates a service can correct it
 * without a new build. A value that is not understood is reported and the next source is asked.
 */
import type { Environment } from '../environment.ts';
import type { TelemetryProblem } from '../problems.ts';

/** Encodings of OTLP over HTTP. */
export type OtlpProtocol = 'http/protobuf' | 'http/json';

/** Whether a metric point tells the change since the last export (delta) or since the start (cumulative). */
export type Temporality = 'delta' | 'cumulative' | 'lowmemory';

/** Options of the export. Each is overruled by its `OTEL_*` variable. */
export interface ExportOptions {
  /** Base URL; `/v1/traces` and `/v1/metrics` are appended. @defaultValue `http://localhost:4318` */
  readonly endpoint?: string;
  /** Headers of every export request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** @defaultValue `http/protobuf` */
  readonly protocol?: OtlpProtocol;
  /** Longest time one export may take, retries included, in milliseconds. @defaultValue 3000 */
  readonly timeoutMs?: number;
  /** Time between two metric exports, in milliseconds. @defaultValue 10000 */
  readonly metricIntervalMs?: number;
  /** @defaultValue `delta` */
  readonly temporality?: Temporality;
  /** Whether traces are exported. @defaultValue true */
  readonly traces?: boolean;
  /** Whether metrics are exported. @defaultValue true */
  readonly metrics?: boolean;
}

/** Where and how one signal is sent. */
export interface SignalSettings {
  readonly url: string;
  readonly protocol: OtlpProtocol;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** The samplers of OTEL_TRACES_SAMPLER that are known here. */
export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** The propagators of OTEL_PROPAGATORS that are known here. */
export const PROPAGATORS = ['tracecontext', 'baggage', 'none'] as const;

/** Everything that is decided before the first peer is loaded. */
export interface TelemetrySettings {
  /** OTEL_SDK_DISABLED=true: nothing is loaded, no handler and no timer exists. */
  readonly disabled: boolean;
  /** null when traces are not exported. */
  readonly traces: SignalSettings | null;
  /** null when metrics are not exported. */
  readonly metrics: SignalSettings | null;
  readonly metricIntervalMs: number;
  readonly metricTimeoutMs: number;
  readonly temporality: Temporality;
  readonly sampler: { readonly name: (typeof SAMPLERS)[number]; readonly ratio: number };
  readonly propagators: readonly (typeof PROPAGATORS)[number][];
  readonly spanBatch: {
    readonly delayMs?: number;
    readonly timeoutMs?: number;
    readonly queueSize?: number;
    readonly batchSize?: number;
  };
  /** Longest time a shutdown may take, in milliseconds. */
  readonly shutdownDeadlineMs: number;
  /** OTEL_LOG_LEVEL, when set: the SDK's own diagnostics go to the console. */
  readonly logLevel?: string;
  readonly problems: readonly TelemetryProblem[];
}

/** Longest shutdown in milliseconds, as an environment variable. */
const SHUTDOWN_DEADLINE_VARIABLE = 'ROLLOUTGUARD_SHUTDOWN_DEADLINE_MS';

const DEFAULT_ENDPOINT = 'http://localhost:4318';
/** Below the shutdown deadline, so that a collector that hangs costs one timeout, not the whole deadline. */
const DEFAULT_TIMEOUT_MS = 3_000;
const DEFAULT_METRIC_INTERVAL_MS = 10_000;
/** Below the 30 s that Kubernetes grants. */
const DEFAULT_SHUTDOWN_DEADLINE_MS = 5_000;
const PROTOCOLS = ['http/protobuf', 'http/json'] as const;
const TEMPORALITIES = ['delta', 'cumulative', 'lowmemory'] as const;
/** setTimeout fires at once above this. */
const MAX_TIMER_MS = 2 ** 31 - 1;

type Signal = 'TRACES' | 'METRICS';

/** Works out the settings. Never throws: what cannot be used is named in `problems`. */
export function resolveSettings(
  env: Environment,
  options: ExportOptions = {},
  shutdownDeadlineMs?: number,
): TelemetrySettings {
  const reader = settingsReader(env);
  const metricIntervalMs =
    reader.integer('OTEL_METRIC_EXPORT_INTERVAL') ?? options.metricIntervalMs ?? DEFAULT_METRIC_INTERVAL_MS;
  const metricTimeoutMs = reader.integer('OTEL_METRIC_EXPORT_TIMEOUT') ?? metricIntervalMs;
  const logLevel = reader.text('OTEL_LOG_LEVEL');
  return {
    disabled: reader.text('OTEL_SDK_DISABLED')?.toLowerCase() === 'true',
    traces: signalSettings('TRACES', '/v1/traces', reader, options, options.traces ?? true),
    metrics: signalSettings('METRICS', '/v1/metrics', reader, options, options.metrics ?? true),
    metricIntervalMs,
    // The reader refuses a timeout longer than its interval.
    metricTimeoutMs: Math.min(metricTimeoutMs, metricIntervalMs),
    temporality:
      reader.choice('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', TEMPORALITIES) ??
      options.temporality ??
      'delta',
    sampler: samplerSettings(reader),
    propagators: reader.choices('OTEL_PROPAGATORS', PROPAGATORS) ?? ['tracecontext', 'baggage'],
    spanBatch: withoutUndefined({
      delayMs: reader.integer('OTEL_BSP_SCHEDULE_DELAY'),
      timeoutMs: reader.integer('OTEL_BSP_EXPORT_TIMEOUT'),
      queueSize: reader.integer('OTEL_BSP_MAX_QUEUE_SIZE'),
      batchSize: reader.integer('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
    }),
    shutdownDeadlineMs:
      shutdownDeadlineMs ?? reader.integer(SHUTDOWN_DEADLINE_VARIABLE) ?? DEFAULT_SHUTDOWN_DEADLINE_MS,
    ...(logLevel === undefined ? {} : { logLevel }),
    problems: reader.problems,
  };
}

function signalSettings(
  signal: Signal,
  path: string,
  reader: SettingsReader,
  options: ExportOptions,
  wanted: boolean,
): SignalSettings | null {
  const exporters = reader.choices(`OTEL_${signal}_EXPORTER`, ['otlp', 'none'] as const);
  if (exporters === undefined ? !wanted : !exporters.includes('otlp')) return null;
  const specific = `OTEL_EXPORTER_OTLP_${signal}`;
  const general = 'OTEL_EXPORTER_OTLP';
  const base =
    reader.url(`${general}_ENDPOINT`) ?? (options.endpoint === undefined ? DEFAULT_ENDPOINT : options.endpoint);
  return {
    url: reader.url(`${specific}_ENDPOINT`) ?? base.replace(/\/*$/, '') + path,
    protocol:
      reader.choice(`${specific}_PROTOCOL`, PROTOCOLS) ??
      reader.choice(`${general}_PROTOCOL`, PROTOCOLS) ??
      options.protocol ??
      'http/protobuf',
    headers: {
      ...lowerCaseKeys(options.headers ?? {}),
      ...reader.headers(`${general}_HEADERS`),
      ...reader.headers(`${specific}_HEADERS`),
    },
    timeoutMs:
      reader.integer(`${specific}_TIMEOUT`) ??
      reader.integer(`${general}_TIMEOUT`) ??
      options.timeoutMs ??
      DEFAULT_TIMEOUT_MS,
  };
}

function samplerSettings(reader: SettingsReader): TelemetrySettings['sampler'] {
  const name = reader.choice('OTEL_TRACES_SAMPLER', SAMPLERS) ?? 'parentbased_always_on';
  const argument = reader.text('OTEL_TRACES_SAMPLER_ARG');
  if (!name.endsWith('traceidratio') || argument === undefined) return { name, ratio: 1 };
  const ratio = Number(argument);
  if (ratio >= 0 && ratio <= 1) return { name, ratio };
  reader.reject('OTEL_TRACES_SAMPLER_ARG', 'a number from 0 to 1');
  return { name, ratio: 1 };
}

interface SettingsReader {
  readonly problems: TelemetryProblem[];
  text(name: string): string | undefined;
  integer(name: string): number | undefined;
  url(name: string): string | undefined;
  headers(name: string): Record<string, string>;
  choice<T extends string>(name: string, allowed: readonly T[]): T | undefined;
  choices<T extends string>(name: string, allowed: readonly T[]): T[] | undefined;
  reject(name: string, expected: string): void;
}

function settingsReader(env: Environment): SettingsReader {
  const problems = new Map<string, TelemetryProblem>();
  const text = (name: string): string | undefined => {
    const value = env[name]?.trim();
    return value === '' ? undefined : value;
  };
  // Keyed by message: both signals read the general variables, and one complaint is enough. The value is not shown.
  const reject = (name: string, expected: string): void => {
    const message = `${name} is not understood and not used: expected ${expected}.`;
    problems.set(message, { code: 'BAD_SETTING', message });
  };
  return {
    get problems(): TelemetryProblem[] {
      return [...problems.values()];
    },
    text,
    reject,
    integer(name: string): number | undefined {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = Number(value);
      if (Number.isInteger(number) && number > 0 && number <= MAX_TIMER_MS) return number;
      reject(name, `a whole number from 1 to ${MAX_TIMER_MS}`);
      return undefined;
    },
    url(name: string): string | undefined {
      const value = text(name);
      if (value === undefined) return undefined;
      const protocol = URL.canParse(value) ? new URL(value).protocol : '';
      if (protocol === 'http:' || protocol === 'https:') return value;
      reject(name, 'an http or https URL');
      return undefined;
    },
    headers(name: string): Record<string, string> {
      const headers = new Map<string, string>();
      for (const [index, entry] of list(text(name)).entries()) {
        const header = parseHeader(entry);
        if (header === null) reject(`${name}, pair ${index + 1},`, 'key=value, percent-encoded');
        else headers.set(...header);
      }
      return lowerCaseKeys(Object.fromEntries(headers));
    },
    choice<T extends string>(name: string, allowed: readonly T[]): T | undefined {
      const value = text(name)?.toLowerCase();
      if (value === undefined) return undefined;
      const known = allowed.find((candidate) => candidate === value);
      if (known === undefined) reject(name, `one of ${allowed.join(', ')}`);
      return known;
    },
    choices<T extends string>(name: string, allowed: readonly T[]): T[] | undefined {
      const values = new Set(list(text(name)?.toLowerCase()));
      if (values.size === 0) return undefined;
      const known = allowed.filter((candidate) => values.has(candidate));
      if (known.length < values.size) reject(name, `a list of ${allowed.join(', ')}`);
      return known.length > 0 ? known : undefined;
    },
  };
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** Looser than resource attributes: tokens are long, and base64 ends in a bare '='. */
function parseHeader(entry: string): [key: string, value: string] | null {
  const [, key, value] = /^([^=]*[^=\s])\s*=\s*(.*)$/.exec(entry) ?? [];
  if (key === undefined || value === undefined) return null;
  try {
    return [decodeURIComponent(key), decodeURIComponent(value)];
  } catch {
    return null;
  }
}

function lowerCaseKeys(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]));
}

function withoutUndefined<T extends Record<string, number | undefined>>(values: T): { [K in keyof T]?: number } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: number;
  };
}
