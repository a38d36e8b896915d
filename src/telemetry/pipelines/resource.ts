/** Everything about this process that does not change: what every span, metric and log record says. */
import type { Resource, ResourceDetector } from '@opentelemetry/resources';
import { ATTRIBUTE } from '../attributes.ts';
import type { Peers } from '../packages/peers.ts';
import type { TelemetryPlan } from '../plan.ts';
import { detect } from './detectors.ts';

/**
 * Puts the resource together: what the SDK says, what the detectors find, and above both the identity. A name of the service
 * that nobody said is below the detectors: one of them may know it.
 */
export function createResource(peers: Peers, { attributes, identity, options, settings }: TelemetryPlan): Resource {
  const { defaultResource, resourceFromAttributes } = peers('@opentelemetry/resources');
  const own = options.resourceDetectors as readonly ResourceDetector[] | undefined;
  const { [ATTRIBUTE.serviceName]: serviceName, ...others } = attributes;
  const named = serviceName === undefined ? {} : { [ATTRIBUTE.serviceName]: serviceName };
  return defaultResource()
    .merge(resourceFromAttributes(named))
    .merge(detect(peers, settings.detectors, own))
    .merge(resourceFromAttributes(identity.known.service === undefined ? others : { ...attributes }));
}
