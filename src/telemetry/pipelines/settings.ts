/**
 * How telemetry leaves the process, worked out from the environment and the options. Pure.
 *
 * `OTEL_*` variables win over options, options win over our defaults: whoever operates a service can correct it
 * without a new build. A value that is not understood is reported and the next source is asked.
 */
import { type EnvReader, envReader } from '../env-reader.ts';
import type { Environment } from '../environment.ts';
import type { TelemetryProblem } from '../problems.ts';
import { type DetectorName, detectorNames } from './detector-names.ts';
import { type ExporterNames, exporterNames } from './exporter-names.ts';
import {
  type BatchSettings,
  batchSettings,
  type LogRecordLimits,
  logRecordLimits,
  type SpanLimits,
  spanLimits,
} from './limits.ts';
import { type OtlpOptions, otlpSettings, type SignalSettings } from './otlp.ts';
import { type SamplerSettings, samplerSettings } from './sampler-settings.ts';

/** Whether a metric point tells the change since the last export (delta) or since the start (cumulative). */
export type Temporality = 'delta' | 'cumulative' | 'lowmemory';

/** Options of the export. Each is overruled by its `OTEL_*` variable. */
export interface ExportOptions extends OtlpOptions {
  /** Time between two metric exports, in milliseconds. @defaultValue 10000 */
  readonly metricIntervalMs?: number;
  /** Deltas survive a switch of the cohort best; Prometheus drops them unless it is told otherwise. @defaultValue `delta` */
  readonly temporality?: Temporality;
  /** Whether traces are exported. @defaultValue true */
  readonly traces?: boolean;
  /** Whether metrics are exported. @defaultValue true */
  readonly metrics?: boolean;
  /** Whether logs are exported. @defaultValue true */
  readonly logs?: boolean;
}

/** The values of OTEL_PROPAGATORS that are known here. */
const PROPAGATORS = ['tracecontext', 'baggage', 'b3', 'b3multi', 'none'] as const;

/** How traces travel to other services. */
export type PropagatorName = Exclude<(typeof PROPAGATORS)[number], 'none'>;

/** Everything that is decided before the first peer is loaded. */
export interface TelemetrySettings {
  /** OTEL_SDK_DISABLED=true: nothing is loaded, no handler and no timer exists. */
  readonly disabled: boolean;
  /** Which exporters each signal has, by name. */
  readonly exporters: ExporterNames;
  /** Where traces go over OTLP; null when they do not. */
  readonly traces: SignalSettings | null;
  /** Where metrics go over OTLP; null when they do not. */
  readonly metrics: SignalSettings | null;
  /** Where logs go over OTLP; null when they do not. */
  readonly logs: SignalSettings | null;
  readonly zipkinUrl: string;
  readonly metricIntervalMs: number;
  readonly metricTimeoutMs: number;
  readonly temporality: Temporality;
  /** Absent when nobody says: then views, instruments and the SDK's default decide. */
  readonly histograms?: 'explicit' | 'exponential';
  readonly sampler: SamplerSettings;
  /** In the order in which they read what came in; none means that nothing travels. */
  readonly propagators: readonly PropagatorName[];
  readonly spanBatch: BatchSettings;
  readonly spanLimits: SpanLimits;
  readonly logRecordBatch: BatchSettings;
  readonly logRecordLimits: LogRecordLimits;
  readonly detectors: readonly DetectorName[];
  /** OTEL_NODE_EXPERIMENTAL_SDK_METRICS: the SDK counts its own spans, records and exports. */
  readonly sdkMetrics: boolean;
  /** Longest time a shutdown may take, in milliseconds. */
  readonly shutdownDeadlineMs: number;
  /** OTEL_LOG_LEVEL, when set: the SDK's own diagnostics go to stderr. */
  readonly logLevel?: LogLevel;
  readonly problems: readonly TelemetryProblem[];
}

/** The values of OTEL_LOG_LEVEL, in the SDK's own names. */
export const LOG_LEVELS = ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'] as const;

/** How much of the SDK's own diagnostics is shown. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Longest shutdown in milliseconds, as an environment variable. */
const SHUTDOWN_DEADLINE_VARIABLE = 'ROLLOUTGUARD_SHUTDOWN_DEADLINE_MS';

const DEFAULT_ZIPKIN_URL = 'http://localhost:9411/api/v2/spans';
const DEFAULT_METRIC_INTERVAL_MS = 10_000;
/** The SDK's own. */
const DEFAULT_METRIC_TIMEOUT_MS = 30_000;
/** Below the 30 s that Kubernetes grants. */
const DEFAULT_SHUTDOWN_DEADLINE_MS = 5_000;
const TEMPORALITIES = ['delta', 'cumulative', 'lowmemory'] as const;
const HISTOGRAMS = {
  explicit_bucket_histogram: 'explicit',
  base2_exponential_bucket_histogram: 'exponential',
} as const;

/** What the settings need of the options. */
export interface SettingsOptions {
  readonly export?: ExportOptions;
  /** Exporters of the program's own: theirs is the signal, over whatever protocol. */
  readonly traceExporter?: object;
  readonly metricExporter?: object;
  readonly logRecordExporter?: object;
  readonly spanLimits?: SpanLimits;
  readonly shutdownDeadlineMs?: number;
}

/** Works out the settings. Never throws: what cannot be used is named in `problems`. */
export function resolveSettings(env: Environment, options: SettingsOptions = {}): TelemetrySettings {
  const reader = envReader(env);
  const exporting = options.export ?? {};
  const exporters = withoutReplaced(exporterNames(reader, exporting), options);
  const metricIntervalMs =
    reader.integer('OTEL_METRIC_EXPORT_INTERVAL') ?? exporting.metricIntervalMs ?? DEFAULT_METRIC_INTERVAL_MS;
  const metricTimeoutMs = reader.integer('OTEL_METRIC_EXPORT_TIMEOUT') ?? DEFAULT_METRIC_TIMEOUT_MS;
  const histograms = reader.choice(
    'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION',
    Object.keys(HISTOGRAMS) as (keyof typeof HISTOGRAMS)[],
  );
  const logLevel = reader.choice('OTEL_LOG_LEVEL', LOG_LEVELS);
  if (reader.text('OTEL_CONFIG_FILE') !== undefined)
    reader.reject('OTEL_CONFIG_FILE', 'settings in OTEL_* variables: configuration files are not read');
  return {
    disabled: reader.flag('OTEL_SDK_DISABLED') ?? false,
    exporters,
    traces: exporters.traces.includes('otlp') ? otlpSettings('TRACES', reader, exporting) : null,
    metrics: exporters.metrics.includes('otlp') ? otlpSettings('METRICS', reader, exporting) : null,
    logs: exporters.logs.includes('otlp') ? otlpSettings('LOGS', reader, exporting) : null,
    zipkinUrl: reader.url('OTEL_EXPORTER_ZIPKIN_ENDPOINT') ?? DEFAULT_ZIPKIN_URL,
    metricIntervalMs,
    // The reader refuses a timeout longer than its interval.
    metricTimeoutMs: Math.min(metricTimeoutMs, metricIntervalMs),
    temporality:
      reader.choice('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', TEMPORALITIES) ??
      exporting.temporality ??
      'delta',
    ...(histograms === undefined ? {} : { histograms: HISTOGRAMS[histograms] }),
    sampler: samplerSettings(reader),
    propagators: propagatorNames(reader),
    spanBatch: batchSettings(reader, 'OTEL_BSP'),
    spanLimits: spanLimits(reader, options.spanLimits),
    logRecordBatch: batchSettings(reader, 'OTEL_BLRP'),
    logRecordLimits: logRecordLimits(reader),
    detectors: detectorNames(reader),
    sdkMetrics: reader.flag('OTEL_NODE_EXPERIMENTAL_SDK_METRICS') ?? false,
    shutdownDeadlineMs:
      options.shutdownDeadlineMs ?? reader.integer(SHUTDOWN_DEADLINE_VARIABLE) ?? DEFAULT_SHUTDOWN_DEADLINE_MS,
    ...(logLevel === undefined ? {} : { logLevel }),
    problems: reader.problems,
  };
}

function propagatorNames(reader: EnvReader): readonly PropagatorName[] {
  const names = reader.choices('OTEL_PROPAGATORS', PROPAGATORS) ?? ['tracecontext', 'baggage'];
  return names.includes('none') ? [] : (names as PropagatorName[]);
}

/** An exporter in code takes the place of the configured ones; the endpoint for Prometheus exports nothing and stays. */
function withoutReplaced(names: ExporterNames, options: SettingsOptions): ExporterNames {
  return {
    traces: options.traceExporter === undefined ? names.traces : [],
    metrics: names.metrics.filter((name) => options.metricExporter === undefined || name === 'prometheus'),
    logs: options.logRecordExporter === undefined ? names.logs : [],
  };
}
