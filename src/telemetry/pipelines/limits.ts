/** Batches and limits from the environment, under the names that the SDK's constructors take. Pure. */
import type { EnvReader } from '../env-reader.ts';

/** How a batch processor works; an absent value means the SDK's own default. */
export interface BatchSettings {
  readonly scheduledDelayMillis?: number;
  readonly exportTimeoutMillis?: number;
  readonly maxQueueSize?: number;
  readonly maxExportBatchSize?: number;
}

/** How much one log record may hold; an absent value means the SDK's own default. */
export interface LogRecordLimits {
  readonly attributeCountLimit?: number;
  readonly attributeValueLengthLimit?: number;
}

/** Reads `OTEL_BSP_*` (spans) or `OTEL_BLRP_*` (log records). */
export function batchSettings(reader: EnvReader, prefix: 'OTEL_BSP' | 'OTEL_BLRP'): BatchSettings {
  return given({
    scheduledDelayMillis: reader.integer(`${prefix}_SCHEDULE_DELAY`),
    exportTimeoutMillis: reader.integer(`${prefix}_EXPORT_TIMEOUT`),
    maxQueueSize: reader.integer(`${prefix}_MAX_QUEUE_SIZE`),
    maxExportBatchSize: reader.integer(`${prefix}_MAX_EXPORT_BATCH_SIZE`),
  });
}

/** Reads `OTEL_LOGRECORD_*`, and else `OTEL_ATTRIBUTE_*`. */
export function logRecordLimits(reader: EnvReader): LogRecordLimits {
  const limit = (name: string): number | undefined =>
    reader.integer(`OTEL_LOGRECORD_ATTRIBUTE_${name}`) ?? reader.integer(`OTEL_ATTRIBUTE_${name}`);
  return given({
    attributeCountLimit: limit('COUNT_LIMIT'),
    attributeValueLengthLimit: limit('VALUE_LENGTH_LIMIT'),
  });
}

/** Without what is undefined: a constructor would take that for a value. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
