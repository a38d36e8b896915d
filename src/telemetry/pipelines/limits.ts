/** Batches and limits from the environment, under the names that the SDK's constructors take. Pure. */
import type { EnvReader } from '../env-reader.ts';

/** How a batch processor works; an absent value means the SDK's own default. */
export interface BatchSettings {
  readonly scheduledDelayMillis?: number;
  readonly exportTimeoutMillis?: number;
  readonly maxQueueSize?: number;
  readonly maxExportBatchSize?: number;
}

/** How much one span may hold; an absent value means the SDK's own default (128, and values of any length). */
export interface SpanLimits {
  readonly attributeCountLimit?: number;
  readonly attributeValueLengthLimit?: number;
  readonly eventCountLimit?: number;
  readonly linkCountLimit?: number;
  readonly attributePerEventCountLimit?: number;
  readonly attributePerLinkCountLimit?: number;
}

/** How much one log record may hold; an absent value means the SDK's own default (128, and values of any length). */
export type LogRecordLimits = Pick<SpanLimits, 'attributeCountLimit' | 'attributeValueLengthLimit'>;

/** Reads `OTEL_BSP_*` (spans) or `OTEL_BLRP_*` (log records). */
export function batchSettings(reader: EnvReader, prefix: 'OTEL_BSP' | 'OTEL_BLRP'): BatchSettings {
  return given({
    scheduledDelayMillis: reader.integer(`${prefix}_SCHEDULE_DELAY`),
    exportTimeoutMillis: reader.integer(`${prefix}_EXPORT_TIMEOUT`),
    maxQueueSize: reader.integer(`${prefix}_MAX_QUEUE_SIZE`),
    maxExportBatchSize: reader.integer(`${prefix}_MAX_EXPORT_BATCH_SIZE`),
  });
}

/** Reads `OTEL_SPAN_*`, and else `OTEL_ATTRIBUTE_*`; what neither says, `options` say. */
export function spanLimits(reader: EnvReader, options: SpanLimits = {}): SpanLimits {
  const limit = (name: string): number | undefined => reader.count(`OTEL_${name}_LIMIT`, 0);
  return {
    ...given(options),
    ...given({
      attributeCountLimit: limit('SPAN_ATTRIBUTE_COUNT') ?? limit('ATTRIBUTE_COUNT'),
      attributeValueLengthLimit: limit('SPAN_ATTRIBUTE_VALUE_LENGTH') ?? limit('ATTRIBUTE_VALUE_LENGTH'),
      eventCountLimit: limit('SPAN_EVENT_COUNT'),
      linkCountLimit: limit('SPAN_LINK_COUNT'),
      attributePerEventCountLimit: limit('SPAN_ATTRIBUTE_PER_EVENT_COUNT'),
      attributePerLinkCountLimit: limit('SPAN_ATTRIBUTE_PER_LINK_COUNT'),
    }),
  };
}

/** Reads `OTEL_LOGRECORD_*`, and else `OTEL_ATTRIBUTE_*`. Unlike those of spans they start at 1, as in the SDK. */
export function logRecordLimits(reader: EnvReader): LogRecordLimits {
  const limit = (name: string): number | undefined =>
    reader.count(`OTEL_LOGRECORD_ATTRIBUTE_${name}_LIMIT`, 1) ?? reader.count(`OTEL_ATTRIBUTE_${name}_LIMIT`, 1);
  return given({
    attributeCountLimit: limit('COUNT'),
    attributeValueLengthLimit: limit('VALUE_LENGTH'),
  });
}

/** Without what is undefined: a constructor would take that for a value. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
