/** Events of the engine as OpenTelemetry events. Structural: this room knows no engine. */
import { RolloutGuardError } from '../../errors.ts';
import { ATTRIBUTE } from '../attributes.ts';
import { emitThroughCurrent } from '../handle.ts';
import { EVENT_ATTRIBUTE, EVENT_NAME, type SeverityName } from './names.ts';
import { plainText } from './plain-text.ts';

/** A deployment event of the engine, as far as it is sent. Fits `DeploymentEvent`. */
export interface DeploymentEventLike {
  readonly id: string;
  readonly type: string;
  readonly service: string;
  readonly deploymentId: string;
  readonly timestampMs: number;
  readonly severity: string;
  readonly reason?: string;
  readonly decision?: { readonly verdict: string; readonly cause: string | null; readonly policyDigest: string };
}

/** Fits the engine's `EventSink`. */
export interface TelemetryEventSink {
  readonly name: string;
  emit(event: DeploymentEventLike, options?: { readonly signal?: AbortSignal }): Promise<void>;
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ['deployment.started', EVENT_NAME.started],
  ['deployment.promoted', EVENT_NAME.promoted],
  ['deployment.rollback', EVENT_NAME.rolled_back],
  ['deployment.rollback_failed', EVENT_NAME.rollback_failed],
  ['deployment.escalation', EVENT_NAME.escalation],
]);

const SEVERITIES: ReadonlyMap<string, SeverityName> = new Map([
  ['info', 'INFO'],
  ['warning', 'WARN'],
  ['high', 'ERROR'],
]);

/** Ids that are remembered. An event is repeated within minutes, if at all. */
const REMEMBERED = 1000;

/**
 * A sink that emits the events of a `RollbackDecisionEngine` through the telemetry of this process, each id once. They name
 * the deployment that was judged, which need not be the one of this process.
 *
 * `emit` rejects with `INVALID_STATE` when no telemetry was started, with `INVALID_OPTION` for an event that it does not know,
 * and with `ABORTED`. Logs that are off are reported in the problems of the handle instead.
 */
export function telemetryEventSink(): TelemetryEventSink {
  const seen = new Set<string>();
  return {
    name: 'opentelemetry',
    async emit(event, options): Promise<void> {
      if (options?.signal?.aborted === true) {
        throw new RolloutGuardError('ABORTED', 'telemetryEventSink: aborted', { cause: options.signal.reason });
      }
      const name = NAMES.get(event.type);
      if (name === undefined) {
        const mend = `Known: ${[...NAMES.keys()].join(', ')}.`;
        throw new RolloutGuardError('INVALID_OPTION', 'telemetryEventSink: unknown event', { path: 'type', mend });
      }
      if (seen.has(event.id)) return;
      const { decision } = event;
      const attributes = {
        [EVENT_ATTRIBUTE.id]: event.id,
        [EVENT_ATTRIBUTE.service]: event.service,
        [ATTRIBUTE.deploymentId]: event.deploymentId,
        ...(event.reason !== undefined && { [EVENT_ATTRIBUTE.reason]: plainText(event.reason) }),
        ...(decision && {
          [EVENT_ATTRIBUTE.verdict]: decision.verdict,
          [EVENT_ATTRIBUTE.policyDigest]: decision.policyDigest,
        }),
        ...(decision && decision.cause !== null && { [EVENT_ATTRIBUTE.cause]: decision.cause }),
      };
      const severity = SEVERITIES.get(event.severity) ?? 'WARN';
      const taken = emitThroughCurrent({ name, severity, timestampMs: event.timestampMs, attributes });
      if (!taken) {
        const mend = 'Call startDeploymentTelemetry first, or start with node --import rolloutguard/register.';
        throw new RolloutGuardError('INVALID_STATE', 'telemetryEventSink: no telemetry runs in this process', { mend });
      }
      remember(seen, event.id);
    },
  };
}

function remember(seen: Set<string>, id: string): void {
  seen.add(id);
  const [oldest] = seen;
  if (seen.size > REMEMBERED && oldest !== undefined) seen.delete(oldest);
}
