/** What the other parts of a start take from the propagation between services. */
import type { TextMapPropagator } from '@opentelemetry/api';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { OutgoingHooks } from './outgoing.ts';

/** What the other parts take from here. */
export interface CallerPropagation {
  /** Stamp the caller; empty when callers are not believed. They go before the exporting ones. */
  readonly spanProcessors: readonly SpanProcessor[];
  readonly logRecordProcessors: readonly LogRecordProcessor[];
  /** For the HTTP instrumentations. */
  readonly hooks: OutgoingHooks;
  /**
   * Goes around the propagators of this process.
   *
   * @param isOfApp - one of the app's own may read baggage from headers that nobody else knows. @defaultValue true
   */
  around(inner: TextMapPropagator, isOfApp?: boolean): TextMapPropagator;
  /** Says that nothing is sent because these propagators are not the ones in use. */
  notInUse(): void;
}
