/**
 * Processors that stamp the live cohort on spans and log records.
 *
 * A resource is fixed for the life of a provider, the cohort is not; so spans and log records carry it themselves, as of
 * the moment they began. The types are structural: they fit the SDK's `SpanProcessor` and `LogRecordProcessor` without
 * needing them.
 */
import { ATTRIBUTE } from '../attributes.ts';
import type { CohortSource } from './cohort.ts';

/** A span or log record, as far as a stamp needs it. */
export interface Stampable {
  setAttribute(key: string, value: string | number | boolean): unknown;
}

/** Fits the SDK's `SpanProcessor`. */
export interface CohortSpanProcessor {
  onStart(span: Stampable, parentContext?: unknown): void;
  onEnd(span: unknown): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** Fits the SDK's `LogRecordProcessor`. */
export interface CohortLogRecordProcessor {
  onEmit(logRecord: Stampable, context?: unknown): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/**
 * A span processor that sets `rolloutguard.cohort` when a span starts. A span begun as canary stays canary, whatever
 * happens before it ends: the request was served by the canary. Place it before the exporting processor.
 *
 * @param key - the attribute's name. Defaults to `rolloutguard.cohort`.
 */
export function cohortSpanProcessor(source: CohortSource, key: string = ATTRIBUTE.cohort): CohortSpanProcessor {
  return { onStart: (span) => stamp(span, source, key), onEnd: () => {}, forceFlush: settled, shutdown: settled };
}

/**
 * A log record processor that sets `rolloutguard.cohort` when a record is emitted. Place it before the exporting one.
 *
 * @param key - the attribute's name. Defaults to `rolloutguard.cohort`.
 */
export function cohortLogRecordProcessor(
  source: CohortSource,
  key: string = ATTRIBUTE.cohort,
): CohortLogRecordProcessor {
  return { onEmit: (record) => stamp(record, source, key), forceFlush: settled, shutdown: settled };
}

function stamp(target: Stampable, source: CohortSource, key: string): void {
  if (source.current !== null) target.setAttribute(key, source.current);
}

/** For processors that hold nothing back. */
export async function settled(): Promise<void> {}
