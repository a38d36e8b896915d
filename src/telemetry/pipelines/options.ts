/** What a program may say about the export, and what of its own it may bring. */
import type { MetricReaderLike } from '../cohort/live-reader.ts';
import { faultOfHeader, isHttpUrl } from '../http-fields.ts';
import {
  type Check,
  type Checks,
  flag,
  having,
  listOf,
  milliseconds,
  oneOf,
  optionsOf,
  plainObject,
  refuse,
} from '../options/checks.ts';
import type {
  IdGeneratorLike,
  LogRecordExporterLike,
  LogRecordProcessorLike,
  PushMetricExporterLike,
  ResourceDetectorLike,
  SamplerLike,
  SpanExporterLike,
  SpanProcessorLike,
  TextMapPropagatorLike,
  ViewLike,
} from './components.ts';
import type { SpanLimits } from './limits.ts';
import { COMPRESSIONS, PROTOCOLS } from './otlp.ts';
import type { ExportOptions } from './settings.ts';

/**
 * Options of the pipelines. Objects of the program's own stay whatever the environment says: `OTEL_TRACES_EXPORTER` and
 * its like choose what is configured automatically. Plain settings are overruled by their `OTEL_*` variables.
 */
export interface PipelineOptions {
  /** Where and how telemetry is sent. `OTEL_*` variables win over it. */
  readonly export?: ExportOptions;
  /** Exports spans in place of OTLP, in batches of `OTEL_BSP_*`. */
  readonly traceExporter?: SpanExporterLike;
  /** Exports metrics in place of OTLP, every `export.metricIntervalMs`. */
  readonly metricExporter?: PushMetricExporterLike;
  /** Exports log records in place of OTLP, in batches of `OTEL_BLRP_*`. */
  readonly logRecordExporter?: LogRecordExporterLike;
  /** More span processors, called before the exporting one. They run even where nothing is exported by us. */
  readonly spanProcessors?: readonly SpanProcessorLike[];
  /** More log record processors, called before the exporting one. They run even where nothing is exported by us. */
  readonly logRecordProcessors?: readonly LogRecordProcessorLike[];
  /** More metric readers. They run even where nothing is exported by us. */
  readonly metricReaders?: readonly MetricReaderLike[];
  /** Which traces are kept. @defaultValue all but what the caller has left out, or `OTEL_TRACES_SAMPLER` */
  readonly sampler?: SamplerLike;
  /** Views of metrics, as of the SDK's `MeterProvider`. Of two that give one instrument one stream the first is used: it would count twice. */
  readonly views?: readonly ViewLike[];
  /** How much a span may hold. @defaultValue 128 of everything, values of any length */
  readonly spanLimits?: SpanLimits;
  /** Makes the ids of traces and spans. @defaultValue random ones */
  readonly idGenerator?: IdGeneratorLike;
  /** How traces travel to other services; null: they do not. @defaultValue W3C trace context and baggage, or `OTEL_PROPAGATORS` */
  readonly textMapPropagator?: TextMapPropagatorLike | null;
  /** What finds out where this process runs. @defaultValue container, host, os and process, or `OTEL_NODE_RESOURCE_DETECTORS` */
  readonly resourceDetectors?: readonly ResourceDetectorLike[];
}

/** May hold a password, so it stays out of the message. */
const url: Check = (value, path) => {
  if (typeof value !== 'string' || !isHttpUrl(value)) refuse('must be an http or https URL', { path });
};

/** As `plainObject`, for what may be a URL or a token in the wrong place. */
const secretObject: Check = (value, path) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse('must be an object', { path });
};

/** A header may be a token, so its value stays out of the message; so does a name that is none: it may be a value. */
const headers: Check = (value, path) => {
  secretObject(value, path);
  for (const [name, text] of Object.entries(value as Record<string, unknown>)) {
    const fault = faultOfHeader(name, typeof text === 'string' ? text : '');
    const at = fault?.startsWith('a name') ? path : `${path}[${JSON.stringify(name)}]`;
    if (fault !== null) refuse(`must not hold ${fault}`, { path: at });
    if (typeof text !== 'string') refuse('must be a string', { path: at });
  }
};

const count: Check = (value, path) => {
  const good = value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= 0);
  if (!good) refuse('must be a whole number from 0, or Infinity', { path, value });
};

const propagator: Check = (value, path) => {
  if (value !== null) having('inject', 'extract', 'fields')(value, path);
};

const EXPORT_CHECKS: Checks<ExportOptions> = {
  endpoint: url,
  headers,
  protocol: oneOf(...PROTOCOLS),
  compression: oneOf(...COMPRESSIONS),
  timeoutMs: milliseconds,
  metricIntervalMs: milliseconds,
  temporality: oneOf('delta', 'cumulative', 'lowmemory'),
  traces: flag,
  metrics: flag,
  logs: flag,
};

const LIMIT_CHECKS: Checks<SpanLimits> = {
  attributeCountLimit: count,
  attributeValueLengthLimit: count,
  eventCountLimit: count,
  linkCountLimit: count,
  attributePerEventCountLimit: count,
  attributePerLinkCountLimit: count,
};

/** One check for each option. */
export const PIPELINE_CHECKS: Checks<PipelineOptions> = {
  export: (value, path) => {
    secretObject(value, path);
    optionsOf(EXPORT_CHECKS)(value, path);
  },
  traceExporter: having('export', 'shutdown'),
  metricExporter: having('export', 'forceFlush', 'shutdown'),
  logRecordExporter: having('export', 'forceFlush', 'shutdown'),
  spanProcessors: listOf(having('onStart', 'onEnd', 'forceFlush', 'shutdown')),
  logRecordProcessors: listOf(having('onEmit', 'forceFlush', 'shutdown')),
  metricReaders: listOf(having('setMetricProducer', 'collect', 'forceFlush', 'shutdown', 'selectAggregation')),
  sampler: having('shouldSample', 'toString'),
  views: listOf((value, path) => void plainObject(value, path)),
  spanLimits: optionsOf(LIMIT_CHECKS),
  idGenerator: having('generateTraceId', 'generateSpanId'),
  textMapPropagator: propagator,
  resourceDetectors: listOf(having('detect')),
};
