/** An event of ours before it becomes a log record. */
import type { AttributeValue } from '../attributes.ts';
import type { SeverityName } from './names.ts';

/** An event that is ready to be emitted. */
export interface EventRecord {
  readonly name: string;
  readonly severity: SeverityName;
  /** When it happened, in milliseconds since 1970. @defaultValue now */
  readonly timestampMs?: number | undefined;
  readonly attributes: Readonly<Record<string, AttributeValue | undefined>>;
}

/** Emits an event through the global logs API; false when nobody takes it: logs are off, or telemetry was shut down. */
export type EmitEvent = (event: EventRecord) => boolean;
