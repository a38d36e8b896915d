/**
 * Events of this deployment: that it started, was promoted or rolled back, and that the cohort of the process changed.
 *
 * They carry the identity on the record as well as on the resource: many backends let users search one but not the other.
 * A deployment has many processes, and each tells what it sees; `deployment.id` groups them.
 */
import { ATTRIBUTE, type AttributeValue } from '../attributes.ts';
import type { BootContext } from '../boot-context.ts';
import type { EmittedCohort } from '../cohort/cohort.ts';
import { type DeploymentEventDetails, readDetails } from './details.ts';
import { eventEmitter } from './emitter.ts';
import { type DeploymentEventName, EVENT_ATTRIBUTE, EVENT_NAME, type SeverityName } from './names.ts';
import type { EmitEvent, EventRecord } from './record.ts';

/** What a start gives to the handle. */
export interface DeploymentEvents {
  emitDeploymentEvent(type: DeploymentEventName, details?: DeploymentEventDetails): void;
  /** Emits a record as it is; says so when nobody takes it. */
  readonly emit: (event: EventRecord) => void;
}

/** What an app may tell, and how grave it is. */
const OWN_EVENTS: Readonly<Record<DeploymentEventName, SeverityName>> = {
  started: 'INFO',
  promoted: 'INFO',
  rolled_back: 'WARN',
};

/** Tells that the process started, unless told not to, and from then on each change of the cohort. */
export function startDeploymentEvents(context: BootContext): DeploymentEvents {
  const { plan, env, peers, cohort, onStop } = context;
  const version = plan.attributes[ATTRIBUTE.distroVersion];
  const send = eventEmitter(peers, version === undefined ? undefined : String(version));
  const identity = identityAttributes(context);
  const wanted = plan.options.deploymentEvents ?? env.flag('ROLLOUTGUARD_DEPLOYMENT_EVENTS');
  const emit = emitOrReport(send, context);
  const complain = complainOnce(context);
  if (wanted ?? true) {
    const timestamp = plan.identity.known.timestamp?.value;
    const started = { ...identity(), ...(timestamp && { [EVENT_ATTRIBUTE.deploymentTimestamp]: timestamp }) };
    // Nobody asked for this one in particular, so logs that are off are no reason to complain.
    const first = { name: EVENT_NAME.started, severity: 'INFO', attributes: started } as const;
    if (wanted === true) emit(first);
    else send(first);
    onStop(cohort.onChange((current, previous) => tellChange(send, identity(), current, previous)));
  }
  return {
    emit,
    emitDeploymentEvent(type, details): void {
      if (typeof type !== 'string' || !Object.hasOwn(OWN_EVENTS, type)) {
        complain([`the type must be one of ${Object.keys(OWN_EVENTS).join(', ')}`]);
        return;
      }
      const { reason, timestampMs, attributes, complaints } = readDetails(details);
      complain(complaints);
      emit({
        name: EVENT_NAME[type],
        severity: OWN_EVENTS[type],
        timestampMs,
        attributes: { ...attributes, ...identity(), ...(reason !== undefined && { [EVENT_ATTRIBUTE.reason]: reason }) },
      });
    },
  };
}

function tellChange(
  send: EmitEvent,
  identity: EventRecord['attributes'],
  current: EmittedCohort,
  previous: EmittedCohort | null,
): void {
  const attributes = { ...identity, ...(previous !== null && { [EVENT_ATTRIBUTE.previousCohort]: previous }) };
  send({ name: EVENT_NAME.cohortChanged, severity: 'INFO', attributes });
  if (previous === 'canary' && current === 'stable') send({ name: EVENT_NAME.promoted, severity: 'INFO', attributes });
}

/** The identity of the moment; what is unknown is left out. */
function identityAttributes({ plan, cohort }: BootContext): () => Record<string, AttributeValue> {
  const { attributes, keys } = plan;
  const names = [ATTRIBUTE.deploymentId, ATTRIBUTE.serviceVersion, ATTRIBUTE.commit, keys.strategy];
  const fixed = Object.fromEntries(
    [
      [EVENT_ATTRIBUTE.service, attributes[ATTRIBUTE.serviceName]],
      ...names.map((name) => [name, attributes[name]]),
    ].filter((entry): entry is [string, AttributeValue] => entry[1] !== undefined),
  );
  return () => (cohort.current === null ? fixed : { ...fixed, [keys.cohort]: cohort.current });
}

/** Says only once that events go nowhere: an app may tell many. */
function emitOrReport(send: EmitEvent, { report }: BootContext): (event: EventRecord) => void {
  let told = false;
  return (event) => {
    if (send(event) || told) return;
    told = true;
    const why = 'no logs are exported (OTEL_LOGS_EXPORTER), or telemetry was shut down';
    report({ code: 'EVENT_LOST', message: `the event ${event.name} went nowhere: ${why}.` });
  };
}

/** Each complaint once, too. */
function complainOnce({ report }: BootContext): (complaints: readonly string[]) => void {
  const told = new Set<string>();
  return (complaints) => {
    for (const complaint of complaints.filter((text) => !told.has(text))) {
      told.add(complaint);
      report({ code: 'BAD_EVENT', message: `emitDeploymentEvent: ${complaint}; what is not was left out.` });
    }
  };
}
