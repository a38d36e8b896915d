/** What a program may say about the export, and what of its own it may bring. */
import {
  type Check,
  type Checks,
  flag,
  having,
  listOf,
  milliseconds,
  oneOf,
  optionsOf,
  recordOf,
  refuse,
} from '../options/checks.ts';
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

/** Options of the pipelines. */
export interface PipelineOptions {
  /** Where and how telemetry is sent. `OTEL_*` variables win over it. */
  readonly export?: ExportOptions;
  /** More span processors, called before the exporting one. */
  readonly spanProcessors?: readonly SpanProcessorLike[];
  /** More log record processors, called before the exporting one. */
  readonly logRecordProcessors?: readonly LogRecordProcessorLike[];
}

const url: Check = (value, path) => {
  const protocol = typeof value === 'string' && URL.canParse(value) ? new URL(value).protocol : '';
  if (protocol !== 'http:' && protocol !== 'https:') refuse('must be an http or https URL', { path });
};

/** A header may be a token, so its value stays out of the message. */
const header: Check = (value, path) => {
  if (typeof value !== 'string') refuse('must be a string', { path });
};

const EXPORT_CHECKS: Checks<ExportOptions> = {
  endpoint: url,
  headers: recordOf(header),
  protocol: oneOf('http/protobuf', 'http/json'),
  timeoutMs: milliseconds,
  metricIntervalMs: milliseconds,
  temporality: oneOf('delta', 'cumulative', 'lowmemory'),
  traces: flag,
  metrics: flag,
  logs: flag,
};

/** One check for each option. */
export const PIPELINE_CHECKS: Checks<PipelineOptions> = {
  export: optionsOf(EXPORT_CHECKS),
  spanProcessors: listOf(having('onStart', 'onEnd', 'forceFlush', 'shutdown')),
  logRecordProcessors: listOf(having('onEmit', 'forceFlush', 'shutdown')),
};
