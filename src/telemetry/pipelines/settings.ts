/**
 * How telemetry leaves the process, worked out from the environment and the options. Pure.
 *
 * `OTEL_*` variables win over options, options win over our defaults: whoever operates a service can correct it
 * without a new build. A value that is not understood is reported and the next source is asked.
 */
import { type EnvReader, envReader, lowerCaseKeys } from '../env-reader.ts';
import type { Environment } from '../environment.ts';
import type { TelemetryProblem } from '../problems.ts';
import { type BatchSettings, batchSettings, type LogRecordLimits, logRecordLimits } from './limits.ts';

/** Encodings of OTLP over HTTP. */
export type OtlpProtocol = 'http/protobuf' | 'http/json';

/** Whether a metric point tells the change since the last export (delta) or since the start (cumulative). */
export type Temporality = 'delta' | 'cumulative' | 'lowmemory';

/** Options of the export. Each is overruled by its `OTEL_*` variable. */
export interface ExportOptions {
  /** Base URL; `/v1/traces`, `/v1/metrics` and `/v1/logs` are appended. @defaultValue `http://localhost:4318` */
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
  /** Whether logs are exported. @defaultValue true */
  readonly logs?: boolean;
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
  /** null when logs are not exported. */
  readonly logs: SignalSettings | null;
  readonly metricIntervalMs: number;
  readonly metricTimeoutMs: number;
  readonly temporality: Temporality;
  readonly sampler: { readonly name: (typeof SAMPLERS)[number]; readonly ratio: number };
  readonly propagators: readonly (typeof PROPAGATORS)[number][];
  readonly spanBatch: BatchSettings;
  readonly logRecordBatch: BatchSettings;
  readonly logRecordLimits: LogRecordLimits;
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

type Signal = 'TRACES' | 'METRICS' | 'LOGS';

/** Works out the settings. Never throws: what cannot be used is named in `problems`. */
export function resolveSettings(
  env: Environment,
  options: ExportOptions = {},
  shutdownDeadlineMs?: number,
): TelemetrySettings {
  const reader = envReader(env);
  const metricIntervalMs =
    reader.integer('OTEL_METRIC_EXPORT_INTERVAL') ?? options.metricIntervalMs ?? DEFAULT_METRIC_INTERVAL_MS;
  const metricTimeoutMs = reader.integer('OTEL_METRIC_EXPORT_TIMEOUT') ?? metricIntervalMs;
  const logLevel = reader.text('OTEL_LOG_LEVEL');
  return {
    disabled: reader.text('OTEL_SDK_DISABLED')?.toLowerCase() === 'true',
    traces: signalSettings('TRACES', '/v1/traces', reader, options, options.traces ?? true),
    metrics: signalSettings('METRICS', '/v1/metrics', reader, options, options.metrics ?? true),
    logs: signalSettings('LOGS', '/v1/logs', reader, options, options.logs ?? true),
    metricIntervalMs,
    // The reader refuses a timeout longer than its interval.
    metricTimeoutMs: Math.min(metricTimeoutMs, metricIntervalMs),
    temporality:
      reader.choice('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', TEMPORALITIES) ??
      options.temporality ??
      'delta',
    sampler: samplerSettings(reader),
    propagators: reader.choices('OTEL_PROPAGATORS', PROPAGATORS) ?? ['tracecontext', 'baggage'],
    spanBatch: batchSettings(reader, 'OTEL_BSP'),
    logRecordBatch: batchSettings(reader, 'OTEL_BLRP'),
    logRecordLimits: logRecordLimits(reader),
    shutdownDeadlineMs:
      shutdownDeadlineMs ?? reader.integer(SHUTDOWN_DEADLINE_VARIABLE) ?? DEFAULT_SHUTDOWN_DEADLINE_MS,
    ...(logLevel === undefined ? {} : { logLevel }),
    problems: reader.problems,
  };
}

function signalSettings(
  signal: Signal,
  path: string,
  reader: EnvReader,
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

function samplerSettings(reader: EnvReader): TelemetrySettings['sampler'] {
  const name = reader.choice('OTEL_TRACES_SAMPLER', SAMPLERS) ?? 'parentbased_always_on';
  const argument = reader.text('OTEL_TRACES_SAMPLER_ARG');
  if (!name.endsWith('traceidratio') || argument === undefined) return { name, ratio: 1 };
  const ratio = Number(argument);
  if (ratio >= 0 && ratio <= 1) return { name, ratio };
  reader.reject('OTEL_TRACES_SAMPLER_ARG', 'a number from 0 to 1');
  return { name, ratio: 1 };
}
