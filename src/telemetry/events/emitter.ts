/** From an event of ours to a log record with an event name, which is what OpenTelemetry calls an event. */
import type { Attributes } from '@opentelemetry/api';
import type { BootContext } from '../boot-context.ts';
import { SEVERITY } from './names.ts';
import type { EmitEvent } from './record.ts';

/** Makes the emitter. It never throws. */
export function eventEmitter(peers: BootContext['peers'], version: string | undefined): EmitEvent {
  const { logs, ROOT_CONTEXT } = peers('@opentelemetry/api');
  return ({ name, severity, timestampMs, attributes }) => {
    try {
      const logger = logs.getLogger('rolloutguard', version);
      const severityNumber = SEVERITY[severity] as number;
      if (!logger.enabled({ severityNumber, eventName: name })) return false;
      logger.emit({
        eventName: name,
        severityNumber,
        severityText: severity,
        // A number before the start of the process would be taken for an offset from it.
        ...(timestampMs === undefined ? {} : { timestamp: new Date(timestampMs) }),
        attributes: attributes as Attributes,
        // The event is not part of the request in which it happens to be told.
        context: ROOT_CONTEXT,
      });
      return true;
    } catch {
      // A processor of the app's own.
      return false;
    }
  };
}
