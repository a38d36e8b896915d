/** Processors that stamp what the caller says of itself: on the span that serves the request, and on its log records. */
import type { Context } from '@opentelemetry/api';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { settled } from '../cohort/processors.ts';
import { claimOf } from './propagator.ts';

/** Values of the API's SpanKind: spans at which a request or a message comes in. */
const SERVER = 1;
const CONSUMER = 4;

/** Stamps SERVER and CONSUMER spans when they start. */
export function callerSpanProcessor(): SpanProcessor {
  return {
    onStart(span, parentContext: Context): void {
      if (span.kind !== SERVER && span.kind !== CONSUMER) return;
      const claim = claimOf(parentContext);
      if (claim !== undefined) span.setAttributes(claim);
    },
    onEnd: () => {},
    forceFlush: settled,
    shutdown: settled,
  };
}

/** Stamps log records that are emitted while a request is served. */
export function callerLogRecordProcessor(): LogRecordProcessor {
  return {
    onEmit(record, context): void {
      const claim = claimOf(context);
      if (claim !== undefined) record.setAttributes(claim);
    },
    forceFlush: settled,
    shutdown: settled,
  };
}
